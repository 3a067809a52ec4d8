from __future__ import annotations

import json
import time
from datetime import datetime
from typing import Any

import pytest

from lambda_cors_kit.payloads.fields import MalformedResponse
from lambda_cors_kit.payloads.messages import Request
from lambda_cors_kit.payloads.v1 import request_headers
from lambda_cors_kit.payloads.v2 import http_event, http_response, request_context


def event_of(request: Request) -> dict[str, Any]:
    return http_event(request, request_context(request, account="1", api_id="local", domain_name="local.on.aws"))


def test_headers_of_one_name_are_joined() -> None:
    headers = (("Host", "h:81"), ("X-A", "1"), ("x-a", "2"), ("Cookie", "a=1"), ("cookie", "b=2"))
    event = event_of(Request("GET", "/", headers))

    assert event["headers"]["x-a"] == "1,2"
    assert event["cookies"] == ["a=1", "b=2"]
    assert "cookie" not in event["headers"]
    assert event["headers"]["x-forwarded-port"] == "81"
    assert "body" not in event


@pytest.mark.parametrize(
    ("scheme", "host", "port"),
    [
        ("http", "h", "80"),
        ("https", "h", "443"),
        ("https", "h:8443", "8443"),
        ("https", "[::1]", "443"),
        ("http", "[::1]:81", "81"),
    ],
)
def test_the_address_that_was_asked_for_is_told(scheme: str, host: str, port: str) -> None:
    request = Request("GET", "/", (("Host", host),), scheme=scheme)

    forwarded = event_of(request)["headers"]
    assert (forwarded["x-forwarded-proto"], forwarded["x-forwarded-port"]) == (scheme, port)
    assert request_headers(request)[-2:] == (("X-Forwarded-Port", port), ("X-Forwarded-Proto", scheme))


def test_the_time_is_that_of_the_request() -> None:
    before = time.time()
    context = event_of(Request("GET", "/"))["requestContext"]

    assert before * 1000 - 1 <= context["timeEpoch"] <= time.time() * 1000
    assert isinstance(context["timeEpoch"], int)
    told = datetime.strptime(context["time"], "%d/%b/%Y:%H:%M:%S %z")
    assert told.timestamp() == context["timeEpoch"] // 1000


@pytest.mark.parametrize(
    ("content_type", "binary"),
    [
        ("application/json", False),
        ("text/html; charset=utf-8", False),
        ("application/problem+json", False),
        ("", True),
    ],
)
def test_a_body_of_unknown_type_is_base64(content_type: str, binary: bool) -> None:
    headers = (("Content-Type", content_type),) if content_type else ()
    event = event_of(Request("POST", "/", headers, b"text"))

    assert event["isBase64Encoded"] is binary
    assert event["body"] == ("dGV4dA==" if binary else "text")


def test_a_body_that_is_not_utf_8_arrives_whole() -> None:
    event = event_of(Request("POST", "/", (("Content-Type", "text/plain"),), b"\xff"))

    assert (event["body"], event["isBase64Encoded"]) == ("/w==", True)


def test_cookies_become_headers_of_their_own() -> None:
    response = http_response(
        json.dumps({"statusCode": 200, "cookies": ["a=1", "b=2"], "headers": {"X": "y"}}).encode()
    )

    assert [value for name, value in response.headers if name == "set-cookie"] == ["a=1", "b=2"]
    assert response.header("content-type") == "application/json"


@pytest.mark.parametrize("payload", [b'{ "a": 1 }', b"[1]", b"null", b"7"])
def test_what_has_no_status_is_the_body(payload: bytes) -> None:
    response = http_response(payload)

    assert (response.status, response.body) == (200, payload)
    assert response.header("content-type") == "application/json"


def test_a_string_loses_its_quotes_on_an_http_api_only() -> None:
    assert http_response(b'"text"').body == b"text"
    assert http_response(b'"text"', quoted=True).body == b'"text"'


def test_base64_is_decoded() -> None:
    content = {"statusCode": 200, "body": "AAE=", "isBase64Encoded": True}
    assert http_response(json.dumps(content).encode()).body == b"\x00\x01"


@pytest.mark.parametrize(
    "content",
    [
        {"statusCode": "OK"},
        {"statusCode": 99},
        {"statusCode": True},
        {"statusCode": 200, "headers": {"X": "a\nb"}},
        {"statusCode": 200, "headers": []},
        {"statusCode": 200, "body": {"a": 1}},
        {"statusCode": 200, "body": 7},
        {"statusCode": 200, "cookies": [1]},
        {"statusCode": 200, "cookies": "a=1"},
        {"statusCode": 200, "body": "AAE=", "isBase64Encoded": "true"},
        {"statusCode": 200, "body": "%", "isBase64Encoded": True},
    ],
)
def test_what_is_no_response_is_refused(content: object) -> None:
    with pytest.raises(MalformedResponse):
        http_response(json.dumps(content).encode())


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(MalformedResponse):
        http_response(b"no json")
