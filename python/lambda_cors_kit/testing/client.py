"""A page in a test: fetch() on an API, judged by the Fetch standard."""

from __future__ import annotations

import json as jsonlib
import time
import weakref
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Self, TypedDict, Unpack

from ..asgi.lifespan import MODES
from ..browser import (
    Credentials,
    Mode,
    PreflightCache,
    Redirect,
    Request,
    Verdict,
    get_header,
    resolve_url,
    serialized_origin,
    url_origin,
)
from .asgi_server import ASGIServer, is_running
from .cookies import Cookies
from .lambda_server import LambdaServer
from .response import BrowserResponse, CORSError, Headers, preflight_of
from .server import is_asgi

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from ..asgi.lifespan import LifespanMode
    from .server import Interface, LambdaHandler

TIMEOUT = 30.0
"""Seconds in which an ASGI application has to answer, unless the client is told otherwise."""


class FetchInit(TypedDict, total=False):
    """The options of fetch() in JavaScript, with its defaults; `json` is a body and its Content-Type."""

    body: bytes | str | None
    json: Any
    credentials: Credentials
    mode: Mode
    redirect: Redirect


class BrowserClient:
    """A page on `origin` that calls the API `app` with fetch(), judged by the Fetch standard.

    `app` is an ASGI application (FastAPI, Starlette, any other; with or without this kit) or a Lambda handler
    `(event, context)`, such as a `CORSHandler`, which gets HTTP API events of payload format 2.0.
    `base_url` is where the page finds the API; relative URLs are resolved against it, and nothing else answers.
    `lifespan` runs the ASGI lifespan once, before the first fetch: "auto" if the application has one.
    `timeout` in seconds bounds one answer of an ASGI application; None waits for ever. A handler has neither: a
    `CORSHandler` runs the lifespan itself, and nothing ends a handler from outside.
    `interface` says "asgi" or "lambda" of an `app` whose arguments do not show which it is.
    `clock` gives the preflight cache its seconds, so that a test can let Max-Age pass.

    `cookies` and `preflight_cache` are the browser's, to look into, to fill and to clear.
    Close it, or use it as a context manager (`async with` in asynchronous code), to end the lifespan.
    Raises TypeError when `app` is neither, or cannot have an option that is given, and ValueError when `origin`
    is not an origin as a browser writes it.
    """

    def __init__(
        self,
        app: ASGIApp | LambdaHandler,
        origin: str = "https://app.example.com",
        *,
        base_url: str = "https://api.example.com",
        lifespan: LifespanMode = "auto",
        timeout: float | None = TIMEOUT,
        interface: Interface | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.origin = serialized_origin(origin)
        self.base_url = resolve_url(base_url)
        self.cookies = Cookies(self.base_url)
        self.preflight_cache = PreflightCache(clock=clock)
        served = url_origin(self.base_url)
        self._server = _server(app, served, lifespan, timeout, interface)
        # For a client that nobody closes: the server refers to nothing of it.
        weakref.finalize(self, self._server.close)

    @property
    def app_exception(self) -> Exception | None:
        """What the application raised, or failed to send, in the last fetch, even where a response hid it."""
        return self._server.exception

    def fetch(
        self,
        url: str,
        method: str = "GET",
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        **init: Unpack[FetchInit],
    ) -> BrowserResponse:
        """Call fetch() in the page, and return what its JavaScript may read.

        Options, as in JavaScript: `body` (text or bytes), `json` (a body, sent with `Content-Type:
        application/json`), `credentials` ("omit", "same-origin", "include"), `mode` ("cors", "no-cors",
        "same-origin"), `redirect` ("follow", "error", "manual").
        Raises CORSError where the page gets a network error, TypeError where the call itself is not allowed.
        """
        if is_running():
            raise RuntimeError("an event loop is running here; write: await client.fetch_async(…)")
        request = self._request(url, method, headers, **init)
        return self._read(request, self._server.fetch(request, self.origin, self.preflight_cache, self.cookies))

    async def fetch_async(
        self,
        url: str,
        method: str = "GET",
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        **init: Unpack[FetchInit],
    ) -> BrowserResponse:
        """`fetch` for asynchronous tests: an ASGI application runs in the caller's event loop."""
        request = self._request(url, method, headers, **init)
        verdict = await self._server.fetch_async(request, self.origin, self.preflight_cache, self.cookies)
        return self._read(request, verdict)

    def _request(
        self,
        url: str,
        method: str,
        headers: Mapping[str, str] | Iterable[tuple[str, str]],
        *,
        json: Any = None,
        body: bytes | str | None = None,
        **modes: Any,
    ) -> Request:
        pairs = list(headers.items() if isinstance(headers, Mapping) else headers)
        if json is not None:
            if body is not None:
                raise TypeError("give body or json, not both")
            body = jsonlib.dumps(json).encode()
            if get_header(pairs, "content-type") is None:
                pairs.append(("Content-Type", "application/json"))
        return Request(resolve_url(url, self.base_url), method, pairs, body, **modes)

    def _read(self, request: Request, verdict: Verdict) -> BrowserResponse:
        response = verdict.response
        if response is None:
            raise CORSError(request, self.origin, verdict) from self._server.exception
        return BrowserResponse(
            response.type,
            response.status,
            Headers(response.headers),
            response.url,
            response.redirected,
            response.body,
            preflight_of(verdict),
            verdict.exchanges,
        )

    def close(self) -> None:
        """End the application's lifespan and the event loop; the next fetch starts them again."""
        self._server.close()

    def __enter__(self) -> Self:
        self._server.open()
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    async def aclose(self) -> None:
        """`close` for a client that was used with `fetch_async`."""
        await self._server.aclose()

    async def __aenter__(self) -> Self:
        await self._server.aopen()
        return self

    async def __aexit__(self, *raised: object) -> None:
        await self.aclose()


def _server(
    app: Any, origin: str, lifespan: LifespanMode, timeout: float | None, interface: Interface | None
) -> ASGIServer | LambdaServer:
    if lifespan not in MODES:
        raise TypeError(f'lifespan is {lifespan!r}; write "auto", "on" or "off"')
    if is_asgi(app, interface):
        return ASGIServer(app, origin, lifespan, timeout)
    instead = "leave it out, or give BrowserClient the ASGI application that the handler runs"
    if lifespan != "auto":
        raise TypeError(f"lifespan is {lifespan!r}, and a Lambda handler has none that could be run: {instead}")
    if timeout not in (None, TIMEOUT):
        raise TypeError(f"timeout is {timeout!r}, and nothing ends a Lambda handler from outside: {instead}")
    return LambdaServer(app, origin)
