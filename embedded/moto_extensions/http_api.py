"""HTTP APIs: stages, routes, integrations and authorizers.

https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/api-reference.html
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

from moto.apigatewayv2.exceptions import AuthorizerNotFound
from moto.apigatewayv2.models import Api, Route, Stage
from moto.apigatewayv2.responses import ApiGatewayV2Response
from moto.core.common_types import TYPE_RESPONSE
from moto.core.utils import utcnow

from embedded.moto_extensions.domain_names import Conflict
from embedded.moto_extensions.extend import extend, lead
from embedded.moto_extensions.http_deployments import api_of, body_of, deploy_automatically

_create_api, _update_api = ApiGatewayV2Response.create_api, ApiGatewayV2Response.update_api
_described_api, _described_stage = Api.to_json, Stage.to_json
_create_stage, _update_route = Api.create_stage, Route.update
_create_route, _change_route = Api.create_route, Api.update_route
_delete_integration, _delete_authorizer = Api.delete_integration, Api.delete_authorizer

STAGE = {
    "accessLogSettings": "access_log_settings",
    "autoDeploy": "auto_deploy",
    "clientCertificateId": "client_certificate_id",
    "defaultRouteSettings": "default_route_settings",
    "deploymentId": "deployment_id",
    "description": "description",
}


def stage_of(self: ApiGatewayV2Response) -> Any:
    """Return the stage that the path names."""
    return api_of(self).get_stage(unquote(self.path.split("/")[5]))


def create_api(self: ApiGatewayV2Response) -> TYPE_RESPONSE:
    """Create the API with its address type.

    https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis.html
    """
    status, headers, body = _create_api(self)
    api: Any = self.apigatewayv2_backend.get_api(json.loads(body)["apiId"])
    api.ip_address_type = body_of(self).get("ipAddressType", "ipv4")
    return status, headers, json.dumps(api.to_json())


def update_api(self: ApiGatewayV2Response) -> TYPE_RESPONSE:
    """Change what the body names, the address type included.

    https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid.html
    """
    api = api_of(self)
    api.ip_address_type = body_of(self).get("ipAddressType", api.ip_address_type)
    return _update_api(self)


def described_api(self: Any) -> dict[str, Any]:
    """Describe the API with its address type, and without a CORS configuration when that is empty.

    Where one is taken away, the provider deletes it and then sends an empty one.
    """
    described = _described_api(self) | {"ipAddressType": getattr(self, "ip_address_type", "ipv4")}
    return described | {"corsConfiguration": described["corsConfiguration"] or None}


def create_stage(self: Any, config: dict[str, Any]) -> Stage:
    """Create the stage with its deployment.

    https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-stages.html
    """
    if config["stageName"] in self.stages:
        raise Conflict("Stage already exists")
    stage: Any = _create_stage(self, config)
    stage.deployment_id = config.get("deploymentId")
    deploy_automatically(self)
    return stage  # type: ignore[no-any-return]  # moto is untyped


def described_stage(self: Any) -> dict[str, Any]:
    """Describe the stage with its deployment."""
    deployment = getattr(self, "deployment_id", None)
    return _described_stage(self) | ({"deploymentId": deployment} if deployment else {})


def update_stage(self: ApiGatewayV2Response) -> TYPE_RESPONSE:
    """Change what the body names; route settings by their key, a variable without a value is removed.

    https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-stages-stagename.html
    """
    stage, body = stage_of(self), body_of(self)
    for name, attribute in STAGE.items():
        if name in body:
            setattr(stage, attribute, body[name])
    stage.route_settings = stage.route_settings | body.get("routeSettings", {})
    variables = stage.stage_variables | body.get("stageVariables", {})
    stage.stage_variables = {name: value for name, value in variables.items() if value}
    stage.updated = utcnow()
    deploy_automatically(api_of(self))
    return 200, {}, json.dumps(stage.to_json())


def delete_access_log_settings(self: ApiGatewayV2Response) -> TYPE_RESPONSE:
    """Stop the access logs.

    https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-stages-stagename-accesslogsettings.html
    """
    stage_of(self).access_log_settings = None
    return 204, {}, ""


def delete_route_settings(self: ApiGatewayV2Response) -> TYPE_RESPONSE:
    """Let a route have the stage's default settings again.

    https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-stages-stagename-routesettings-routekey.html
    """
    stage_of(self).route_settings.pop(unquote(self.path.split("/routesettings/")[1]), None)
    return 204, {}, ""


def check_key(api: Any, route_key: str | None, route_id: str | None = None) -> None:
    """Refuse a second route with one key: https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-routes.html."""
    if route_key in [route.route_key for route in api.routes.values() if route.route_id != route_id]:
        raise Conflict(f"Route with key {route_key} already exists for this API")


def create_route(self: Any, **named: Any) -> Any:
    """Create the route, unless its key is taken."""
    check_key(self, named.get("route_key"))
    return _create_route(self, **named)


def update_route(self: Any, **named: Any) -> Any:
    """Change the route, unless its new key is taken."""
    check_key(self, named.get("route_key"), named.get("route_id"))
    return _change_route(self, **named)


def update(self: Any, **named: Any) -> None:
    """Change the route; emptied scopes, models and parameters are empty, and no authorizer is none.

    https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-routes-routeid.html
    """
    _update_route(self, **named)
    for name in ("authorization_scopes", "request_models", "request_parameters"):
        if named.get(name) is not None:
            setattr(self, name, named[name])
    self.authorizer_id = self.authorizer_id or None


def delete_integration(self: Any, integration_id: str) -> None:
    """Delete the integration, unless a route leads to it.

    https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-integrations-integrationid.html
    """
    target = f"integrations/{integration_id}"
    if users := [route.route_id for route in self.routes.values() if route.target == target]:
        raise Conflict(
            "Cannot delete Integration because it is referenced by the following Routes with Ids: "
            f"[{', '.join(users)}]"
        )
    _delete_integration(self, integration_id)


def delete_authorizer(self: Any, authorizer_id: str) -> None:
    """Delete the authorizer, unless a route asks it.

    https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-authorizers-authorizerid.html
    """
    if authorizer_id not in self.authorizers:
        raise AuthorizerNotFound(authorizer_id)
    if users := [route.route_key for route in self.routes.values() if route.authorizer_id == authorizer_id]:
        raise Conflict(f"Cannot delete authorizer '{authorizer_id}', is referenced in route: {', '.join(users)}")
    _delete_authorizer(self, authorizer_id)


def get_authorizers(self: ApiGatewayV2Response) -> TYPE_RESPONSE:
    """https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-authorizers.html."""
    authorizers = api_of(self).authorizers.values()
    return 200, {}, json.dumps({"items": [authorizer.to_json() for authorizer in authorizers]})


def apply() -> None:
    """Extend moto's HTTP APIs."""
    stages = (update_stage, delete_access_log_settings, delete_route_settings)
    extend(ApiGatewayV2Response, create_api, update_api, *stages, get_authorizers)
    extend(Api, create_stage, create_route, update_route, delete_integration, delete_authorizer)
    extend(Route, update)
    Api.to_json, Stage.to_json = described_api, described_stage  # type: ignore[method-assign]  # the extension
    stage = "/v2/apis/(?P<api_id>[^/]+)/stages/(?P<stage_name>[^/]+)"
    lead("apigateway", f"{stage}/accesslogsettings", ApiGatewayV2Response)
    lead("apigateway", f"{stage}/routesettings/(?P<route_key>.+)", ApiGatewayV2Response)
