"""One request of an ASGI app: what it receives, and the response put together from what it sends.

Source: https://asgi.readthedocs.io/en/latest/specs/www.html
"""

from __future__ import annotations

import asyncio
import logging

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from mangum.types import Response
    from starlette.types import ASGIApp, Message, Scope

logger = logging.getLogger("lambda_cors_kit")

PLAIN_TEXT = (b"content-type", b"text/plain; charset=utf-8")


class Cycle:
    """One request: what the app receives, and the response put together from what it sends.

    Whatever the app does, there is a response in the end. A request that failed is logged once and answered
    with 500, unless its response was complete before.

    Args:
        body: the request's.
        failed: takes what the app raised, or a RuntimeError for a response that it did not complete, in place
            of the log. What it raises itself ends the cycle.
    """

    __slots__ = ("_chunks", "_completed", "_failed", "_request", "body", "headers", "status")

    def __init__(self, body: bytes, failed: Callable[[BaseException], None] | None = None) -> None:
        self._request: bytes | None = body
        self._failed = failed or _log
        self._completed: asyncio.Event | None = None
        self._chunks: list[bytes] | None = None
        self.status = 500
        self.headers: Any = (PLAIN_TEXT,)
        self.body: bytes | None = None

    @property
    def started(self) -> bool:
        """Whether the app has begun its response; it is complete once there is a `body`."""
        return self._chunks is not None

    async def run(self, app: ASGIApp, scope: Scope) -> Response:
        """Calls the app, and waits until it returns: what it does after its response is done by then."""
        try:
            await app(scope, self.receive, self.send)
            if self.body is None:
                raise RuntimeError("the app returned without completing its response")
        except (KeyboardInterrupt, GeneratorExit):
            raise
        except BaseException as error:
            # SystemExit and cancellation included: nothing that an app does may leave the page without an answer.
            self._failed(error)
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


def _log(error: BaseException) -> None:
    logger.error("the app failed while it answered a request", exc_info=error)
