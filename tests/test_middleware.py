"""CORSMiddleware around ASGI apps: what it writes, what it leaves alone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from lambda_cors_kit import CORSMiddleware, CORSPolicy
from lambda_cors_kit.environment import VARIABLE, write_environment
from tests.strategies import policies

ORIGIN = "https://app.example.com"
POLICY = CORSPolicy([ORIGIN], allow_credentials=True)
Headers = list[tuple[bytes, bytes]]
Message = MutableMapping[str, Any]
App = Callable[
    [MutableMapping[str, Any], Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]],
    Awaitable[None],
]


def answering(headers: Headers, status: int = 200) -> App:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"app"})

    return app


def call(app: App, method: str = "GET", headers: Headers | None = None, kind: str = "http") -> list[Message]:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": kind,
        "method": method,
        "path": "/",
        "headers": headers or [],
        "query_string": b"",
        "root_path": "",
    }

    async def serve() -> None:
        await app(scope, receive, send)

    try:
        asyncio.run(serve())
    except RuntimeError as error:
        sent.append({"type": "raised", "error": str(error)})
    return sent


def test_the_apps_own_headers_are_replaced() -> None:
    own: Headers = [
        (b"Access-Control-Allow-Origin", b"*"),
        (b"access-control-expose-headers", b"x-own"),
        (b"Vary", b"Accept"),
        (b"set-cookie", b"a=1"),
        (b"set-cookie", b"b=2"),
    ]
    start, body = call(CORSMiddleware(answering(own), POLICY), headers=[(b"origin", ORIGIN.encode())])
    assert start["headers"] == [
        (b"set-cookie", b"a=1"),
        (b"set-cookie", b"b=2"),
        (b"vary", b"Accept, Origin"),
        (b"access-control-allow-origin", ORIGIN.encode()),
        (b"access-control-allow-credentials", b"true"),
    ]
    assert body["body"] == b"app"


def test_a_refused_origin_gets_the_response_without_any_cors_header() -> None:
    app = answering([(b"access-control-allow-origin", b"https://evil.test")])
    start, body = call(CORSMiddleware(app, POLICY), headers=[(b"origin", b"https://evil.test")])
    assert start["headers"] == [(b"vary", b"Origin")]
    assert body["body"] == b"app"


def test_two_origin_lines_are_refused() -> None:
    headers: Headers = [(b"origin", ORIGIN.encode()), (b"origin", ORIGIN.encode())]
    start, _ = call(CORSMiddleware(answering([]), POLICY), headers=headers)
    assert start["headers"] == [(b"vary", b"Origin")]


def test_two_lines_of_requested_headers_are_one_list() -> None:
    headers: Headers = [
        (b"origin", ORIGIN.encode()),
        (b"access-control-request-method", b"PUT"),
        (b"access-control-request-headers", b"content-type"),
        (b"access-control-request-headers", b"x-nope"),
    ]
    start, _ = call(CORSMiddleware(answering([]), POLICY), "OPTIONS", headers)
    assert start["status"] == 403


def test_a_preflight_never_reaches_the_app() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError("called")

    headers: Headers = [(b"origin", ORIGIN.encode()), (b"access-control-request-method", b"PUT")]
    start, body = call(CORSMiddleware(app, POLICY), "OPTIONS", headers)
    assert (start["status"], body["body"]) == (204, b"")


def test_an_exception_is_a_readable_500_and_reaches_the_server() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise RuntimeError("boom")

    start, body, raised = call(CORSMiddleware(app, POLICY), headers=[(b"origin", ORIGIN.encode())])
    assert start["status"] == 500
    assert (b"access-control-allow-origin", ORIGIN.encode()) in start["headers"]
    assert body["body"] == b"Internal Server Error"
    assert raised["error"] == "boom"


def test_an_exception_after_the_start_only_reaches_the_server() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200})
        raise RuntimeError("late")

    messages = call(CORSMiddleware(app, POLICY), headers=[(b"origin", ORIGIN.encode())])
    assert [m["type"] for m in messages] == ["http.response.start", "raised"]


def test_starlettes_own_error_pages_carry_the_headers() -> None:
    def crash(request: Request) -> PlainTextResponse:
        raise RuntimeError("boom")

    app = CORSMiddleware(Starlette(routes=[Route("/", crash)]), POLICY)
    start, _, raised = call(app, headers=[(b"origin", ORIGIN.encode())])
    assert start["status"] == 500
    assert (b"access-control-allow-origin", ORIGIN.encode()) in start["headers"]
    assert raised["error"] == "boom"


@pytest.mark.parametrize("kind", ["websocket", "lifespan"])
def test_other_scopes_pass_through_untouched(kind: str) -> None:
    seen: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.extend([scope, receive, send])

    scope = {"type": kind}
    receive: Any = object()
    send: Any = object()
    asyncio.run(CORSMiddleware(app, POLICY)(scope, receive, send))
    assert [seen[0] is scope, seen[1] is receive, seen[2] is send] == [True, True, True]


@pytest.mark.parametrize(("writer", "left"), [("gateway", [(b"vary", b"Origin")]), ("none", None)])
def test_where_another_writes_the_app_answers_preflights(
    monkeypatch: pytest.MonkeyPatch, writer: str, left: Headers | None
) -> None:
    monkeypatch.setenv(VARIABLE, write_environment(writer, None))
    own: Headers = [(b"access-control-allow-origin", b"*")]
    headers: Headers = [(b"origin", ORIGIN.encode()), (b"access-control-request-method", b"PUT")]
    start, _ = call(CORSMiddleware(answering(own)), "OPTIONS", headers)
    assert (start["status"], start["headers"]) == (200, own if left is None else left)


def test_the_environments_policy_is_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, write_environment("function", POLICY.to_dict()))
    start, _ = call(CORSMiddleware(answering([])), headers=[(b"origin", ORIGIN.encode())])
    assert (b"access-control-allow-origin", ORIGIN.encode()) in start["headers"]


NAMES = st.sampled_from(
    [b"origin", b"access-control-request-method", b"access-control-request-headers", b"cookie"]
)


@given(
    policies(), st.sampled_from(["GET", "OPTIONS"]), st.lists(st.tuples(NAMES, st.binary(max_size=60)), max_size=5)
)
def test_no_bytes_raise_and_no_answer_is_ambiguous(policy: CORSPolicy, method: str, headers: Headers) -> None:
    app = answering([(b"access-control-allow-origin", b"*"), (b"access-control-allow-credentials", b"true")])
    start, body = call(CORSMiddleware(app, policy), method, headers)
    names = [name for name, _ in start["headers"]]
    assert names.count(b"access-control-allow-origin") <= 1
    written = dict(start["headers"])
    assert not (
        written.get(b"access-control-allow-origin") == b"*" and b"access-control-allow-credentials" in written
    )
    assert not any(c in value for _, value in start["headers"] for c in b"\r\n")
    assert body["type"] == "http.response.body"
