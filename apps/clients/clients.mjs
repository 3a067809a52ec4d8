// Six requests by each client: node clients.mjs PACKAGES ADDRESS prints the results by step as JSON.
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [packages, address] = process.argv.slice(2);
const require = createRequire(join(packages, "clients.js"));
const ORIGIN = "https://app.example.com";
const BYTES = Uint8Array.from({ length: 256 }, (_, number) => number);
const ITEM = { name: "Käse", price: 1.5 };
const FORM = new URLSearchParams({ name: "Zoë", comment: "a+b & c" });
const BINARY = "application/octet-stream";
const hex = (bytes) => Buffer.from(bytes).toString("hex");

// A client is an object of steps; each resolves to [status, what was read].
function axiosSteps() {
  const axios = require("axios").create({ baseURL: address, headers: { Origin: ORIGIN } });
  const all = { validateStatus: () => true };
  const read = (answer) => [answer.status, answer.data];
  return {
    json: async () => read(await axios.post("/items", ITEM)),
    form: async () => read(await axios.post("/form", FORM)),
    upload: async () => read(await axios.put("/raw", Buffer.from(BYTES), { headers: { "Content-Type": BINARY } })),
    gzip: async () => read(await axios.get("/big")),
    download: async () => {
      const answer = await axios.get("/report", { responseType: "arraybuffer" });
      return [answer.status, hex(answer.data)];
    },
    error: async () => read(await axios.get("/problem", all)),
  };
}

async function kySteps() {
  const { default: ky } = await import(pathToFileURL(require.resolve("ky")).href);
  const client = ky.create({ prefixUrl: address, headers: { Origin: ORIGIN }, throwHttpErrors: false, retry: 0 });
  const read = async (answer) => [answer.status, await answer.json()];
  return {
    json: async () => read(await client.post("items", { json: ITEM })),
    form: async () => read(await client.post("form", { body: FORM })),
    upload: async () => read(await client.put("raw", { body: BYTES, headers: { "Content-Type": BINARY } })),
    gzip: async () => read(await client.get("big")),
    download: async () => {
      const answer = await client.get("report");
      return [answer.status, hex(await answer.arrayBuffer())];
    },
    error: async () => read(await client.get("problem")),
  };
}

function superagentSteps() {
  const agent = require("superagent");
  const ask = (method, path) => agent(method, address + path).set("Origin", ORIGIN).ok(() => true);
  const read = (answer) => [answer.status, answer.body];
  return {
    json: async () => read(await ask("POST", "/items").send(ITEM)),
    form: async () => read(await ask("POST", "/form").type("form").send(FORM.toString())),
    upload: async () => read(await ask("PUT", "/raw").type(BINARY).send(Buffer.from(BYTES))),
    gzip: async () => read(await ask("GET", "/big")),
    download: async () => {
      const answer = await ask("GET", "/report").buffer(true).responseType("blob");
      return [answer.status, hex(answer.body)];
    },
    error: async () => read(await ask("GET", "/problem")),
  };
}

// In jsdom's XMLHttpRequest, which asks preflights and judges CORS as a browser.
function jquerySteps() {
  const { JSDOM } = require("jsdom");
  const { window } = new JSDOM("", { url: `${ORIGIN}/` });
  const jquery = require("jquery")(window);
  const ask = (method, path, more = {}) =>
    new Promise((resolve) => {
      const options = { url: address + path, method, xhrFields: { withCredentials: true }, ...more };
      jquery.ajax(options).always(() => {}).then(
        (data, _, xhr) => resolve([xhr.status, data]),
        (xhr) => resolve([xhr.status, xhr.responseJSON ?? xhr.responseText ?? xhr.statusText]),
      );
    });
  return {
    json: () => ask("POST", "/items", { data: JSON.stringify(ITEM), contentType: "application/json" }),
    form: () => ask("POST", "/form", { data: Object.fromEntries(FORM) }),
    upload: () => ask("PUT", "/raw", { data: BYTES, contentType: BINARY, processData: false }),
    gzip: () => ask("GET", "/big"),
    download: async () => {
      const fields = { withCredentials: true, responseType: "arraybuffer" };
      const [status, data] = await ask("GET", "/report", { xhrFields: fields, dataType: "binary", converters: { "* binary": true } });
      return [status, data instanceof window.ArrayBuffer || data?.byteLength ? hex(new Uint8Array(data)) : String(data)];
    },
    error: () => ask("GET", "/problem", { dataType: "json" }),
  };
}

const clients = { axios: axiosSteps(), ky: await kySteps(), superagent: superagentSteps(), jQuery: jquerySteps() };
const results = {};
for (const [client, steps] of Object.entries(clients)) {
  for (const [step, run] of Object.entries(steps)) {
    results[`${client}: ${step}`] = await run().catch((error) => `${error.name}: ${error.message}`);
  }
}
console.log(JSON.stringify(results));
process.exit(0);
