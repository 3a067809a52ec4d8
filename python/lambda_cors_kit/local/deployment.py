"""What Terraform deployed, read from its state: one function and the gateway in front of it.

Resources are recognised by their type and by the attributes that link them (`rest_api_id`, `resource_id`,
`http_method`, the function's ARN in an integration's `uri`), never by their names in a module.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .errors import GatewayError


@dataclass(frozen=True, slots=True)
class Function:
    """An aws_lambda_function. `timeout` is in seconds, `memory_size` in MB."""

    name: str
    arn: str
    environment: Mapping[str, str] = field(default_factory=dict)
    timeout: int = 3
    memory_size: int = 128
    image_uri: str | None = None
    image_config: Mapping[str, Any] = field(default_factory=dict)
    log_format: str = "Text"

    @property
    def region(self) -> str:
        """Where it runs, such as `eu-west-1`."""
        return self.arn.split(":")[3]

    @property
    def account(self) -> str:
        """The number of the account."""
        return self.arn.split(":")[4]


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
    """An aws_api_gateway_method, what stands behind it, and the headers its responses declare."""

    http_method: str
    authorization: str = "NONE"
    api_key_required: bool = False
    integration: Integration | None = None
    responses: Mapping[int, frozenset[str]] = field(default_factory=dict)


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


@dataclass(frozen=True, slots=True)
class Deployment:
    """One function and its gateway, in the Terraform module `module` (empty for the root itself)."""

    module: str
    function: Function
    api: RestAPI


@dataclass(frozen=True, slots=True)
class _Instance:
    module: str
    type: str
    attributes: Mapping[str, Any]


def read_deployment(state: Mapping[str, Any], module: str | None = None) -> Deployment:
    """The API that a Terraform state holds; `module` (`module.api`) picks one where there are several.

    Raises:
        GatewayError: where there is none, no such module, or several and no `module`; it lists them.
    """
    instances = tuple(_instances(state))
    chosen = _chosen([each for each in instances if each.type in _READERS], module)
    api = _READERS[chosen.type](chosen, instances)
    return Deployment(chosen.module, _function(instances, api), api)


def _instances(state: Mapping[str, Any]) -> Iterator[_Instance]:
    for resource in state["resources"]:
        if resource.get("mode") != "managed":
            continue
        for instance in resource["instances"]:
            # A deposed object waits for its destruction after its replacement was created.
            if "deposed" not in instance and instance.get("attributes"):
                yield _Instance(resource.get("module", ""), resource["type"], instance["attributes"])


def _chosen(apis: list[_Instance], module: str | None) -> _Instance:
    """A module's API; one in the root module itself counts only where no module has any."""
    candidates = [api for api in apis if api.module] or apis
    if module is not None:
        candidates = [api for api in candidates if api.module == module]
    if len(candidates) == 1:
        return candidates[0]
    names = ", ".join(dict.fromkeys(api.module or "the root itself" for api in apis))
    if not apis:
        raise GatewayError(
            "No REST API is applied there: the root has to call the module lambda_api, with terraform apply."
        )
    if module is not None and not candidates:
        raise GatewayError(f"{module} has no REST API there; these have one: {names}.")
    raise GatewayError(f"There are {len(candidates)} REST APIs: {names}. Pick one with --module ADDRESS.")


class _Linked:
    """The resources of every module that belong to one REST API."""

    def __init__(self, instances: Iterable[_Instance], api_id: str) -> None:
        self._instances = [each for each in instances if each.attributes.get("rest_api_id") == api_id]

    def __call__(self, kind: str, **links: str) -> list[Mapping[str, Any]]:
        """The attributes of all resources of a type whose attributes equal `links`."""
        return [
            each.attributes
            for each in self._instances
            if each.type == kind and all(each.attributes.get(name) == value for name, value in links.items())
        ]


def _rest_api(api: _Instance, instances: Iterable[_Instance]) -> RestAPI:
    linked = _Linked(instances, api.attributes["id"])
    stages = linked("aws_api_gateway_stage")
    if len(stages) != 1:
        names = ", ".join(sorted(stage["stage_name"] for stage in stages)) or "none"
        raise GatewayError(
            f"The REST API {api.attributes['name']} needs exactly one stage to be served, and has {names}."
        )
    paths = {api.attributes["root_resource_id"]: "/"}
    paths |= {each["id"]: each["path"] for each in linked("aws_api_gateway_resource")}
    responses = [_gateway_response(each) for each in linked("aws_api_gateway_gateway_response")]
    return RestAPI(
        id=api.attributes["id"],
        name=api.attributes["name"],
        stage=stages[0]["stage_name"],
        resources=tuple(Resource(key, path, _methods(linked, key)) for key, path in paths.items()),
        gateway_responses={each.response_type: each for each in responses},
        binary_media_types=tuple(api.attributes.get("binary_media_types") or ()),
        stage_variables=stages[0].get("variables") or {},
        deployment_id=stages[0].get("deployment_id") or "",
    )


# One reader for each kind of gateway, by the type of the resource that stands for it.
_READERS: Mapping[str, Callable[[_Instance, Iterable[_Instance]], RestAPI]] = {
    "aws_api_gateway_rest_api": _rest_api,
}


def _methods(linked: _Linked, resource_id: str) -> dict[str, Method]:
    return {
        each["http_method"]: Method(
            http_method=each["http_method"],
            authorization=each.get("authorization") or "NONE",
            api_key_required=bool(each.get("api_key_required")),
            integration=_integration(linked, resource_id, each["http_method"]),
            responses={
                int(response["status_code"]): frozenset(response.get("response_parameters") or ())
                for response in linked(
                    "aws_api_gateway_method_response", resource_id=resource_id, http_method=each["http_method"]
                )
            },
        )
        for each in linked("aws_api_gateway_method", resource_id=resource_id)
    }


def _integration(linked: _Linked, resource_id: str, http_method: str) -> Integration | None:
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


def _gateway_response(attributes: Mapping[str, Any]) -> GatewayResponse:
    status = attributes.get("status_code")
    return GatewayResponse(
        response_type=attributes["response_type"],
        status_code=int(status) if status else None,
        response_parameters=attributes.get("response_parameters") or {},
        response_templates=attributes.get("response_templates") or {},
    )


def _function(instances: Iterable[_Instance], api: RestAPI) -> Function:
    """The one function that the API's proxy integrations invoke."""
    arns = _invoked(api)
    found = [
        each.attributes
        for each in instances
        if each.type == "aws_lambda_function" and each.attributes.get("arn") in arns
    ]
    if len(arns) != 1 or len(found) != 1:
        raise GatewayError(
            f"The REST API {api.name} has to invoke one function of the same Terraform root, "
            f"and invokes {', '.join(sorted(arns)) or 'none'}."
        )
    return _function_of(found[0])


def _invoked(api: RestAPI) -> set[str]:
    integrations = [
        method.integration
        for resource in api.resources
        for method in resource.methods.values()
        if method.integration
    ]
    uris = [integration.uri for integration in integrations if integration.type == "AWS_PROXY"]
    return {match.group(1) for uri in uris if (match := _FUNCTION_IN_URI.search(uri))}


# arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/FUNCTION_ARN[:QUALIFIER]/invocations
_FUNCTION_IN_URI = re.compile(r"/functions/(arn:[^:/]+:lambda:[^:/]+:\d+:function:[^:/]+)(?::[^/]+)?/invocations")


def _function_of(attributes: Mapping[str, Any]) -> Function:
    return Function(
        name=attributes["function_name"],
        arn=attributes["arn"],
        environment=_block(attributes, "environment").get("variables") or {},
        timeout=int(attributes.get("timeout") or 3),
        memory_size=int(attributes.get("memory_size") or 128),
        image_uri=attributes.get("image_uri") or None,
        image_config=_block(attributes, "image_config"),
        log_format=_block(attributes, "logging_config").get("log_format") or "Text",
    )


def _block(attributes: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A block that may stand once: the state holds it as a list."""
    blocks = attributes.get(name) or [{}]
    return blocks[0] or {}
