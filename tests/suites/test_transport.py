"""A TestClient behind events behaves as one of its own, but for what cannot be in Lambda."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette import testclient
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from suites import transport
from suites.control import CONTROL
from suites.kit import RUNTIME_API, VARIABLE, write_environment
from suites.senders import SENDERS


@pytest.fixture(autouse=True, params=["http_api", "rest", "load_balancer", "control"])
def _events(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, write_environment("none", None))
    monkeypatch.setenv(RUNTIME_API, "127.0.0.1:9001")
    # What `install` replaces comes back.
    for owner, name in ((testclient, "_TestClientTransport"), (TestClient, "__enter__"), (TestClient, "__exit__")):
        monkeypatch.setattr(owner, name, getattr(owner, name))
    monkeypatch.setattr(transport.EventTransport, "sender", None, raising=False)
    transport.install({**SENDERS, CONTROL.name: CONTROL}[request.param])


def fail(request: Request) -> Response:
    raise KeyError("mine")


def fail_late(request: Request) -> Response:
    return PlainTextResponse("done", background=BackgroundTask(fail, request))


APP = Starlette(routes=[Route("/fail", fail), Route("/late", fail_late)])


@pytest.mark.parametrize("path", ["/fail", "/late"])
def test_what_the_app_raises_is_raised(path: str) -> None:
    with pytest.raises(KeyError, match="mine"):
        TestClient(APP).get(path)


def test_what_the_app_raises_is_a_500_where_the_client_wants_one() -> None:
    client = TestClient(APP, raise_server_exceptions=False)
    assert client.get("/fail").status_code == 500
    assert client.get("/late").text == "done"


def test_an_app_that_sends_nothing_is_told_of() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        return

    with pytest.raises(AssertionError, match="did not receive any response"):
        TestClient(app).get("/")


def test_the_lifespan_runs_once_and_its_state_reaches_requests_and_client() -> None:
    told = []

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, int]]:
        told.append("up")
        yield {"n": 1}
        told.append("down")

    def n(request: Request) -> Response:
        return JSONResponse(request.state.n)

    with TestClient(Starlette(routes=[Route("/", n)], lifespan=lifespan)) as client:
        assert [client.get("/").json(), client.get("/").json()] == [1, 1]
        assert client.app_state == {"n": 1}
        assert told == ["up"]
    assert told == ["up", "down"]


@pytest.mark.parametrize("late", [False, True])
def test_what_the_lifespan_raises_is_raised(late: bool) -> None:
    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        if not late:
            raise KeyError("mine")
        yield
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"), TestClient(Starlette(lifespan=lifespan)):
        pass


def test_cookies_stay_with_the_client() -> None:
    def count(request: Request) -> Response:
        response = PlainTextResponse(request.cookies.get("n", "none"))
        response.set_cookie("n", "1")
        return response

    client = TestClient(Starlette(routes=[Route("/", count)]))
    assert [client.get("/").text, client.get("/").text] == ["none", "1"]


def test_a_websocket_skips_by_kind() -> None:
    with pytest.raises(pytest.skip.Exception, match="not in Lambda: websockets"):
        TestClient(APP).websocket_connect("/")


def test_another_event_loop_skips_by_kind() -> None:
    with pytest.raises(pytest.skip.Exception, match="not in Lambda: trio"):
        TestClient(APP, backend="trio").get("/fail")


@pytest.mark.parametrize("kind", ["http.response.push", "http.response.trailers"])
def test_a_message_that_no_sender_takes_skips_by_kind(kind: str) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": kind})

    with pytest.raises(pytest.skip.Exception, match="not in Lambda"):
        TestClient(app).get("/")


def test_what_an_event_cannot_keep_apart_skips_by_kind() -> None:
    def lines(request: Request) -> Response:
        return JSONResponse([request.headers.getlist("x-a"), request.query_params.getlist("q")])

    client = TestClient(Starlette(routes=[Route("/", lines)]))
    sender = transport.EventTransport.sender
    for keeps, asked in (
        (sender.keeps_lines, {"headers": [("x-a", "1"), ("x-a", "2")]}),
        (sender.keeps_parameters, {"params": [("q", "1"), ("q", "2")]}),
    ):
        expected: Any = contextlib.nullcontext()
        if not keeps:
            expected = pytest.raises(pytest.skip.Exception, match=r"not in Lambda: .* of several")
        with expected:
            assert client.get("/", **asked).status_code == 200


def test_a_query_may_have_any_character() -> None:
    def value(request: Request) -> Response:
        return PlainTextResponse(request.query_params["q"])

    client = TestClient(Starlette(routes=[Route("/", value)]))
    assert client.get("/", params={"q": "Espa\u00f1a"}).text == "Espa\u00f1a"


def test_a_test_may_replace_json_for_its_app(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise KeyError("json")

    def refused(request: Request) -> Response:
        with pytest.raises(KeyError, match="json"):
            json.loads("{}")
        return PlainTextResponse("refused")

    monkeypatch.setattr(json, "loads", refuse)
    assert TestClient(Starlette(routes=[Route("/", refused)])).get("/").text == "refused"
