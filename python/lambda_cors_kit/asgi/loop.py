"""The event loop that a handler lives on: the thread's own, between two invocations it stands still.

On Python 3.12 and newer a loop that is made here steps into a request without a turn of its own: a request whose
app never waits costs no turn at all.
"""

from __future__ import annotations

import asyncio
import threading
import weakref
from asyncio.base_events import _run_until_complete_cb  # type: ignore[attr-defined]  # what anyio looks for, see Loop
from contextlib import suppress

from .stepping import SteppingLoop, loop_of_thread, new_loop

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any, Protocol, TypeVar

    T = TypeVar("T")

    class Alarm(Protocol):
        """What to do about a coroutine that waits for long."""

        def seconds(self) -> float | None:
            """How long it may wait; None is for ever."""

        def sound(self) -> None:
            """It has waited so long."""


class _Shared:
    """What the handlers on one event loop share: its turn, and that the last of them closes what was made here."""

    __slots__ = ("is_ours", "turn", "users")

    def __init__(self) -> None:
        self.turn = threading.RLock()
        self.is_ours = False
        self.users = 0


_shared: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _Shared] = weakref.WeakKeyDictionary()


class Loop:
    """The loop of a thread for the life of a container.

    It is the one that the thread has, where somebody set one (a pool opened at import with
    `asyncio.get_event_loop()` lives there), or one of ours, which becomes the thread's.

    What libraries keep for as long as a loop's main task lives survives between two invocations. anyio keeps its
    worker threads so (FastAPI runs every `def` route in one), and takes for the main task the one with the
    callback of `run_until_complete`: that is always the root, and the root never ends by itself.
    """

    def __init__(self) -> None:
        found = loop_of_thread()
        self._loop = found or new_loop()
        shared = self._shared = _shared.setdefault(self._loop, _Shared())
        if found is None:
            shared.is_ours = True
            asyncio.set_event_loop(self._loop)
        shared.users += 1
        #: Held by whoever runs this loop, for any of its handlers.
        self.turn = shared.turn
        self._steps = self._loop if isinstance(self._loop, SteppingLoop) else None
        self._awaited: asyncio.Task[Any] | None = None
        self._root = self._new_root()

    @property
    def is_closed(self) -> bool:
        """Whether this loop cannot run any more; an app may have closed it, too."""
        return self._loop.is_closed()

    def is_same(self, other: Loop) -> bool:
        """Whether both are of one thread."""
        return self._loop is other._loop

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Runs the loop until `coroutine` is done; its result.

        Raises:
            RuntimeError: where something else runs the loop, in another thread.
        """
        with self.turn:
            self._make_ready(coroutine)
            task = self._loop.create_task(coroutine)
            self._finish(task, None)
            return task.result()

    def serve(self, coroutine: Coroutine[Any, Any, T], alarm: Alarm) -> T:
        """`run`, without a turn of the loop where `coroutine` never waits.

        `alarm` gives the seconds after which a coroutine that still waits is worth a word, and says it.
        """
        with self.turn:
            self._make_ready(coroutine)
            task = self._started(coroutine)
            if not task.done():
                self._finish(task, alarm)
            elif self._steps is not None and self._steps.has_work:
                self._turn_once()
            return task.result()

    def _make_ready(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        if self._loop.is_running():
            coroutine.close()
            raise RuntimeError("CORSHandler's event loop is running in another thread, and not by CORSHandler")
        if self._root.done():
            self._root = self._new_root()

    def _started(self, coroutine: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        if self._steps is None:
            return self._loop.create_task(coroutine)
        if self._steps.has_connections:
            # What arrived while the loop stood still is heard first: that a pooled connection was closed, say.
            self._turn_once()
            if self._steps.is_ready:
                # The transport has heard it, and its protocol (that asks whether it is connected) is told next.
                self._turn_once()
        if self._steps.get_task_factory() is not None:
            # Somebody makes the tasks of this loop (X-Ray's context does).
            return self._loop.create_task(coroutine)
        return self._steps.stepped(coroutine)

    def _finish(self, task: asyncio.Task[Any], alarm: Alarm | None) -> None:
        self._awaited = task
        task.add_done_callback(self._stop)
        seconds = alarm.seconds() if alarm else None
        timer = self._loop.call_later(seconds, alarm.sound) if alarm and seconds is not None else None
        try:
            # One turn is enough, unless the app itself stops the loop or cancels every task that it finds.
            while not task.done():
                if self._root.done():
                    self._root = self._new_root()
                # An exit in a task of its own ends that task; whoever awaits it hears of it.
                with suppress(SystemExit):
                    self._loop.run_forever()
        except BaseException:
            if task.done() and not task.cancelled():
                # It is raised here, so asyncio need not say that nobody asked for it.
                task.exception()
            raise
        finally:
            self._awaited = None
            if timer is not None:
                timer.cancel()

    def _turn_once(self) -> None:
        self._loop.call_soon(self._loop.stop)
        with suppress(SystemExit):
            self._loop.run_forever()

    def _stop(self, task: asyncio.Task[Any]) -> None:
        # A task that an exit or an interrupt left behind stops nothing any more.
        if task is self._awaited:
            self._loop.stop()

    def _new_root(self) -> asyncio.Task[None]:
        root = self._loop.create_task(_rest(self._loop))
        root.add_done_callback(_run_until_complete_cb)
        return root

    def close(self) -> None:
        """Ends what was started here: the root, and with the last handler on a loop of ours tasks and threads."""
        with self.turn:
            if self.is_closed:
                return
            # Its end is no reason to stop a loop that is to wait for others.
            self._root.remove_done_callback(_run_until_complete_cb)
            self._shared.users -= 1
            if self._shared.users or not self._shared.is_ours:
                self._root.cancel()
                self._turn_once()
            else:
                self._end()

    def abandon(self) -> None:
        """Ends the worker threads of a loop that another thread runs until the process ends."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._root.cancel)

    def _end(self) -> None:
        try:
            _cancel(self._loop, asyncio.all_tasks(self._loop))
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            # Its threads are not waited for, since one of them may wait for this turn; `close` tells them to end.
        finally:
            if loop_of_thread() is self._loop:
                asyncio.set_event_loop(None)
            self._loop.close()


async def _rest(loop: asyncio.AbstractEventLoop) -> None:
    await loop.create_future()


def _cancel(loop: asyncio.AbstractEventLoop, tasks: set[asyncio.Task[Any]]) -> None:
    """Cancels tasks and waits for them, as asyncio.run does at its end."""
    for task in tasks:
        task.cancel()
    if tasks:
        loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
    for task in tasks:
        if not task.cancelled() and (error := task.exception()) is not None:
            loop.call_exception_handler(
                {"message": "unhandled exception while the loop was closed", "exception": error, "task": task}
            )
