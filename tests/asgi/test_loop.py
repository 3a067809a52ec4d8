"""The event loop of a container: it stays, whatever the app does to it, and nothing stays when it goes."""

from __future__ import annotations

import asyncio
import gc
import logging
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from lambda_cors_kit import CORSHandler
from lambda_cors_kit.asgi.lifespan import LifespanError
from tests.handler.conftest import Serve
from tests.handler.samples import POLICY, App, answering, event, told

ROOT = Path(__file__).resolve().parents[2]


def counting(log: list[Any]) -> App:
    """An app whose start-up and requests leave the loop that they saw in `log`."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        log.append((scope["type"], asyncio.get_running_loop()))
        if scope["type"] == "lifespan":
            while True:
                asked = (await receive())["type"]
                await send({"type": f"{asked}.complete"})
        await answering()(scope, receive, send)

    return app


def threads_within(count: int) -> bool:
    """Whether no more than `count` threads are left, soon: one that was told to end may need a moment."""
    deadline = time.monotonic() + 10
    while threading.active_count() > count and time.monotonic() < deadline:
        time.sleep(0.01)
    return threading.active_count() <= count


def test_worker_threads_survive_between_invocations(serve: Serve) -> None:
    app = FastAPI()

    @app.get("/items")
    def items() -> int:
        return threading.get_ident()

    handler = serve(app)
    before = set(threading.enumerate())
    assert len({handler(event("http_v2"), None)["body"] for _ in range(5)}) == 1
    assert len(set(threading.enumerate()) - before) == 1
    handler.close()
    assert threads_within(len(before))


def test_tasks_and_locks_of_one_invocation_serve_the_next(serve: Serve) -> None:
    kept: dict[str, Any] = {}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        kept.setdefault("lock", asyncio.Lock())
        task = kept.setdefault("task", asyncio.ensure_future(asyncio.sleep(0.01, "slept")))
        async with kept["lock"]:
            if "first" in kept:
                await answering(chunks=[(await task).encode()])(scope, receive, send)
            else:
                kept["first"] = True
                await answering()(scope, receive, send)

    handler = serve(app, lifespan="off")
    assert [handler(event("rest"), None)["body"] for _ in range(2)] == ["app", "slept"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_loop_that_was_closed_is_replaced_and_the_app_started_again(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    log: list[Any] = []
    handler = serve(counting(log))
    handler(event("rest"), None)
    log[-1][1].close()
    for _ in range(2):
        assert handler(event("rest"), None)["statusCode"] == 200
    assert [kind for kind, _ in log] == ["lifespan", "http", "lifespan", "http", "http"]
    assert len({loop for _, loop in log}) == 2
    assert [record.levelno for record in caplog.records if record.name == "lambda_cors_kit"] == [logging.WARNING]
    # asyncio itself complains about what was left on the closed loop; here rather than in another test.
    gc.collect()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_start_that_fails_the_second_time_is_a_500_until_it_works(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    starts = iter(["complete", "failed", "complete"])

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": f"lifespan.startup.{next(starts)}", "message": "the database is away"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        await answering()(scope, receive, send)

    handler = serve(app)
    asyncio.get_event_loop_policy().get_event_loop().close()
    assert handler(event("rest"), None)["statusCode"] == 500
    [record] = [record for record in caplog.records if record.exc_info]
    assert record.exc_info
    assert record.exc_info[0] is LifespanError
    assert handler(event("rest"), None)["statusCode"] == 200
    gc.collect()


@pytest.mark.parametrize("replaced", ["inside", "between", "by asyncio.run"])
def test_a_loop_that_was_replaced_does_not_matter(replaced: str, serve: Serve) -> None:
    log: list[Any] = []
    other = asyncio.new_event_loop()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if replaced == "inside":
            asyncio.set_event_loop(other)
        await counting(log)(scope, receive, send)

    handler = serve(app)
    for _ in range(2):
        assert handler(event("rest"), None)["statusCode"] == 200
        if replaced == "between":
            asyncio.set_event_loop(other)
        elif replaced == "by asyncio.run":
            asyncio.run(asyncio.sleep(0))
    assert len({loop for _, loop in log}) == 1
    asyncio.set_event_loop(None)
    other.close()


def test_the_current_loop_of_the_thread_is_left_alone(serve: Serve) -> None:
    current = asyncio.new_event_loop()
    asyncio.set_event_loop(current)
    handler = serve(answering())
    handler(event("rest"), None)
    handler.close()
    assert asyncio.get_event_loop() is current
    asyncio.set_event_loop(None)
    current.close()


def test_an_app_that_stops_the_loop_still_answers(serve: Serve) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        asyncio.get_running_loop().stop()
        await asyncio.sleep(0.01)
        await answering()(scope, receive, send)

    handler = serve(app, lifespan="off")
    for _ in range(2):
        assert handler(event("rest"), None)["body"] == "app"


def test_an_app_that_cancels_every_task_still_answers(serve: Serve) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await asyncio.sleep(0.01)
        await answering()(scope, receive, send)

    handler = serve(app, lifespan="off")
    for _ in range(2):
        assert handler(event("rest"), None)["body"] == "app"


def test_an_exit_in_a_task_of_its_own_is_an_answered_request(serve: Serve) -> None:
    async def exits() -> None:
        sys.exit(3)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == "/exit":
            await asyncio.create_task(exits())
        await answering()(scope, receive, send)

    handler = serve(app, lifespan="off")
    assert handler(event("rest", path="/exit"), None)["statusCode"] == 500
    for _ in range(2):
        assert handler(event("rest"), None)["body"] == "app"


def test_a_coroutine_may_not_call_the_handler(serve: Serve) -> None:
    handler = serve(answering())

    async def call() -> None:
        handler(event("rest"), None)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(RuntimeError, match="called by a coroutine"):
            asyncio.run(call())
    assert handler(event("rest"), None)["body"] == "app"


def test_a_handler_that_is_dropped_leaves_nothing_behind(caplog: pytest.LogCaptureFixture) -> None:
    # What other tests left is theirs.
    gc.collect()
    caplog.clear()
    log: list[str] = []
    threads = threading.active_count()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            for answer in ("lifespan.startup.complete", "lifespan.shutdown.complete"):
                log.append((await receive())["type"])
                await send({"type": answer})
            return
        await Starlette(routes=[Route("/items", lambda request: JSONResponse({}))])(scope, receive, send)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        handler = CORSHandler(app, policy=POLICY)
        handler(event("rest"), None)
        del handler
        gc.collect()
        # No loop is run where something is collected: whatever starts next does it, or the end of the process.
        assert log == ["lifespan.startup"]
        CORSHandler(answering(), policy=POLICY).close()
    assert log == ["lifespan.startup", "lifespan.shutdown"]
    assert threads_within(threads)
    assert not told(caplog)


PROGRAM = """
import contextlib, fastapi, logging
from lambda_cors_kit import CORSHandler, CORSPolicy
from tests.handler.samples import event

logging.basicConfig()

@contextlib.asynccontextmanager
async def lifespan(app):
    yield
    print("shut down", flush=True)
    {at_the_end}

app = fastapi.FastAPI(lifespan=lifespan)

@app.get("/items")
def items():
    return "from a thread"

handler = CORSHandler(app, policy=CORSPolicy(["https://app.example.com"]))
print(handler(event("rest"), None)["body"], flush=True)
"""


@pytest.mark.parametrize("at_the_end", ["pass", "raise ConnectionError('the database is away')"])
def test_a_process_ends_although_worker_threads_wait(at_the_end: str) -> None:
    program = PROGRAM.replace("{at_the_end}", at_the_end)
    command = [sys.executable, "-X", "dev", "-c", program]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == 0
    assert ended.stdout.splitlines() == ['"from a thread"', "shut down"]
    assert ("was not shut down properly" in ended.stderr) == (at_the_end != "pass")
    assert "never retrieved" not in ended.stderr
    assert "destroyed" not in ended.stderr
