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
LAST_SECONDS = 1.0
"""How long an app may go on after it has answered `lifespan.shutdown`, or that its start-up failed."""

logger = logging.getLogger("lambda_cors_kit")


class LifespanError(RuntimeError):
    """The app said that its start-up or shutdown failed, or has no lifespan although it is "on".

    `reason` is the last line of what it said, which names the exception where that is a traceback.
    """

    def __init__(self, what: str, said: str) -> None:
        super().__init__(what, said)
        self.reason = (said.strip().splitlines() or [said])[-1]

    def __str__(self) -> str:
        return ": ".join(self.args)


def check_mode(mode: str) -> None:
    """Raises ValueError for a lifespan mode that is none of `MODES`."""
    if mode not in MODES:
        raise ValueError(f'lifespan is {mode!r}; write "auto", "on" or "off"')


class Lifespan:
    """Runs an app's lifespan as a task of a loop, where it stays suspended between invocations.

    `state` is what the app put into its lifespan state; each request gets a shallow copy.
    """

    def __init__(self, app: ASGIApp, mode: LifespanMode) -> None:
        check_mode(mode)
        self.state: dict[str, Any] = {}
        self._app = app
        self._mode = mode
        self._asked = ""
        self._inbox: asyncio.Queue[Message] = asyncio.Queue()
        self._outbox: asyncio.Queue[Message] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    def startup(self, loop: Loop) -> None:
        """`startup_async` in a loop that stands still now, and goes on with the app's task whenever it runs."""
        loop.run(self.startup_async())

    async def startup_async(self) -> None:
        """Starts the app up, in a task of the running loop.

        Raises:
            LifespanError: where the app says `lifespan.startup.failed`, with its message; with mode "on" also
                where the app has no lifespan, with the exception that it raised.
        """
        if self._mode == "off":
            return
        task = asyncio.create_task(self._run())
        try:
            answer = await self._ask(task, "lifespan.startup")
        except asyncio.CancelledError:
            task.cancel()
            raise
        if answer is None:
            self._without(task)
        elif answer["type"] == "lifespan.startup.complete":
            self._task = task
        else:
            await _let_end(task)
            raise LifespanError("the app's start-up failed", _message(answer)) from _error(task)

    def shutdown(self, loop: Loop) -> None:
        """`shutdown_async` in the loop of `startup`, where that still runs."""
        if not loop.is_closed:
            loop.run(self.shutdown_async())

    async def shutdown_async(self) -> None:
        """Shuts the app down, where it was started; a lifespan that ended by itself is not asked.

        Raises:
            LifespanError: where the app says `lifespan.shutdown.failed`, with its message, or raises.
        """
        task, self._task = self._task, None
        if task is None:
            return
        answer = None if task.done() else await self._ask(task, "lifespan.shutdown")
        await _let_end(task)
        error = _error(task)
        if answer is not None and answer["type"] == "lifespan.shutdown.failed":
            raise LifespanError("the app's shutdown failed", _message(answer)) from error
        if error is not None:
            raise LifespanError("the app's shutdown failed", repr(error)) from error

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
        try:
            await asyncio.wait([task, answer], return_when=asyncio.FIRST_COMPLETED)
            return answer.result() if answer.done() else None
        finally:
            answer.cancel()

    def _without(self, task: asyncio.Task[None]) -> None:
        """An app that has no lifespan: "If an exception is raised … the server must continue"."""
        error = _error(task)
        if self._mode == "on":
            raise LifespanError('lifespan is "on", and the app has none', repr(error)) from error
        if error is not None and self._inbox.empty():
            # It took the message, so this is no app without a lifespan.
            logger.error("the app's start-up raised; it goes on without a lifespan", exc_info=error)
        else:
            logger.debug("the app has no lifespan: %r", error)


async def _let_end(task: asyncio.Task[None]) -> None:
    """Gives an app that has said its last word the time to return: what it does then is part of its shutdown."""
    await asyncio.wait([task], timeout=LAST_SECONDS)
    if not task.done():
        task.cancel()
        task.add_done_callback(_error)


def _message(answer: Message) -> str:
    return str(answer.get("message") or "").strip() or "without a message"


def _error(task: asyncio.Task[None]) -> BaseException | None:
    """What the task raised, marked as seen, so that asyncio does not log it again."""
    return task.exception() if task.done() and not task.cancelled() else None
