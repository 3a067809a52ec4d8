"""What the suites use of the kit: the handler under test, and the one set of event builders that there is."""

from __future__ import annotations

from lambda_cors_kit import CORSHandler
from lambda_cors_kit.environment import VARIABLE, write_environment
from lambda_cors_kit.handler import RUNTIME_API
from lambda_cors_kit.local.paths import fit
from lambda_cors_kit.payloads.fields import MalformedResponse
from lambda_cors_kit.payloads.messages import Fields, Request, Response, last_value
from lambda_cors_kit.payloads.v1 import proxy_event, proxy_response
from lambda_cors_kit.payloads.v2 import http_event, http_response, request_context

MALFORMED = MalformedResponse
"""What the readers raise for a result that the gateway answers itself."""

__all__ = [
    "MALFORMED",
    "RUNTIME_API",
    "VARIABLE",
    "CORSHandler",
    "Fields",
    "Request",
    "Response",
    "fit",
    "http_event",
    "http_response",
    "last_value",
    "proxy_event",
    "proxy_response",
    "request_context",
    "write_environment",
]
