"""A Function URL on this machine: answers as Lambda would with what Terraform deployed.

Documented, and done here: a URL with a CORS configuration answers preflights by it alone, without authorization;
AWS_IAM wants every other request signed. Reported of AWS, and done here: on other responses both are sent, the
URL's CORS headers and the function's, duplicates included, which browsers refuse; `*` is answered with the
request's own origin.

Not documented, and chosen here: the status of a preflight's answer; statuses and words of the URL's own errors,
and that they carry no CORS header.

Sources: https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html#urls-cors,
https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html and, for duplicates,
https://github.com/aws-powertools/powertools-lambda-python/issues/4163
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..deployed import CORSConfiguration, FunctionURL, Kind
from ..payloads.fields import MalformedResponse
from ..payloads.messages import Request, Response
from ..payloads.v2 import http_event, http_response, request_context
from .cors_headers import is_preflight, preflight_headers, response_headers
from .credentials import is_signed
from .invocation import EVENT_TOO_LARGE, FunctionError, Invokable
from .log import log

MAX_BODY_BYTES = 6 * 1024 * 1024
"""https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""


class FunctionURLGateway:
    """Answers requests to `/…`. `prefix` is the path of the URL's root."""

    kind: Kind = "function_url"
    prefix = ""
    body_limit = MAX_BODY_BYTES

    def __init__(self, url: FunctionURL, account: str, function: Invokable) -> None:
        self._url = url
        self._account = account
        self._function = function

    def __call__(self, request: Request) -> Response:
        """The response of the deployed URL, errors included."""
        context = request_context(
            request, account=self._account, api_id=self._url.id, domain_name=self._url.domain_name
        )
        response = self._answer(request, context)
        identifier = ("x-amzn-RequestId", context["requestId"])
        return Response(response.status, (*response.headers, identifier), response.body)

    def _answer(self, request: Request, context: Mapping[str, Any]) -> Response:
        cors = self._url.cors
        if cors is not None and is_preflight(request):
            return Response(200, preflight_headers(cors, _allowed(cors, request)))
        if self._url.authorization == "AWS_IAM" and not is_signed(request):
            return _error(403, "Forbidden")
        if request.truncated:
            return _error(413, "Request Entity Too Large")
        try:
            response = http_response(self._function.invoke(http_event(request, context)).result(), quoted=True)
        except (FunctionError, MalformedResponse) as error:
            log(f"{request.method} {request.path}: {error}", "gateway")
            if isinstance(error, FunctionError) and error.kind == EVENT_TOO_LARGE:
                return _error(413, "Request Entity Too Large")
            return _error(502, "Internal Server Error")
        written = () if cors is None else response_headers(cors, _allowed(cors, request))
        return Response(response.status, (*response.headers, *written), response.body)


def _allowed(cors: CORSConfiguration, request: Request) -> str | None:
    """Access-Control-Allow-Origin for a request; None for an origin that is refused, and where there is none."""
    origin = request.header("origin")
    return origin if "*" in cors.allow_origins or origin in cors.allow_origins else None


def _error(status: int, message: str) -> Response:
    body = json.dumps({"Message": message}, separators=(",", ":"))
    return Response(status, (("Content-Type", "application/json"),), body.encode())
