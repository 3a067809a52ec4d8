"""REST APIs: what CreateRestApi forgets and UpdateRestApi does not do.

https://docs.aws.amazon.com/apigateway/latest/api/API_CreateRestApi.html
https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateRestApi.html
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from moto.apigateway.exceptions import BadRequestException
from moto.apigateway.models import RestAPI
from moto.apigateway.responses import APIGatewayResponse
from moto.core.common_types import TYPE_RESPONSE

from embedded.moto_extensions.domain_names import is_mapped
from embedded.moto_extensions.extend import extend
from embedded.moto_extensions.patch_operations import Operation, flag, items, patch, scalar

_created = APIGatewayResponse.create_rest_api
_deleted = APIGatewayResponse.delete_rest_api
_described = RestAPI.to_dict


def change_endpoint(api: Any, op: str, rest: str, value: str | None) -> None:
    """Change the type, the VPC endpoints or the address type of an API's or a domain name's endpoint."""
    endpoint = dict(api.endpoint_configuration)
    name = rest.partition("/")[0]
    if name == "types":
        endpoint["types"] = [value]
    elif name == "vpcEndpointIds":
        others = [other for other in endpoint.get(name) or [] if other != value]
        endpoint[name] = others if op == "remove" else [*others, value]
    elif name == "ipAddressType":
        endpoint[name] = value
    else:
        raise BadRequestException(f"Invalid patch path /endpointConfiguration/{rest}")
    api.endpoint_configuration = endpoint


FIELDS = {
    "name": scalar("name"),
    "description": scalar("description"),
    "version": scalar("version"),
    "apiKeySource": scalar("api_key_source"),
    "binaryMediaTypes": items("binaryMediaTypes"),
    "disableExecuteApiEndpoint": scalar("disableExecuteApiEndpoint", flag),
    "policy": scalar("policy"),
    "minimumCompressionSize": scalar("minimum_compression_size", int),
    "endpointConfiguration": change_endpoint,
}


def apply_patch_operations(self: RestAPI, patch_operations: Sequence[Operation]) -> None:
    """Update the API: moto takes "false" for true, one media type for all, and leaves VPC endpoints out."""
    patch(self, FIELDS, patch_operations)


def to_dict(self: RestAPI) -> dict[str, Any]:
    """Describe the API with its policy escaped once, as AWS answers and the provider expects."""
    described = _described(self)
    if isinstance(self.policy, str):
        described["policy"] = json.dumps(self.policy)[1:-1]
    return described


def create_rest_api(self: APIGatewayResponse) -> TYPE_RESPONSE:
    """Create the API with its binary media types and the address type that its endpoint has by default."""
    status, headers, body = _created(self)
    if status != 200:
        return status, headers, body
    api = self.backend.get_rest_api(json.loads(body)["id"])
    api.binaryMediaTypes = list(self._get_param("binaryMediaTypes") or [])
    endpoint: dict[str, Any] = dict(api.endpoint_configuration)
    endpoint.setdefault("types", ["EDGE"])
    endpoint.setdefault("ipAddressType", "dualstack" if endpoint["types"] == ["PRIVATE"] else "ipv4")
    api.endpoint_configuration = endpoint
    return status, headers, json.dumps(api.to_dict())


def delete_rest_api(self: APIGatewayResponse) -> TYPE_RESPONSE:
    """Delete the API, unless a domain name still leads to it.

    https://docs.aws.amazon.com/apigateway/latest/api/API_DeleteRestApi.html
    """
    api = self.path.split("/")[2]
    if is_mapped(api, self.backend):
        raise BadRequestException(
            "Deleting API failed. Please remove all base path mappings related to the API in your domains"
        )
    return _deleted(self)


def apply() -> None:
    """Extend moto's REST APIs."""
    extend(RestAPI, apply_patch_operations, to_dict)
    extend(APIGatewayResponse, create_rest_api, delete_rest_api)
