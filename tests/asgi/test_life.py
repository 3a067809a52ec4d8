"""The life of handlers: they share a thread's loop, take turns, are closed, dropped, and end with the process."""

from __future__ import annotations

import asyncio
import gc
import logging
import subprocess
import sys
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from lambda_cors_kit import CORSHandler
from lambda_cors_kit.asgi import life
from lambda_cors_kit.asgi.lifespan import LifespanError
from lambda_cors_kit.handler import RUNTIME_API
from tests.handler.conftest import Serve
from tests.handler.samples import POLICY, App, answering, event, told

ROOT = Path(__file__).resolve().parents[2]


def living(log: list[str], name: str = "app", fail: list[str] | None = None) -> App:
    """An app that leaves word of its start-up and its shutdown."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            await answering()(scope, receive, send)
            return
        while True:
            asked = (await receive())["type"]
            log.append(f"{name} {asked.removeprefix('lifespan.')}")
            if fail and fail.pop():
                await send({"type": f"{asked}.failed", "message": "the database is away"})
                return
            await send({"type": f"{asked}.complete"})
            if asked == "lifespan.shutdown":
                return

    return app


def ended(program: str, *options: str, seconds: float = 30) -> subprocess.CompletedProcess[str]:
    """What a program printed that ended by itself."""
    command = [sys.executable, *options, "-c", program]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=seconds, check=False)


class TestTwoHandlersOnOneLoop:
    @pytest.mark.parametrize("first", [0, 1])
    def test_one_that_is_closed_leaves_the_other_its_loop(
        self, first: int, serve: Serve, caplog: pytest.LogCaptureFixture
    ) -> None:
        log: list[str] = []
        handlers = [serve(living(log, "one")), serve(living(log, "two"))]
        closed, other = handlers[first], handlers[1 - first]
        closed.close()
        assert other(event("rest"), None)["statusCode"] == 200
        other.close()
        names = ["one", "two"]
        assert log == ["one startup", "two startup", f"{names[first]} shutdown", f"{names[1 - first]} shutdown"]
        assert not told(caplog)

    def test_one_that_is_dropped_leaves_the_other_its_loop(
        self, serve: Serve, caplog: pytest.LogCaptureFixture
    ) -> None:
        gc.collect()
        caplog.clear()
        log: list[str] = []
        dropped = CORSHandler(living(log, "one"), policy=POLICY)
        other = serve(living(log, "two"))
        del dropped
        gc.collect()
        third = serve(living(log, "three"))
        assert other(event("rest"), None)["statusCode"] == third(event("rest"), None)["statusCode"] == 200
        assert log == ["one startup", "two startup", "one shutdown", "three startup"]
        assert not told(caplog)

    def test_the_last_one_closes_what_was_made_here(self) -> None:
        async def loop() -> asyncio.AbstractEventLoop:
            return asyncio.get_running_loop()

        handlers = [CORSHandler(answering(), policy=POLICY) for _ in range(3)]
        [shared] = {handler.run(loop()) for handler in handlers}
        for handler in handlers:
            assert not shared.is_closed()
            handler.close()
        assert shared.is_closed()

    def test_their_threads_take_turns(self, serve: Serve) -> None:
        async def app(scope: Any, receive: Any, send: Any) -> None:
            await asyncio.sleep(0.002)
            await answering(chunks=[scope["path"].encode()])(scope, receive, send)

        handlers = [serve(app, lifespan="off"), serve(app, lifespan="off")]

        def ask(number: int) -> str:
            body: str = handlers[number % 2](event("rest", path=f"/{number}"), None)["body"]
            return body

        with ThreadPoolExecutor(4) as threads:
            assert list(threads.map(ask, range(40))) == [f"/{number}" for number in range(40)]


class TestThreads:
    def test_two_threads_take_turns_and_each_gets_its_own_answer(self, serve: Serve) -> None:
        at_once: list[int] = []
        most: list[int] = []

        async def app(scope: Any, receive: Any, send: Any) -> None:
            at_once.append(1)
            most.append(len(at_once))
            await asyncio.sleep(0.002)
            at_once.pop()
            await answering(chunks=[scope["path"].encode()])(scope, receive, send)

        handler = serve(app, lifespan="off")

        def ask(number: int) -> str:
            body: str = handler(event("rest", path=f"/{number}"), None)["body"]
            return body

        with ThreadPoolExecutor(4) as threads:
            assert list(threads.map(ask, range(40))) == [f"/{number}" for number in range(40)]
        assert max(most) == 1

    def test_threads_start_the_app_once(self, monkeypatch: pytest.MonkeyPatch, serve: Serve) -> None:
        monkeypatch.delenv(RUNTIME_API)
        log: list[str] = []
        handler = serve(living(log))
        with ThreadPoolExecutor(4) as threads:
            answers = list(threads.map(lambda _: handler(event("rest"), None)["statusCode"], range(8)))
        assert answers == [200] * 8
        assert log == ["app startup"]

    @pytest.mark.parametrize("asked", ["run", "event", "close"])
    def test_a_worker_thread_of_a_request_is_told_that_it_would_wait_for_itself(
        self, asked: str, serve: Serve
    ) -> None:
        said: list[str] = []

        async def job() -> str:
            return "done"

        def items(request: Any) -> JSONResponse:
            job_ = job()
            calls = {
                "run": lambda: handler.run(job_),
                "event": lambda: handler(event("rest", path="/other"), None),
                "close": handler.close,
            }
            with pytest.raises(RuntimeError) as caught:
                calls[asked]()
            job_.close()
            said.append(str(caught.value))
            return JSONResponse({})

        handler = serve(Starlette(routes=[Route("/items", items)]))
        answers: list[int] = []
        asking = threading.Thread(
            target=lambda: answers.append(handler(event("rest"), None)["statusCode"]), daemon=True
        )
        asking.start()
        asking.join(10)
        assert answers == [200]
        assert "waits for this thread" in said[0]
        assert handler.run(job()) == "done"

    def test_a_thread_that_waits_for_long_says_so(
        self, serve: Serve, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(life, "LONG_SECONDS", 0.05)

        async def job() -> str:
            return "done"

        async def app(scope: Any, receive: Any, send: Any) -> None:
            # Its context is not that of the request, so that nobody can know that the request waits for it.
            threads.append(asyncio.get_running_loop().run_in_executor(None, handler.run, job()))
            await asyncio.wait(threads, timeout=0.3)
            await answering()(scope, receive, send)

        threads: list[Any] = []
        handler = serve(app, lifespan="off")
        assert handler(event("rest"), None)["statusCode"] == 200
        [record] = told(caplog)
        assert record.message.startswith("a thread has waited 0.05 seconds for its turn")

    def test_a_thread_that_outlives_its_request_takes_its_turn(self, serve: Serve) -> None:
        go = threading.Event()
        running: list[Any] = []

        async def job() -> str:
            return "done"

        def later() -> str:
            assert go.wait(10)
            return handler.run(job())

        async def app(scope: Any, receive: Any, send: Any) -> None:
            if not running:
                running.append(asyncio.ensure_future(asyncio.to_thread(later)))
                await asyncio.sleep(0.01)
            else:
                go.set()
                await asyncio.sleep(0.05)
            await answering()(scope, receive, send)

        handler = serve(app, lifespan="off")
        for _ in range(2):
            assert handler(event("rest"), None)["statusCode"] == 200

        async def result() -> Any:
            return await running[0]

        # The loop stands still while the thread has its turn.
        deadline = threading.Event()
        deadline.wait(0.05)
        assert handler.run(result()) == "done"

    def test_another_handler_may_be_asked_from_a_worker_thread(self, serve: Serve) -> None:
        inner = serve(answering())
        inner.close()

        def items(request: Any) -> JSONResponse:
            return JSONResponse(inner(event("rest"), None)["body"])

        outer = serve(Starlette(routes=[Route("/items", items)]))
        assert outer(event("rest"), None)["body"] == '"app"'


class TestClosing:
    def test_a_handler_that_was_closed_starts_again(self, serve: Serve) -> None:
        log: list[str] = []
        handler = serve(living(log))
        for _ in range(2):
            assert handler(event("rest"), None)["statusCode"] == 200
            handler.close()
            handler.close()
        assert log == ["app startup", "app shutdown"] * 2

    def test_a_coroutine_may_not_close_it_and_nothing_breaks(self, serve: Serve) -> None:
        log: list[str] = []
        handler = serve(living(log))

        async def close() -> None:
            handler.close()

        with pytest.raises(RuntimeError, match="called by a coroutine"):
            asyncio.run(close())
        with pytest.raises(RuntimeError, match="called by a coroutine"):
            handler.run(close())
        assert handler(event("rest"), None)["statusCode"] == 200
        assert log == ["app startup"]

    def test_another_thread_may_close_it(self, serve: Serve) -> None:
        log: list[str] = []
        handler = serve(living(log))
        with ThreadPoolExecutor(1) as threads:
            threads.submit(handler.close).result(10)
        assert log == ["app startup", "app shutdown"]
        assert handler(event("rest"), None)["statusCode"] == 200

    def test_a_start_up_may_fail_first_and_work_later(
        self, monkeypatch: pytest.MonkeyPatch, serve: Serve, caplog: pytest.LogCaptureFixture
    ) -> None:
        monkeypatch.delenv(RUNTIME_API)
        log: list[str] = []
        handler = serve(living(log, fail=["", "yes"]))
        assert handler(event("rest"), None)["statusCode"] == 500
        [record] = told(caplog)
        assert record.exc_info
        assert record.exc_info[0] is LifespanError
        for _ in range(2):
            assert handler(event("rest"), None)["statusCode"] == 200
        assert log == ["app startup"] * 2


class TestDropping:
    def test_nothing_stays_of_handlers_made_in_numbers(self, caplog: pytest.LogCaptureFixture) -> None:
        gc.collect()
        # What others dropped ends with the next start.
        CORSHandler(answering(), policy=POLICY).close()
        caplog.clear()
        before = len(life._open), threading.active_count()
        apps: list[weakref.ref[FastAPI]] = []
        for _ in range(20):
            app = FastAPI()
            apps.append(weakref.ref(app))
            CORSHandler(app, policy=POLICY)(event("rest"), None)
            del app
        gc.collect()
        CORSHandler(answering(), policy=POLICY).close()
        gc.collect()
        assert [app for app in apps if app() is not None] == []
        assert (len(life._open), threading.active_count()) == before
        assert not life._dropped
        assert not told(caplog)

    def test_a_start_that_fails_leaves_nothing(self) -> None:
        gc.collect()
        before = len(life._open)
        for _ in range(3):
            with pytest.raises(LifespanError):
                CORSHandler(living([], fail=["yes"]), policy=POLICY)
        assert len(life._open) == before

    @pytest.mark.parametrize("kind", [SystemExit, asyncio.CancelledError, KeyError])
    def test_a_shutdown_that_raises_anything_does_not_stop_the_next(
        self, kind: type[BaseException], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Raising:
            def end(self) -> None:
                raise kind("no")

        life._end(Raising())  # type: ignore[arg-type]  # a running app that does not end
        [record] = told(caplog)
        assert "shut down properly" in record.message


HANDLER = """
import asyncio, contextlib, gc, logging, os, sys
from fastapi import FastAPI
from lambda_cors_kit import CORSHandler, CORSPolicy
from tests.handler.samples import event

logging.basicConfig()
policy = CORSPolicy(["https://app.example.com"])

def made(own=None, **options):
    app = FastAPI(lifespan=own)

    @app.get("/items")
    def items():
        return "from a thread"

    return CORSHandler(app, policy=policy, **options)
"""

DROPPED = {
    "inside asyncio.run": """
async def main():
    handler = made()
    print((await asyncio.to_thread(handler, event("rest"), None))["body"])

asyncio.run(main())
""",
    "collected in a later loop": """
handler = made()
print(handler(event("rest"), None)["body"])
handler.cycle = handler
del handler

async def main():
    gc.collect()

asyncio.run(main())
""",
    "inside asyncio.run, inside Lambda": """
os.environ["AWS_LAMBDA_RUNTIME_API"] = "127.0.0.1:9001"
async def main():
    handler = made()
    print((await asyncio.to_thread(handler, event("rest"), None))["body"])
    del handler
    gc.collect()

asyncio.run(main())
""",
    "made in a coroutine, never asked": """
async def main():
    made(**{"lifespan": "off"})
    gc.collect()

print('"from a thread"')
asyncio.run(main())
""",
    "never dropped, closed by nobody": """
handler = made()
print(handler(event("rest"), None)["body"])
""",
    "asked by a thread that is gone": """
import threading
handler = made()
thread = threading.Thread(target=lambda: print(handler(event("rest"), None)["body"]))
thread.start()
thread.join()
""",
    "closed": """
handler = made()
print(handler(event("rest"), None)["body"])
handler.close()
""",
    "one that is asked by a thread while the process ends": """
import threading, time
async def slow():
    print('"from a thread"', flush=True)
    await asyncio.sleep(60)

handler = made()
handler(event("rest"), None)
threading.Thread(target=lambda: handler.run(slow()), daemon=True).start()
time.sleep(0.5)
""",
}


def test_an_exit_of_a_background_task_is_an_answered_request(serve: Serve) -> None:
    async def exits() -> None:
        sys.exit(3)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        tasks.append(asyncio.create_task(exits()))
        await answering()(scope, receive, send)

    tasks: list[asyncio.Task[None]] = []
    handler = serve(app, lifespan="off")
    for _ in range(3):
        assert handler(event("rest"), None)["body"] == "app"
    handler.close()
    assert [type(task.exception()) for task in tasks] == [SystemExit] * 3


@pytest.mark.parametrize("how", DROPPED)
def test_a_process_ends(how: str) -> None:
    program = ended(HANDLER + DROPPED[how], "-W", "error")
    assert program.returncode == 0, program.stderr
    assert program.stdout.splitlines() == ['"from a thread"']
    if "while the process ends" not in how:
        assert program.stderr == ""


def test_a_shutdown_at_the_end_of_the_process_may_use_threads() -> None:
    program = ended(
        HANDLER
        + """
@contextlib.asynccontextmanager
async def lifespan(app):
    yield
    await asyncio.to_thread(print, "closed the pool", flush=True)

handler = made(lifespan)
print(handler(event("rest"), None)["body"], flush=True)

async def job():
    await asyncio.to_thread(print, "in a thread", flush=True)

handler.run(job())
"""
    )
    assert program.returncode == 0
    assert program.stdout.splitlines() == ['"from a thread"', "in a thread", "closed the pool"]
    assert program.stderr == ""


def test_what_is_no_coroutine_is_refused_in_words(serve: Serve) -> None:
    async def job() -> None:
        """Never runs."""

    handler = serve(answering())
    with pytest.raises(TypeError, match=r"handler\.run\(job\(\)\)"):
        handler.run(job)  # type: ignore[arg-type]  # the mistake


def test_a_job_that_exits_is_heard_and_logged_by_nobody(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    async def at_once() -> None:
        sys.exit(3)

    async def later() -> None:
        await asyncio.sleep(0)
        sys.exit(3)

    handler = serve(answering())
    for job in (at_once, later):
        with pytest.raises(SystemExit):
            handler.run(job())
        gc.collect()
    assert [record for record in caplog.records if record.name == "asyncio" and record.levelno > 10] == []
