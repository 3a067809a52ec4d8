"""The events that AWS sends for one and the same request, and apps that need no framework."""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

import pytest

from lambda_cors_kit import CORSPolicy

ORIGIN = "https://app.example.com"
POLICY = CORSPolicy([ORIGIN], allow_methods=["PUT"], expose_headers=["etag"], allow_credentials=True)
KINDS = ("rest", "http_v1", "http_v2", "function_url", "alb", "alb_multiple")

Pairs = Sequence[tuple[str, str]]
Event = dict[str, Any]
App = Callable[[Any, Any, Any], Coroutine[Any, Any, None]]
RawHeaders = list[tuple[bytes, bytes]]


def event(
    kind: str,
    method: str = "GET",
    path: str = "/items",
    headers: Pairs = (("host", "api.example.net"), ("origin", ORIGIN)),
    query: Pairs = (),
    body: bytes | None = None,
) -> Event:
    """The event that a gateway or load balancer of this kind makes of a request."""
    make = _v2 if kind in ("http_v2", "function_url") else _alb if kind.startswith("alb") else _v1
    made = make(kind, method, path, headers, query)
    if body is None:
        return made if kind in ("http_v2", "function_url") else {**made, "body": None}
    try:
        return {**made, "body": body.decode(), "isBase64Encoded": False}
    except UnicodeDecodeError:
        return {**made, "body": base64.b64encode(body).decode(), "isBase64Encoded": True}


def _v1(kind: str, method: str, path: str, headers: Pairs, query: Pairs) -> Event:
    return {
        **({"version": "1.0"} if kind == "http_v1" else {}),
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": dict(headers),
        "multiValueHeaders": _lists(headers),
        "queryStringParameters": dict(query) or None,
        "multiValueQueryStringParameters": _lists(query) or None,
        "requestContext": {"identity": {"sourceIp": "192.0.2.1"}, "stage": "prod"},
        "isBase64Encoded": False,
    }


def _v2(kind: str, method: str, path: str, headers: Pairs, query: Pairs) -> Event:
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": urlencode(query),
        "headers": {name.lower(): ",".join(values) for name, values in _lists(headers).items()},
        "requestContext": {
            "domainName": "id.lambda-url.us-east-1.on.aws" if kind == "function_url" else "api.example.net",
            "http": {"method": method, "path": path, "sourceIp": "192.0.2.1"},
            "stage": "$default",
        },
        "isBase64Encoded": False,
    }


def _alb(kind: str, method: str, path: str, headers: Pairs, query: Pairs) -> Event:
    made: Event = {
        "requestContext": {"elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:::targetgroup/a"}},
        "httpMethod": method,
        "path": path,
        "isBase64Encoded": False,
    }
    if kind == "alb_multiple":
        return {**made, "multiValueHeaders": _lists(headers), "multiValueQueryStringParameters": _lists(query)}
    return {**made, "headers": dict(headers), "queryStringParameters": dict(query)}


def _lists(pairs: Pairs) -> dict[str, list[str]]:
    lists: dict[str, list[str]] = {}
    for name, value in pairs:
        lists.setdefault(name, []).append(value)
    return lists


def preflight(kind: str, origin: str = ORIGIN, method: str = "PUT", headers: str = "") -> Event:
    """The event of a preflight."""
    asked = [("access-control-request-headers", headers)] if headers else []
    lines = [("host", "api.example.net"), ("origin", origin), ("access-control-request-method", method), *asked]
    return event(kind, "OPTIONS", headers=lines)


def header_lines(result: dict[str, Any]) -> list[tuple[str, str]]:
    """The header lines that the client of this answer gets, names in lower case."""
    single = [(name.lower(), value) for name, value in (result.get("headers") or {}).items()]
    multiple = result.get("multiValueHeaders") or {}
    return single + [(name.lower(), value) for name, values in multiple.items() for value in values]


def told(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    """What was logged, without the line that each answered request is worth."""
    return [record for record in caplog.records if record.name != "lambda_cors_kit.access"]


def answering(
    headers: Iterable[tuple[bytes, bytes]] = ((b"content-type", b"text/plain"),),
    chunks: Sequence[bytes] = (b"app",),
    status: int = 200,
) -> App:
    """An app that gives one answer to every request, and has no lifespan."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "http"
        await send({"type": "http.response.start", "status": status, "headers": list(headers)})
        for chunk in chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body"})

    return app
