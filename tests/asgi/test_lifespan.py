"""The lifespan: once per container, its state in every request, its failures those of the init."""

from __future__ import annotations

import asyncio
import logging
import pickle
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from lambda_cors_kit import CORSHandler
from lambda_cors_kit.asgi.lifespan import Lifespan, LifespanError
from tests.handler.conftest import Serve
from tests.handler.samples import POLICY, App, answering, event, told


async def items(request: Request) -> JSONResponse:
    request.state.shared.append(request.url.path)
    request.state.own = getattr(request.state, "own", 0) + 1
    return JSONResponse({"shared": len(request.state.shared), "own": request.state.own})


def starlette(log: list[str], fail: str = "") -> Starlette:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, Any]]:
        log.append("up")
        if fail == "up":
            raise ConnectionError("the database is away")
        yield {"shared": []}
        log.append("down")
        if fail == "down":
            raise ConnectionError("the database is away")

    return Starlette(routes=[Route("/items", items)], lifespan=lifespan)


@pytest.mark.parametrize("mode", ["auto", "on"])
def test_once_per_container_with_its_state_in_every_request(mode: str, serve: Serve) -> None:
    log: list[str] = []
    handler = serve(starlette(log), lifespan=mode)
    assert log == ["up"]
    answers = [handler(event("http_v2"), None)["body"] for _ in range(3)]
    # What is in the state is shared; the state itself is each request's own.
    assert answers == ['{"shared":1,"own":1}', '{"shared":2,"own":1}', '{"shared":3,"own":1}']
    assert log == ["up"]
    handler.close()
    handler.close()
    assert log == ["up", "down"]


def test_off_leaves_it_out(serve: Serve) -> None:
    log: list[str] = []
    serve(starlette(log), lifespan="off").close()
    assert log == []


@pytest.mark.parametrize("mode", ["auto", "on"])
def test_a_start_up_that_fails_fails_the_init_with_its_message(
    mode: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(LifespanError, match=r"(?s)start-up failed: .*the database is away") as caught:
        CORSHandler(starlette([], "up"), policy=POLICY, lifespan=mode)
    assert str(caught.value).count("ConnectionError: the database is away") == 1
    assert not told(caplog)


def test_a_shutdown_that_fails_says_so(serve: Serve) -> None:
    handler = serve(starlette([], "down"))
    with pytest.raises(LifespanError, match=r"(?s)shutdown failed: .*the database is away"):
        handler.close()


def speaking(*answers: str, before: bool = False, **fields: str) -> App:
    """An app that answers each message of its lifespan so, or sends one answer before it asks."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            await answering()(scope, receive, send)
            return
        for answer in answers:
            if not before:
                await receive()
            if answer == "raise":
                raise ConnectionError("the database is away")
            await send({"type": answer, **fields})

    return app


async def asserting(scope: Any, receive: Any, send: Any) -> None:
    await answering()(scope, receive, send)


async def silent(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        await answering()(scope, receive, send)


async def deaf(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"app"})


WITHOUT = {"asserts": asserting, "returns": silent, "answers anything": deaf}


@pytest.mark.parametrize("what", WITHOUT)
def test_auto_goes_on_without_a_lifespan(what: str, serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    assert serve(WITHOUT[what])(event("rest"), None)["body"] == "app"
    assert not told(caplog)


@pytest.mark.parametrize("what", WITHOUT)
def test_on_insists(what: str) -> None:
    with pytest.raises(LifespanError, match='lifespan is "on"'):
        CORSHandler(WITHOUT[what], policy=POLICY, lifespan="on")


def test_a_failure_without_a_message_is_a_failure() -> None:
    with pytest.raises(LifespanError, match="without a message"):
        CORSHandler(speaking("lifespan.startup.failed"), policy=POLICY)


def test_an_exception_of_a_start_up_is_logged_and_the_server_goes_on(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    handler = serve(speaking("raise"))
    [record] = told(caplog)
    assert record.exc_info
    assert record.exc_info[0] is ConnectionError
    assert handler(event("rest"), None)["body"] == "app"
    with pytest.raises(LifespanError, match="the database is away"):
        CORSHandler(speaking("raise"), policy=POLICY, lifespan="on")


@pytest.mark.parametrize("answer", ["lifespan.shutdown.complete", "http.response.start"])
def test_an_answer_to_another_question_is_none(answer: str) -> None:
    with pytest.raises(LifespanError, match=f"with '{answer}'"):
        CORSHandler(speaking(answer), policy=POLICY, lifespan="on")


def test_a_shutdown_that_raises_is_told(serve: Serve) -> None:
    with pytest.raises(LifespanError, match="the database is away"):
        serve(speaking("lifespan.startup.complete", "raise")).close()


def test_a_lifespan_that_ended_early_is_not_asked_again(serve: Serve) -> None:
    handler = serve(speaking("lifespan.startup.complete"))
    assert handler(event("rest"), None)["body"] == "app"
    handler.close()


def test_an_unknown_mode_is_refused(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(ValueError, match='lifespan is \'never\'; write "auto", "on" or "off"'):
        CORSHandler(answering(), policy=POLICY, lifespan="never")  # type: ignore[arg-type]  # the mistake
    assert not told(caplog)


def test_what_comes_after_the_last_answer_is_part_of_the_shutdown(serve: Serve) -> None:
    done: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await speaking("lifespan.startup.complete", "lifespan.shutdown.complete")(scope, receive, send)
        await asyncio.sleep(0.01)
        done.append("closed the pool")

    serve(app).close()
    assert done == ["closed the pool"]


def test_an_exception_after_the_last_answer_is_told(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await speaking("lifespan.startup.complete", "lifespan.shutdown.complete")(scope, receive, send)
        raise ConnectionError("the pool is stuck")

    with pytest.raises(LifespanError, match=r"shutdown failed: .*the pool is stuck"):
        serve(app).close()
    assert not told(caplog)


def test_a_lifespan_that_broke_in_between_is_told_at_its_end(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await speaking("lifespan.startup.complete")(scope, receive, send)
        if scope["type"] == "lifespan":
            raise ConnectionError("the database is away")

    handler = serve(app)
    assert handler(event("rest"), None)["body"] == "app"
    with pytest.raises(LifespanError, match="the database is away"):
        handler.close()
    assert not told(caplog)


def test_a_lifespan_that_never_returns_is_cancelled(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lambda_cors_kit.asgi.lifespan.LAST_SECONDS", 0.01)
    cancelled: list[bool] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await speaking("lifespan.startup.complete", "lifespan.shutdown.complete")(scope, receive, send)
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.append(True)
            raise

    serve(app).close()
    assert cancelled == [True]


@pytest.mark.parametrize("fail", ["", "up", "down"])
def test_the_same_in_a_loop_that_runs(fail: str) -> None:
    log: list[str] = []

    async def scenario() -> None:
        lifespan = Lifespan(starlette(log, fail), "auto")
        await lifespan.startup_async()
        assert (log, lifespan.state) == (["up"], {"shared": []})
        await lifespan.shutdown_async()
        await lifespan.shutdown_async()

    if not fail:
        asyncio.run(scenario())
        assert log == ["up", "down"]
        return
    with pytest.raises(LifespanError, match=r"(?s)failed: .*the database is away") as caught:
        asyncio.run(scenario())
    assert caught.value.reason == "ConnectionError: the database is away"
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_a_start_up_that_is_given_up_leaves_no_task() -> None:
    async def hangs(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(60)

    async def scenario() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(Lifespan(hangs, "auto").startup_async(), 0.01)
        await asyncio.sleep(0)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(scenario())
