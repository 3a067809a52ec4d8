"""One request through an app, whatever the app does: there is one answer, and a failure is logged once."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.responses import JSONResponse, PlainTextResponse, StreamingResponse
from starlette.routing import Route

from lambda_cors_kit.asgi.cycle import Buffer, Cycle
from tests.handler.conftest import Serve
from tests.handler.samples import ORIGIN, App, answering, event, header_lines, told

START = {"type": "http.response.start", "status": 201, "headers": [(b"content-type", b"text/plain")]}
BODY = {"type": "http.response.body", "body": b"whole"}
PART = {"type": "http.response.body", "body": b"part", "more_body": True}


def sending(*messages: Any) -> App:
    """An app that sends these messages; an exception among them is raised."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        for message in messages:
            if isinstance(message, BaseException):
                raise message
            await send(message)

    return app


COMPLETE: dict[str, tuple[Any, ...]] = {
    "in one piece": (START, BODY),
    "in pieces": (START, {**PART, "body": b"who"}, {**BODY, "body": bytearray(b"le")}),
    "a body without a key": (START, {**BODY, "more_body": True}, {"type": "http.response.body"}),
}
FAILING: dict[str, tuple[Any, ...]] = {
    "no response": (),
    "an exception": (ZeroDivisionError(),),
    "an exception after the start": (START, ZeroDivisionError()),
    "an exception after a part": (START, PART, ZeroDivisionError()),
    "no end": (START, PART),
    "no body": (START,),
    "two starts": (START, START, BODY),
    "a body without a start": (BODY,),
    "an unknown message": (START, {"type": "http.response.push"}, BODY),
    "a body that is none": (START, {**BODY, "body": None}),
    "a body of text": (START, {**BODY, "body": "text"}),
    "a message that is none": ({},),
    "a start without a status": ({"type": "http.response.start"}, BODY),
    "an exit": (SystemExit(3),),
    "a cancellation": (asyncio.CancelledError(),),
    "a group of exceptions": (BaseExceptionGroup("several", [SystemExit(3), ZeroDivisionError()]),),
}
TOO_LATE: dict[str, tuple[Any, ...]] = {
    "an exception": (START, BODY, ZeroDivisionError()),
    "an exit": (START, BODY, SystemExit(3)),
    "a cancellation": (START, BODY, asyncio.CancelledError()),
    "a second start": (START, BODY, START),
    "a second body": (START, BODY, BODY),
}


@pytest.mark.parametrize("what", COMPLETE)
def test_a_complete_response(what: str, serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    result = serve(sending(*COMPLETE[what]), lifespan="off")(event("http_v2"), None)
    assert (result["statusCode"], result["body"]) == (201, "whole")
    assert not told(caplog)


@pytest.mark.parametrize("what", FAILING)
def test_a_failure_is_a_500_logged_once(what: str, serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    handler = serve(sending(*FAILING[what]), lifespan="off")
    result = handler(event("http_v2"), None)
    assert (result["statusCode"], result["body"]) == (500, "Internal Server Error")
    assert ("access-control-allow-origin", ORIGIN) in header_lines(result)
    handler.close()
    [record] = told(caplog)
    assert record.exc_info
    assert record.name == "lambda_cors_kit"


@pytest.mark.parametrize("what", TOO_LATE)
def test_what_goes_wrong_later_is_logged_only(what: str, serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    result = serve(sending(*TOO_LATE[what]), lifespan="off")(event("http_v2"), None)
    assert (result["statusCode"], result["body"]) == (201, "whole")
    [record] = told(caplog)
    assert record.exc_info


def test_an_app_that_is_no_asgi_app(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    def wsgi(environ: Any, start_response: Any) -> list[bytes]:
        return []

    result = serve(wsgi)(event("http_v2"), None)
    assert result["statusCode"] == 500
    assert len(told(caplog)) == 1


def test_an_interrupt_is_not_an_answer(serve: Serve) -> None:
    with pytest.raises(KeyboardInterrupt):
        serve(sending(KeyboardInterrupt()), lifespan="off")(event("http_v2"), None)


def test_the_request_comes_once_then_the_disconnect(serve: Serve) -> None:
    received: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        received.append(await receive())
        waiting = [asyncio.ensure_future(receive()) for _ in range(2)]
        await asyncio.sleep(0)
        assert not any(task.done() for task in waiting)
        await send(START)
        await asyncio.sleep(0)
        assert not any(task.done() for task in waiting)
        await send(BODY)
        received.extend([*await asyncio.gather(*waiting), await receive()])

    serve(app, lifespan="off")(event("http_v2", "POST", body=b"asked"), None)
    assert received == [
        {"type": "http.request", "body": b"asked", "more_body": False},
        *[{"type": "http.disconnect"}] * 3,
    ]


def test_background_tasks_are_done_before_the_answer(serve: Serve) -> None:
    done: list[str] = []

    async def later(what: str) -> None:
        await asyncio.sleep(0.01)
        done.append(what)

    async def items(request: Any) -> JSONResponse:
        return JSONResponse({}, background=BackgroundTask(later, "async"))

    def things(request: Any) -> JSONResponse:
        return JSONResponse({}, background=BackgroundTask(done.append, "def"))

    handler = serve(Starlette(routes=[Route("/items", items), Route("/things", things)]))
    handler(event("rest"), None)
    handler(event("rest", path="/things"), None)
    assert done == ["async", "def"]


def test_a_streaming_response_becomes_one_body(serve: Serve) -> None:
    async def stream(request: Any) -> StreamingResponse:
        async def chunks() -> Any:
            for number in range(3):
                await asyncio.sleep(0)
                yield f"{number},"

        return StreamingResponse(chunks(), media_type="text/csv")

    async def through(request: Any, call_next: Any) -> Any:
        return await call_next(request)

    for middleware in ([], [Middleware(BaseHTTPMiddleware, dispatch=through)]):
        result = serve(Starlette(routes=[Route("/items", stream)], middleware=middleware))(event("alb"), None)
        assert result["body"] == "0,1,2,"


@pytest.mark.parametrize("place", ["route", "middleware"])
def test_an_exception_in_starlette_is_logged_once(
    place: str, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    async def fails(request: Any, call_next: Any = None) -> PlainTextResponse:
        raise LookupError("nothing there")

    middleware = [Middleware(BaseHTTPMiddleware, dispatch=fails)] if place == "middleware" else []
    handler = serve(Starlette(routes=[Route("/items", fails)], middleware=middleware))
    result = handler(event("rest"), None)
    assert (result["statusCode"], result["body"]) == (500, "Internal Server Error")
    [record] = told(caplog)
    assert record.exc_info
    assert record.exc_info[0] is LookupError


def test_a_request_does_not_see_the_context_of_the_one_before(serve: Serve) -> None:
    from contextvars import ContextVar

    user: ContextVar[str] = ContextVar("user", default="nobody")
    seen: list[str] = []

    async def items(request: Any) -> JSONResponse:
        seen.append(user.get())
        user.set("somebody")
        return JSONResponse({})

    def things(request: Any) -> JSONResponse:
        seen.append(user.get())
        user.set("somebody else")
        return JSONResponse({})

    handler = serve(Starlette(routes=[Route("/items", items), Route("/things", things)]))
    for path in ("/items", "/things") * 2:
        handler(event("rest", path=path), None)
    assert seen == ["nobody"] * 4
    assert user.get() == "nobody"


def test_a_scope_that_the_app_empties_does_no_harm(serve: Serve) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await answering()(scope, receive, send)
        scope.clear()

    handler = serve(app, lifespan="off")
    for kind in ("http_v2", "alb", "rest"):
        assert handler(event(kind), None)["statusCode"] == 200


def test_no_tracebacks_keep_a_request_alive(serve: Serve) -> None:
    import gc
    import weakref

    class Marker:
        pass

    markers: list[weakref.ref[Marker]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        scope["marker"] = Marker()
        markers.append(weakref.ref(scope["marker"]))
        await answering()(scope, receive, send)

    handler = serve(app, lifespan="off")
    for _ in range(3):
        handler(event("http_v2"), None)
    gc.collect()
    assert [marker() for marker in markers] == [None] * 3
    assert sys.exc_info() == (None, None, None)


@pytest.mark.parametrize("what", FAILING)
def test_a_hook_takes_the_failure_in_place_of_the_log(what: str, caplog: pytest.LogCaptureFixture) -> None:
    failures: list[BaseException] = []
    buffer = Buffer()
    cycle = Cycle(b"", buffer, failures.append)
    asyncio.run(cycle.run(sending(*FAILING[what]), {"type": "http"}))
    assert (cycle.completed, buffer.body) == (False, None)
    assert cycle.started is (FAILING[what][:1] == (START,))
    assert len(failures) == 1
    assert failures[0] in FAILING[what] or isinstance(failures[0], RuntimeError | TypeError | KeyError)
    assert not told(caplog)


def test_what_a_hook_raises_ends_the_cycle() -> None:
    def again(error: BaseException) -> None:
        raise error

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(Cycle(b"", Buffer(), again).run(sending(asyncio.CancelledError()), {"type": "http"}))


@pytest.mark.parametrize("last", [False, True])
def test_a_part_is_nobodys_any_more_once_it_was_sent(last: bool) -> None:
    buffer, kept = bytearray(b"sent"), Buffer()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send(START)
        for body in (memoryview(buffer), buffer, memoryview(buffer)[::2]):
            await send({"type": "http.response.body", "body": body, "more_body": True})
        if not last:
            buffer[:] = b"late"
        await send({"type": "http.response.body", "body": memoryview(buffer), "more_body": False})
        buffer[:] = b"gone"

    asyncio.run(Cycle(b"", kept).run(app, {"type": "http"}))
    assert kept.body == b"sentsentsn" + (b"sent" if last else b"late")
    assert type(kept.body) is bytes


def test_a_complete_response_is_no_failure() -> None:
    failures: list[BaseException] = []
    buffer = Buffer()
    cycle = Cycle(b"", buffer, failures.append)
    assert not cycle.started
    asyncio.run(cycle.run(sending(START, BODY), {"type": "http"}))
    assert (cycle.completed, buffer.status, buffer.body, failures) == (True, 201, b"whole", [])
