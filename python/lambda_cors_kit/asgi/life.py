"""The life of an app in a container: its loop, its start-up, its requests, its end."""

from __future__ import annotations

import asyncio
import concurrent.futures.thread  # noqa: F401  # ends its threads after what is registered below
import logging
import threading
import weakref
from collections import deque
from contextvars import ContextVar

from .late import Registered
from .lifespan import LAST_SECONDS, Lifespan, check_mode
from .loop import Loop

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Coroutine
    from contextvars import Token
    from typing import Any, TypeVar

    from starlette.types import ASGIApp, Scope

    from .cycle import Cycle
    from .lifespan import LifespanMode
    from .loop import Alarm

    T = TypeVar("T")

LONG_SECONDS = 10.0
"""So long another thread's turn may take unsaid."""

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
        self._lock = threading.RLock()

    def start(self) -> None:
        """Starts the app, unless it runs; where a coroutine calls, the first `run` does it.

        Raises:
            LifespanError: where its start-up fails.
        """
        if asyncio._get_running_loop() is None:
            with _Turn(self):
                self._start()

    def _start(self) -> Running:
        running = self._running
        if running is not None and not running.loop.is_closed:
            return running
        if running is not None:
            # With the loop went whatever the app's start-up had bound to it.
            logger.warning("the event loop was closed since the last invocation: the app is started again")
            self._forget(running)
            # A start that fails now keeps this frame, in its traceback.
            del running
        _end_dropped()
        running = self._running = Running(self._app, self._mode)
        self._finalizer = weakref.finalize(self, _dropped.append, running)
        # The end of the process ends what is open by a hook of its own, which comes earlier.
        self._finalizer.atexit = False
        return running

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """The result of a coroutine, on the loop of the app, which is started first.

        Raises:
            LifespanError: where the app's start-up fails, or what was registered came too late for it.
            RuntimeError: where a coroutine calls, or a worker thread that a request waits for.
            TypeError: where it is no coroutine.
        """
        if not asyncio.iscoroutine(coroutine):
            raise TypeError(f"handler.run takes a coroutine, not {coroutine!r:.80}; write handler.run(job())")
        try:
            with _Turn(self):
                return self._ready().loop.run(coroutine)
        finally:
            # Of one that never started asyncio would say that nobody awaited it; one that is done does not mind.
            coroutine.close()

    def _ready(self) -> Running:
        running = self._start()
        if running.registered is not None:
            running.take_over()
        return running

    def serve(self, cycle: Cycle, scope: Scope, alarm: Alarm) -> None:
        """Runs one request of the app, with what its start-up left for it in `state`.

        Raises:
            LifespanError, RuntimeError: as `run`.
        """
        with _Turn(self):
            running = self._ready()
            scope["state"] = running.lifespan.state.copy()
            try:
                running.loop.serve(cycle.run(self._app, scope), alarm)
            except asyncio.CancelledError:
                # The app cancelled its own task, and waited for nothing after that; or nothing of it ever ran.
                if not cycle.completed:
                    logger.exception("the app cancelled the request")

    def close(self) -> None:
        """Shuts the app down and ends its loop; a later `run` starts it again.

        Raises:
            LifespanError: where the app's shutdown fails.
            RuntimeError: where a coroutine calls, or a worker thread that a request waits for.
        """
        with _Turn(self):
            running = self._running
            if running is not None:
                self._forget(running)
                running.end()

    def shares_loop_with(self, other: Life) -> bool:
        """Whether what runs for the other keeps this one waiting."""
        mine, others = self._running, other._running
        return self is other or (mine is not None and others is not None and mine.loop.is_same(others.loop))

    def _forget(self, running: Running) -> None:
        self._running = None
        self._finalizer.detach()
        _open.discard(running)


class _Turn:
    """A thread's turn on a handler. All that it starts sees it in its context, worker threads included."""

    __slots__ = ("_before", "life")

    def __init__(self, life: Life) -> None:
        self.life: Life | None = life

    def __enter__(self) -> None:
        life = self.life
        assert life is not None
        if asyncio._get_running_loop() is not None:
            raise RuntimeError("CORSHandler was called by a coroutine; call it from ordinary code, as Lambda does")
        around = _turn.get()
        if around is not None and around.life is not None and life.shares_loop_with(around.life):
            raise RuntimeError(
                "CORSHandler was called by a worker thread of a request that waits for this thread: neither would "
                "ever go on; use anyio.from_thread.run(job) there, which runs job on the same event loop"
            )
        if not life._lock.acquire(blocking=False) and not life._lock.acquire(timeout=LONG_SECONDS):
            logger.warning(
                "a thread has waited %g seconds for its turn on CORSHandler; a request that waits for this thread "
                "(loop.run_in_executor does not say so) would wait for ever",
                LONG_SECONDS,
            )
            life._lock.acquire()
        self._before: Token[_Turn | None] = _turn.set(self)

    def __exit__(self, *exception: object) -> None:
        _turn.reset(self._before)
        life = self.life
        # What outlives the turn keeps its context, and neither the handler nor the right to be refused.
        self.life = None
        assert life is not None
        life._lock.release()


_turn: ContextVar[_Turn | None] = ContextVar("lambda_cors_kit.turn", default=None)


class Running:
    """An app that was started, and the loop on which it was."""

    def __init__(self, app: ASGIApp, mode: LifespanMode) -> None:
        self.lifespan = Lifespan(app, mode)
        self.loop = Loop()
        try:
            self.lifespan.startup(self.loop)
            #: What was registered when the app was started; None once it was compared.
            self.registered = Registered.of(app, mode)
        except BaseException:
            self.loop.close()
            raise
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
    except (Exception, asyncio.CancelledError, SystemExit):
        logger.exception("the app was not shut down properly")


# What is to be ended when the process ends, and what a dropped handler left: the collector may call in the middle
# of anything, so it notes that only, and the next start, or the end of the process, does the work.
_open: set[Running] = set()
_dropped: deque[Running] = deque()


def _end_dropped() -> None:
    for _ in range(len(_dropped)):
        running = _dropped.popleft()
        if running.loop.turn.acquire(blocking=False):
            try:
                _end(running)
            finally:
                running.loop.turn.release()
        else:
            # Another thread runs its loop, and may wait for this one.
            _dropped.append(running)


def _end_all() -> None:
    for running in list(_open):
        if running.loop.turn.acquire(timeout=LAST_SECONDS):
            try:
                _end(running)
            finally:
                running.loop.turn.release()
        else:
            logger.error("the app was not shut down, for a thread of its own still answers a request")
            running.loop.abandon()


# The interpreter waits for worker threads before it calls what `atexit` holds, and they wait for the end of
# their loop; concurrent.futures ends its own threads by the same hook.
threading._register_atexit(_end_all)  # type: ignore[attr-defined]  # private, see above
