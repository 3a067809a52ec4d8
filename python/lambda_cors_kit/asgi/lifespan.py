"""The ASGI lifespan of one container: start-up once, before the first request.

Source: https://asgi.readthedocs.io/en/latest/specs/lifespan.html
"""

from __future__ import annotations

import asyncio
import logging

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal

    from starlette.types import ASGIApp, Message

    from .loop import Loop

    LifespanMode = Literal["auto", "on", "off"]

MODES = ("auto", "on", "off")

logger = logging.getLogger("lambda_cors_kit")


class LifespanError(RuntimeError):
    """The app said that its start-up or shutdown failed, or has no lifespan although it is "on"."""


class Lifespan:
    """Runs an app's lifespan as a task of a loop, where it stays suspended between invocations.

    `state` is what the app put into its lifespan state; each request gets a shallow copy.
    """

    def __init__(self, app: ASGIApp, mode: LifespanMode) -> None:
        if mode not in MODES:
            raise ValueError(f'lifespan is {mode!r}; write "auto", "on" or "off"')
        self.state: dict[str, Any] = {}
        self._app = app
        self._mode = mode
        self._asked = ""
        self._inbox: asyncio.Queue[Message] = asyncio.Queue()
        self._outbox: asyncio.Queue[Message] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    def startup(self, loop: Loop) -> None:
        """Starts the app up.

        Raises:
            LifespanError: where the app says `lifespan.startup.failed`, with its message; with mode "on" also
                where the app has no lifespan, with the exception that it raised.
        """
        if self._mode == "off":
            return
        task = loop.create_task(self._run())
        answer = loop.run(self._ask(task, "lifespan.startup"))
        if answer is None:
            self._without(task)
        elif answer["type"] == "lifespan.startup.complete":
            self._task = task
        else:
            raise LifespanError(f"the app's start-up failed: {answer.get('message') or 'without a message'}")

    def shutdown(self, loop: Loop) -> None:
        """Shuts the app down, where it was started and its loop still runs.

        Raises:
            LifespanError: where the app says `lifespan.shutdown.failed`, with its message, or raises.
        """
        task, self._task = self._task, None
        if task is None or task.done() or loop.is_closed:
            return
        answer = loop.run(self._ask(task, "lifespan.shutdown"))
        if answer is None:
            error = _error(task)
            if error is not None:
                raise LifespanError(f"the app's shutdown failed: {error!r}") from error
        elif answer["type"] == "lifespan.shutdown.failed":
            raise LifespanError(f"the app's shutdown failed: {answer.get('message') or 'without a message'}")

    async def _run(self) -> None:
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": self.state}
        await self._app(scope, self._inbox.get, self._send)

    async def _send(self, message: Message) -> None:
        if message["type"] not in (f"{self._asked}.complete", f"{self._asked}.failed"):
            raise RuntimeError(f"the app answered {self._asked!r} with {message['type']!r}")
        await self._outbox.put(message)

    async def _ask(self, task: asyncio.Task[None], question: str) -> Message | None:
        """Sends one message to the app; its answer, or None where it ended without one."""
        self._asked = question
        self._inbox.put_nowait({"type": question})
        answer = asyncio.ensure_future(self._outbox.get())
        await asyncio.wait([task, answer], return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            answer.cancel()
            return None
        if answer.result()["type"] == f"{question}.failed":
            # What the app raises from here on is the same failure, and told once.
            task.add_done_callback(_error)
        return answer.result()

    def _without(self, task: asyncio.Task[None]) -> None:
        """An app that has no lifespan: "If an exception is raised … the server must continue"."""
        error = _error(task)
        if self._mode == "on":
            raise LifespanError(f'lifespan is "on", and the app has none: {error!r}') from error
        if error is not None and self._inbox.empty():
            # It took the message, so this is no app without a lifespan.
            logger.error("the app's start-up raised; it goes on without a lifespan", exc_info=error)
        else:
            logger.debug("the app has no lifespan: %r", error)


def _error(task: asyncio.Task[None]) -> BaseException | None:
    """What the task raised, marked as seen, so that asyncio does not log it again."""
    return None if task.cancelled() else task.exception()
