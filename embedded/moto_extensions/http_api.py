"""HTTP APIs: stages, deployments, routes and authorizers.

https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/api-reference.html
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import unquote

from moto.apigatewayv2.exceptions import AuthorizerNotFound, BadRequestException, StageNotFound
from moto.apigatewayv2.models import Api, Route, Stage
from moto.apigatewayv2.responses import ApiGatewayV2Response
from moto.core.common_types import TYPE_RESPONSE
from moto.core.utils import iso_8601_datetime_without_milliseconds, utcnow

from embedded.moto_extensions.domain_names import Conflict
from embedded.moto_extensions.extend import extend, lead

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
# With automatic deployment each of these is in force at once.
DEPLOYED_CHANGES = tuple(
    f"{verb}_{part}" for verb in ("create", "update", "delete") for part in ("route", "integration", "authorizer")
)


def body_of(self: ApiGatewayV2Response) -> dict[str, Any]:
    """Return the request's body."""
    return dict(json.loads(self.body or "{}"))


def api_of(self: ApiGatewayV2Response) -> Any:
    """Return the API that the path names; moto answers 404 without one."""
    return self.apigatewayv2_backend.get_api(self.path.split("/")[3])


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
    """Describe the API with its address type."""
    return _described_api(self) | {"ipAddressType": getattr(self, "ip_address_type", "ipv4")}


def create_stage(self: Any, config: dict[str, Any]) -> Stage:
    """Create the stage with its deployment.

    https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-stages.html
    """
    if config["stageName"] in self.stages:
        raise Conflict("Stage already exists")
    stage: Any = _create_stage(self, config)
    stage.deployment_id = config.get("deploymentId")
    deploy_automatically(self)
    return stage  # type: ignore[no-any-return]


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


def deployments(api: Any) -> dict[str, dict[str, Any]]:
    """Return the API's deployments by id, the oldest first."""
    found: dict[str, dict[str, Any]] = vars(api).setdefault("deployments", {})
    return found


def deploy(api: Any, description: str | None = None, *, automatic: bool = False) -> dict[str, Any]:
    """Make a deployment, which is deployed at once."""
    made = {
        "autoDeployed": automatic,
        "createdDate": iso_8601_datetime_without_milliseconds(utcnow()),
        "deploymentId": secrets.token_hex(3),
        "deploymentStatus": "DEPLOYED",
    } | ({"description": description} if description else {})
    deployments(api)[made["deploymentId"]] = made  # type: ignore[index]
    return made


def deploy_automatically(api: Any) -> None:
    """Bring a change into the stages with automatic deployment.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-stages.html
    """
    stages = [stage for stage in api.stages.values() if stage.auto_deploy]
    if not stages:
        return
    made = deploy(api, "Automatic deployment triggered by changes to the Api configuration", automatic=True)
    for stage in stages:
        stage.deployment_id = made["deploymentId"]


def deploying(change: Callable[..., Any]) -> Callable[..., Any]:
    """Return a change of an API's parts that automatic deployment brings into force."""

    @wraps(change)
    def changed(self: Any, *arguments: Any, **named: Any) -> Any:
        result = change(self, *arguments, **named)
        deploy_automatically(self)
        return result

    return changed


def create_deployment(self: ApiGatewayV2Response) -> TYPE_RESPONSE:
    """https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-deployments.html."""
    api, body = api_of(self), body_of(self)
    stage = api.get_stage(body["stageName"]) if body.get("stageName") else None
    made = deploy(api, body.get("description"))
    if stage is not None:
        stage.deployment_id = made["deploymentId"]
    return 201, {}, json.dumps(made)


def deployment_of(self: ApiGatewayV2Response) -> dict[str, Any]:
    """Return the deployment that the path names."""
    found = deployments(api_of(self)).get(self.path.split("/")[5])
    if found is None:
        raise StageNotFound
    return found


def get_deployment(self: ApiGatewayV2Response) -> TYPE_RESPONSE:
    """https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-deployments-deploymentid.html."""
    return 200, {}, json.dumps(deployment_of(self))


def get_deployments(self: ApiGatewayV2Response) -> TYPE_RESPONSE:
    """https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-deployments.html."""
    return 200, {}, json.dumps({"items": list(deployments(api_of(self)).values())})


def update_deployment(self: ApiGatewayV2Response) -> TYPE_RESPONSE:
    """https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-deployments-deploymentid.html."""
    deployment = deployment_of(self)
    deployment.update({key: value for key, value in body_of(self).items() if key == "description"})
    return 200, {}, json.dumps(deployment)


def delete_deployment(self: ApiGatewayV2Response) -> TYPE_RESPONSE:
    """Delete the deployment, unless a stage serves it."""
    found = deployment_of(self)["deploymentId"]
    if found in [getattr(stage, "deployment_id", None) for stage in api_of(self).stages.values()]:
        raise BadRequestException("Active stages pointing to this deployment must be moved or deleted")
    del deployments(api_of(self))[found]
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
    made = (create_deployment, get_deployment, get_deployments, update_deployment, delete_deployment)
    extend(ApiGatewayV2Response, create_api, update_api, *stages, *made, get_authorizers)
    extend(Api, create_stage, create_route, update_route, delete_integration, delete_authorizer)
    extend(Route, update)
    Api.to_json, Stage.to_json = described_api, described_stage  # type: ignore[method-assign]
    for name in DEPLOYED_CHANGES:
        setattr(Api, name, deploying(getattr(Api, name)))
    api, stage = "/v2/apis/(?P<api_id>[^/]+)", "/stages/(?P<stage_name>[^/]+)"
    lead("apigateway", f"{api}/deployments", ApiGatewayV2Response)
    lead("apigateway", f"{api}/deployments/(?P<deployment_id>[^/]+)", ApiGatewayV2Response)
    lead("apigateway", f"{api}{stage}/accesslogsettings", ApiGatewayV2Response)
    lead("apigateway", f"{api}{stage}/routesettings/(?P<route_key>.+)", ApiGatewayV2Response)
