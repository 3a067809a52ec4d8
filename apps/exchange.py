"""Asks a server an application's requests, one after the other, as one page with its cookies would."""

from __future__ import annotations

import http.client
import re
from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from urllib.parse import urlsplit

from .model import HOST, Answer, Request

TIMEOUT = 60.0
"""Seconds for one answer: the first one waits for the function's start."""
_PLACEHOLDER = re.compile(r"\$\{(base|data|cookie|header)(?::([\w-]+))?\}")


class Page:
    """A page that asks one server, which listens at `address` and keeps its data in the folder `data`.

    `prefix` is the path of the application's root in its own URLs.
    """

    def __init__(self, address: str, prefix: str, data: Path) -> None:
        self._address = urlsplit(address)
        self._base = f"http://{HOST}{prefix}"
        self._data = data
        self._cookies: dict[str, str] = {}
        self._headers: dict[str, str] = {}

    def ask(self, requests: Iterable[Request]) -> dict[str, Answer]:
        """The answers by the requests' names; one of status 0 where there was none."""
        return {request.name: self._ask(request) for request in requests}

    def _ask(self, request: Request) -> Answer:
        body = self._filled(request.body.decode("latin-1")).encode("latin-1")
        connection = http.client.HTTPConnection(self._address.netloc, timeout=TIMEOUT)
        try:
            connection.putrequest(
                request.method,
                self._address.path + self._filled(request.target),
                skip_host=True,
                skip_accept_encoding=True,
            )
            connection.putheader("Host", HOST)
            for name, value in self._request_headers(request, body):
                connection.putheader(name, value)
            connection.endheaders(body or None)
            response = connection.getresponse()
            answer = Answer(response.status, tuple(response.getheaders()), response.read())
        except (OSError, http.client.HTTPException) as error:
            return Answer(0, (), f"no answer: {error!r}".encode())
        finally:
            connection.close()
        self._remember(answer)
        return answer

    def _request_headers(self, request: Request, body: bytes) -> list[tuple[str, str]]:
        headers = [(name, self._filled(value)) for name, value in request.headers]
        given = {name.lower() for name, _ in headers}
        ordinary = {"Accept": "*/*", "User-Agent": "apps/1"}
        headers += [(name, value) for name, value in ordinary.items() if name.lower() not in given]
        if request.origin is not None:
            headers.append(("Origin", self._filled(request.origin)))
        if self._cookies:
            headers.append(("Cookie", "; ".join(f"{name}={value}" for name, value in self._cookies.items())))
        if body or request.method in ("POST", "PUT", "PATCH"):
            headers.append(("Content-Length", str(len(body))))
        return headers

    def _filled(self, text: str) -> str:
        def value(match: re.Match[str]) -> str:
            kind, name = match.groups()
            if kind in ("base", "data"):
                return self._base if kind == "base" else str(self._data)
            known = self._cookies if kind == "cookie" else self._headers
            return known.get(name if kind == "cookie" else name.lower(), "")

        return _PLACEHOLDER.sub(value, text)

    def _remember(self, answer: Answer) -> None:
        for name, value in answer.headers:
            self._headers[name.lower()] = value
            if name.lower() == "set-cookie":
                self._set_cookie(value)

    def _set_cookie(self, line: str) -> None:
        cookie: SimpleCookie = SimpleCookie()
        try:
            cookie.load(line)
        except CookieError:
            return
        for name, morsel in cookie.items():
            self._cookies[name] = morsel.coded_value
            if morsel["max-age"] == "0" or "1970" in morsel["expires"]:
                del self._cookies[name]
