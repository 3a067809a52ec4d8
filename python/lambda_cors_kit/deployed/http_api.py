"""An HTTP API as deployed: routes, integrations, authorizers, the CORS configuration and the stage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .authorizer import AUTHORIZATION, IdentitySource, identity_sources
from .cors import CORSConfiguration, read_cors
from .function import invoked
from .state import Attributes, Instance, Linked, only_stage

_DEFAULT = "$default"


@dataclass(frozen=True, slots=True)
class HttpIntegration:
    """An aws_apigatewayv2_integration. `timeout` is in seconds."""

    type: str
    uri: str = ""
    payload_format_version: str = "1.0"
    timeout: float = 30.0


@dataclass(frozen=True, slots=True)
class Route:
    """An aws_apigatewayv2_route with its integration. `key` is `METHOD /path`, `ANY /path` or `$default`."""

    key: str
    integration: HttpIntegration | None = None
    authorization: str = "NONE"
    identity_sources: tuple[IdentitySource, ...] = AUTHORIZATION

    @property
    def method(self) -> str:
        """Its method, or ANY; `$default` for the route of that name."""
        return self.key.partition(" ")[0]

    @property
    def path(self) -> str:
        """Its path, such as `/items/{id}`; empty for `$default`."""
        return self.key.partition(" ")[2]

    @property
    def is_default(self) -> bool:
        """Whether it takes what no other route takes."""
        return self.key == _DEFAULT


@dataclass(frozen=True, slots=True)
class HttpAPI:
    """An aws_apigatewayv2_api of the protocol HTTP with everything that hangs on it."""

    id: str
    name: str
    stage: str
    routes: tuple[Route, ...]
    cors: CORSConfiguration | None = None
    stage_variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_default_stage(self) -> bool:
        """Whether its stage is the one that has no part in paths."""
        return self.stage == _DEFAULT

    @property
    def function_arns(self) -> frozenset[str]:
        """The ARNs of the functions that it invokes."""
        integrations = [route.integration for route in self.routes if route.integration]
        return invoked(each.uri for each in integrations if each.type == "AWS_PROXY")


def read_http_api(api: Instance, instances: Iterable[Instance]) -> HttpAPI:
    """The API that stands in an aws_apigatewayv2_api. Raises GatewayError unless it has exactly one stage."""
    linked = Linked(instances, "api_id", api.attributes["id"])
    stage = only_stage(f"The HTTP API {api.attributes['name']}", linked("aws_apigatewayv2_stage"), "name")
    return HttpAPI(
        id=api.attributes["id"],
        name=api.attributes["name"],
        stage=stage["name"],
        routes=tuple(_route(linked, each) for each in linked("aws_apigatewayv2_route")),
        cors=read_cors(api.attributes, "cors_configuration"),
        stage_variables=stage.get("stage_variables") or {},
    )


def _route(linked: Linked, attributes: Attributes) -> Route:
    authorizers = linked("aws_apigatewayv2_authorizer", id=attributes.get("authorizer_id") or "")
    return Route(
        key=attributes["route_key"],
        integration=_integration(linked, attributes.get("target") or ""),
        authorization=attributes.get("authorization_type") or "NONE",
        identity_sources=identity_sources((authorizers[0].get("identity_sources") or ()) if authorizers else ()),
    )


def _integration(linked: Linked, target: str) -> HttpIntegration | None:
    found = linked("aws_apigatewayv2_integration", id=target.removeprefix("integrations/"))
    if not found:
        return None
    return HttpIntegration(
        type=found[0]["integration_type"],
        uri=found[0].get("integration_uri") or "",
        payload_format_version=found[0].get("payload_format_version") or "1.0",
        timeout=(found[0].get("timeout_milliseconds") or 30_000) / 1000,
    )
