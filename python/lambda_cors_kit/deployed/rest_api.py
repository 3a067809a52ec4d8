"""A REST API as deployed: resources, methods, integrations, gateway responses and the stage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .authorizer import AUTHORIZATION, IdentitySource, identity_sources
from .function import invoked
from .state import Attributes, Instance, Linked, only_stage


@dataclass(frozen=True, slots=True)
class IntegrationResponse:
    """An aws_api_gateway_integration_response; the one without `selection_pattern` is the default."""

    status_code: int
    selection_pattern: str = ""
    response_templates: Mapping[str, str] = field(default_factory=dict)
    response_parameters: Mapping[str, str] = field(default_factory=dict)
    content_handling: str | None = None


@dataclass(frozen=True, slots=True)
class Integration:
    """An aws_api_gateway_integration and its responses. `timeout` is in seconds."""

    type: str
    uri: str = ""
    request_templates: Mapping[str, str] = field(default_factory=dict)
    passthrough_behavior: str = "WHEN_NO_MATCH"
    content_handling: str | None = None
    timeout: float = 29.0
    responses: tuple[IntegrationResponse, ...] = ()


@dataclass(frozen=True, slots=True)
class Method:
    """An aws_api_gateway_method and what stands behind it."""

    http_method: str
    authorization: str = "NONE"
    identity_sources: tuple[IdentitySource, ...] = AUTHORIZATION
    api_key_required: bool = False
    integration: Integration | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """A path of the API, such as `/items/{id}`, and its methods by name (`ANY` is one)."""

    id: str
    path: str
    methods: Mapping[str, Method] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GatewayResponse:
    """An aws_api_gateway_gateway_response; without `status_code` each error keeps its own."""

    response_type: str
    status_code: int | None = None
    response_parameters: Mapping[str, str] = field(default_factory=dict)
    response_templates: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RestAPI:
    """An aws_api_gateway_rest_api with everything that hangs on it, as the stage serves it."""

    id: str
    name: str
    stage: str
    resources: tuple[Resource, ...]
    gateway_responses: Mapping[str, GatewayResponse] = field(default_factory=dict)
    binary_media_types: tuple[str, ...] = ()
    stage_variables: Mapping[str, str] = field(default_factory=dict)
    deployment_id: str = ""

    @property
    def function_arns(self) -> frozenset[str]:
        """The ARNs of the functions that it invokes."""
        methods = [method for resource in self.resources for method in resource.methods.values()]
        integrations = [method.integration for method in methods if method.integration]
        return invoked(each.uri for each in integrations if each.type == "AWS_PROXY")


def read_rest_api(api: Instance, instances: Iterable[Instance]) -> RestAPI:
    """The API that stands in an aws_api_gateway_rest_api. Raises GatewayError unless it has exactly one stage."""
    linked = Linked(instances, "rest_api_id", api.attributes["id"])
    stage = only_stage(f"The REST API {api.attributes['name']}", linked("aws_api_gateway_stage"), "stage_name")
    paths = {api.attributes["root_resource_id"]: "/"}
    paths |= {each["id"]: each["path"] for each in linked("aws_api_gateway_resource")}
    responses = [_gateway_response(each) for each in linked("aws_api_gateway_gateway_response")]
    return RestAPI(
        id=api.attributes["id"],
        name=api.attributes["name"],
        stage=stage["stage_name"],
        resources=tuple(Resource(key, path, _methods(linked, key)) for key, path in paths.items()),
        gateway_responses={each.response_type: each for each in responses},
        binary_media_types=tuple(api.attributes.get("binary_media_types") or ()),
        stage_variables=stage.get("variables") or {},
        deployment_id=stage.get("deployment_id") or "",
    )


def _methods(linked: Linked, resource_id: str) -> dict[str, Method]:
    return {
        each["http_method"]: Method(
            http_method=each["http_method"],
            authorization=each.get("authorization") or "NONE",
            identity_sources=_identity_sources(linked, each),
            api_key_required=bool(each.get("api_key_required")),
            integration=_integration(linked, resource_id, each["http_method"]),
        )
        for each in linked("aws_api_gateway_method", resource_id=resource_id)
    }


def _identity_sources(linked: Linked, method: Attributes) -> tuple[IdentitySource, ...]:
    found = linked("aws_api_gateway_authorizer", id=method.get("authorizer_id") or "")
    listed = found[0].get("identity_source") if found else None
    return identity_sources(listed.split(",") if listed else ())


def _integration(linked: Linked, resource_id: str, http_method: str) -> Integration | None:
    links = {"resource_id": resource_id, "http_method": http_method}
    found = linked("aws_api_gateway_integration", **links)
    if not found:
        return None
    return Integration(
        type=found[0]["type"],
        uri=found[0].get("uri") or "",
        request_templates=found[0].get("request_templates") or {},
        passthrough_behavior=found[0].get("passthrough_behavior") or "WHEN_NO_MATCH",
        content_handling=found[0].get("content_handling") or None,
        timeout=(found[0].get("timeout_milliseconds") or 29_000) / 1000,
        responses=tuple(
            IntegrationResponse(
                status_code=int(each["status_code"]),
                selection_pattern=each.get("selection_pattern") or "",
                response_templates=each.get("response_templates") or {},
                response_parameters=each.get("response_parameters") or {},
                content_handling=each.get("content_handling") or None,
            )
            for each in linked("aws_api_gateway_integration_response", **links)
        ),
    )


def _gateway_response(attributes: Attributes) -> GatewayResponse:
    status = attributes.get("status_code")
    return GatewayResponse(
        response_type=attributes["response_type"],
        status_code=int(status) if status else None,
        response_parameters=attributes.get("response_parameters") or {},
        response_templates=attributes.get("response_templates") or {},
    )
