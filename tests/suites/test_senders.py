"""Every sender's event brings the request to the app and the app's response back."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from suites.calls import Call, call_to
from suites.control import CONTROL
from suites.kit import RUNTIME_API, VARIABLE, write_environment
from suites.senders import SENDERS, Sender
from suites.session import Session

EVERY = [pytest.param(sender, id=name) for name, sender in {**SENDERS, CONTROL.name: CONTROL}.items()]
HEADERS = (("host", "testserver"), ("x-a", "1"), ("cookie", "a=1; b=2"), ("content-type", "application/x-binary"))


def call(
    method: str = "GET", target: str = "/items?q=a%20b", body: bytes = b"", root_path: str = "", **more: Any
) -> Call:
    where = (more.get("scheme", "http"), "testserver", more.get("port"), target)
    length = (("content-length", str(len(body))),) if body else ()
    return call_to(method, where, (*HEADERS, *length), body, client="192.0.2.1", root_path=root_path)


@pytest.fixture(autouse=True)
def _without_a_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, write_environment("none", None))
    monkeypatch.setenv(RUNTIME_API, "127.0.0.1:9001")


class Echo:
    """An app that remembers what it was asked."""

    def __init__(self, body: bytes = b"\x00\xff") -> None:
        self.scope: dict[str, Any] = {}
        self.received = b""
        self._body = body

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.scope, self.received = scope, (await receive())["body"]
        headers = [(b"content-type", b"image/x"), (b"set-cookie", b"c=3"), (b"www-authenticate", b"Basic")]
        await send({"type": "http.response.start", "status": 201, "headers": headers})
        await send({"type": "http.response.body", "body": self._body})


@pytest.fixture(params=EVERY)
def sender(request: pytest.FixtureRequest) -> Any:
    return request.param


def asked(sender: Sender, asking: Call) -> tuple[Echo, Any]:
    app = Echo()
    session = Session(app, sender, "off")
    try:
        return app, session.ask(asking)
    finally:
        session.close()


def test_the_app_gets_the_request(sender: Sender) -> None:
    app, _ = asked(sender, call("PUT", body=bytes(range(256))))
    assert (app.scope["method"], app.scope["path"], app.scope["scheme"]) == ("PUT", "/items", "http")
    assert app.scope["query_string"] in (b"q=a%20b", b"q=a+b")
    assert app.scope["client"][0] == "192.0.2.1"
    assert app.received == bytes(range(256))


def test_the_app_gets_the_client_s_headers_and_none_of_the_sender_s(sender: Sender) -> None:
    app, _ = asked(sender, call())
    assert sorted(app.scope["headers"]) == sorted((name.encode(), value.encode()) for name, value in HEADERS)


def test_the_client_gets_the_app_s_response(sender: Sender) -> None:
    _, response = asked(sender, call())
    assert (response.status, response.body) == (201, b"\x00\xff")
    headers = {name.lower(): value for name, value in response.headers}
    assert headers == {"content-type": "image/x", "set-cookie": "c=3", "www-authenticate": "Basic"}


def test_https_is_https(sender: Sender) -> None:
    app, _ = asked(sender, call(scheme="https"))
    assert (app.scope["scheme"], app.scope["server"][1]) == ("https", 443)


def test_a_rest_event_has_no_content_length_and_the_stage_only_in_its_context() -> None:
    event = SENDERS["rest"].event(call("POST", "/prod/items/1", b"x", root_path="/prod"))
    assert "content-length" not in event["headers"]
    assert (event["path"], event["requestContext"]["path"]) == ("/items/1", "/prod/items/1")
    assert event["requestContext"]["stage"] == "prod"
    assert (event["resource"], event["pathParameters"]) == ("/{proxy+}", {"proxy": "items/1"})


def test_a_rest_event_below_a_base_path_has_it_in_both() -> None:
    event = SENDERS["rest"].event(call(target="/api/v1/items", root_path="/api/v1"))
    assert event["path"] == event["requestContext"]["path"] == "/api/v1/items"
    assert event["pathParameters"] == {"proxy": "items"}


def test_an_http_api_decodes_the_path_and_a_function_url_does_not() -> None:
    asking = call(target="/a%2Fb%25?q=%25")
    assert SENDERS["http_api"].event(asking)["rawPath"] == "/a/b%"
    assert SENDERS["http_api_v1"].event(asking)["path"] == "/a/b%"
    assert SENDERS["function_url"].event(asking)["rawPath"] == "/a%2Fb%25"
    assert SENDERS["http_api"].event(asking)["cookies"] == ["a=1", "b=2"]


def test_an_http_api_has_its_stage_in_the_path() -> None:
    event = SENDERS["http_api"].event(call(target="/items", root_path="/prod"))
    assert (event["rawPath"], event["requestContext"]["stage"]) == ("/prod/items", "prod")


def test_a_payload_1_0_of_an_http_api_says_so_and_keeps_the_content_length() -> None:
    event = SENDERS["http_api_v1"].event(call("POST", body=b"x"))
    assert event["version"] == "1.0"
    assert event["multiValueHeaders"]["content-length"] == ["1"]


def test_a_load_balancer_sends_the_query_as_the_client_wrote_it() -> None:
    single = SENDERS["load_balancer"].event(call(target="/?a=%20&a=+"))
    multiple = SENDERS["load_balancer_multi"].event(call(target="/?a=%20&a=+", body=b"\xff"))
    assert (single["queryStringParameters"], single.get("multiValueHeaders")) == ({"a": "+"}, None)
    assert multiple["multiValueQueryStringParameters"] == {"a": ["%20", "+"]}
    assert (multiple["body"], multiple["isBase64Encoded"]) == (base64.b64encode(b"\xff").decode(), True)


@pytest.mark.parametrize("name", SENDERS)
def test_a_result_that_the_sender_does_not_take_is_a_502(name: str) -> None:
    response = SENDERS[name].response({"statusCode": "fine", "body": ""}, call())
    assert response.status == 502
