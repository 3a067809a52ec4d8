"""A request that never waits costs no turn of the loop, and nothing is different for its app."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import anyio
import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from lambda_cors_kit.asgi.stepping import STEPS, SteppingLoop
from tests.handler.conftest import Serve
from tests.handler.samples import App, answering, event, told

ROOT = Path(__file__).resolve().parents[2]
# 100000 in the long run, of which the slow kinds get their part.
REQUESTS = int(os.environ.get("LAMBDA_CORS_KIT_REQUESTS", "3000"))

eagerly = pytest.mark.skipif(not STEPS, reason="tasks start eagerly on Python 3.12 and newer")


def raw(before: Callable[[], Any]) -> App:
    """An app that awaits `before` in each request, and answers."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await before()
        await answering()(scope, receive, send)

    return app


class Kinds:
    """What apps do in a request that never waits, or waits for no connection."""

    def __init__(self) -> None:
        self.started = 0
        self.finished = 0
        self.tasks: set[asyncio.Task[None]] = set()

    async def nothing(self) -> None:
        """A request that only answers."""

    async def timeout(self) -> None:
        async with asyncio.timeout(30):
            pass

    async def task(self) -> None:
        async def job() -> None:
            self.started += 1
            await asyncio.sleep(0)
            self.finished += 1

        task = asyncio.create_task(job())
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def scope(self) -> None:
        with anyio.CancelScope(), anyio.move_on_after(30):
            pass

    async def callback(self) -> None:
        asyncio.get_running_loop().call_soon(lambda: None)

    async def generator(self) -> None:
        async def numbers() -> Any:
            yield 1
            yield 2

        async for _ in numbers():
            break

    async def group(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(asyncio.sleep(0))


def through() -> App:
    async def items(request: Request) -> JSONResponse:
        return JSONResponse({})

    async def dispatch(request: Any, call_next: Any) -> Any:
        return await call_next(request)

    middleware = [Middleware(BaseHTTPMiddleware, dispatch=dispatch)]
    return Starlette(routes=[Route("/items", items)], middleware=middleware)


def in_a_thread() -> App:
    return Starlette(routes=[Route("/items", lambda request: JSONResponse({}))])


COUNTED = {
    "nothing": 1.0,
    "timeout": 1.0,
    "task": 1.0,
    "scope": 1.0,
    "callback": 1.0,
    "generator": 0.5,
    "group": 0.5,
    "BaseHTTPMiddleware": 0.1,
    "a def route": 0.1,
}


@pytest.mark.parametrize("kind", COUNTED)
def test_nothing_grows(kind: str, serve: Serve) -> None:
    count = int(REQUESTS * COUNTED[kind])
    kinds = Kinds()
    apps = {"BaseHTTPMiddleware": through, "a def route": in_a_thread}
    app = apps[kind]() if kind in apps else raw(getattr(kinds, kind))
    handler = serve(app, lifespan="off")
    asked = event("http_v2")

    async def state() -> tuple[int, int, int, int]:
        loop: Any = asyncio.get_running_loop()
        return len(asyncio.all_tasks()), len(loop._ready), len(loop._scheduled), len(loop._asyncgens)

    for _ in range(300):
        handler(asked, None)
    threads = threading.active_count()
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(count):
            assert handler(asked, None)["statusCode"] == 200
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    tasks, ready, scheduled, generators = handler.run(state())
    assert grown < 60_000
    assert (tasks <= 4, ready <= 3, scheduled <= 101, generators <= 3) == (True,) * 4
    assert threading.active_count() == threads
    if kind == "task":
        # The last one goes on when the loop turns next, as under `run_until_complete`.
        assert kinds.started >= 300 + count - 1
        assert kinds.finished >= 300 + count - 2


@eagerly
def test_a_request_that_never_waits_costs_no_turn(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    turns: list[int] = []
    once = SteppingLoop._run_once  # type: ignore[attr-defined]  # private

    def counted(self: Any) -> None:
        turns.append(1)
        once(self)

    async def items(request: Request) -> JSONResponse:
        return JSONResponse({})

    handler = serve(Starlette(routes=[Route("/items", items)]))
    handler(event("http_v2"), None)
    handler(event("http_v2"), None)
    monkeypatch.setattr(SteppingLoop, "_run_once", counted)
    for _ in range(100):
        handler(event("http_v2"), None)
    assert not turns


@pytest.mark.parametrize("when", ["this request", "never waiting", "the one before"])
def test_every_task_starts(when: str, serve: Serve) -> None:
    log: list[str] = []

    async def job() -> None:
        log.append("started")
        await asyncio.sleep(0)
        log.append("finished")

    async def before() -> None:
        task = asyncio.create_task(job())
        if when == "this request":
            await task

    handler = serve(raw(before), lifespan="off")
    handler(event("rest"), None)
    assert log[:1] == ["started"]
    if when == "the one before":
        handler(event("rest"), None)
    if when != "never waiting":
        assert log[:2] == ["started", "finished"] if when == "this request" else "finished" in log


def test_what_an_app_asks_of_asyncio(serve: Serve) -> None:
    seen: dict[str, Any] = {}

    async def before() -> None:
        task, loop = asyncio.current_task(), asyncio.get_running_loop()
        assert task is not None
        seen["is in all tasks"] = task in asyncio.all_tasks()
        seen["loop"] = asyncio.get_event_loop() is loop is task.get_loop()
        seen["running"] = loop.is_running()
        seen["anyio"] = anyio.get_current_task().name == task.get_name()
        # (run_forever is refused too, and on 3.13.0 leaves any loop without the word that it runs.)
        with pytest.raises(RuntimeError, match="Cannot close a running"):
            loop.close()
        nothing = asyncio.sleep(0)
        with pytest.raises(RuntimeError, match="cannot be called from a running"):
            asyncio.run(nothing)
        nothing.close()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await asyncio.sleep(5)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await asyncio.sleep(5)
        with anyio.move_on_after(0.01) as scope:
            await anyio.sleep(5)
        seen["cancelled"] = scope.cancelled_caught
        seen["still"] = asyncio.current_task() is task

    handler = serve(raw(before), lifespan="off")
    assert handler(event("rest"), None)["statusCode"] == 200
    assert seen == dict.fromkeys(seen, True)
    assert len(seen) == 6
    assert asyncio._get_running_loop() is None
    with pytest.raises(RuntimeError):
        asyncio.current_task()


def test_contexts_stay_apart(serve: Serve) -> None:
    user: ContextVar[str] = ContextVar("user", default="nobody")
    seen: list[str] = []

    async def before() -> None:
        seen.append(user.get())
        user.set("somebody")

    handler = serve(raw(before), lifespan="off")
    user.set("the module")
    try:
        for _ in range(3):
            handler(event("rest"), None)
        assert seen == ["the module"] * 3
        assert user.get() == "the module"
    finally:
        user.set("nobody")


def test_abandoned_generators_are_finalised(serve: Serve) -> None:
    log: list[str] = []
    kept: list[Any] = []

    async def numbers(name: str) -> Any:
        try:
            yield 1
            yield 2
        finally:
            await asyncio.sleep(0)
            log.append(name)

    async def before() -> None:
        async for _ in numbers("dropped"):
            break
        kept.append(numbers("kept"))
        await anext(kept[-1])

    handler = serve(raw(before), lifespan="off")
    hooks = sys.get_asyncgen_hooks()
    for _ in range(3):
        handler(event("rest"), None)
        gc.collect()
    assert sys.get_asyncgen_hooks() == hooks
    assert log.count("dropped") >= 1
    handler.close()
    assert sorted(log) == ["dropped"] * 3 + ["kept"] * 3


@pytest.mark.parametrize("error", [KeyError("no"), SystemExit(3), asyncio.CancelledError()], ids=repr)
@pytest.mark.parametrize("later", [False, True])
def test_whatever_the_first_step_raises(
    error: BaseException, later: bool, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    async def before() -> None:
        if later:
            await asyncio.sleep(0)
        raise error

    handler = serve(raw(before), lifespan="off")
    for count in (1, 2):
        assert handler(event("rest"), None)["statusCode"] == 500
        assert len(told(caplog)) == count
    gc.collect()
    assert [record.name for record in told(caplog)] == ["lambda_cors_kit"] * 2


@pytest.mark.parametrize("later", [False, True])
def test_an_interrupt_passes_and_the_next_request_is_answered(later: bool, serve: Serve) -> None:
    raising = [True]

    async def before() -> None:
        if later:
            await asyncio.sleep(0)
        if raising:
            raise KeyboardInterrupt

    handler = serve(raw(before), lifespan="off")
    with pytest.raises(KeyboardInterrupt):
        handler(event("rest"), None)
    raising.clear()
    assert handler(event("rest"), None)["body"] == "app"


def test_an_app_that_cancels_its_own_task(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await answering()(scope, receive, send)
        task = asyncio.current_task()
        assert task is not None
        task.cancel()

    handler = serve(app, lifespan="off")
    for _ in range(2):
        assert handler(event("rest"), None)["body"] == "app"
    assert not told(caplog)


def test_a_worker_thread_serves_every_def_route(serve: Serve) -> None:
    app = FastAPI()

    @app.get("/items")
    def items() -> int:
        return threading.get_ident()

    @app.get("/eager")
    async def eager() -> str:
        return "no thread"

    handler = serve(app)
    idents = set()
    for _ in range(20):
        idents.add(handler(event("rest"), None)["body"])
        assert handler(event("rest", path="/eager"), None)["body"] == '"no thread"'
    assert len(idents) == 1


@contextlib.contextmanager
def closing_server() -> Iterator[tuple[int, Callable[[], None]]]:
    """A server on loopback in a thread of its own, and what makes it close the connections that it has."""
    loop = asyncio.new_event_loop()
    writers: list[asyncio.StreamWriter] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        while line := await reader.readline():
            writer.write(line)

    async def hang_up() -> None:
        while writers:
            writer = writers.pop()
            writer.close()
            await writer.wait_closed()

    server = loop.run_until_complete(asyncio.start_server(talk, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield (
            server.sockets[0].getsockname()[1],
            lambda: asyncio.run_coroutine_threadsafe(hang_up(), loop).result(10),
        )
    finally:
        asyncio.run_coroutine_threadsafe(hang_up(), loop).result(10)
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


class Told(asyncio.Protocol):
    """A pooled connection that knows of its end what it was told."""

    lost = False

    def connection_lost(self, error: Exception | None) -> None:
        self.lost = True


@eagerly
def test_a_connection_that_was_closed_in_between_is_heard_before_the_next_request(serve: Serve) -> None:
    kept: dict[str, Any] = {}
    seen: list[tuple[bool, bool, bool]] = []

    async def before() -> None:
        if "writer" not in kept:
            kept["reader"], kept["writer"] = await asyncio.open_connection("127.0.0.1", port)
            kept["transport"], kept["told"] = await asyncio.get_running_loop().create_connection(
                Told, "127.0.0.1", port
            )
            kept["writer"].write(b"ping\n")
            assert await kept["reader"].readline() == b"ping\n"
        seen.append((kept["reader"].at_eof(), kept["transport"].is_closing(), kept["told"].lost))

    with closing_server() as (port, hang_up):
        handler = serve(raw(before), lifespan="off")
        for _ in range(2):
            handler(event("rest"), None)
        hang_up()
        # The end of the connection is on its way over loopback.
        threading.Event().wait(0.1)
        handler(event("rest"), None)
        handler.close()
    assert seen == [(False, False, False), (False, False, False), (True, True, True)]


def test_a_task_factory_is_honoured(serve: Serve) -> None:
    made: list[asyncio.Task[Any]] = []

    def factory(loop: Any, coroutine: Any, **options: Any) -> asyncio.Task[Any]:
        task = asyncio.Task(coroutine, loop=loop, **options)
        made.append(task)
        return task

    asked: list[bool] = []

    async def before() -> None:
        loop = asyncio.get_running_loop()
        if loop.get_task_factory() is None:
            loop.set_task_factory(factory)
        else:
            asked.append(asyncio.current_task() in made)

    handler = serve(raw(before), lifespan="off")
    for _ in range(3):
        assert handler(event("rest"), None)["statusCode"] == 200
    assert asked == [True, True]


DEBUG = """
import asyncio, logging
from fastapi import FastAPI
from lambda_cors_kit import CORSHandler, CORSPolicy
from tests.handler.samples import event

logging.basicConfig(level=logging.INFO)
app = FastAPI()

@app.get("/items")
async def items():
    asyncio.get_running_loop().call_soon(lambda: None)
    asyncio.create_task(asyncio.sleep(0))
    async with asyncio.timeout(30):
        return "eager"

@app.get("/thread")
def thread():
    return "thread"

handler = CORSHandler(app, policy=CORSPolicy(["https://app.example.com"]))
for _ in range(3):
    print(handler(event("rest"), None)["body"], handler(event("rest", path="/thread"), None)["body"])
"""


def test_the_debug_mode_of_asyncio() -> None:
    program = subprocess.run(
        [sys.executable, "-W", "error", "-c", DEBUG],
        env={**os.environ, "PYTHONASYNCIODEBUG": "1"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert program.returncode == 0, program.stderr
    assert program.stdout.splitlines() == ['"eager" "thread"'] * 3
    assert "Error" not in program.stderr
