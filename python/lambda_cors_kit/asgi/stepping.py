"""The event loop of a thread: the one that it has, or one of ours, which steps into a coroutine without a turn."""

from __future__ import annotations

import asyncio
import sys
import warnings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any, TypeVar

    T = TypeVar("T")

# Tasks start eagerly from 3.12 on. On Windows the loop of the default policy can run subprocesses, and ours not.
STEPS = sys.version_info >= (3, 12) and sys.platform != "win32"


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
        first, last = self._asyncgen_firstiter_hook, self._asyncgen_finalizer_hook  # type: ignore[attr-defined]  # private
        sys.set_asyncgen_hooks(first, last)
        asyncio._set_running_loop(self)
        self._stepping = True
        try:
            return asyncio.Task(coroutine, loop=self, eager_start=True)  # type: ignore[call-arg]  # from 3.12
        finally:
            self._stepping = False
            asyncio._set_running_loop(None)
            sys.set_asyncgen_hooks(*hooks)

    @property
    def is_ready(self) -> bool:
        """Whether something waits for the next turn alone."""
        return bool(self._ready)  # type: ignore[attr-defined]  # private

    @property
    def has_work(self) -> bool:
        """Whether something is ready, or scheduled; a turn starts the one, and drops what was cancelled."""
        return bool(self._ready or self._scheduled)  # type: ignore[attr-defined]  # private

    @property
    def has_connections(self) -> bool:
        """Whether it watches more than the pipe that wakes it."""
        return len(self._selector.get_map()) > 1  # type: ignore[attr-defined]  # private


def new_loop() -> asyncio.AbstractEventLoop:
    """A loop of ours, or what a policy of the user's (uvloop's, say) makes."""
    if STEPS and type(_policy()) is asyncio.DefaultEventLoopPolicy:
        return SteppingLoop()
    return asyncio.new_event_loop()


def loop_of_thread() -> asyncio.AbstractEventLoop | None:
    """The loop that somebody set as this thread's; None where there is none, or none that can run."""
    if sys.version_info < (3, 12):
        # There get_event_loop() makes one without a word.
        loop = getattr(getattr(_policy(), "_local", None), "_loop", None)
        return None if loop is None or loop.is_closed() else loop
    with warnings.catch_warnings():
        # A warning says that a loop would be made, from 3.14 an exception.
        warnings.simplefilter("error", DeprecationWarning)
        try:
            loop = asyncio.get_event_loop()
        except (RuntimeError, DeprecationWarning):
            return None
    return None if loop.is_closed() else loop


def _policy() -> Any:
    # From 3.14 on, asking for it in public is deprecated.
    return getattr(asyncio.events, "_get_event_loop_policy", asyncio.get_event_loop_policy)()
