"""What Terraform's state holds of a lambda_api module, and the handlers that stand behind it."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from lambda_cors_kit.deployed import DeployedAPI, HttpAPI, RestAPI, read_deployment
from lambda_cors_kit.local.gateway import API, api_of
from lambda_cors_kit.local.invocation import FunctionError, Invocation
from lambda_cors_kit.payloads.messages import Request, Response

APPS = Path(__file__).parent / "apps"
FUNCTION_ARN = "arn:aws:lambda:us-east-1:123456789012:function:orders"

# Not the policy compiler's template: one that shows what the gateway does with any.
PREFLIGHT = """\
#set($origin = "")
#foreach($name in $input.params().header.keySet())
#if($name == "Origin" || $name == "origin")
#set($origin = $input.params().header.get($name))
#end
#end
#set($context.responseOverride.header.Vary = "Origin")
#if($origin == "https://app.example.com")
#set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)
#elseif($origin != "")
#set($context.responseOverride.status = 403)
#end
"""


def require_terraform() -> None:
    """Skip the test by name where there is no terraform; in CI that is a failure."""
    if shutil.which("terraform") is None:
        missing = pytest.fail if os.environ.get("CI", "").lower() in ("true", "1") else pytest.skip
        missing("needs terraform on the PATH")


def state(*modules: str, **changes: Any) -> dict[str, Any]:
    """A state with one API for each module address; `changes` are those of `api_resources`."""
    resources = [each for module in modules or ("module.api",) for each in api_resources(module, **changes)]
    return {"version": 4, "terraform_version": "1.11.4", "serial": 7, "outputs": {}, "resources": resources}


def api_resources(
    module: str,
    *,
    gateway: str = "rest",
    environment: Mapping[str, str] | None = None,
    timeout: int = 3,
    **changes: Any,
) -> list[dict[str, Any]]:
    """The resources that the gateway reads, with the attributes that the provider stores."""
    arn = FUNCTION_ARN if module == "module.api" else f"{FUNCTION_ARN}-" + re.sub(r"\W", "-", module)
    function = {
        "function_name": "orders",
        "arn": arn,
        "environment": [{"variables": {"GREETING": "hello", **(environment or {})}}],
        "timeout": timeout,
        "memory_size": 512,
        "logging_config": [{"log_format": "Text", "log_group": "/aws/lambda/orders"}],
    }
    resources: dict[str, Callable[..., list[dict[str, Any]]]] = {
        "rest": _rest_api,
        "http": _http_api,
        "function_url": _function_url,
    }
    return [_resource(module, "aws_lambda_function", function), *resources[gateway](module, arn, **changes)]


def _http_api(
    module: str,
    arn: str,
    *,
    cors: Mapping[str, Any] | None = None,
    routes: Mapping[str, str] | None = None,
    stage: str = "$default",
) -> list[dict[str, Any]]:
    """`routes` are authorization types by route key."""
    api_id = "api" + module.removeprefix("module.")
    links = {"api_id": api_id}
    api = {
        "id": api_id,
        "name": "orders",
        "protocol_type": "HTTP",
        "cors_configuration": [{**_NO_CORS, **cors}] if cors else [],
    }
    integration = {
        "id": "in1",
        "integration_type": "AWS_PROXY",
        "integration_uri": f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations",
        "payload_format_version": "2.0",
        "timeout_milliseconds": 30000,
    }
    jwt = {"id": "jwt1", "authorizer_type": "JWT", "identity_sources": ["$request.header.Authorization"]}
    custom = {"id": "fn1", "authorizer_type": "REQUEST", "identity_sources": ["$request.querystring.token"]}
    authorizers = {"JWT": "jwt1", "CUSTOM": "fn1"}
    return [
        _resource(module, "aws_apigatewayv2_api", api),
        _resource(module, "aws_apigatewayv2_stage", links | {"name": stage, "stage_variables": None}),
        _resource(module, "aws_apigatewayv2_integration", links | integration),
        _resource(module, "aws_apigatewayv2_authorizer", links | jwt),
        _resource(module, "aws_apigatewayv2_authorizer", links | custom),
        *(
            _resource(
                module,
                "aws_apigatewayv2_route",
                links
                | {
                    "route_key": key,
                    "target": "integrations/in1",
                    "authorization_type": authorization,
                    "authorizer_id": authorizers.get(authorization, ""),
                },
            )
            for key, authorization in (routes or {"$default": "NONE"}).items()
        ),
    ]


def _function_url(
    module: str,
    arn: str,
    *,
    cors: Mapping[str, Any] | None = None,
    authorization: str = "NONE",
    invoke_mode: str = "BUFFERED",
) -> list[dict[str, Any]]:
    url = {
        "url_id": "abc123",
        "function_url": "https://abc123.lambda-url.us-east-1.on.aws/",
        "function_name": "orders",
        "function_arn": arn,
        "authorization_type": authorization,
        "cors": [{**_NO_CORS, **cors}] if cors else [],
        "invoke_mode": invoke_mode,
    }
    return [_resource(module, "aws_lambda_function_url", url)]


# What a configuration leaves out, as the provider stores it.
_NO_CORS = {
    "allow_credentials": False,
    "allow_headers": None,
    "allow_methods": None,
    "allow_origins": None,
    "expose_headers": None,
    "max_age": 0,
}


def _rest_api(module: str, arn: str, *, binary: list[str] | None = None) -> list[dict[str, Any]]:
    api_id = "api" + module.removeprefix("module.")
    uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations"
    api = {
        "id": api_id,
        "name": "orders",
        "root_resource_id": "root",
        "binary_media_types": binary,
        "execution_arn": f"arn:aws:execute-api:us-east-1:123456789012:{api_id}",
    }
    links = {"rest_api_id": api_id}
    resources = [
        _resource(module, "aws_api_gateway_rest_api", api),
        _resource(module, "aws_api_gateway_resource", links | {"id": "proxy", "path": "/{proxy+}"}),
        _resource(module, "aws_api_gateway_stage", links | {"stage_name": "prod", "deployment_id": "d1"}),
    ]
    for place in ("root", "proxy"):
        at = links | {"resource_id": place}
        any_method, options = at | {"http_method": "ANY"}, at | {"http_method": "OPTIONS"}
        resources += [
            _resource(module, "aws_api_gateway_method", any_method | {"authorization": "NONE"}),
            _resource(
                module,
                "aws_api_gateway_integration",
                any_method | {"type": "AWS_PROXY", "uri": uri, "timeout_milliseconds": 29000},
            ),
            _resource(module, "aws_api_gateway_method", options | {"authorization": "NONE"}),
            _resource(
                module,
                "aws_api_gateway_integration",
                options
                | {
                    "type": "MOCK",
                    "passthrough_behavior": "NEVER",
                    "content_handling": "CONVERT_TO_TEXT",
                    "request_templates": {"application/json": '{"statusCode": 204}'},
                },
            ),
            _resource(
                module,
                "aws_api_gateway_method_response",
                options | {"status_code": "204", "response_parameters": {"method.response.header.Vary": False}},
            ),
            _resource(
                module,
                "aws_api_gateway_integration_response",
                options
                | {
                    "status_code": "204",
                    "selection_pattern": "",
                    "content_handling": "CONVERT_TO_TEXT",
                    "response_parameters": {"method.response.header.X-Static": "'yes'"},
                    "response_templates": {"application/json": PREFLIGHT},
                },
            ),
        ]
    for kind in ("DEFAULT_4XX", "DEFAULT_5XX"):
        resources.append(
            _resource(
                module,
                "aws_api_gateway_gateway_response",
                links
                | {
                    "response_type": kind,
                    "status_code": "",
                    "response_parameters": {
                        "gatewayresponse.header.Access-Control-Allow-Origin": "'https://app.example.com'"
                    },
                    "response_templates": {"application/json": '{"message":$context.error.messageString}'},
                },
            )
        )
    return resources


_numbers = count()


def _resource(module: str, kind: str, attributes: Mapping[str, Any]) -> dict[str, Any]:
    resource = {
        "mode": "managed",
        "type": kind,
        "name": f"number_{next(_numbers)}",
        "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
        "instances": [{"schema_version": 0, "attributes": dict(attributes), "sensitive_attributes": []}],
    }
    return {"module": module, **resource} if module else resource


class Function:
    """A function that answers at once, in place of a process. `events` are what it was given."""

    def __init__(self, answer: Callable[[Mapping[str, Any]], object] | object) -> None:
        self.events: list[Mapping[str, Any]] = []
        self._answer = answer

    def invoke(self, event: Mapping[str, object]) -> Invocation:
        self.events.append(event)
        invocation = Invocation(json.dumps(event).encode(), 3)
        answer = self._answer(event) if callable(self._answer) else self._answer
        if isinstance(answer, FunctionError | bytes):
            invocation.complete(answer)
        elif answer is not None:
            invocation.complete(json.dumps(answer).encode())
        return invocation


def rest_api(**changes: Any) -> RestAPI:
    """The REST API of `state(**changes)`."""
    deployed = read_deployment(state(**changes)).api
    assert isinstance(deployed, RestAPI)
    return deployed


def http_api(**changes: Any) -> HttpAPI:
    """The HTTP API of `state(gateway="http", **changes)`."""
    deployed = read_deployment(state(gateway="http", **changes)).api
    assert isinstance(deployed, HttpAPI)
    return deployed


def gateway(function: Function, deployed: DeployedAPI | None = None, **changes: Any) -> API:
    """What answers as `deployed`, or as the API of `state(**changes)`, in front of `function`."""
    deployment = read_deployment(state(**changes))
    return api_of(replace(deployment, api=deployed or deployment.api), function)


def get(api: API, target: str, *headers: tuple[str, str], method: str = "GET", body: bytes = b"") -> Response:
    """The gateway's answer to a request without a server in between."""
    return api(Request(method, target, (("Host", "127.0.0.1:8000"), *headers), body))


def message(response: Response) -> object:
    """The `message` of an error."""
    return json.loads(response.body)["message"]
