"""What the pages ask: the arguments of fetch(), by the names that head the columns of the matrix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True)
class Fetch:
    """One fetch(): `init` is its second argument. With `to`, the API redirects to /echo, on the same origin or

    across to another one, with `status`. `times` asks for the same URL again; the last answer counts.
    """

    words: str
    path: str = "/echo"
    init: Mapping[str, Any] = field(default_factory=dict)
    to: Literal["here", "there"] | None = None
    status: int = 307
    times: int = 1


Headers = Sequence[tuple[str, str]]


def _fetch(
    words: str,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: str | None = None,
    *,
    init: Mapping[str, str] | None = None,
    **options: Any,
) -> Fetch:
    asked: dict[str, Any] = {"method": method, "headers": list((headers or {}).items()), **(init or {})}
    if body is not None:
        asked["body"] = body
    return Fetch(words, init=asked, **options)


_JSON = {"Content-Type": "application/json"}
_AUTHORIZATION = {"Authorization": "Bearer token"}
_MANY = {"X-B": "1", **_AUTHORIZATION, "X-A": "1", **_JSON}
_WITH = {"credentials": "include"}

SIMPLE = {
    "get": _fetch("GET"),
    "head": _fetch("HEAD", "HEAD"),
    "text": _fetch("POST of text", "POST", body="hello"),
    "json": _fetch("POST of JSON", "POST", _JSON, "{}"),
    "put": _fetch("PUT of text", "PUT", body="hello"),
    "patch": _fetch("PATCH of JSON", "PATCH", _JSON, "{}"),
    "delete": _fetch("DELETE", "delete"),
    "lower": _fetch("method 'patch', which is not PATCH", "patch"),
    "purge": _fetch("PURGE, a method of its own", "PURGE"),
    "options": _fetch("OPTIONS by a script", "OPTIONS"),
    "trace": _fetch("GET with X-Trace", headers={"X-Trace": "1"}),
    "auth": _fetch("GET with Authorization", headers=_AUTHORIZATION),
    "many": _fetch("PUT of JSON with four headers", "PUT", _MANY, "{}"),
}
CREDENTIALED = {
    "get+c": _fetch("GET with credentials", init=_WITH),
    "text+c": _fetch("POST of text with credentials", "POST", body="hello", init=_WITH),
    "put+c": _fetch("PUT with credentials", "PUT", init=_WITH),
    "auth+c": _fetch("GET with Authorization and credentials", headers=_AUTHORIZATION, init=_WITH),
}
REDIRECTED = {
    "here": _fetch("GET, 307 to the same origin", path="/redirect", to="here"),
    "see": _fetch(
        "PUT, 303 to the same origin", "PUT", body="hello", path="/redirect", to="here", status=303
    ),
    "found": _fetch(
        "POST, 302 to the same origin", "POST", body="x", path="/redirect", to="here", status=302
    ),
    "keep": _fetch(
        "PUT, 308 to the same origin", "PUT", body="hello", path="/redirect", to="here", status=308
    ),
    "here+c": _fetch("GET with credentials, 307", init=_WITH, path="/redirect", to="here"),
    "there": _fetch("GET, 307 to another origin", path="/redirect", to="there"),
    "put>": _fetch("PUT, 307 to another origin", "PUT", path="/redirect", to="there"),
    "auth>": _fetch(
        "Authorization, 307 to another origin", headers=_AUTHORIZATION, path="/redirect", to="there"
    ),
    "manual": _fetch("redirect: manual", init={"redirect": "manual"}, path="/redirect", to="here"),
    "error": _fetch("redirect: error", init={"redirect": "error"}, path="/redirect", to="here"),
}
FAILING = {
    "404": _fetch("GET of what is not there", path="/nothing"),
    "put404": _fetch("PUT to what is not there", "PUT", path="/nothing"),
    "crash": _fetch("an exception in the app", path="/crash"),
    "exit": _fetch("the function's process ends", path="/exit"),
}
CACHED = {
    "twice": _fetch("PUT twice", "PUT", times=2),
    "no-cors": _fetch("mode: no-cors", init={"mode": "no-cors"}),
}


def _header(name: str, value: str) -> Fetch:
    shown = value if len(value) <= 30 else f"{len(value)} bytes"
    return _fetch(f"{name}: {shown}", headers={name: value})


def _typed(value: str) -> Fetch:
    shown = value if len(value) <= 50 else f"{len(value)} bytes"
    return _fetch(f"POST, Content-Type: {shown}", "POST", {"Content-Type": value}, "x")


SAFELISTED = {
    "accept": _header("Accept", "application/json"),
    "accept-128": _header("Accept", "a" * 128),
    "accept-129": _header("Accept", "a" * 129),
    "accept-quote": _header("Accept", 'text/html;x="1"'),
    "accept-empty": _header("Accept", ""),
    "language": _header("Accept-Language", "de-DE, en;q=0.5"),
    "language-byte": _header("Accept-Language", "de_DE"),
    "content-language": _header("Content-Language", "de"),
    "content-language-byte": _header("Content-Language", "de@x"),
    "type-case": _typed("TEXT/PLAIN"),
    "type-charset": _typed("text/plain; charset=utf-8"),
    "type-form": _typed("application/x-www-form-urlencoded"),
    "type-multipart": _typed("multipart/form-data; boundary=x"),
    "type-html": _typed("text/html"),
    "type-none": _typed("text"),
    "type-quote": _typed('text/plain; x="1"'),
    "type-128": _typed("text/plain;" + "a" * 117),
    "type-129": _typed("text/plain;" + "a" * 118),
    "range": _header("Range", "bytes=0-9"),
    "range-open": _header("Range", "bytes=5-"),
    "range-suffix": _header("Range", "bytes=-5"),
    "range-two": _header("Range", "bytes=0-1,3-4"),
    "requested-with": _header("X-Requested-With", "XMLHttpRequest"),
    "hint": _header("DPR", "2"),
    "save-data": _header("Save-Data", "on"),
    "cookie": _header("Cookie", "a=b"),
    "origin": _header("Origin", "https://example.com"),
    "sec": _header("Sec-Anything", "1"),
    "override": _header("X-HTTP-Method-Override", "PUT"),
    "override-trace": _header("X-HTTP-Method-Override", "TRACE"),
}

GROUPS: dict[str, dict[str, Fetch]] = {
    "Methods and headers": SIMPLE,
    "Credentials": CREDENTIALED,
    "Redirects": REDIRECTED,
    "Errors": FAILING,
    "Other": CACHED,
    "What needs a preflight": SAFELISTED,
}
FETCHES: dict[str, Fetch] = {name: fetch for group in GROUPS.values() for name, fetch in group.items()}
