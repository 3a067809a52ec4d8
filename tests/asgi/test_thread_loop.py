"""The handler lives on the thread's event loop: the one that is there, or one that becomes the thread's."""

from __future__ import annotations

import asyncio
import gc
import threading
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from lambda_cors_kit import CORSHandler
from lambda_cors_kit.asgi.stepping import SteppingLoop
from lambda_cors_kit.handler import RUNTIME_API
from tests.handler.conftest import Serve
from tests.handler.samples import POLICY, App, answering, event


class Pool:
    """Like a database's: it belongs to the loop on which it was opened."""

    @classmethod
    async def open(cls) -> Pool:
        pool = cls()
        pool.loop = asyncio.get_running_loop()
        pool.free = asyncio.Queue()
        pool.waiting = pool.loop.create_future()
        pool.free.put_nowait("connection")
        return pool

    loop: asyncio.AbstractEventLoop
    free: asyncio.Queue[str]
    waiting: asyncio.Future[None]

    async def ask(self) -> str:
        assert asyncio.get_running_loop() is self.loop
        connection = await self.free.get()
        await asyncio.wait([self.waiting], timeout=0.001)
        self.free.put_nowait(connection)
        return connection


@pytest.fixture
def current() -> Iterator[asyncio.AbstractEventLoop]:
    """The thread's loop, as `asyncio.get_event_loop()` at import makes it on 3.11 to 3.13."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield loop
    asyncio.set_event_loop(None)
    loop.close()


def asking(pool: Pool) -> App:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await answering(chunks=[(await pool.ask()).encode()])(scope, receive, send)

    return app


@pytest.mark.parametrize("inside", [True, False])
def test_a_pool_that_was_opened_at_import(
    inside: bool, serve: Serve, current: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not inside:
        monkeypatch.delenv(RUNTIME_API)
    pool = asyncio.get_event_loop().run_until_complete(Pool.open())
    handler = serve(asking(pool), lifespan="off")
    for _ in range(3):
        assert handler(event("rest"), None)["body"] == "connection"
        # A schedule's job, both ways.
        assert handler.run(pool.ask()) == "connection"
        assert asyncio.get_event_loop().run_until_complete(pool.ask()) == "connection"
    handler.close()
    assert asyncio.get_event_loop() is current
    assert not current.is_closed()
    assert current.run_until_complete(pool.ask()) == "connection"
    assert asyncio.all_tasks(current) == set()


def test_a_job_is_on_the_loop_that_the_handler_made(serve: Serve) -> None:
    pools: list[Pool] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if not pools:
            pools.append(await Pool.open())
        await asking(pools[0])(scope, receive, send)

    handler = serve(app, lifespan="off")
    handler(event("rest"), None)
    assert handler.run(pools[0].ask()) == "connection"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert asyncio.get_event_loop().run_until_complete(pools[0].ask()) == "connection"
    assert handler(event("rest"), None)["body"] == "connection"


def test_a_job_between_events_that_makes_a_loop_of_its_own(serve: Serve) -> None:
    pools: list[Pool] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if not pools:
            pools.append(await Pool.open())
        await asking(pools[0])(scope, receive, send)

    handler = serve(app, lifespan="off")
    for _ in range(3):
        assert handler(event("rest"), None)["body"] == "connection"
        # It leaves the thread without a current loop; the handler keeps its own.
        asyncio.run(asyncio.sleep(0))
    assert handler.run(pools[0].ask()) == "connection"


@pytest.mark.parametrize("fails", [False, True])
def test_the_result_of_a_job_is_its_own(fails: bool, serve: Serve) -> None:
    request: ContextVar[str] = ContextVar("request", default="none")

    async def job() -> str:
        await asyncio.sleep(0)
        if fails:
            raise LookupError("no such job")
        return request.get()

    handler = serve(answering())
    request.set("the module's")
    if not fails:
        assert handler.run(job()) == "the module's"
        return
    with pytest.raises(LookupError, match="no such job"):
        handler.run(job())


def test_a_job_may_wait_while_threads_of_the_app_work(serve: Serve) -> None:
    handler = serve(Starlette(routes=[Route("/items", lambda request: JSONResponse(threading.get_ident()))]))

    async def job() -> int:
        return await asyncio.to_thread(threading.get_ident)

    first = handler(event("rest"), None)["body"]
    assert handler.run(job()) != threading.get_ident()
    assert handler(event("rest"), None)["body"] == first


def test_only_a_first_event_sets_the_thread_loop_outside_lambda(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(RUNTIME_API)
    asyncio.set_event_loop(None)
    handler = serve(answering())
    with pytest.raises(RuntimeError, match="no current event loop"):
        asyncio.get_event_loop()
    handler(event("rest"), None)
    loop = asyncio.get_event_loop()
    handler.close()
    assert loop.is_closed()


def test_a_thread_that_asks_first_gets_the_loop(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(RUNTIME_API)
    loops: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        loops.append(asyncio.get_running_loop())
        await answering()(scope, receive, send)

    asyncio.set_event_loop(None)
    handler = serve(app, lifespan="off")
    for _ in range(2):
        with ThreadPoolExecutor(1) as threads:
            assert threads.submit(handler, event("rest"), None).result(10)["body"] == "app"
    assert handler(event("rest"), None)["body"] == "app"
    assert len(set(loops)) == 1
    with pytest.raises(RuntimeError, match="no current event loop"):
        asyncio.get_event_loop()


def test_the_loop_runs_already_in_another_thread(serve: Serve, current: asyncio.AbstractEventLoop) -> None:
    handler = serve(answering())
    thread = threading.Thread(target=current.run_forever)
    thread.start()
    try:

        async def job() -> None:
            """Never runs."""

        with pytest.raises(RuntimeError, match="running in another thread"):
            handler.run(job())
        with pytest.raises(RuntimeError, match="running in another thread"):
            handler(event("rest"), None)
    finally:
        current.call_soon_threadsafe(current.stop)
        thread.join(10)
    assert handler(event("rest"), None)["body"] == "app"


class Policy(asyncio.DefaultEventLoopPolicy):
    """A policy of the user's, as uvloop has one."""

    made: list[asyncio.AbstractEventLoop] = []  # noqa: RUF012  # of one test

    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        self.made.append(super().new_event_loop())
        return self.made[-1]


def test_a_policy_of_the_users_makes_the_loop(serve: Serve) -> None:
    asyncio.set_event_loop_policy(Policy())
    try:
        handler = serve(answering())
        assert handler(event("rest"), None)["body"] == "app"
        [loop] = Policy.made
        assert asyncio.get_event_loop() is loop
        assert not isinstance(loop, SteppingLoop)
        handler.close()
        assert loop.is_closed()
    finally:
        asyncio.set_event_loop_policy(None)


def test_a_loop_that_is_gone_is_forgotten() -> None:
    from lambda_cors_kit.asgi import loop

    gc.collect()
    before = len(loop._shared)
    for _ in range(5):
        handler = CORSHandler(answering(), policy=POLICY)
        handler(event("rest"), None)
        handler.close()
        del handler
    gc.collect()
    assert len(loop._shared) <= before


class Tracing:
    """Tasks of a loop get a context of their own, as X-Ray's AsyncContext gives them."""

    def __init__(self) -> None:
        self.loop = asyncio.get_event_loop()
        self.loop.set_task_factory(self.factory)

    def factory(self, loop: asyncio.AbstractEventLoop, coroutine: Any, **options: Any) -> asyncio.Task[Any]:
        task: Any = asyncio.Task(coroutine, loop=loop, **options)
        around: Any = asyncio.current_task(loop) if asyncio._get_running_loop() else None
        task.segments = [*getattr(around, "segments", ()), "segment"]
        return task  # type: ignore[no-any-return]  # with an attribute more


@pytest.mark.parametrize("made_by", ["the module", "the start-up"])
def test_contexts_of_tasks(made_by: str, serve: Serve, request: pytest.FixtureRequest) -> None:
    seen: list[list[str]] = []

    async def items(request: Request) -> JSONResponse:
        task: Any = asyncio.current_task()
        below: Any = asyncio.create_task(asyncio.sleep(0))
        seen.extend([task.segments, below.segments])
        await below
        return JSONResponse({})

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan" and made_by == "the start-up":
            Tracing()
        await Starlette(routes=[Route("/items", items)])(scope, receive, send)

    if made_by == "the module":
        request.getfixturevalue("current")
        Tracing()
    handler = serve(app)
    for _ in range(2):
        assert handler(event("rest"), None)["statusCode"] == 200
    assert seen == [["segment"], ["segment", "segment"]] * 2
    handler.close()
