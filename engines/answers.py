"""Answers as no gateway of this project gives them: the model against the engines where servers go wrong.

The ideas are those of the web platform's own tests of CORS, https://github.com/web-platform-tests/wpt/tree/master/cors
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

Lines = Sequence[tuple[str, str]]

ORIGIN = "Access-Control-Allow-Origin"
CREDENTIALS = "Access-Control-Allow-Credentials"
METHODS = "Access-Control-Allow-Methods"
HEADERS = "Access-Control-Allow-Headers"
EXPOSE = "Access-Control-Expose-Headers"
MAX_AGE = "Access-Control-Max-Age"
# {origin} is the page's.
ALLOWED: Lines = ((ORIGIN, "{origin}"),)
WITH_CREDENTIALS: Lines = (*ALLOWED, (CREDENTIALS, "true"))
SAFELISTED = ("content-length", "content-type")


@dataclass(frozen=True)
class Answer:
    """What a server says to one fetch(), and what must come of it.

    `preflight` and `response` are header lines. `names` are those that a script may read beside the safelisted
    ones, `preflights` how many a browser sends for `times` fetches.
    """

    expected: str
    init: Mapping[str, Any] = field(default_factory=dict)
    response: Lines = ALLOWED
    preflight: Lines = ()
    status: int = 200
    preflight_status: int = 204
    names: Sequence[str] = ()
    times: int = 1
    preflights: int = 0

    @property
    def words(self) -> str:
        """Its statuses and header lines, in short."""
        asked = "with credentials: " if "credentials" in self.init else ""
        answers = [(self.preflight_status, self.preflight)] if self.preflights else []
        return asked + ", then ".join(_in_short(*each) for each in (*answers, (self.status, self.response)))


def _in_short(status: int, lines: Lines) -> str:
    return "; ".join(
        [str(status), *(f"{name.removeprefix('Access-Control-')}: {value}" for name, value in lines)]
    )


def _simple(expected: str, *response: tuple[str, str], include: bool = False, **options: Any) -> Answer:
    init = {"credentials": "include"} if include else {}
    return Answer(expected, init, response, **options)


def _asked(
    method: str,
    headers: Mapping[str, str],
    expected: str,
    *preflight: tuple[str, str],
    include: bool,
    **options: Any,
) -> Answer:
    init: dict[str, Any] = {"method": method, "headers": list(headers.items())}
    if include:
        init["credentials"] = "include"
    allowed = WITH_CREDENTIALS if include else ALLOWED
    options = {"preflights": 1, "response": allowed, **options}
    return Answer(expected, init, preflight=(*allowed, *preflight), **options)


def _put(expected: str, *preflight: tuple[str, str], include: bool = False, **options: Any) -> Answer:
    return _asked("PUT", {}, expected, *preflight, include=include, **options)


def _named(expected: str, *preflight: tuple[str, str], include: bool = False, **options: Any) -> Answer:
    return _asked("GET", {"X-A": "1"}, expected, *preflight, include=include, **options)


def _exposed(value: str, *names: str, include: bool = False, more: Lines = ()) -> Answer:
    allowed = WITH_CREDENTIALS if include else ALLOWED
    return _simple("200", *allowed, (EXPOSE, value), *more, include=include, names=names)


def _redirect(expected: str, location: str | None, status: int = 302, *, allowed: Lines = ALLOWED) -> Answer:
    return _simple(
        expected, *allowed, *((("Location", location),) if location is not None else ()), status=status
    )


ALL_NAMES = ("access-control-allow-origin", "access-control-expose-headers", "x-a", "x-b")

CORS_CHECK: dict[str, Answer] = {
    "exact": _simple("200", (ORIGIN, "{origin}")),
    "lower-case-name": _simple("200", (ORIGIN.lower(), "{origin}")),
    "star": _simple("200", (ORIGIN, "*")),
    "white-space": _simple("200", (ORIGIN, " \t{origin} ")),
    "absent": _simple("-"),
    "empty": _simple("-", (ORIGIN, "")),
    "null": _simple("-", (ORIGIN, "null")),
    "upper-case": _simple("-", (ORIGIN, "{ORIGIN}")),
    "slash": _simple("-", (ORIGIN, "{origin}/")),
    "two-in-one": _simple("-", (ORIGIN, "{origin}, {origin}")),
    "two-lines": _simple("-", (ORIGIN, "{origin}"), (ORIGIN, "{origin}")),
    "star-and-origin": _simple("-", (ORIGIN, "*, {origin}")),
    "two-stars": _simple("-", (ORIGIN, "**")),
    "pattern": _simple("-", (ORIGIN, "http://*.localhost")),
    "credentials": _simple("200", *WITH_CREDENTIALS, include=True),
    "credentials-star": _simple("-", (ORIGIN, "*"), (CREDENTIALS, "true"), include=True),
    "credentials-absent": _simple("-", *ALLOWED, include=True),
    "credentials-false": _simple("-", *ALLOWED, (CREDENTIALS, "false"), include=True),
    "credentials-upper-case": _simple("-", *ALLOWED, (CREDENTIALS, "True"), include=True),
    "credentials-twice": _simple("-", *WITH_CREDENTIALS, (CREDENTIALS, "true"), include=True),
    "not-asked-for": _simple("200", *ALLOWED, (CREDENTIALS, "nonsense")),
    "404": _simple("404", *ALLOWED, status=404),
    "500": _simple("500", *ALLOWED, status=500),
    "500-without": _simple("-", status=500),
}
PREFLIGHT: dict[str, Answer] = {
    "status-200": _put("200", (METHODS, "PUT"), preflight_status=200),
    "status-204": _put("200", (METHODS, "PUT")),
    "status-299": _put("200", (METHODS, "PUT"), preflight_status=299),
    "status-301": _put("-", (METHODS, "PUT"), ("Location", "/exact"), preflight_status=301),
    "status-304": _put("-", (METHODS, "PUT"), preflight_status=304),
    "status-400": _put("-", (METHODS, "PUT"), preflight_status=400),
    "status-401": _put("-", (METHODS, "PUT"), preflight_status=401),
    "status-500": _put("-", (METHODS, "PUT"), preflight_status=500),
    "only-the-preflight": _put("-", (METHODS, "PUT"), response=()),
    "only-the-response": Answer("-", {"method": "PUT"}, preflights=1),
    "preflight-credentials": _put("200", (METHODS, "PUT"), include=True),
    "preflight-without-credentials": Answer(
        "-",
        {"method": "PUT", "credentials": "include"},
        WITH_CREDENTIALS,
        (*ALLOWED, (METHODS, "PUT")),
        preflights=1,
    ),
    "methods-absent": _put("-"),
    "methods-other": _put("-", (METHODS, "DELETE,PATCH")),
    "methods-lower-case": _put("-", (METHODS, "put")),
    "methods-list": _put("200", (METHODS, "DELETE,PUT")),
    "methods-empty-items": _put("200", (METHODS, ",, PUT ,,")),
    "methods-two-lines": _put("200", (METHODS, "DELETE"), (METHODS, "PUT")),
    "methods-star": _put("200", (METHODS, "*")),
    "methods-star-credentials": _put("-", (METHODS, "*"), include=True),
    "methods-spaces": _put("-", (METHODS, "PUT DELETE")),
    "methods-quoted": _put("-", (METHODS, '"PUT"')),
    "methods-malformed-unneeded": _named("-", (METHODS, "PUT DELETE"), (HEADERS, "x-a")),
    "headers": _named("200", (HEADERS, "x-a")),
    "headers-upper-case": _named("200", (HEADERS, "X-A")),
    "headers-list": _named("200", (HEADERS, "x-b,x-a")),
    "headers-two-lines": _named("200", (HEADERS, "x-b"), (HEADERS, "x-a")),
    "headers-empty-items": _named("200", (HEADERS, ", x-a ,")),
    "headers-absent": _named("-"),
    "headers-other": _named("-", (HEADERS, "x-b")),
    "headers-star": _named("200", (HEADERS, "*")),
    "headers-star-credentials": _named("-", (HEADERS, "*"), include=True),
    "headers-prefix": _named("-", (HEADERS, "x-*")),
    "headers-spaces": _named("-", (HEADERS, "x-a x-b")),
    "headers-quoted": _named("-", (HEADERS, '"x-a"')),
    "headers-malformed-unneeded": _put("-", (METHODS, "PUT"), (HEADERS, "x-a x-b")),
}
# Each fetched twice.
CACHE: dict[str, Answer] = {
    "age-absent": _put("200", (METHODS, "PUT"), times=2),
    "age": _put("200", (METHODS, "PUT"), (MAX_AGE, "600"), times=2),
    "age-zero": _put("200", (METHODS, "PUT"), (MAX_AGE, "0"), times=2, preflights=2),
    "age-zeros": _put("200", (METHODS, "PUT"), (MAX_AGE, "0600"), times=2),
    "age-nonsense": _put("200", (METHODS, "PUT"), (MAX_AGE, "soon"), times=2),
    "age-negative": _put("200", (METHODS, "PUT"), (MAX_AGE, "-1"), times=2),
    "age-fraction": _put("200", (METHODS, "PUT"), (MAX_AGE, "1.5"), times=2),
    "age-huge": _put("200", (METHODS, "PUT"), (MAX_AGE, "9" * 30), times=2),
    "age-two-lines": _put("200", (METHODS, "PUT"), (MAX_AGE, "0"), (MAX_AGE, "0"), times=2),
    "age-headers": _named("200", (HEADERS, "x-a"), (MAX_AGE, "600"), times=2),
    "age-star": _named("200", (HEADERS, "*"), (MAX_AGE, "600"), times=2),
    "age-refused": _named("-", (HEADERS, "x-b"), (MAX_AGE, "600"), times=2, preflights=2),
}
FILTERED: dict[str, Answer] = {
    "expose-nothing": _simple("200", *ALLOWED),
    "expose": _exposed("X-A", "x-a"),
    "expose-list": _exposed("x-b ,x-a", "x-a", "x-b"),
    "expose-two-lines": _exposed("x-a", "x-a", "x-b", more=((EXPOSE, "x-b"),)),
    "expose-empty-items": _exposed(",x-a,,", "x-a"),
    "expose-star": _exposed("*", *ALL_NAMES),
    "expose-star-credentials": _exposed("*", include=True),
    "expose-star-in-list": _exposed("x-a, *", *ALL_NAMES),
    "expose-spaces": _exposed("x-a x-b"),
    "expose-quoted": _exposed('"x-a"'),
    "expose-malformed-item": _exposed("x-a, x b"),
    "expose-cookie": _exposed("Set-Cookie", more=(("Set-Cookie", "a=b"),)),
}
REDIRECTS: dict[str, Answer] = {
    "redirect": _redirect("200", "/exact"),
    "redirect-not-shared": _redirect("-", "/exact", allowed=()),
    "redirect-without-location": _redirect("302", None),
    "redirect-300": _redirect("300", "/exact", 300),
    "redirect-user": _redirect("-", "http://user:secret@{host}/exact"),
    "redirect-data": _redirect("-", "data:text/plain,hello"),
    "redirect-loop": _redirect("-", "/redirect-loop"),
}

GROUPS = {
    "CORS check (Fetch 4.10)": CORS_CHECK,
    "CORS-preflight fetch (Fetch 4.8)": PREFLIGHT,
    "CORS-preflight cache (Fetch 4.9): asked twice": CACHE,
    "Filtered responses (Fetch 2.2.6)": FILTERED,
    "HTTP-redirect fetch (Fetch 4.5)": REDIRECTS,
}
ANSWERS: dict[str, Answer] = {name: answer for group in GROUPS.values() for name, answer in group.items()}


class Answering:
    """Context manager: gives the answers on loopback, each at the path of its name."""

    def __init__(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Answering:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def answer(self) -> None:
        path, _, query = self.path.partition("?")
        answer = ANSWERS[path.removeprefix("/")]
        if self.command == "OPTIONS":
            self.say(answer.preflight_status, answer.preflight, b"", query)
        else:
            own = (("Content-Type", "text/plain"), ("X-A", "1"), ("X-B", "2"))
            self.say(answer.status, (*answer.response, *own), b"hello", query)

    def say(self, status: int, lines: Lines, body: bytes, query: str) -> None:
        self.send_response_only(status)
        origin = self.headers.get("Origin", "")
        for name, value in lines:
            value = value.replace("{origin}", origin).replace("{ORIGIN}", origin.upper())
            value = value.replace("{host}", self.headers["Host"])
            if name == "Location":
                # The cell goes along.
                value = f"{value}?{query}"
            self.send_header(name, value)
        if status not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body if status not in (204, 304) else b"")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


for _method in ("GET", "PUT", "OPTIONS"):
    setattr(_Handler, f"do_{_method}", _Handler.answer)
