"""The verdict that each cell must have, written down by hand: what the policies promise, whoever the gateway is.

A number: the script may read the answer, and that is its status. `opaque`: an answer that no script may look
into. `-`: a TypeError. `.`: not asked.
"""

from __future__ import annotations

from dataclasses import dataclass

from engines.apis import served
from engines.fetches import FETCHES

TABLES = """
api           page    get head text json put  patch delete lower purge options trace auth many
single        app     200 200  200  200  200  200   200    -     -     -       -     200  -
single        other   -   -    -    -    -    -     -      .     .     -       -     -    -
single        sub     -   .    .    .    -    .     .      .     .     .       .     .    .
single        port    -   .    .    .    -    .     .      .     .     .       .     .    .
several       app     200 200  200  200  200  200   200    -     -     204     200   200  200
several       ip      200 .    .    200  200  .     .      .     .     .       200   200  200
several       local   -   .    .    -    -    .     .      .     .     .       .     .    .
several       other   -   .    -    .    -    .     .      .     .     .       .     -    -
subdomains    sub     200 200  200  200  200  200   200    -     -     -       -     200  -
subdomains    deep    200 .    .    .    200  .     .      .     .     .       .     .    .
subdomains    app     -   .    .    .    -    .     .      .     .     .       .     .    .
subdomains    port    -   .    .    .    -    .     .      .     .     .       .     .    .
subdomains    other   -   .    .    .    -    .     .      .     .     .       .     .    .
ports         local   200 200  .    200  200  .     .      .     .     .       -     200  .
ports         sub     200 .    .    .    200  .     .      .     .     .       .     .    .
ports         port    200 .    .    .    200  .     .      .     .     .       .     .    .
ports         app     -   .    .    .    -    .     .      .     .     .       .     .    .
ports         ip      -   .    .    .    -    .     .      .     .     .       .     .    .
any           app     200 200  200  200  200  200   200    .     .     204     200   -    -
any           ip      200 .    .    .    200  .     .      .     .     .       200   -    .
any-listed    app     200 .    .    200  200  .     .      .     .     .       200   200  200
any-listed    other   200 .    .    .    200  .     .      .     .     .       200   200  200
limited       app     200 200  200  -    200  -     -      -     -     -       -     -    -
limited       other   -   .    -    .    -    .     .      .     .     .       .     .    .
none          app     -   -    -    -    -    -     -      -     -     -       -     -    -
none          ip      -   .    .    .    -    .     .      .     .     .       .     .    .
single-slow   app     504 .    504  504  504  .     .      .     .     .       .     504  .
single-slow   other   -   .    .    .    -    .     .      .     .     .       .     .    .
several-slow  app     -   .    .    .    -    .     .      .     .     .       .     .    .
reflecting-slow app   504 .    .    .    504  .     .      .     .     .       .     .    .
reflecting-slow other 504 .    .    .    -    .     .      .     .     .       .     .    .

api           page    get+c text+c put+c auth+c
single        app     -     -      -     -
several       app     200   200    200   200
several       ip      200   .      200   .
several       other   -     -      -     -
subdomains    sub     200   200    200   200
subdomains    deep    200   .      200   .
subdomains    app     -     .      -     .
ports         local   -     -      -     -
any           app     -     -      -     -
any-listed    app     -     .      -     -
none          app     -     .      -     .
single-slow   app     -     .      -     .
several-slow  app     -     .      -     .
reflecting-slow app   504   .      504   .
reflecting-slow other 504   .      -     .

api           page    here see  found keep here+c there put> auth> manual error
single        app     200  200  200   200  -      -     -    -     opaque -
several       app     200  200  200   200  200    -     -    -     opaque -
several       other   -    -    -     .    -      -     .    .     -      -
subdomains    sub     200  200  .     200  200    -     -    .     .      .
any           app     200  200  200   200  -      200   200  .     opaque -
any-listed    app     200  .    .     .    .      200   200  200   .      .
none          app     -    .    .     .    .      -     .    .     -      .

api           page    accept accept-128 accept-129 accept-quote accept-empty language language-byte
limited       app     200    200        -          -            200          200      -

api           page    content-language content-language-byte
limited       app     200              -

api           page    type-case type-charset type-form type-multipart type-html type-none
limited       app     200       200          200       200            -         -

api           page    type-quote type-128 type-129
limited       app     -          200      -

api           page    range range-open range-suffix range-two requested-with hint save-data
limited       app     200   200        -            -         -              -    -

api           page    cookie origin sec override override-trace
limited       app     200    200    200 -        200

api           page    twice no-cors
several       app     200   opaque
limited       app     200   opaque
single        other   -     opaque

api           page    404 put404 crash exit
single        app     404 404    500   502
single        other   -   -      -     .
several       app     404 404    500   -
several       ip      404 .      500   .
several       other   -   -      -     .
subdomains    sub     404 404    500   .
ports         local   404 404    500   .
any           app     404 404    500   502
none          app     -   -      -     .
"""

# Where a gateway has limits, which the output `cors.limits` of lambda_api puts into words, these cells replace
# those above.
LIMITS: dict[str, str] = {
    # Its own errors carry no CORS headers. Neither does an answer to OPTIONS that is no preflight.
    "http": """
api           page    get json put text auth options exit
single        app     .   .    .   .    .    .       -
several       app     .   .    .   .    .    -       .
any           app     .   .    .   .    .    -       -
single-slow   app     -   -    -   -    -    .       .
""",
    # The same errors; and OPTIONS that is no preflight reaches the function.
    "function_url": """
api           page    options exit
single        app     .       -
several       app     200     .
any           app     200     -
""",
}

SAFELISTED = {
    "cache-control",
    "content-language",
    "content-length",
    "content-type",
    "expires",
    "last-modified",
}
SAFELISTED |= {"pragma"}
EXPOSED: dict[str, set[str]] = {
    "several": {"x-total", "x-request-id"},
    "ports": {"x-total"},
}
"""The headers of /echo that a script reads beside the safelisted ones, by policy; `*` has a rule of its own."""


@dataclass(frozen=True)
class Cell:
    """One fetch() of one page from one API, and what must come of it."""

    gateway: str
    api: str
    page: str
    fetch: str
    expected: str

    @property
    def place(self) -> str:
        """The cell whatever the gateway is, as the tables name it."""
        return f"{self.api} {self.page} {self.fetch}"

    @property
    def key(self) -> str:
        """Its name, in which nothing has to be escaped in a URL."""
        return ".".join((self.gateway, self.api, self.page, self.fetch)).replace("+", "_").replace(">", "~")


def cells(gateway: str) -> list[Cell]:
    """Every cell of one gateway."""
    expected = _rows(TABLES) | _rows(LIMITS.get(gateway, ""))
    apis = served(gateway)
    return [Cell(gateway, *place, verdict) for place, verdict in expected.items() if place[0] in apis]


def _rows(tables: str) -> dict[tuple[str, str, str], str]:
    """The verdicts by api, page and fetch."""
    verdicts = {}
    for table in filter(None, tables.strip().split("\n\n")):
        heading, *rows = (line.split() for line in table.splitlines())
        assert heading[:2] == ["api", "page"], heading
        assert set(heading[2:]) <= set(FETCHES), heading
        for api, page, *row in rows:
            for fetch, verdict in zip(heading[2:], row, strict=True):
                if verdict != ".":
                    verdicts[api, page, fetch] = verdict
    return verdicts
