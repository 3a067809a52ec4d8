"""The gateway without the kit: a REST API that hands every request to one function, and says nothing itself."""

from __future__ import annotations

from demo.gateways import Facts
from embedded import ROOT
from lambda_cors_kit.deployed import Deployment, Function, Integration, Method, Resource, RestAPI
from lambda_cors_kit.environment import VARIABLE, write_environment
from lambda_cors_kit.local import Gateway

PLAIN = Facts("rest", "function", True, kit=False)
_FUNCTION = Function(
    "items-plain",
    "arn:aws:lambda:us-east-1:123456789012:function:items-plain",
    # Only for the quickstart's own handler, which comes into being with the app and is not called.
    environment={VARIABLE: write_environment("none", None)},
    timeout=30,
    memory_size=1024,
)
_PROXY = Integration(
    "AWS_PROXY",
    f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{_FUNCTION.arn}/invocations",
)
_ANY = {"ANY": Method("ANY", integration=_PROXY)}
_PATHS = (Resource("root", "/", _ANY), Resource("proxy", "/{proxy+}", _ANY))
DEPLOYMENT = Deployment("", _FUNCTION, RestAPI("plain", "items-plain", "live", _PATHS))
"""No OPTIONS method, no gateway response, no binary media type: the shortest way to an API."""


def plain_gateway() -> Gateway:
    """The gateway, to be started. Raises GatewayError."""
    return Gateway.of_deployment(DEPLOYMENT, "demo.plain_app:handler", app_dir=ROOT)
