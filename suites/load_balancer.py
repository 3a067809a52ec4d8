"""An Application Load Balancer in front of a function: the event it sends and the result it takes.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from .kit import Fields, Request, Response

TARGET_GROUP = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/suites/6d0ecf831eec9f09"
# Sent on as they are; any other body is in base64.
_TEXT_TYPES = ("text/", "application/json", "application/javascript", "application/xml")
# Between the client and the load balancer only; Connection stays in AWS's own sample of an event.
_CONSUMED = {"te", "trailer", "transfer-encoding", "upgrade"}


def balancer_event(request: Request, port: int, scheme: str, *, multi_value: bool) -> dict[str, Any]:
    """The event for a request; `multi_value` is the target group's `lambda.multi_value_headers.enabled`.

    Names of headers are in lower case; path and query parameters are as the client encoded them. Without
    multi-value headers the last of several values stays.
    """
    headers = (
        *((name.lower(), value) for name, value in request.headers if name.lower() not in _CONSUMED),
        ("x-forwarded-for", request.source_ip),
        ("x-forwarded-port", str(port)),
        ("x-forwarded-proto", scheme),
        ("x-amzn-trace-id", "Root=1-5bdb40ca-556d8b0c50dc66f0511bf520"),
    )
    parts = [part.partition("=") for part in request.query.split("&") if part]
    query = tuple((name, value) for name, _, value in parts)
    kind = (request.header("content-type") or "").lower()
    text = kind.startswith(_TEXT_TYPES) and request.header("content-encoding") is None
    event: dict[str, Any] = {
        "requestContext": {"elb": {"targetGroupArn": TARGET_GROUP}},
        "httpMethod": request.method,
        "path": request.path,
        "body": request.body.decode(errors="replace") if text else base64.b64encode(request.body).decode(),
        "isBase64Encoded": bool(request.body) and not text,
    }
    if multi_value:
        return event | {"multiValueHeaders": _lists(headers), "multiValueQueryStringParameters": _lists(query)}
    return event | {"headers": dict(headers), "queryStringParameters": dict(query)}


def balancer_response(result: Mapping[str, Any], *, multi_value: bool) -> Response:
    """The HTTP response for what the function returned.

    Raises:
        ValueError: where the load balancer would answer 502: no integer as status, or the headers are in the
            field that the target group does not read.
    """
    status = result.get("statusCode")
    if not isinstance(status, int) or isinstance(status, bool):
        raise ValueError(f"statusCode is {status!r}, which is not an integer; a load balancer answers 502")
    unread = "headers" if multi_value else "multiValueHeaders"
    if result.get(unread):
        raise ValueError(f"the result has {unread}, which this target group does not read: {result[unread]!r}")
    if multi_value:
        lists = (result.get("multiValueHeaders") or {}).items()
        headers = tuple((name, value) for name, values in lists for value in values)
    else:
        headers = tuple((result.get("headers") or {}).items())
    body = (result.get("body") or "").encode()
    return Response(status, headers, base64.b64decode(body) if result.get("isBase64Encoded") else body)


def _lists(fields: Fields) -> dict[str, list[str]]:
    lists: dict[str, list[str]] = {}
    for name, value in fields:
        lists.setdefault(name, []).append(value)
    return lists
