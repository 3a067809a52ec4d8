"""A REST API on this machine: answers as API Gateway would with what Terraform deployed.

Nothing here knows CORS. Where AWS documents no detail, a plausible one is chosen.
"""

from __future__ import annotations

import json
import secrets
import time
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from ..deployed import Kind, Method, Resource, RestAPI
from ..payloads.fields import MalformedResponse
from ..payloads.messages import Request, Response
from ..payloads.v1 import proxy_event, proxy_response, request_headers
from . import gateway_responses as faults
from .credentials import carries_all, is_signed
from .invocation import EVENT_TOO_LARGE, FunctionError, Invokable
from .limits import MAX_BODY_BYTES, refuse_oversized
from .log import log
from .mock_integration import MockIntegration
from .paths import below_stage, fit


class RestAPIGateway:
    """Answers requests to `/{stage}/…`. `prefix` is the path of the API's root."""

    kind: Kind = "rest"
    body_limit = MAX_BODY_BYTES

    def __init__(self, api: RestAPI, account: str, function: Invokable) -> None:
        self._api = api
        self._account = account
        self._function = function
        self.prefix = f"/{self._api.stage}"
        self._has_told_of_bodies = False

    def __call__(self, request: Request) -> Response:
        """The response of the deployed API, errors included."""
        context = self._context(request)
        try:
            response = self._route(request, context)
        except faults.Fault as fault:
            if fault.detail:
                log(f"{request.method} {request.path}: {fault.status}, {fault.detail}", "gateway")
            response = faults.answer(fault, self._api, request, context)
        return Response(response.status, (*response.headers, *_identifiers(context)), response.body)

    def _route(self, request: Request, context: dict[str, Any]) -> Response:
        path = self._path_in_stage(request)
        too_long = faults.request_too_large(f"HTTP content length exceeded {MAX_BODY_BYTES} bytes.")
        refuse_oversized(request, head=faults.headers_too_large(), body=too_long)
        found = match(self._api.resources, path)
        if found is None:
            raise faults.no_such_method()
        resource, path_parameters = found
        method = resource.methods.get(request.method) or resource.methods.get("ANY")
        if method is None:
            raise faults.no_such_method()
        context |= {"resourceId": resource.id, "resourcePath": resource.path}
        _refuse_without_credentials(method, request)
        return self._integrate(method, request, context, path, path_parameters)

    def _path_in_stage(self, request: Request) -> str:
        path = below_stage(request.path, self._api.stage)
        if path is None:
            raise faults.forbidden_stage()
        return path

    def _integrate(
        self,
        method: Method,
        request: Request,
        context: dict[str, Any],
        path: str,
        path_parameters: Mapping[str, str],
    ) -> Response:
        integration = method.integration
        if integration is None:
            raise faults.configuration_error(f"{method.http_method} {path} has no integration")
        if integration.type == "MOCK":
            headers = request_headers(request)
            parameters = {
                "path": path_parameters,
                "querystring": dict(parse_qsl(request.query, keep_blank_values=True)),
                "header": dict(headers),
            }
            return MockIntegration(integration, self._api)(request, context, parameters)
        if integration.type != "AWS_PROXY":
            raise faults.configuration_error(f"an integration of type {integration.type} is not run here")
        event = proxy_event(
            request,
            context,
            path=path,
            path_parameters=path_parameters,
            stage_variables=self._api.stage_variables,
            binary_media_types=self._api.binary_media_types,
            broken=lambda words: self._tell_of_body(request, words),
        )
        payload = self._invoke(event, integration.timeout)
        try:
            return proxy_response(
                payload,
                request,
                self._api.binary_media_types,
                lambda words: self._tell_of_body(request, words),
            )
        except MalformedResponse as error:
            raise faults.integration_failure(f"Malformed Lambda proxy response: {error}") from None

    def _tell_of_body(self, request: Request, words: str) -> None:
        """Says once what the first body that breaks is worth: AWS itself says nothing of it."""
        if self._has_told_of_bodies:
            return
        self._has_told_of_bodies = True
        log(
            f"{request.method} {request.path}: {words}, because binary_media_types is "
            f"{json.dumps(self._api.binary_media_types)}; write binary_media_types = null, the default, with "
            "which every body passes as it is",
            "gateway",
        )

    def _invoke(self, event: Mapping[str, Any], timeout: float) -> bytes:
        invocation = self._function.invoke(event)
        try:
            return invocation.result(timeout)
        except TimeoutError as error:
            raise faults.integration_timeout(str(error)) from None
        except FunctionError as error:
            if error.kind == EVENT_TOO_LARGE:
                raise faults.request_too_large("Request Too Long") from None
            raise faults.integration_failure(str(error)) from None

    def _context(self, request: Request) -> dict[str, Any]:
        """`$context`, and the event's requestContext."""
        now = time.time()
        return {
            "accountId": self._account,
            "apiId": self._api.id,
            "deploymentId": self._api.deployment_id,
            "domainName": request.domain_name,
            "domainPrefix": self._api.id,
            "extendedRequestId": secrets.token_urlsafe(11) + "=",
            "httpMethod": request.method,
            "identity": {
                "accessKey": None,
                "accountId": None,
                "caller": None,
                "cognitoIdentityId": None,
                "sourceIp": request.source_ip,
                "user": None,
                "userAgent": request.header("user-agent"),
                "userArn": None,
            },
            "path": request.path,
            "protocol": request.protocol,
            "requestId": str(uuid.uuid4()),
            "requestTime": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
            "requestTimeEpoch": int(now * 1000),
            "resourceId": None,
            "resourcePath": None,
            "stage": self._api.stage,
        }


def match(resources: tuple[Resource, ...], path: str) -> tuple[Resource, dict[str, str]] | None:
    """The most specific resource for a path, and the values of its parameters, percent-encoded as they came."""
    found = [(fitting, resource) for resource in resources if (fitting := fit(resource.path, path)) is not None]
    if not found:
        return None
    (_, values), resource = min(found, key=lambda each: each[0][0])
    return resource, values


def _refuse_without_credentials(method: Method, request: Request) -> None:
    """What an authorizer or a usage plan would refuse unseen; credentials that are sent are not verified here."""
    if method.authorization == "AWS_IAM" and not is_signed(request):
        raise faults.missing_token("the request is not signed")
    if method.authorization not in ("NONE", "AWS_IAM") and not carries_all(request, method.identity_sources):
        raise faults.unauthorized()
    if method.api_key_required and not request.header("x-api-key"):
        raise faults.invalid_api_key()


def _identifiers(context: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return (
        ("x-amzn-RequestId", context["requestId"]),
        ("x-amz-apigw-id", context["extendedRequestId"]),
        ("x-amzn-Trace-Id", f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)}"),
    )
