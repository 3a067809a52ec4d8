// Runs in the page. `lists` has one list for each gateway: a function answers one request at a time, so a list is
// asked in order, and all lists at once.
const ask = async ({url, init, times}) => {
  let seen;
  for (let n = 0; n < times; n++) {
    try {
      const response = await fetch(url, {...init, signal: AbortSignal.timeout(40000)});
      seen = {
        readable: true,
        type: response.type,
        status: response.status,
        redirected: response.redirected,
        names: [...response.headers.keys()].sort(),
        body: await response.text(),
        error: "",
      };
    } catch (error) {
      seen = {readable: false, type: "error", status: 0, redirected: false, names: [], body: "", error: String(error)};
    }
  }
  return seen;
};
return Promise.all(lists.map(async list => {
  const answers = [];
  for (const each of list) answers.push(await ask(each));
  return answers;
}));
