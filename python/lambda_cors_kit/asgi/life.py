"""The life of an app in a container: its loop, its start-up, its requests, its end."""

from __future__ import annotations

import asyncio
import logging
import threading
import weakref
from collections import deque

from .late import Registered
from .lifespan import Lifespan, check_mode
from .loop import Loop

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any, TypeVar

    from starlette.types import ASGIApp, Scope

    from .cycle import Cycle
    from .lifespan import LifespanMode
    from .loop import Alarm

    T = TypeVar("T")

logger = logging.getLogger("lambda_cors_kit")


class Life:
    """Runs an app's coroutines on the thread's loop; the app is started first, once.

    Two threads take turns. Nothing is started, and no loop is made, before `start` or the first `run`.
    """

    def __init__(self, app: ASGIApp, mode: LifespanMode) -> None:
        check_mode(mode)
        self._app = app
        self._mode = mode
        self._running: Running | None = None
        self._finalizer: Any = None
        self._turn = threading.RLock()

    def start(self) -> None:
        """Starts the app, unless it runs.

        Raises:
            LifespanError: where its start-up fails.
        """
        running = self._running
        if running is not None and not running.loop.is_closed:
            return
        if running is not None:
            # With the loop went whatever the app's start-up had bound to it.
            logger.warning("the event loop was closed since the last invocation: the app is started again")
            self._forget(running)
        _end_dropped()
        self._running = Running(self._app, self._mode)
        self._finalizer = weakref.finalize(self, _dropped.append, self._running)
        # The end of the process ends what is open by a hook of its own, which comes earlier.
        self._finalizer.atexit = False

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """The result of a coroutine, on the loop of the app, which is started first.

        Raises:
            LifespanError: where the app's start-up fails, or what was registered came too late for it.
            RuntimeError: where a coroutine calls.
        """
        with self._turn:
            try:
                running = self._started()
            except BaseException:
                coroutine.close()
                raise
            return running.loop.run(coroutine)

    def _started(self) -> Running:
        if asyncio._get_running_loop() is not None:
            raise RuntimeError("CORSHandler was called by a coroutine; call it from ordinary code, as Lambda does")
        self.start()
        running = self._running
        assert running is not None
        if running.registered is not None:
            running.take_over()
        return running

    def serve(self, cycle: Cycle, scope: Scope, alarm: Alarm) -> None:
        """Runs one request of the app, with what its start-up left for it in `state`.

        Raises:
            LifespanError, RuntimeError: as `run`.
        """
        with self._turn:
            running = self._started()
            scope["state"] = running.lifespan.state.copy()
            running.loop.run(cycle.run(self._app, scope), alarm)

    def close(self) -> None:
        """Shuts the app down and ends its loop; a later `run` starts it again.

        Raises:
            LifespanError: where the app's shutdown fails.
        """
        with self._turn:
            running = self._running
            if running is not None:
                self._forget(running)
                running.end()

    def _forget(self, running: Running) -> None:
        self._running = None
        self._finalizer.detach()
        _open.discard(running)


class Running:
    """An app that was started, and the loop on which it was."""

    def __init__(self, app: ASGIApp, mode: LifespanMode) -> None:
        self.lifespan = Lifespan(app, mode)
        self.loop = Loop()
        try:
            self.lifespan.startup(self.loop)
        except BaseException:
            self.loop.close()
            raise
        #: What was registered when the app was started; None once it was compared.
        self.registered = Registered.of(app)
        self._ended = False
        _open.add(self)

    def take_over(self) -> None:
        """Looks once for what was registered since the start-up.

        Raises:
            LifespanError: where a start-up function was.
        """
        assert self.registered is not None
        self.registered.take_over()
        self.registered = None

    def end(self) -> None:
        """Shuts the app down and ends the loop, once."""
        if self._ended:
            return
        self._ended = True
        _open.discard(self)
        try:
            self.lifespan.shutdown(self.loop)
        finally:
            self.loop.close()


def _end(running: Running) -> None:
    try:
        running.end()
    except Exception:
        logger.exception("the app was not shut down properly")


# What is to be ended when the process ends, and what a dropped handler left: the collector may call in the middle
# of anything, so it notes that only, and the next start, or the end of the process, does the work.
_open: set[Running] = set()
_dropped: deque[Running] = deque()


def _end_dropped() -> None:
    while _dropped:
        if asyncio._get_running_loop() is not None:
            return
        _end(_dropped.popleft())


def _end_all() -> None:
    for running in list(_open):
        _end(running)


# The interpreter waits for worker threads before it calls what `atexit` holds, and they wait for the end of
# their loop; concurrent.futures ends its own threads by the same hook.
threading._register_atexit(_end_all)  # type: ignore[attr-defined]  # private, see above
