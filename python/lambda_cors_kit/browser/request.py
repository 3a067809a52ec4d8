"""The Request class: what a script asks for (https://fetch.spec.whatwg.org/#request-class)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..standard import SAFELISTED_METHODS
from .headers import (
    HTTP_WHITESPACE,
    get_header,
    is_forbidden_method,
    is_forbidden_request_header,
    is_safelisted_request_header,
    is_token,
    normalize_method,
)
from .refusal import Credentials, HeaderList, Mode, Redirect, quoted
from .url import resolve_url

MODES = ("cors", "no-cors", "same-origin")
CREDENTIALS = ("omit", "same-origin", "include")
REDIRECTS = ("follow", "error", "manual")


@dataclass(frozen=True, slots=True)
class Request:
    """Fetch, `new Request(url, init)`: what a script asks for, checked and cleaned as a browser does it.

    The method is normalised, the URL resolved to its serialised form, forbidden headers are dropped without a
    word. A body of text gets the content type that fetch() gives it.
    Raises TypeError where fetch() throws one: a forbidden method, a header that is none, a body with GET or
    HEAD, user information in the URL, a method beyond GET, HEAD and POST in mode "no-cors".

    Source: https://fetch.spec.whatwg.org/#dom-request
    """

    url: str
    method: str = "GET"
    headers: HeaderList = ()
    body: bytes | str | None = None
    mode: Mode = "cors"
    credentials: Credentials = "same-origin"
    redirect: Redirect = "follow"
    use_cors_preflight: bool = False

    def __post_init__(self) -> None:
        for name, values in (("mode", MODES), ("credentials", CREDENTIALS), ("redirect", REDIRECTS)):
            if getattr(self, name) not in values:
                raise TypeError(f"{name} is {getattr(self, name)!r}; write one of {', '.join(values)}")
        method = _script_method(self.method)
        if self.mode == "no-cors" and method not in SAFELISTED_METHODS:
            raise TypeError(f'mode "no-cors" allows GET, HEAD and POST, not {quoted(method)}')
        if self.body is not None and method in ("GET", "HEAD"):
            raise TypeError(f"a {method} request has no body; drop it, or ask with POST")
        headers = _script_headers(self.headers, self.mode)
        body = self.body
        if isinstance(body, str):
            # https://fetch.spec.whatwg.org/#concept-bodyinit-extract
            body = body.encode("utf-8", "replace")
            if get_header(headers, "content-type") is None:
                headers.append(("Content-Type", "text/plain;charset=UTF-8"))
        for name, value in {
            "url": resolve_url(self.url),
            "method": method,
            "headers": tuple(headers),
            "body": body,
        }.items():
            object.__setattr__(self, name, value)


def _script_method(method: str) -> str:
    if not is_token(method):
        raise TypeError(f"{quoted(method)} is no HTTP method")
    if is_forbidden_method(method):
        raise TypeError(f"{quoted(method)} is a method that no script may send")
    return normalize_method(method)


def _script_headers(headers: HeaderList, mode: Mode) -> list[tuple[str, str]]:
    """Under the guards "request" and "request-no-cors" (https://fetch.spec.whatwg.org/#concept-headers-append)."""
    kept: list[tuple[str, str]] = []
    for name, raw in headers:
        value = raw.strip(HTTP_WHITESPACE)
        if not is_token(name):
            raise TypeError(f"{quoted(name)} is no header name")
        if re.search(r"[\0\r\n]|[^\0-\xff]", value):
            raise TypeError(f"the value of {name} has a character that no header can carry: {quoted(value)}")
        if is_forbidden_request_header(name, value):
            continue
        if mode == "no-cors":
            combined = get_header([*kept, (name, value)], name) or ""
            # Range is safelisted for CORS only: https://fetch.spec.whatwg.org/#no-cors-safelisted-request-header
            if name.lower() == "range" or not is_safelisted_request_header(name, combined):
                continue
        kept.append((name, value))
    return kept
