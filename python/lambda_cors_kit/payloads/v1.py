"""Lambda proxy integration of a REST API: the event it sends (payload 1.0) and the response it takes.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from .fields import MalformedResponse, field_lines
from .media_types import matches_any
from .messages import Fields, Request, Response, last_value

# Of the connection to the gateway, not of the message; the function never sees them.
_CONSUMED = {
    "connection",
    "content-length",
    "content-md5",
    "expect",
    "max-forwards",
    "proxy-authenticate",
    "server",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "www-authenticate",
}
Told = Callable[[str], object]


def _untold(words: str) -> None:
    """Nobody listens."""


_ALLOWED_KEYS = {"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"}


def proxy_event(
    request: Request,
    context: Mapping[str, Any],
    *,
    path: str,
    path_parameters: Mapping[str, str],
    stage_variables: Mapping[str, str],
    binary_media_types: tuple[str, ...],
    broken: Told = _untold,
) -> dict[str, Any]:
    """The event for a request. `path` is without the stage, `context` is the requestContext.

    `broken` is told in words of a body that does not arrive as it was sent.
    """
    headers = request_headers(request)
    query = parse_qsl(request.query, keep_blank_values=True)
    # Without a Content-Type the body counts as JSON.
    binary = matches_any(request.header("content-type") or "application/json", binary_media_types)
    body = base64.b64encode(request.body).decode() if binary else request.body.decode(errors="replace")
    if not binary and "\ufffd" in body and body.encode() != request.body:
        broken(f"the request's body of {len(request.body)} bytes is not text, and reaches the function changed")
    return {
        "resource": context["resourcePath"],
        "path": path,
        "httpMethod": request.method,
        "headers": dict(headers),
        "multiValueHeaders": _grouped(headers),
        "queryStringParameters": dict(query) or None,
        "multiValueQueryStringParameters": _grouped(tuple(query)) or None,
        "pathParameters": dict(path_parameters) or None,
        "stageVariables": dict(stage_variables) or None,
        "requestContext": dict(context),
        "body": body or None,
        "isBase64Encoded": binary and bool(body),
    }


def request_headers(request: Request) -> Fields:
    """The headers that go on to the integration: what was sent, plus what AWS's front adds."""
    sent = tuple(each for each in request.headers if each[0].lower() not in _CONSUMED)
    return (
        *sent,
        ("X-Forwarded-For", request.source_ip),
        ("X-Forwarded-Port", request.port),
        ("X-Forwarded-Proto", request.scheme),
    )


def proxy_response(
    payload: bytes, request: Request, binary_media_types: tuple[str, ...], broken: Told = _untold
) -> Response:
    """The HTTP response for what the function returned; `broken` as for `proxy_event`.

    Raises MalformedResponse for anything but an object of the five known keys with the documented types.
    """
    content = _checked(payload)
    headers = field_lines(content.get("headers"), content.get("multiValueHeaders"))
    if last_value(headers, "content-type") is None:
        headers = (("Content-Type", "application/json"), *headers)
    body = content.get("body") or ""
    data = body.encode(errors="replace")
    # Only the first type that the client accepts decides:
    # https://docs.aws.amazon.com/apigateway/latest/developerguide/lambda-proxy-binary-media.html
    if content.get("isBase64Encoded") and matches_any(_first_accepted(request), binary_media_types):
        try:
            data = base64.b64decode(data, validate=True)
        except binascii.Error:
            raise MalformedResponse("isBase64Encoded is true and the body is no base64") from None
    elif content.get("isBase64Encoded") and data:
        broken(f"the response's body ({last_value(headers, 'content-type')}) leaves as base64 text")
    return Response(int(content.get("statusCode") or 200), headers, data)


def _checked(payload: bytes) -> dict[str, Any]:
    try:
        content = json.loads(payload)
    except ValueError:
        raise MalformedResponse("no JSON") from None
    if not isinstance(content, dict):
        raise MalformedResponse(f"{type(content).__name__} where an object belongs")
    if unknown := set(content) - _ALLOWED_KEYS:
        raise MalformedResponse(f"unknown keys {sorted(unknown)}")
    status = content.get("statusCode", 200)
    if isinstance(status, bool) or not str(status).isdecimal() or not 200 <= int(status) <= 599:
        raise MalformedResponse(f"statusCode {status!r}")
    if not isinstance(content.get("body"), str | None):
        raise MalformedResponse(f"a body that is {type(content['body']).__name__} and not a string")
    if not isinstance(content.get("isBase64Encoded"), bool | None):
        raise MalformedResponse("isBase64Encoded is neither true nor false")
    return content


def _first_accepted(request: Request) -> str:
    return (request.header("accept") or "application/json").split(",")[0]


def _grouped(fields: Fields) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name, value in fields:
        grouped.setdefault(name, []).append(value)
    return grouped
