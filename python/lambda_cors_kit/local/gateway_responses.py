"""API Gateway's own answers: errors, dressed in the deployed gateway responses.

Their templates know simple substitution only, no Velocity:
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..deployed import RestAPI
from ..payloads.messages import Request, Response

JSON = "application/json"
DEFAULT_TEMPLATE = '{"message":$context.error.messageString}'


@dataclass(eq=False)
class Fault(Exception):
    """An error that API Gateway answers itself.

    It has a response type with its usual status and message, and the value of x-amzn-ErrorType. `detail` is for
    the log only. What is not `customisable`, AWS answers bare.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
    """

    response_type: str
    status: int
    message: str
    error_type: str
    detail: str = ""
    customisable: bool = True


def forbidden_stage() -> Fault:
    """The path names no stage, so no API and none of its gateway responses."""
    return Fault("ACCESS_DENIED", 403, "Forbidden", "ForbiddenException", customisable=False)


def no_such_method() -> Fault:
    """No resource or no method for this request."""
    return missing_token("no such resource or method")


def missing_token(detail: str = "") -> Fault:
    """AWS says this of unknown paths too."""
    error_type = "MissingAuthenticationTokenException"
    return Fault("MISSING_AUTHENTICATION_TOKEN", 403, "Missing Authentication Token", error_type, detail)


def unauthorized() -> Fault:
    """An authorizer wants a token and there is none."""
    return Fault("UNAUTHORIZED", 401, "Unauthorized", "UnauthorizedException")


def invalid_api_key() -> Fault:
    """The method wants an API key."""
    return Fault("INVALID_API_KEY", 403, "Forbidden", "ForbiddenException")


def request_too_large(message: str) -> Fault:
    """AWS does not customise this one.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
    """
    return Fault("REQUEST_TOO_LARGE", 413, message, "RequestTooLargeException", customisable=False)


def headers_too_large() -> Fault:
    """Request line and headers together beyond 10,240 bytes; no gateway response type covers it."""
    message = "Request Header Fields Too Large"
    return Fault("BAD_REQUEST_PARAMETERS", 431, message, "BadRequestException", customisable=False)


def unsupported_media_type() -> Fault:
    """No request template for the Content-Type, and the integration passes nothing through."""
    return Fault("UNSUPPORTED_MEDIA_TYPE", 415, "Unsupported Media Type", "BadRequestException")


def configuration_error(detail: str) -> Fault:
    """The integration as deployed cannot answer."""
    error_type = "InternalServerErrorException"
    return Fault("API_CONFIGURATION_ERROR", 500, "Internal server error", error_type, detail)


def integration_failure(detail: str) -> Fault:
    """The function failed, or returned what is no proxy response."""
    error_type = "InternalServerErrorException"
    return Fault("INTEGRATION_FAILURE", 502, "Internal server error", error_type, detail)


def integration_timeout(detail: str) -> Fault:
    """The function is slower than the integration's timeout."""
    error_type = "InternalServerErrorException"
    return Fault("INTEGRATION_TIMEOUT", 504, "Endpoint request timed out", error_type, detail)


def answer(fault: Fault, api: RestAPI, request: Request, context: Mapping[str, Any]) -> Response:
    """The response to a fault: by its own gateway response, else DEFAULT_4XX or DEFAULT_5XX, else bare."""
    usual = "DEFAULT_4XX" if fault.status < 500 else "DEFAULT_5XX"
    deployed = api.gateway_responses.get(fault.response_type) or api.gateway_responses.get(usual)
    if deployed is None or not fault.customisable:
        body = json.dumps({"message": fault.message}, separators=(",", ":"))
        return Response(fault.status, _standard(fault, JSON), body.encode())
    error = {
        "message": fault.message,
        "messageString": json.dumps(fault.message),
        "responseType": fault.response_type,
    }
    scope = _Scope(request, {**context, "error": error}, api.stage_variables)
    media_type, template = _template(deployed.response_templates)
    headers = dict(_standard(fault, media_type))
    for target, source in deployed.response_parameters.items():
        name, value = target.removeprefix("gatewayresponse.header."), scope.mapped(source)
        if value is not None:
            headers = {key: each for key, each in headers.items() if key.lower() != name.lower()} | {name: value}
    status = deployed.status_code or fault.status
    return Response(status, tuple(headers.items()), scope.substituted(template).encode())


def _standard(fault: Fault, media_type: str) -> tuple[tuple[str, str], ...]:
    return ("Content-Type", media_type), ("x-amzn-ErrorType", fault.error_type)


def _template(templates: Mapping[str, str]) -> tuple[str, str]:
    if not templates:
        return JSON, DEFAULT_TEMPLATE
    return (JSON, templates[JSON]) if JSON in templates else next(iter(templates.items()))


class _Scope:
    """What a gateway response may refer to."""

    def __init__(self, request: Request, context: Mapping[str, Any], stage_variables: Mapping[str, str]) -> None:
        self._request = request
        self._context = context
        self._stage_variables = stage_variables

    def mapped(self, source: str) -> str | None:
        """A response parameter: `'literal'`, or a reference; None where it refers to nothing."""
        if len(source) >= 2 and source[0] == source[-1] == "'":
            return source[1:-1]
        return self._value(source)

    def substituted(self, template: str) -> str:
        """A template with its `$…` references replaced; unknown ones become empty."""
        return _REFERENCE.sub(lambda match: self._value(match.group(1)) or "", template)

    def _value(self, reference: str) -> str | None:
        match reference.split("."):
            case ["method", "request", "header", *name]:
                # Mapping compares names by case: api-gateway-known-issues.html in AWS's guide.
                values = [value for key, value in self._request.headers if key == ".".join(name)]
                return values[-1] if values else None
            case ["context", *names]:
                value: Any = self._context
                for name in names:
                    value = value.get(name) if isinstance(value, Mapping) else None
                return None if value is None or isinstance(value, Mapping) else str(value)
            case ["stageVariables", name]:
                return self._stage_variables.get(name)
        return None


_REFERENCE = re.compile(r"\$((?:context|stageVariables|method\.request\.header)(?:\.[\w-]+)+)")
