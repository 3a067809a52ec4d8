"""Payload 2.0: the event that HTTP APIs and Function URLs send, and the response they take.

Sources: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html and
https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads
"""

from __future__ import annotations

import base64
import binascii
import json
import time
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote

from .fields import MalformedResponse, field_lines
from .media_types import essence
from .messages import Request, Response, last_value

_TEXT_TYPES = {
    "application/json",
    "application/javascript",
    "application/x-www-form-urlencoded",
    "application/xml",
}


def http_event(
    request: Request,
    context: Mapping[str, Any],
    *,
    path_parameters: Mapping[str, str] | None = None,
    stage_variables: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The event for a request; `context` is what `request_context` made."""
    headers = _joined(request.headers)
    cookies = headers.pop("cookie", None)
    text = _text(request)
    event = {
        "version": "2.0",
        "routeKey": context["routeKey"],
        "rawPath": context["http"]["path"],
        "rawQueryString": request.query,
        "headers": {
            **headers,
            "x-forwarded-for": request.source_ip,
            "x-forwarded-port": request.port,
            "x-forwarded-proto": request.scheme,
        },
        "requestContext": dict(context),
        "isBase64Encoded": text is None,
    }
    optional = {
        "cookies": cookies.split("; ") if cookies else None,
        "queryStringParameters": _joined(tuple(parse_qsl(request.query, keep_blank_values=True)), lower=False),
        "pathParameters": path_parameters,
        "stageVariables": stage_variables,
        "body": base64.b64encode(request.body).decode() if text is None else text,
    }
    return event | {name: value for name, value in optional.items() if value}


def request_context(
    request: Request,
    *,
    account: str,
    api_id: str,
    domain_name: str,
    route_key: str = "$default",
    stage: str = "$default",
    decoded: bool = False,
) -> dict[str, Any]:
    """The event's requestContext, with a request id of its own.

    `decoded` says that the path goes without its percent-encoding, once, as an HTTP API sends it; a Function URL
    sends it as it came.
    """
    now = time.time()
    return {
        "accountId": account,
        "apiId": api_id,
        "domainName": domain_name,
        "domainPrefix": api_id,
        "http": {
            "method": request.method,
            "path": unquote(request.path) if decoded else request.path,
            "protocol": request.protocol,
            "sourceIp": request.source_ip,
            "userAgent": request.header("user-agent") or "",
        },
        "requestId": str(uuid.uuid4()),
        "routeKey": route_key,
        "stage": stage,
        "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
        "timeEpoch": int(now * 1000),
    }


def http_response(payload: bytes, *, quoted: bool = False) -> Response:
    """The HTTP response for what the function returned; JSON without a statusCode is itself the body.

    A string that is the body stands as JSON, in quotes, where `quoted` says so: AWS's guides show it without them
    for HTTP APIs, and with them for Function URLs. Raises MalformedResponse.
    """
    try:
        content = json.loads(payload)
    except ValueError:
        raise MalformedResponse("no JSON") from None
    if isinstance(content, dict) and "statusCode" in content:
        return _structured(content)
    body = content.encode(errors="replace") if isinstance(content, str) and not quoted else payload
    return Response(200, (("Content-Type", "application/json"),), body)


def _structured(content: Mapping[str, Any]) -> Response:
    status, body = content["statusCode"], content.get("body")
    if isinstance(status, bool) or not str(status).isdecimal() or not 200 <= int(status) <= 599:
        raise MalformedResponse(f"statusCode {status!r}")
    cookies = content.get("cookies") or []
    if not isinstance(cookies, list):
        raise MalformedResponse(f"cookies are {type(cookies).__name__} and not a list")
    headers = field_lines(content.get("headers"), {"set-cookie": cookies})
    if last_value(headers, "content-type") is None:
        headers = (("Content-Type", "application/json"), *headers)
    if not isinstance(body, str | None):
        # "Lambda body contains the wrong type": https://github.com/aws/aws-lambda-go/pull/373
        raise MalformedResponse(f"a body that is {type(body).__name__} and not a string")
    if not isinstance(content.get("isBase64Encoded"), bool | None):
        raise MalformedResponse("isBase64Encoded is neither true nor false")
    data = (body or "").encode(errors="replace")
    if content.get("isBase64Encoded"):
        try:
            data = base64.b64decode(data, validate=True)
        except binascii.Error:
            raise MalformedResponse("isBase64Encoded is true and the body is no base64") from None
    return Response(int(status), headers, data)


def _joined(fields: tuple[tuple[str, str], ...], *, lower: bool = True) -> dict[str, str]:
    """Values of one name joined by commas; cookies by the separator that they have."""
    joined: dict[str, str] = {}
    for name, value in fields:
        key = name.lower() if lower else name
        separator = "; " if lower and key == "cookie" else ","
        joined[key] = f"{joined[key]}{separator}{value}" if key in joined else value
    return joined


def _text(request: Request) -> str | None:
    """The body as text; None for one that goes as base64, by its type or because it is not UTF-8."""
    kind = essence(request.header("content-type") or "")
    if request.body and not (kind.startswith("text/") or kind.endswith(("+json", "+xml")) or kind in _TEXT_TYPES):
        return None
    try:
        return request.body.decode()
    except UnicodeDecodeError:
        return None
