"""The events that carry an HTTP request to a function: reading a preflight in them, writing headers for them.

Mangum turns events into ASGI and back; here is only what a preflight needs, so that it costs next to nothing.
"""

from __future__ import annotations

from .decision import PREFIX, merge_vary
from .problems import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    Event = dict[str, Any]
    Result = dict[str, Any]


class UnknownEventError(ValueError):
    """An event that is no HTTP request of an API Gateway, a Function URL or a load balancer."""

    def __init__(self, event: object) -> None:
        what = shown(sorted(map(str, event))) if isinstance(event, dict) else f"a {type(event).__name__}"
        super().__init__(
            f"this event is no HTTP request that CORSHandler knows: it has {_described(event) or what}. "
            "It answers REST APIs and HTTP APIs (payload 1.0 and 2.0), Function URLs and load balancers; "
            "give other events a function, or a branch in front of the handler, of their own"
        )


def _described(event: object) -> str | None:
    records = event.get("Records") if isinstance(event, dict) else None
    if isinstance(records, list) and records and isinstance(records[0], dict):
        source = records[0].get("eventSource") or records[0].get("EventSource") or "an unknown source"
        return f"records of {shown(source)}"
    return None


def method_of(event: Event) -> str:
    """The request's method.

    Raises:
        UnknownEventError: where the event is of no kind that carries an HTTP request.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
    and https://docs.aws.amazon.com/lambda/latest/dg/services-alb.html
    """
    try:
        context = event["requestContext"]
        if event.get("version") == "2.0":
            method = context["http"]["method"]
        elif "resource" in event or "version" in event or "elb" in context:
            method = event["httpMethod"]
        else:
            method = None
    except (AttributeError, KeyError, TypeError):
        method = None
    if not isinstance(method, str):
        raise UnknownEventError(event)
    return method


def header(event: Event, name: str) -> str | None:
    """The value of the request header `name` (lower case); several lines become one value, joined by commas."""
    headers = event.get("multiValueHeaders") or event.get("headers")
    if not isinstance(headers, dict):
        return None
    value = headers.get(name)
    if value is None:
        # Gateways pass the client's spelling on where it came over HTTP/1.1.
        length = len(name)
        for key, candidate in headers.items():
            if len(key) == length and key.lower() == name:
                value = candidate
                break
    if isinstance(value, list):
        return ", ".join(item for item in value if isinstance(item, str))
    return value if isinstance(value, str) else None


def response(event: Event, status: int, headers: Iterable[tuple[str, str]], body: str = "") -> Result:
    """A response in the form that the event's sender reads."""
    result: Result = {"statusCode": status, "body": body, "isBase64Encoded": False}
    if "multiValueHeaders" in event and "elb" in event["requestContext"]:
        result["multiValueHeaders"] = {name: [value] for name, value in headers}
    else:
        result["headers"] = dict(headers)
    return result


def write_headers(result: Result, headers: Iterable[tuple[str, str]], vary: str | None) -> None:
    """Puts the policy's headers on the app's response, in place of any Access-Control-* of its own."""
    single: dict[str, Any] | None = result.get("headers")
    multiple: dict[str, Any] | None = result.get("multiValueHeaders")
    varied: list[str] = []
    for held in (single, multiple):
        if not held:
            continue
        for key in list(held):
            lower = key.lower()
            if lower.startswith(PREFIX):
                del held[key]
            elif vary and lower == "vary":
                value = held.pop(key)
                varied.extend(value if isinstance(value, list) else [value])
    written = [*headers, ("vary", merge_vary(varied, vary))] if vary else headers
    if single is None and multiple is not None:
        multiple.update((name, [value]) for name, value in written)
    elif single is None:
        result["headers"] = dict(written)
    else:
        single.update(written)
