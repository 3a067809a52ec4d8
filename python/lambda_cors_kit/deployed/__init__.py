"""What Terraform deployed, read from its state: one function and the gateway in front of it.

Resources are recognised by their type and by the attributes that link them (an API's id, the function's ARN in
an integration's URI), never by their names in a module.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from .authorizer import IdentitySource
from .cors import CORSConfiguration
from .errors import GatewayError
from .function import Function, functions
from .function_url import FunctionURL, read_function_url
from .http_api import HttpAPI, HttpIntegration, Route, read_http_api
from .rest_api import (
    GatewayResponse,
    Integration,
    IntegrationResponse,
    Method,
    Resource,
    RestAPI,
    read_rest_api,
)
from .state import Instance, instances

__all__ = [
    "CORSConfiguration",
    "DeployedAPI",
    "Deployment",
    "Function",
    "FunctionURL",
    "GatewayResponse",
    "HttpAPI",
    "HttpIntegration",
    "IdentitySource",
    "Integration",
    "IntegrationResponse",
    "Kind",
    "Method",
    "Resource",
    "RestAPI",
    "Route",
    "read_deployment",
]

Kind = Literal["rest", "http", "function_url"]
"""A gateway as the module lambda_api names it in its variable `gateway`."""

DeployedAPI = RestAPI | HttpAPI | FunctionURL
"""One of the three gateways."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """One function and its gateway, in the Terraform module `module` (empty for the root itself)."""

    module: str
    function: Function
    api: DeployedAPI


class _Gateway(NamedTuple):
    words: str
    read: Callable[[Instance, Sequence[Instance]], DeployedAPI]


# By the type of the resource that stands for it.
_GATEWAYS: Mapping[str, _Gateway] = {
    "aws_api_gateway_rest_api": _Gateway("REST API", read_rest_api),
    "aws_apigatewayv2_api": _Gateway("HTTP API", read_http_api),
    "aws_lambda_function_url": _Gateway("Function URL", read_function_url),
}
_ANY = "REST API, HTTP API or Function URL"


def read_deployment(state: Mapping[str, Any], module: str | None = None) -> Deployment:
    """The API that a Terraform state holds; `module` (`module.api`) picks one where there are several.

    Raises:
        GatewayError: where there is none, no such module, or several and no `module`; it lists them.
    """
    found = tuple(instances(state))
    chosen = _chosen([each for each in found if _is_gateway(each)], module)
    gateway = _GATEWAYS[chosen.type]
    api = gateway.read(chosen, found)
    behind = functions(found, api.function_arns)
    if len(api.function_arns) != 1 or len(behind) != 1:
        raise GatewayError(
            f"The {gateway.words} {api.name} has to invoke one function of the same Terraform root, "
            f"and invokes {', '.join(sorted(api.function_arns)) or 'none'}."
        )
    return Deployment(chosen.module, behind[0], api)


def _is_gateway(instance: Instance) -> bool:
    return instance.type in _GATEWAYS and instance.attributes.get("protocol_type") != "WEBSOCKET"


def _chosen(apis: list[Instance], module: str | None) -> Instance:
    """A module's API; one in the root module itself counts only where no module has any."""
    candidates = [api for api in apis if api.module] or apis
    if module is not None:
        candidates = [api for api in candidates if api.module == module]
    if len(candidates) == 1:
        return candidates[0]
    names = list(dict.fromkeys(api.module or "the root itself" for api in candidates or apis))
    if not apis:
        raise GatewayError(
            f"No {_ANY} is applied there: the root has to call the module lambda_api, with terraform apply."
        )
    if not candidates:
        raise GatewayError(f"{module} has no {_ANY} there; these have one: {', '.join(names)}.")
    if len(names) == 1:
        kinds = ", ".join(_GATEWAYS[api.type].words for api in candidates)
        raise GatewayError(f"{names[0]} has more than one gateway ({kinds}): only one can be served.")
    raise GatewayError(f"There are {len(candidates)} APIs: {', '.join(names)}. Pick one with --module ADDRESS.")
