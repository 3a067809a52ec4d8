"""The event loop that a handler lives on: the thread's own, between two invocations it stands still.

On Python 3.12 and newer a loop that is made here steps into a coroutine without a turn of its own: a request whose
app never waits costs no turn at all.
"""

from __future__ import annotations

import asyncio
import sys
import warnings
from asyncio.base_events import _run_until_complete_cb  # type: ignore[attr-defined]  # what anyio looks for, see _Root
from contextlib import suppress

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


STEPS = sys.version_info >= (3, 12)


class SteppingLoop(asyncio.SelectorEventLoop):
    """A loop that says that it runs while it takes a coroutine's first step, outside of any turn."""

    _stepping = False

    def is_running(self) -> bool:
        """Whether a turn or a first step is being taken."""
        return self._stepping or super().is_running()

    def stepped(self, coroutine: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """A task that has gone as far as it comes without waiting.

        Source: https://docs.python.org/3/library/asyncio-task.html#asyncio.Task (eager_start)
        """
        hooks = sys.get_asyncgen_hooks()
        sys.set_asyncgen_hooks(self._asyncgen_firstiter_hook, self._asyncgen_finalizer_hook)  # type: ignore[attr-defined]
        asyncio._set_running_loop(self)
        self._stepping = True
        try:
            return asyncio.Task(coroutine, loop=self, eager_start=True)  # type: ignore[call-arg]  # from 3.12
        finally:
            self._stepping = False
            asyncio._set_running_loop(None)
            sys.set_asyncgen_hooks(*hooks)

    @property
    def has_work(self) -> bool:
        """Whether something is ready, or scheduled; a turn starts the one, and drops what was cancelled."""
        return bool(self._ready or self._scheduled)  # type: ignore[attr-defined]

    @property
    def has_connections(self) -> bool:
        """Whether it watches more than the pipe that wakes it."""
        return len(self._selector.get_map()) > 1  # type: ignore[attr-defined]


class Loop:
    """The loop of a thread for the life of a container.

    It is the one that the thread has, where somebody set one (a pool opened at import with
    `asyncio.get_event_loop()` lives there), or one of ours, which becomes the thread's.

    What libraries keep for as long as a loop's main task lives survives between two invocations. anyio keeps its
    worker threads so (FastAPI runs every `def` route in one), and takes for the main task the one with the
    callback of `run_until_complete`: that is always the root, and the root never ends by itself.
    """

    def __init__(self) -> None:
        found = _of_thread()
        self._is_ours = found is None
        self._loop = found or (SteppingLoop() if STEPS else asyncio.new_event_loop())
        if found is None:
            asyncio.set_event_loop(self._loop)
        self._steps = self._loop if STEPS and isinstance(self._loop, SteppingLoop) else None
        self._awaited: asyncio.Task[Any] | None = None
        self._root = self._new_root()

    @property
    def is_closed(self) -> bool:
        """Whether this loop cannot run any more; an app may have closed it, too."""
        return self._loop.is_closed()

    @property
    def is_ours(self) -> bool:
        """Whether the loop was made here, and so is closed here."""
        return self._is_ours

    def create_task(self, coroutine: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """A task that goes on whenever the loop runs."""
        return self._loop.create_task(coroutine)

    def run(self, coroutine: Coroutine[Any, Any, T], alarm: Alarm | None = None) -> T:
        """Runs the loop until `coroutine` is done; its result.

        `alarm` gives the seconds after which a coroutine that still waits is worth a word, and says it.

        Raises:
            RuntimeError: where this thread, or this loop, runs a coroutine already.
        """
        if asyncio._get_running_loop() is not None or self._loop.is_running():
            coroutine.close()
            raise RuntimeError("CORSHandler was called by a coroutine; call it from ordinary code, as Lambda does")
        if self._root.done():
            self._root = self._new_root()
        task = self._started(coroutine)
        if not task.done():
            self._finish(task, alarm)
        elif self._steps is not None and self._steps.has_work:
            self._turn_once()
        return task.result()

    def _started(self, coroutine: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        if self._steps is None:
            return self._loop.create_task(coroutine)
        if self._steps.has_connections:
            # What arrived while the loop stood still is heard first: that a pooled connection was closed, say.
            self._turn_once()
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
        """Ends what was started here: the root, and with a loop of ours every task, its threads, and the loop."""
        if self.is_closed:
            return
        # Its end is no reason to stop a loop that is to wait for others.
        self._root.remove_done_callback(_run_until_complete_cb)
        if not self._is_ours:
            self._root.cancel()
            self._turn_once()
            return
        try:
            _cancel(self._loop, asyncio.all_tasks(self._loop))
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
        finally:
            if _of_thread() is self._loop:
                asyncio.set_event_loop(None)
            self._loop.close()


async def _rest(loop: asyncio.AbstractEventLoop) -> None:
    await loop.create_future()


def _of_thread() -> asyncio.AbstractEventLoop | None:
    """The loop that somebody set as this thread's; None where there is none, or none that can run."""
    if sys.version_info < (3, 12):
        # There get_event_loop() makes one without a word.
        loop = getattr(getattr(asyncio.get_event_loop_policy(), "_local", None), "_loop", None)
        return None if loop is None or loop.is_closed() else loop
    with warnings.catch_warnings():
        # A warning says that a loop would be made, from 3.14 an exception.
        warnings.simplefilter("error", DeprecationWarning)
        try:
            loop = asyncio.get_event_loop()
        except (RuntimeError, DeprecationWarning):
            return None
    return None if loop.is_closed() else loop


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
