"""Tags of APIs, stages and domain names, which both services find by the ARN.

https://docs.aws.amazon.com/apigateway/latest/api/API_TagResource.html
https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/tags-resource-arn.html
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

from moto.apigateway.models import apigateway_backends
from moto.apigateway.responses import APIGatewayResponse
from moto.apigatewayv2.exceptions import APIGatewayV2Error
from moto.apigatewayv2.models import Api, apigatewayv2_backends
from moto.apigatewayv2.responses import ApiGatewayV2Response
from moto.core.common_types import TYPE_RESPONSE
from moto.core.responses import BaseResponse

from embedded.moto_extensions.domain_names import Domains
from embedded.moto_extensions.extend import extend, lead


class UnknownResource(APIGatewayV2Error):
    """No API, stage or domain name has this ARN (404)."""

    code = 404

    def __init__(self, arn: str) -> None:
        super().__init__("NotFoundException", f"Invalid resource ARN specified {arn}")


def resource_of(account: str, region: str, arn: str) -> Any:
    """Return the object whose ARN it is; raises `UnknownResource`.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html
    """
    kind, name, *below = arn.split(":", 5)[5].removeprefix("/").split("/")
    if kind == "domainnames":
        plain, _, domain_id = name.partition("+")
        return Domains(account, region).get(plain, domain_id or None)
    backend: Any = {"restapis": apigateway_backends, "apis": apigatewayv2_backends}.get(kind, {})
    api = backend[account][region].apis.get(name) if backend else None
    found = api.stages.get(unquote(below[1])) if api is not None and below[:1] == ["stages"] else api
    if found is None:
        raise UnknownResource(arn)
    return found


def tagged(self: BaseResponse) -> Any:
    """Return the object that the path names."""
    return resource_of(self.current_account, self.region, unquote(self.path.split("/tags/")[1]))


def tags_of(resource: Any) -> dict[str, str]:
    """Return the tags of an API, a stage or a domain name."""
    if isinstance(resource, Api):
        return resource.backend.get_tags(resource.arn)
    return dict(resource.tags or {})


def keep(resource: Any, tags: dict[str, str]) -> None:
    """Give an API, a stage or a domain name exactly these tags."""
    if isinstance(resource, Api):
        resource.backend.untag_resource(resource.arn, list(tags_of(resource)))
        resource.backend.tag_resource(resource.arn, tags)
    else:
        resource.tags = tags


def get_tags(self: BaseResponse) -> TYPE_RESPONSE:
    """List the tags."""
    return 200, {}, json.dumps({"tags": tags_of(tagged(self))})


def tag_resource(self: BaseResponse) -> TYPE_RESPONSE:
    """Add the tags of the body, each in place of one with its key."""
    resource = tagged(self)
    keep(resource, tags_of(resource) | json.loads(self.body).get("tags", {}))
    return 204, {}, ""


def untag_resource(self: BaseResponse) -> TYPE_RESPONSE:
    """Remove the tags that the query names."""
    resource, gone = tagged(self), self.querystring.get("tagKeys") or []
    keep(resource, {key: value for key, value in tags_of(resource).items() if key not in gone})
    return 204, {}, ""


def apply() -> None:
    """Replace moto's tags, which only a stage of a REST API and an HTTP API have."""
    extend(APIGatewayResponse, get_tags, tag_resource, untag_resource)
    extend(ApiGatewayV2Response, get_tags, tag_resource, untag_resource)
    # An ARN's own slashes are slashes of the path by the time the server sees it.
    lead("apigateway", "/v2/tags/(?P<resource_arn>.+)", ApiGatewayV2Response)
    lead("apigateway", "/tags/(?P<resource_arn>.+)", APIGatewayResponse)
