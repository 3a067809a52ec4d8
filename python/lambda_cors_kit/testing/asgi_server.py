"""An ASGI application behind a server, which runs its lifespan and one cycle for each request.

Source: https://asgi.readthedocs.io/en/latest/specs/www.html
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes, urlsplit

from ..asgi.cycle import Buffer, Cycle
from ..asgi.lifespan import Lifespan, LifespanError
from ..browser import HeaderList, NetworkError, PreflightCache, RawResponse, Request, Verdict, fetch_async
from ..payloads import messages
from .cookies import Cookies
from .server import sent

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Scope

    from ..asgi.lifespan import LifespanMode

# What uvicorn sends for an application that raises.
ASGI_CRASH = RawResponse(500, (("content-type", "text/plain; charset=utf-8"),), b"Internal Server Error")


class ASGIServer:
    """Runs an ASGI application, in an event loop of its own or in the caller's, never in both."""

    def __init__(self, app: ASGIApp, origin: str, lifespan: LifespanMode, timeout: float | None) -> None:
        self.app = app
        self.origin = origin
        self.mode = lifespan
        self.timeout = timeout
        self.exception: Exception | None = None
        self._runner: asyncio.Runner | None = None
        self._lifespan: Lifespan | None = None

    def fetch(self, request: Request, origin: str, cache: PreflightCache, cookies: Cookies) -> Verdict:
        """What the page gets, from an application in this server's own loop."""
        return self._own_runner().run(self._fetch(request, origin, cache, cookies))

    async def fetch_async(self, request: Request, origin: str, cache: PreflightCache, cookies: Cookies) -> Verdict:
        """The same in the loop that runs."""
        self._refuse_own_loop()
        return await self._fetch(request, origin, cache, cookies)

    async def _fetch(self, request: Request, origin: str, cache: PreflightCache, cookies: Cookies) -> Verdict:
        await self._start()
        self.exception = None
        return await fetch_async(request, origin, self.send, cache, cookies)

    def _own_runner(self) -> asyncio.Runner:
        if self._runner is None:
            if self._lifespan is not None:
                raise RuntimeError("this BrowserClient is used with fetch_async; make another for fetch")
            # With a factory, the thread's current loop is left alone.
            self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        return self._runner

    def _refuse_own_loop(self) -> None:
        if self._runner is not None:
            raise RuntimeError("this BrowserClient is used with fetch; make another for fetch_async")

    def open(self) -> None:
        """Start the application up. Raises RuntimeError where its start-up fails."""
        try:
            self._own_runner().run(self._start())
        except BaseException:
            self.close()
            raise

    async def aopen(self) -> None:
        """`open` in the loop that runs."""
        self._refuse_own_loop()
        await self._start()

    def close(self) -> None:
        """Shut the application down, and close the loop. Raises RuntimeError where the shutdown fails."""
        runner, self._runner = self._runner, None
        if runner is None:
            return

        def end() -> None:
            with runner:
                runner.run(self._stop())

        if not is_running():
            end()
            return
        # Collected as garbage inside of somebody's event loop: this thread cannot run another.
        thread = Thread(target=end)
        thread.start()
        thread.join()

    async def aclose(self) -> None:
        """`close` in the loop that runs."""
        self._refuse_own_loop()
        await self._stop()

    async def _start(self) -> None:
        if self.mode == "off" or self._lifespan is not None:
            return
        lifespan = Lifespan(self.app, self.mode)
        try:
            await lifespan.startup_async()
        except LifespanError as error:
            raise _failed("start-up", error) from error.__cause__
        self._lifespan = lifespan

    async def _stop(self) -> None:
        lifespan, self._lifespan = self._lifespan, None
        if lifespan is None:
            return
        try:
            await lifespan.shutdown_async()
        except LifespanError as error:
            raise _failed("shutdown", error) from error.__cause__

    async def send(self, method: str, url: str, headers: HeaderList, body: bytes | None) -> RawResponse:
        """One request to the application. Raises NetworkError where there is no whole answer to it."""
        request = sent(method, url, headers, body, self.origin)
        scope = _scope(request)
        if self._lifespan is not None:
            scope["state"] = self._lifespan.state.copy()
        buffer = Buffer()
        cycle = Cycle(request.body, buffer, self._note)
        bound = asyncio.timeout(self.timeout)
        with suppress(TimeoutError):
            async with bound:
                await cycle.run(self.app, scope)
        if bound.expired():
            raise NetworkError(f"the application did not finish within {self.timeout} s")
        if cycle.started and not cycle.completed:
            raise NetworkError("the application stopped in the middle of its response")
        return self._received(buffer)

    def _note(self, error: BaseException) -> None:
        """Keeps what the application raised; an exit, or a cancellation from outside, goes on."""
        if not isinstance(error, Exception):
            raise error
        self.exception = error

    def _received(self, buffer: Buffer) -> RawResponse:
        if buffer.body is None:
            return ASGI_CRASH
        try:
            headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in buffer.headers)
            return RawResponse(int(buffer.status), headers, buffer.body)
        except (AttributeError, TypeError, ValueError) as error:
            # No server could write that: headers that are text, a status that is not a number.
            self.exception = error
            return ASGI_CRASH


def is_running() -> bool:
    """Whether an event loop runs in this thread."""
    return asyncio._get_running_loop() is not None


def _failed(when: str, error: LifespanError) -> RuntimeError:
    return RuntimeError(f"the application's lifespan failed at {when}: {error.reason}")


def _scope(request: messages.Request) -> Scope:
    address = urlsplit(f"//{request.header('host')}")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.scheme,
        "path": unquote_to_bytes(request.path).decode("utf-8", "replace"),
        "raw_path": request.path.encode("ascii"),
        "query_string": request.query.encode("ascii"),
        "root_path": "",
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in request.headers],
        "client": (request.source_ip, 50000),
        "server": (address.hostname or "", int(request.port)),
    }
