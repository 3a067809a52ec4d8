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

from lambda_cors_kit.local.deployment import Deployment, read_deployment
from lambda_cors_kit.local.invocation import FunctionError, Invocation
from lambda_cors_kit.local.messages import Request, Response
from lambda_cors_kit.local.rest_api import RestAPIGateway

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
    module: str, *, environment: Mapping[str, str] | None = None, binary: list[str] | None = None, timeout: int = 3
) -> list[dict[str, Any]]:
    """The resources that the gateway reads, with the attributes that the provider stores."""
    api_id = "api" + module.removeprefix("module.")
    arn = FUNCTION_ARN if module == "module.api" else f"{FUNCTION_ARN}-" + re.sub(r"\W", "-", module)
    uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations"
    function = {
        "function_name": "orders",
        "arn": arn,
        "environment": [{"variables": {"GREETING": "hello", **(environment or {})}}],
        "timeout": timeout,
        "memory_size": 512,
        "image_uri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/orders:1",
        "image_config": [{"command": ["app.handler"], "entry_point": None, "working_directory": ""}],
        "logging_config": [{"log_format": "Text", "log_group": "/aws/lambda/orders"}],
    }
    api = {
        "id": api_id,
        "name": "orders",
        "root_resource_id": "root",
        "binary_media_types": binary,
        "execution_arn": f"arn:aws:execute-api:us-east-1:123456789012:{api_id}",
    }
    links = {"rest_api_id": api_id}
    resources = [
        _resource(module, "aws_lambda_function", function),
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


def gateway(function: Function, deployment: Deployment | None = None, **changes: Any) -> RestAPIGateway:
    """The REST API of `state(**changes)`, in front of `function`."""
    deployment = deployment or read_deployment(state(**changes))
    return RestAPIGateway(deployment.api, deployment.function.account, function)


def with_api(deployment: Deployment, **changes: Any) -> Deployment:
    """The same deployment with other attributes of its REST API."""
    return replace(deployment, api=replace(deployment.api, **changes))


def get(
    api: RestAPIGateway, target: str, *headers: tuple[str, str], method: str = "GET", body: bytes = b""
) -> Response:
    """The gateway's answer to a request without a server in between."""
    return api(Request(method, target, (("Host", "127.0.0.1:8000"), *headers), body))


def message(response: Response) -> object:
    """The `message` of an error."""
    return json.loads(response.body)["message"]
