"""An HTTP API on this machine: answers as API Gateway would with what Terraform deployed.

Documented, and done here: with a CORS configuration API Gateway answers preflights itself, whether or not there is
a route for them; it ignores what the integration says of CORS, and writes its own headers on the integration's
responses to requests with an Origin. A route that catches OPTIONS and has an authorizer refuses the preflight.

Not documented, and chosen here: the status of a preflight's answer; that a preflight never reaches a route, also
one without an authorizer; statuses and words of API Gateway's own errors, and that they carry no CORS header.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from ..deployed import CORSConfiguration, HttpAPI, Kind, Route
from ..payloads.fields import MalformedResponse
from ..payloads.messages import Request, Response
from ..payloads.v2 import http_event, http_response, request_context
from .cors_headers import PREFIX, is_preflight, preflight_headers, response_headers
from .credentials import carries_all, is_signed
from .invocation import EVENT_TOO_LARGE, FunctionError, Invokable
from .limits import MAX_BODY_BYTES, refuse_oversized
from .log import log
from .paths import below_stage, fit


@dataclass(eq=False)
class _Fault(Exception):
    """An error that API Gateway answers itself; `detail` is for the log only."""

    status: int
    message: str
    detail: str = ""


class HttpAPIGateway:
    """Answers requests to `/…`, or to `/{stage}/…` below a named stage. `prefix` is the path of the API's root."""

    kind: Kind = "http"
    body_limit = MAX_BODY_BYTES

    def __init__(self, api: HttpAPI, account: str, function: Invokable) -> None:
        self._api = api
        self._account = account
        self._function = function
        self.prefix = "" if api.has_default_stage else f"/{api.stage}"

    def __call__(self, request: Request) -> Response:
        """The response of the deployed API, errors included."""
        context = request_context(
            request,
            account=self._account,
            api_id=self._api.id,
            domain_name=request.domain_name,
            stage=self._api.stage,
            decoded=True,
        )
        try:
            response = self._answer(request, context)
        except _Fault as fault:
            if fault.detail:
                log(f"{request.method} {request.path}: {fault.status}, {fault.detail}", "gateway")
            body = json.dumps({"message": fault.message}, separators=(",", ":"))
            response = Response(fault.status, (("Content-Type", "application/json"),), body.encode())
        identifier = ("Apigw-Requestid", context["requestId"])
        return Response(response.status, (*response.headers, identifier), response.body)

    def _answer(self, request: Request, context: dict[str, Any]) -> Response:
        path = request.path if self._api.has_default_stage else below_stage(request.path, self._api.stage)
        if path is None:
            raise _Fault(404, "Not Found", f"the stage is {self._api.stage}")
        refuse_oversized(
            request,
            head=_Fault(431, "Request Header Fields Too Large"),
            body=_Fault(413, "Request Entity Too Large"),
        )
        found = select(self._api.routes, request.method, path)
        if found is not None:
            _refuse_without_credentials(found[0], request)
        cors = self._api.cors
        if cors is not None and is_preflight(request):
            return Response(204, preflight_headers(cors, _allowed(cors, request)))
        if found is None:
            raise _Fault(404, "Not Found", "no route takes it")
        route, parameters = found
        context["routeKey"] = route.key
        response = self._integrate(route, request, context, parameters)
        return response if cors is None else _with_cors(response, cors, request)

    def _integrate(
        self, route: Route, request: Request, context: Mapping[str, Any], parameters: Mapping[str, str]
    ) -> Response:
        integration = route.integration
        if integration is None or (integration.type, integration.payload_format_version) != ("AWS_PROXY", "2.0"):
            what = integration and f"{integration.type} with payload {integration.payload_format_version}"
            raise _Fault(500, "Internal Server Error", f"{route.key} has {what or 'no integration'}; not run here")
        event = http_event(request, context, path_parameters=parameters, stage_variables=self._api.stage_variables)
        try:
            return http_response(self._function.invoke(event).result(integration.timeout))
        except TimeoutError as error:
            raise _Fault(503, "Service Unavailable", str(error)) from None
        except (FunctionError, MalformedResponse) as error:
            if isinstance(error, FunctionError) and error.kind == EVENT_TOO_LARGE:
                raise _Fault(413, "Request Entity Too Large", str(error)) from None
            raise _Fault(500, "Internal Server Error", str(error)) from None


def select(routes: tuple[Route, ...], method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """The route that takes a request, and its path parameters, decoded.

    The closest path wins, then a method before ANY, and `$default` takes what is left. Unlike on a REST API, a
    path whose routes lack the method leaves the request to the next best one.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
    """
    found = [
        ((rank, route.method == "ANY"), route, values)
        for route in routes
        if route.method in (method, "ANY") and (fitting := fit(route.path, path)) is not None
        for rank, values in [fitting]
    ]
    if found:
        _, route, values = min(found, key=lambda each: each[0])
        return route, {name: unquote(value) for name, value in values.items()}
    return next(((route, {}) for route in routes if route.is_default), None)


def _refuse_without_credentials(route: Route, request: Request) -> None:
    """What an authorizer would refuse unseen; credentials that are sent are not verified here."""
    if route.authorization == "AWS_IAM" and not is_signed(request):
        raise _Fault(403, "Forbidden", f"{route.key} wants a signed request")
    if route.authorization not in ("NONE", "AWS_IAM") and not carries_all(request, route.identity_sources):
        raise _Fault(401, "Unauthorized", f"{route.key} has an authorizer")


def _allowed(cors: CORSConfiguration, request: Request) -> str | None:
    """Access-Control-Allow-Origin for a request; None for an origin that is refused, and where there is none.

    Origins are compared letter for letter. `https://*` and `http://*` are any origin that begins so.
    """
    origin = request.header("origin")
    if origin is None:
        return None
    if "*" in cors.allow_origins:
        return "*"
    schemes = tuple(each[:-1] for each in cors.allow_origins if each in ("https://*", "http://*"))
    return origin if origin in cors.allow_origins or origin.startswith(schemes) else None


def _with_cors(response: Response, cors: CORSConfiguration, request: Request) -> Response:
    """The integration's response with the configured headers in place of its own.

    For OPTIONS they are documented only where the request also names a method, which makes it a preflight.
    """
    kept = tuple(each for each in response.headers if not each[0].lower().startswith(PREFIX))
    written = response_headers(cors, _allowed(cors, request)) if request.method != "OPTIONS" else ()
    return Response(response.status, (*kept, *written), response.body)
