"""The APIs as modules/lambda_api deploys them with its default inputs, without an apply.

A REST API here lets the function answer preflights, as for a policy that no template can hold: the template
itself is Terraform's and is tested there.
"""

from __future__ import annotations

from collections.abc import Mapping

from lambda_cors_kit import CORSPolicy
from lambda_cors_kit.deployed import (
    CORSConfiguration,
    DeployedAPI,
    Deployment,
    Function,
    FunctionURL,
    HttpAPI,
    HttpIntegration,
    Integration,
    Method,
    Resource,
    RestAPI,
    Route,
)
from lambda_cors_kit.environment import VARIABLE, write_environment

from .model import ALLOWED_ORIGIN, STAGE, Gateway

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
REQUEST_HEADERS = [
    "authorization", "content-type", "last-event-id", "mcp-protocol-version", "mcp-session-id", "x-csrftoken",
]  # fmt: skip
EXPOSED_HEADERS = ["content-disposition", "etag", "x-total"]
POLICY = CORSPolicy(
    [ALLOWED_ORIGIN],
    allow_methods=METHODS,
    allow_headers=REQUEST_HEADERS,
    expose_headers=EXPOSED_HEADERS,
    allow_credentials=True,
)
_ARN = "arn:aws:lambda:us-east-1:123456789012:function:apps"
_URI = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{_ARN}/invocations"


def deployment(gateway: Gateway, environment: Mapping[str, str]) -> Deployment:
    """The function with its own `environment`, behind one of the gateways."""
    # An HTTP API can say this policy itself, and then the module lets it.
    writer = "gateway" if gateway == "http" else "function"
    contract = {VARIABLE: write_environment(writer, POLICY.to_dict() if writer == "function" else None)}
    function = Function("apps", _ARN, {**environment, **contract}, timeout=30, memory_size=1024)
    return Deployment("module.api", function, _api(gateway))


def _api(gateway: Gateway) -> DeployedAPI:
    match gateway:
        case "rest":
            return _rest_api()
        case "http":
            return _http_api("$default", _CORS)
        case "http-stage":
            return _http_api(STAGE, None)
        case "url":
            return FunctionURL("abc123", "apps", "abc123.lambda-url.us-east-1.on.aws", _ARN, "NONE")


_CORS = CORSConfiguration(
    allow_origins=(ALLOWED_ORIGIN,),
    allow_methods=tuple(METHODS),
    allow_headers=tuple(REQUEST_HEADERS),
    expose_headers=tuple(EXPOSED_HEADERS),
    allow_credentials=True,
    max_age=7200,
)


def _rest_api() -> RestAPI:
    methods = {"ANY": Method("ANY", integration=Integration("AWS_PROXY", _URI))}
    resources = (Resource("root", "/", methods), Resource("proxy", "/{proxy+}", methods))
    return RestAPI("apps123", "apps", STAGE, resources, binary_media_types=("*/*",), deployment_id="d1")


def _http_api(stage: str, cors: CORSConfiguration | None) -> HttpAPI:
    integration = HttpIntegration("AWS_PROXY", _URI, "2.0")
    keys = [f"{method} {path}" for method in ("ANY", *(["OPTIONS"] if cors is None else [])) for path in _PATHS]
    return HttpAPI("apps123", "apps", stage, tuple(Route(key, integration) for key in keys), cors)


_PATHS = ("/", "/{proxy+}")
