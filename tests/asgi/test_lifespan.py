"""The lifespan: once per container, its state in every request, its failures those of the init."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from lambda_cors_kit import CORSHandler
from lambda_cors_kit.asgi.lifespan import LifespanError
from tests.handler.conftest import Serve
from tests.handler.samples import POLICY, App, answering, event


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
    assert not caplog.records


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
    assert not caplog.records


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
    [record] = caplog.records
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
    assert not caplog.records
