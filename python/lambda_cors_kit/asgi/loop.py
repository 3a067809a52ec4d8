"""An event loop that outlives its requests."""

from __future__ import annotations

import asyncio
from contextlib import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any, TypeVar

    T = TypeVar("T")


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
