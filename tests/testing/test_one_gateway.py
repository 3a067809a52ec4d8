"""BrowserClient(handler) and the HTTP API of `serve` are one gateway: one event, and one answer to each result."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lambda_cors_kit.payloads.messages import Request, Response
from lambda_cors_kit.testing import BrowserClient
from tests.local.support import Function, gateway, http_api

HOST = "api.example.com"
REFUSED = (500, [("content-type", "application/json")], b'{"message":"Internal Server Error"}')
JSON = ("content-type", "application/json")
Answer = tuple[int, list[tuple[str, str]], bytes]


def of_serve(result: Any, request: Request) -> tuple[Answer, dict[str, Any]]:
    """The answer of the gateway on this machine, and the event that its function got."""
    function = Function(lambda event: result)
    response: Response = gateway(function, http_api())(request)
    headers = [(name.lower(), value) for name, value in response.headers if name.lower() != "apigw-requestid"]
    [event] = function.events
    return (response.status, headers, response.body), json.loads(json.dumps(event))


def of_client(result: Any, request: Request) -> tuple[Answer, dict[str, Any]]:
    """The same of the client, as it stands in the network panel: no header hidden."""
    events: list[dict[str, Any]] = []

    def handler(event: dict[str, Any], context: Any) -> Any:
        events.append(event)
        return result

    page = BrowserClient(handler, f"http://{HOST}", base_url=f"http://{HOST}")
    headers = dict(request.headers)
    exchanges = page.fetch(request.target, request.method, headers, body=request.body or None).exchanges
    [answer] = [each.response for each in exchanges]
    assert answer is not None
    [event] = events
    return (answer.status, [(name.lower(), value) for name, value in answer.headers], answer.body), event


@pytest.mark.parametrize(
    ("result", "answer"),
    [
        ({"statusCode": 200, "body": "x"}, (200, [JSON], b"x")),
        ({"statusCode": "404"}, (404, [JSON], b"")),
        ({"statusCode": 200, "headers": {"content-TYPE": "text/css"}}, (200, [("content-type", "text/css")], b"")),
        ({"statusCode": 200, "body": {"a": 1}}, REFUSED),
        ({"statusCode": 200, "body": 7}, REFUSED),
        ("text", (200, [JSON], b"text")),
        ("\u00e4", (200, [JSON], "\u00e4".encode())),
        ({"a": 1}, (200, [JSON], b'{"a": 1}')),
        ([1, 2], (200, [JSON], b"[1, 2]")),
        (7, (200, [JSON], b"7")),
        (False, (200, [JSON], b"false")),
        ({"statusCode": 200, "headers": {"X-A": "a\nSet-Cookie: b=1"}}, REFUSED),
        ({"statusCode": 200, "headers": {"X-A": "a\r\n"}}, REFUSED),
        ({"statusCode": 200, "headers": {"X-A": "a\x00"}}, REFUSED),
        ({"statusCode": 200, "cookies": ["a=1\nb"]}, REFUSED),
        ({"statusCode": 199}, REFUSED),
        ({"statusCode": 600}, REFUSED),
        ({"statusCode": -200}, REFUSED),
        ({"statusCode": 200.0}, REFUSED),
        ({"statusCode": None}, REFUSED),
        ({"statusCode": 200, "headers": {"X A": "1"}}, REFUSED),
        ({"statusCode": 200, "headers": {"": "1"}}, REFUSED),
        ({"statusCode": 200, "headers": {"X-A:": "1"}}, REFUSED),
        ({"statusCode": 200, "headers": {"X-A": 7}}, REFUSED),
        ({"statusCode": 200, "headers": {"X-A": None}}, REFUSED),
        ({"statusCode": 200, "headers": {"X-A": ["1"]}}, REFUSED),
        ({"statusCode": 200, "headers": {"X-A": True}}, (200, [JSON, ("x-a", "true")], b"")),
        ({"statusCode": 200, "headers": {"X-A": " 1\t"}}, (200, [JSON, ("x-a", "1")], b"")),
        ({"statusCode": 200, "headers": [["X-A", "1"]]}, REFUSED),
        ({"statusCode": 200, "headers": {"Date": "x"}}, (200, [JSON, ("x-amzn-remapped-date", "x")], b"")),
        ({"statusCode": 200, "headers": {"Transfer-Encoding": "chunked"}}, (200, [JSON], b"")),
        (
            {"statusCode": 200, "cookies": ["a=1", "b=2"]},
            (200, [JSON, ("set-cookie", "a=1"), ("set-cookie", "b=2")], b""),
        ),
        ({"statusCode": 200, "cookies": "a=1"}, REFUSED),
        ({"statusCode": 200, "body": "AAE=", "isBase64Encoded": True}, (200, [JSON], b"\x00\x01")),
        ({"statusCode": 200, "body": "%", "isBase64Encoded": True}, REFUSED),
        ({"statusCode": 200, "body": "AAE=", "isBase64Encoded": "false"}, REFUSED),
    ],
    ids=lambda value: json.dumps(value)[:60] if not isinstance(value, tuple) else str(value[0]),
)
def test_one_answer_to_each_result(result: Any, answer: Answer) -> None:
    request = Request("GET", "/", (("host", HOST),))
    assert of_client(result, request)[0] == of_serve(result, request)[0] == answer


@pytest.mark.parametrize(
    ("content_type", "body", "sent"),
    [
        ("application/x-javascript", b"a()", ("YSgp", True)),
        ("application/javascript", b"a()", ("a()", False)),
        ("application/json", b"{}", ("{}", False)),
        ("application/vnd.api+json; charset=utf-8", b"{}", ("{}", False)),
        ("application/x-ndjson", b"{}", ("e30=", True)),
        ("application/xml", b"<a/>", ("<a/>", False)),
        ("application/x-www-form-urlencoded", b"a=1", ("a=1", False)),
        ("text/plain", "\u00e4".encode(), ("\u00e4", False)),
        ("text/plain", b"\xff", ("/w==", True)),
        ("image/png", b"\x89PNG", ("iVBORw==", True)),
        ("", b"x", ("eA==", True)),
    ],
)
def test_one_form_for_each_body(content_type: str, body: bytes, sent: tuple[str, bool]) -> None:
    fields = (("content-type", content_type),) if content_type else ()
    _, event = of_client("ok", Request("POST", "/a%20b?x=1&x=2&y=", fields, body))
    # Its headers are those that the client sent; so the gateway gets the same.
    added = ("x-forwarded-for", "x-forwarded-port", "x-forwarded-proto")
    wire = tuple((name, value) for name, value in event["headers"].items() if name not in added)
    _, same = of_serve("ok", Request("POST", "/a%20b?x=1&x=2&y=", wire, body, source_ip="192.0.2.1"))

    assert (event["body"], event["isBase64Encoded"]) == sent
    assert without_the_call(event) == without_the_call(same)


def without_the_call(event: dict[str, Any]) -> dict[str, Any]:
    """An event without what names the API and the moment."""
    own = ("apiId", "domainPrefix", "requestId", "time", "timeEpoch")
    return {**event, "requestContext": {k: v for k, v in event["requestContext"].items() if k not in own}}
