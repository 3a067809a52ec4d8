"""The events that carry an HTTP request to a function: which kind one is, and what a preflight needs of it.

Read in place, so that a preflight costs next to nothing; `scope` makes a whole ASGI request of an event.

Sources: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html,
https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html,
https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads and
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
"""

from __future__ import annotations

from ..problems import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    Event = dict[str, Any]
    Result = dict[str, Any]

# The form of an event, which is that of the result as well.
V2 = "payload 2.0"
V1 = "payload 1.0"
LOAD_BALANCER = "load balancer"
LOAD_BALANCER_MULTIPLE = "load balancer with multi-value headers"


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
    if not isinstance(records, list) or not records or not isinstance(records[0], dict):
        return None
    if "cf" in records[0]:
        return "a request of CloudFront (Lambda@Edge), which is not served"
    source = records[0].get("eventSource") or records[0].get("EventSource") or "an unknown source"
    return f"records of {shown(source)}"


def form_of(event: Event) -> str:
    """The form of an event: V2, V1, LOAD_BALANCER or LOAD_BALANCER_MULTIPLE.

    Raises:
        UnknownEventError: where the event is of no kind that carries an HTTP request.
    """
    try:
        context = event["requestContext"]
        if event.get("version") == "2.0":
            method, form = context["http"]["method"], V2
        else:
            method, form = event["httpMethod"], V1
        if "elb" in context:
            form = LOAD_BALANCER if event.get("multiValueHeaders") is None else LOAD_BALANCER_MULTIPLE
        elif "version" not in event and "resource" not in event:
            raise UnknownEventError(event)
    except (AttributeError, KeyError, TypeError):
        raise UnknownEventError(event) from None
    # With an ARN it is a request to a Lambda authorizer, which answers with a policy instead.
    if type(method) is not str or "methodArn" in event or "routeArn" in event:
        raise UnknownEventError(event)
    return form


def method_of(event: Event, form: str) -> str:
    """The request's method, in capital letters as ASGI has it."""
    method: str = event["requestContext"]["http"]["method"] if form is V2 else event["httpMethod"]
    return method.upper()


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


def _spelled_otherwise(event: Event, headers: Mapping[str, Any], name: str) -> object:
    value = headers.get(name.title())
    # Names are lower case in payload 2.0; elsewhere a client that speaks HTTP/1.1 may have had its own way.
    if value is None and event.get("version") != "2.0":
        for key in headers:
            if key.lower() == name:
                return headers[key]
    return value


def header_lines(event: Event, form: str) -> Iterable[tuple[str, Any]]:
    """The header lines of the request: those that the event has apart stay apart, cookies of payload 2.0 too."""
    # A load balancer sends one or the other.
    single: Mapping[str, Any] = (form is not LOAD_BALANCER_MULTIPLE and event.get("headers")) or {}
    if form is V2:
        cookies = event.get("cookies")
        return [*single.items(), *(("cookie", cookie) for cookie in cookies)] if cookies else single.items()
    multiple: Mapping[str, Any] = event.get("multiValueHeaders") or {}
    if not multiple:
        return single.items()
    lines = [(name, value) for name, values in multiple.items() for value in values or ()]
    if len(single) > len(multiple):
        known = {name.lower() for name in multiple}
        lines += [(name, value) for name, value in single.items() if name.lower() not in known]
    return lines
