"""One request of an ASGI app: what it receives, and what becomes of the messages that it sends.

Source: https://asgi.readthedocs.io/en/latest/specs/www.html
"""

from __future__ import annotations

import asyncio
import logging

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any, Protocol

    from starlette.types import ASGIApp, Message, Scope

    class Sink(Protocol):
        """Where a response goes as the app sends it: a buffer, or a stream that may ask the app to wait."""

        def start(self, status: int, headers: Any) -> Awaitable[None] | None:
            """Status and headers, once."""

        def write(self, body: bytes, more: bool) -> Awaitable[None] | None:
            """A part of the body, which nobody changes any more; the last one has `more` false."""


logger = logging.getLogger("lambda_cors_kit")

BREATH_BYTES = 65_536
BREATH_CHUNKS = 64
"""So much of a body is kept without a turn of the event loop: a stream that never waits stops nothing else."""


class Buffer:
    """A response kept until it is complete."""

    __slots__ = ("_breath", "_chunks", "body", "headers", "size", "status")

    def __init__(self) -> None:
        self._chunks: list[bytes] = []
        self._breath = BREATH_BYTES
        self.status = 500
        self.headers: Any = ()
        #: The whole body; None until it is complete.
        self.body: bytes | None = None
        #: Bytes of the body so far.
        self.size = 0

    def start(self, status: int, headers: Any) -> None:
        """Keeps status and headers."""
        self.status, self.headers = status, list(headers)

    def write(self, body: bytes, more: bool) -> Awaitable[None] | None:
        """Keeps a part of the body; now and then there is something to await, which lets others have a turn."""
        self.size += len(body)
        if more:
            if body:
                self._chunks.append(body)
            if self.size >= self._breath or not len(self._chunks) % BREATH_CHUNKS:
                self._breath = self.size + BREATH_BYTES
                return asyncio.sleep(0)
        elif self._chunks:
            self._chunks.append(body)
            self.body = b"".join(self._chunks)
        else:
            self.body = body
        return None


def log_failure(error: BaseException) -> None:
    """What is done about an app that failed, unless a caller knows better: its traceback is logged."""
    logger.error("the app failed while it answered a request", exc_info=error)


class Cycle:
    """One request: what the app receives, and a sink for what it sends.

    Whatever the app does, `failed` hears once of what went wrong; `started` and `completed` say how far the
    response came.
    """

    __slots__ = ("_all_sent", "_failed", "_request", "_sink", "completed", "started")

    def __init__(self, body: bytes, sink: Sink, failed: Callable[[BaseException], None] = log_failure) -> None:
        self._request: bytes | None = body
        self._sink = sink
        self._failed = failed
        self._all_sent: asyncio.Event | None = None
        self.started = False
        self.completed = False

    async def run(self, app: ASGIApp, scope: Scope) -> None:
        """Calls the app, and waits until it returns: what it does after its response is done by then."""
        try:
            await app(scope, self.receive, self.send)
            if not self.completed:
                raise RuntimeError("the app returned without completing its response")
        except (KeyboardInterrupt, GeneratorExit):
            raise
        except BaseException as error:
            # SystemExit and cancellation included: nothing that an app does may leave the page without an answer.
            self._failed(error)

    async def receive(self) -> Message:
        """The request, in one message; from then on the disconnect, as soon as the response is complete."""
        if self._request is not None:
            body, self._request = self._request, None
            return {"type": "http.request", "body": body, "more_body": False}
        if not self.completed:
            if self._all_sent is None:
                self._all_sent = asyncio.Event()
            await self._all_sent.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """Takes one message of the response.

        Raises:
            RuntimeError: where the app sends a message that has no place here.
        """
        kind = message["type"]
        if kind == "http.response.body" and self.started and not self.completed:
            body = message.get("body", b"")
            if type(body) is not bytes:
                # A buffer that the app may use again; a number is none, and text neither.
                body = bytes(memoryview(body))
            more = bool(message.get("more_body", False))
            waiting = self._sink.write(body, more)
            if waiting is not None:
                await waiting
            if not more:
                self.completed = True
                if self._all_sent is not None:
                    self._all_sent.set()
        elif kind == "http.response.start" and not self.started:
            waiting = self._sink.start(message["status"], message.get("headers", ()))
            self.started = True
            if waiting is not None:
                await waiting
        else:
            raise RuntimeError(f"the app sent {kind!r} where the ASGI specification does not allow it")
