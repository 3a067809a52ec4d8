"""ASGI on Lambda: an event loop that outlives its requests, and one request on it.

Source: https://asgi.readthedocs.io/en/latest/specs/www.html
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any, TypeVar

    from mangum.types import Response

    from .middleware import ASGIApp, Message, Scope

    T = TypeVar("T")

logger = logging.getLogger("lambda_cors_kit")

PLAIN_TEXT = (b"content-type", b"text/plain; charset=utf-8")


class Loop:
    """An event loop for the life of a container; it stands still between two invocations.

    What libraries keep for as long as a loop's main task lives survives as well. anyio keeps its worker
    threads so (FastAPI runs every `def` route in one), and takes for the main task the one that
    `run_until_complete` was called with: that is always the root, and the root never ends by itself.
    """

    def __init__(self) -> None:
        # With a factory, the thread's current loop is left alone.
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self._loop = self._runner.get_loop()
        self._root = self._loop.create_task(_rest())
        self._awaited: asyncio.Task[Any] | None = None

    @property
    def is_closed(self) -> bool:
        """Whether this loop cannot run any more; an app may have closed it, too."""
        return self._loop.is_closed()

    def create_task(self, coroutine: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """A task that goes on whenever the loop runs."""
        return self._loop.create_task(coroutine)

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Runs the loop until `coroutine` is done; its result.

        Raises:
            RuntimeError: where this thread, or this loop, runs a coroutine already.
        """
        if asyncio._get_running_loop() is not None or self._loop.is_running():
            coroutine.close()
            raise RuntimeError("CORSHandler was called by a coroutine; call it from ordinary code, as Lambda does")
        self._awaited = task = self._loop.create_task(coroutine)
        task.add_done_callback(self._stop)
        try:
            # One turn is enough, unless the app itself stops the loop or cancels every task that it finds.
            while not task.done():
                self._turn()
        finally:
            self._awaited = None
        return task.result()

    def _turn(self) -> None:
        if self._root.done():
            self._root = self._loop.create_task(_rest())
        # RuntimeError: "Event loop stopped before Future completed", which the root is not meant to be.
        with suppress(RuntimeError, asyncio.CancelledError):
            self._loop.run_until_complete(self._root)

    def _stop(self, task: asyncio.Task[Any]) -> None:
        # A task that an exit or an interrupt left behind stops nothing any more.
        if task is self._awaited:
            self._loop.stop()

    def close(self) -> None:
        """Cancels what is still running, ends worker threads, closes the loop."""
        if not self.is_closed:
            self._runner.close()


async def _rest() -> None:
    await asyncio.get_running_loop().create_future()


class Cycle:
    """One request: what the app receives, and the response put together from what it sends.

    Whatever the app does, there is a response in the end. A request that failed is logged once and answered
    with 500, unless its response was complete before.
    """

    __slots__ = ("_chunks", "_completed", "_request", "body", "headers", "status")

    def __init__(self, body: bytes) -> None:
        self._request: bytes | None = body
        self._completed: asyncio.Event | None = None
        self._chunks: list[bytes] | None = None
        self.status = 500
        self.headers: Any = (PLAIN_TEXT,)
        self.body: bytes | None = None

    async def run(self, app: ASGIApp, scope: Scope) -> Response:
        """Calls the app, and waits until it returns: what it does after its response is done by then."""
        try:
            await app(scope, self.receive, self.send)
            if self.body is None:
                raise RuntimeError("the app returned without completing its response")
        except (KeyboardInterrupt, GeneratorExit):
            raise
        except BaseException:
            # SystemExit and cancellation included: nothing that an app does may leave the page without an answer.
            logger.exception("the app failed while it answered a request")
        if self.body is None:
            return {"status": 500, "headers": [list(PLAIN_TEXT)], "body": b"Internal Server Error"}
        return {"status": self.status, "headers": self.headers, "body": self.body}

    async def receive(self) -> Message:
        """The request, in one message; from then on the disconnect, as soon as the response is complete."""
        if self._request is not None:
            body, self._request = self._request, None
            return {"type": "http.request", "body": body, "more_body": False}
        if self.body is None:
            if self._completed is None:
                self._completed = asyncio.Event()
            await self._completed.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """Takes one message of the response.

        Raises:
            RuntimeError: where the app sends a message that has no place here.
        """
        kind = message["type"]
        if kind == "http.response.start" and self._chunks is None:
            self.status = message["status"]
            self.headers = message.get("headers", ())
            self._chunks = []
        elif kind == "http.response.body" and self._chunks is not None and self.body is None:
            self._chunks.append(message.get("body", b""))
            if not message.get("more_body", False):
                self.body = b"".join(self._chunks)
                if self._completed is not None:
                    self._completed.set()
        else:
            raise RuntimeError(f"the app sent {kind!r} where the ASGI specification does not allow it")
