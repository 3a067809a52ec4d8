"""The ASGI lifespan of one container: start-up once, before the first request.

Source: https://asgi.readthedocs.io/en/latest/specs/lifespan.html
"""

from __future__ import annotations

import asyncio
import logging

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal

    from .middleware import ASGIApp, Message

    LifespanMode = Literal["auto", "on", "off"]

logger = logging.getLogger("lambda_cors_kit")


class LifespanError(RuntimeError):
    """The app said that its start-up or shutdown failed, or has no lifespan although it is "on"."""


class Lifespan:
    """Runs an app's lifespan on `loop`, where it stays suspended between invocations.

    `state` is what the app put into its lifespan state; each request gets a shallow copy.
    """

    def __init__(self, app: ASGIApp, mode: LifespanMode, loop: asyncio.AbstractEventLoop) -> None:
        if mode not in ("auto", "on", "off"):
            raise ValueError(f'lifespan is {mode!r}; write "auto", "on" or "off"')
        self.state: dict[str, Any] = {}
        self._app = app
        self._mode = mode
        self._loop = loop
        self._inbox: asyncio.Queue[Message] = asyncio.Queue()
        self._outbox: asyncio.Queue[Message] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    def startup(self) -> None:
        """Starts the app up.

        Raises:
            LifespanError: where the app says `lifespan.startup.failed`, with its message; with mode "on" also
                where the app has no lifespan, with the exception that it raised.
        """
        if self._mode == "off":
            return
        self._task = self._loop.create_task(self._run())
        answer = self._exchange("lifespan.startup")
        if answer is None:
            self._unsupported()
        elif answer["type"] == "lifespan.startup.failed":
            raise LifespanError(f"the app's start-up failed: {answer.get('message') or 'without a message'}")

    def shutdown(self) -> None:
        """Shuts the app down, where it was started and its loop still runs.

        Raises:
            LifespanError: where the app says `lifespan.shutdown.failed`, with its message.
        """
        if self._task is None or self._task.done() or self._loop.is_closed():
            return
        answer = self._exchange("lifespan.shutdown")
        self._loop.run_until_complete(asyncio.wait([self._task]))
        if answer is not None and answer["type"] == "lifespan.shutdown.failed":
            raise LifespanError(f"the app's shutdown failed: {answer.get('message') or 'without a message'}")

    async def _run(self) -> None:
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": self.state}
        await self._app(scope, self._inbox.get, self._outbox.put)

    def _exchange(self, message: str) -> Message | None:
        """Sends one message to the app; its answer, or None where it ended without one."""
        task = self._task
        assert task is not None

        async def exchange() -> Message | None:
            await self._inbox.put({"type": message})
            answer = asyncio.ensure_future(self._outbox.get())
            await asyncio.wait([task, answer], return_when=asyncio.FIRST_COMPLETED)
            if answer.done():
                return answer.result()
            answer.cancel()
            return None

        return self._loop.run_until_complete(exchange())

    def _unsupported(self) -> None:
        assert self._task is not None
        error = self._task.exception() if not self._task.cancelled() else None
        self._task = None
        if self._mode == "on":
            raise LifespanError(f'lifespan is "on", and the app has none: {error!r}') from error
        # The specification's own way for an app to say that it has no lifespan.
        logger.debug("the app has no lifespan: %r", error)
