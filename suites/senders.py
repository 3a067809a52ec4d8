"""The senders of events: what each makes of a request, and what it makes of the handler's result.

What a gateway does of its own to every request and response would only hide what the handler does, and is taken
back: the headers that it adds (`ADDED`) or keeps to itself (`CONSUMED`) before the app sees them, the response
headers that it renames and the Content-Type that it writes where there is none.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote

from .calls import Call
from .kit import (
    MALFORMED,
    Response,
    fit,
    http_event,
    http_response,
    last_value,
    proxy_event,
    proxy_response,
    request_context,
)
from .load_balancer import balancer_event, balancer_response

Event = dict[str, Any]
Result = Mapping[str, Any]

ADDED = ("x-forwarded-for", "x-forwarded-port", "x-forwarded-proto", "x-amzn-trace-id")
CONSUMED = "connection"
_RENAMED = "x-amzn-remapped-"
_ACCOUNT = "123456789012"


class Sender(NamedTuple):
    """A kind of event: its name in the summary, how it is made, and how the result is read.

    `takes_root_path` says whether anything can stand before the app's path, `keeps_lines` whether several lines of
    one header stay apart, `keeps_parameters` whether several values of one query parameter stay.
    """

    name: str
    event: Callable[[Call], Event]
    response: Callable[[Result, Call], Response]
    takes_root_path: bool
    keeps_lines: bool
    keeps_parameters: bool


def _rest_event(call: Call) -> Event:
    """A REST API below a custom domain's base path, which its `path` keeps; the stage is not in the URL.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mappings.html
    """
    path = call.request.path
    resource, parameters = _resource(call)
    context = _context_v1(call) | {"path": path, "resourcePath": resource}
    event = proxy_event(
        call.request,
        context,
        path=path,
        path_parameters=parameters,
        stage_variables={},
        binary_media_types=("*/*",),
    )
    return _forwarded(event, call)


def _rest_stage_event(call: Call) -> Event:
    """A REST API below its stage, which the URL and `requestContext.path` have and `path` has not."""
    stage = call.root_path[1:]
    event = _rest_event(call) | {"path": call.own_path}
    event["requestContext"] |= {"stage": stage, "domainName": f"suites.{_EXECUTE_API}"}
    return event


def _http_api_v1_event(call: Call) -> Event:
    """An HTTP API with payload 1.0: Content-Length stays, and the path is decoded.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
    """
    event = _rest_event(call) | {"version": "1.0", "path": unquote(call.request.path)}
    event["requestContext"]["path"] = event["path"]
    event["requestContext"]["stage"] = "$default"
    length = call.request.header("content-length")
    if length is not None:
        event["headers"]["content-length"] = length
        event["multiValueHeaders"]["content-length"] = [length]
    return event


def _http_api_event(call: Call) -> Event:
    """An HTTP API with payload 2.0; a stage or a base path stands in the path, which is decoded."""
    stage = call.root_path[1:] if call.root_path.count("/") == 1 else "$default"
    resource, parameters = _resource(call)
    route = f"ANY {resource}" if call.root_path else "$default"
    context = _context_v2(call, call.host, route, stage)
    event = http_event(call.request, context, path_parameters=parameters if call.root_path else None)
    path = unquote(call.request.path)
    event["rawPath"] = event["requestContext"]["http"]["path"] = path
    return _forwarded(event, call)


def _function_url_event(call: Call) -> Event:
    """A Function URL, whose path is as the client encoded it.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads
    """
    context = _context_v2(call, "suites.lambda-url.us-east-1.on.aws", "$default", "$default")
    return _forwarded(http_event(call.request, context | {"accountId": "anonymous"}), call)


_EXECUTE_API = "execute-api.us-east-1.amazonaws.com"


def _resource(call: Call) -> tuple[str, dict[str, str]]:
    """The resource of a `/` and `/{proxy+}` API that takes a call, and its path parameters."""
    fitting = fit("/{proxy+}", call.own_path) if call.own_path.strip("/") else None
    return ("/", {}) if fitting is None else ("/{proxy+}", fitting[1])


def _context_v1(call: Call) -> Event:
    return {
        "accountId": _ACCOUNT,
        "apiId": "suites",
        "domainName": call.host,
        "domainPrefix": call.host.partition(".")[0],
        "httpMethod": call.request.method,
        "identity": {"sourceIp": call.request.source_ip, "userAgent": call.request.header("user-agent")},
        "protocol": call.request.protocol,
        "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
        "requestTime": "09/Apr/2026:12:34:56 +0000",
        "requestTimeEpoch": 1775738096000,
        "resourceId": "suites",
        "stage": "prod",
    }


def _context_v2(call: Call, domain: str, route: str, stage: str) -> Event:
    return request_context(
        call.request, account=_ACCOUNT, api_id="suites", domain_name=domain, route_key=route, stage=stage
    )


def _forwarded(event: Event, call: Call) -> Event:
    """The event with what the client's own connection says: `serve` has none over TLS, AWS has."""
    for name, value in (("x-forwarded-proto", call.scheme), ("x-forwarded-port", str(call.port))):
        for key in event["headers"]:
            if key.lower() == name:
                event["headers"][key] = value
        for key in event.get("multiValueHeaders") or ():
            if key.lower() == name:
                event["multiValueHeaders"][key] = [value]
    return event


def _proxied(result: Result, call: Call) -> Response:
    try:
        response = proxy_response(json.dumps(result).encode(), call.request, ("*/*",))
    except MALFORMED as error:
        return _bad_gateway(error)
    return _unchanged(response, result)


def _from_v2(result: Result, _: Call) -> Response:
    try:
        response = http_response(json.dumps(result).encode())
    except MALFORMED as error:
        return _bad_gateway(error)
    return _unchanged(response, result)


def _bad_gateway(error: Exception) -> Response:
    """What the page gets for a result that a gateway does not take; the words are ours, for who reads the run."""
    return Response(502, (("content-type", "text/plain"),), str(error).encode())


def _balanced(result: Result, *, multi_value: bool) -> Response:
    try:
        return balancer_response(result, multi_value=multi_value)
    except ValueError as error:
        return _bad_gateway(error)


def _unchanged(response: Response, result: Result) -> Response:
    """The response as the function meant it, without what every gateway does to it."""
    fields = (*(result.get("headers") or {}), *(result.get("multiValueHeaders") or {}))
    typed = any(name.lower() == "content-type" for name in fields)
    headers = tuple(
        (name[len(_RENAMED) :] if name.lower().startswith(_RENAMED) else name, value)
        for name, value in response.headers
        if typed or name.lower() != "content-type"
    )
    assert typed or last_value(headers, "content-type") is None
    return Response(response.status, headers, response.body)


def _rest(call: Call) -> Event:
    return _rest_stage_event(call) if call.root_path.count("/") == 1 else _rest_event(call)


def _balancer(name: str, *, multi_value: bool) -> Sender:
    return Sender(
        name,
        lambda call: balancer_event(call.request, call.port, call.scheme, multi_value=multi_value),
        lambda result, _: _balanced(result, multi_value=multi_value),
        takes_root_path=False,
        keeps_lines=multi_value,
        keeps_parameters=multi_value,
    )


SENDERS = {
    sender.name: sender
    for sender in (
        Sender("http_api", _http_api_event, _from_v2, True, False, True),
        Sender("function_url", _function_url_event, _from_v2, False, False, True),
        Sender("rest", _rest, _proxied, True, True, True),
        Sender("http_api_v1", _http_api_v1_event, _proxied, True, True, True),
        _balancer("load_balancer", multi_value=False),
        _balancer("load_balancer_multi", multi_value=True),
    )
}
