"""A response that Lambda will cut off is named in the log, once, before it happens."""

from __future__ import annotations

import asyncio
import logging
import time
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock, Mock

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

from lambda_cors_kit import answering as module
from tests.handler.conftest import Serve
from tests.handler.samples import App, answering, event, told


def context(milliseconds: float) -> Any:
    """A context of an invocation that ends in so many milliseconds."""
    end = time.monotonic() + milliseconds / 1000
    return SimpleNamespace(get_remaining_time_in_millis=lambda: int((end - time.monotonic()) * 1000))


def streaming(seconds: float, pause: float = 0.01) -> App:
    """Server-sent events for so long, without an end in sight."""

    async def events(request: Request) -> StreamingResponse:
        async def lines() -> Any:
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                yield b"data: tick\n\n"
                if pause:
                    await asyncio.sleep(pause)
                else:
                    # One that works, and never waits.
                    time.sleep(0.0005)

        return StreamingResponse(lines(), media_type="text/event-stream")

    return Starlette(routes=[Route("/events", events)])


@pytest.mark.parametrize("pause", [0.01, 0.0])
def test_an_endless_stream_is_named_once(
    pause: float, serve: Serve, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WARNING_SECONDS", 0.2)
    handler = serve(streaming(0.5, pause))
    began = time.time()
    handler(event("rest", path="/events"), context(500))
    [record] = told(caplog)
    assert 0.25 < record.created - began < 0.48
    assert record.levelno == logging.WARNING
    assert record.message.startswith("the response to GET \"/events\" (text/event-stream; charset=utf-8) is not")
    said = int(record.message.partition(" bytes so far")[0].rpartition(" ")[2])
    assert said > 0
    assert said % len(b"data: tick\n\n") == 0
    assert "ends the invocation in 0.2 seconds" in record.message


def test_where_the_time_is_short_half_of_it_passes_first(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    began = time.time()
    serve(streaming(0.3))(event("rest", path="/events"), context(300))
    [record] = told(caplog)
    assert 0.1 < record.created - began < 0.28
    assert "in 0.1 seconds" in record.message


def test_what_has_not_begun_to_answer_is_named_too(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        scope.clear()
        await asyncio.sleep(0.2)
        await answering()(scope | {"type": "http"}, receive, send)

    assert serve(app, lifespan="off")(event("rest"), context(200))["statusCode"] == 200
    [record] = told(caplog)
    assert record.message.startswith("the response to GET \"/items\" is not complete, 0 bytes so far")


@pytest.mark.parametrize("pause", [0.0, 0.001])
def test_quick_requests_are_not_named_and_leave_no_timers(
    pause: float, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    loops: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        loops.append(asyncio.get_running_loop())
        if pause:
            await asyncio.sleep(pause)
        await answering()(scope, receive, send)

    handler = serve(app, lifespan="off")
    for _ in range(500):
        handler(event("rest"), context(29_000))
    assert not told(caplog)
    # asyncio drops cancelled timers as soon as they are a hundred, and half of all.
    assert len(loops[0]._scheduled) <= 101


@pytest.mark.parametrize(
    "strange",
    [None, {}, object(), Mock(), MagicMock(), SimpleNamespace(get_remaining_time_in_millis=None), context(-5000)],
    ids=["None", "a dict", "an object", "a mock", "a magic mock", "no function", "over"],
)
def test_any_context_will_do(strange: Any, serve: Serve) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(0.01)
        await answering()(scope, receive, send)

    handler = serve(app, lifespan="off")
    for _ in range(2):
        assert handler(event("rest"), strange)["body"] == "app"
