"""The events that carry an HTTP request to a function: reading a preflight in them, writing headers for them.

Mangum turns events into ASGI and back; here is only what a preflight needs, so that it costs next to nothing.
"""

from __future__ import annotations

from .decision import merge_vary
from .problems import shown
from .standard import PREFIX

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
        method = context["http"]["method"] if event.get("version") == "2.0" else event["httpMethod"]
    except (AttributeError, KeyError, TypeError):
        raise UnknownEventError(event) from None
    known = isinstance(context, dict) and ("version" in event or "resource" in event or "elb" in context)
    # With an ARN it is a request to a Lambda authorizer, which answers with a policy instead.
    if not known or not isinstance(method, str) or "methodArn" in event or "routeArn" in event:
        raise UnknownEventError(event)
    return method


def path_of(event: Event) -> str:
    """The request's path as its sender wrote it, for an event that `method_of` knows."""
    path = event["requestContext"]["http"]["path"] if event.get("version") == "2.0" else event["path"]
    return str(path)


def header(event: Event, name: str) -> str | None:
    """The value of the request header `name` (lower case); several lines become one value, joined by commas."""
    headers = event.get("multiValueHeaders") or event.get("headers")
    if not isinstance(headers, dict):
        return None
    value = headers.get(name)
    if value is None:
        value = _spelled_otherwise(event, headers, name)
    if isinstance(value, list):
        value = value[0] if len(value) == 1 else ", ".join(line for line in value if isinstance(line, str))
    return value if isinstance(value, str) else None


def _spelled_otherwise(event: Event, headers: dict[str, Any], name: str) -> object:
    value = headers.get(name.title())
    # Names are lower case in payload 2.0; elsewhere a client that speaks HTTP/1.1 may have had its own way.
    if value is None and event.get("version") != "2.0":
        for key in headers:
            if key.lower() == name:
                return headers[key]
    return value


def response(event: Event, status: int, headers: Iterable[tuple[str, str]], body: str = "") -> Result:
    """A response in the form that the event's sender reads."""
    if "multiValueHeaders" in event and "elb" in event["requestContext"]:
        lines = {name: [value] for name, value in headers}
        return {"statusCode": status, "multiValueHeaders": lines, "body": body, "isBase64Encoded": False}
    return {"statusCode": status, "headers": dict(headers), "body": body, "isBase64Encoded": False}


def write_headers(result: Result, headers: dict[str, str]) -> None:
    """Puts the policy's headers, Vary among them, in place of any Access-Control-* of the app's own."""
    single: dict[str, Any] | None = result.get("headers")
    if single is None or result.get("multiValueHeaders"):
        _replace(result, headers)
        return
    for name in single:
        # Access-Control-*, Vary, and few others that responses have.
        if name[:1] in "aAvV":
            _replace(result, headers)
            return
    single.update(headers)


def _replace(result: Result, headers: dict[str, str]) -> None:
    """The same for a response that has such headers already, or several lines of one."""
    single: dict[str, Any] = result.get("headers") or {}
    multiple: dict[str, Any] = result.get("multiValueHeaders") or {}
    varied: list[str] = []
    for held in (single, multiple):
        for name in list(held):
            if name.lower().startswith(PREFIX):
                del held[name]
            elif name.lower() == "vary" and "vary" in headers:
                value = held.pop(name)
                varied.extend(value if isinstance(value, list) else [value])
    if varied:
        headers = {**headers, "vary": merge_vary(varied, headers["vary"])}
    if result.get("headers") is None and result.get("multiValueHeaders") is not None:
        multiple.update((name, [value]) for name, value in headers.items())
    else:
        result["headers"] = {**single, **headers}
