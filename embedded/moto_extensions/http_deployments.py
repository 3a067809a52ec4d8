"""HTTP APIs: deployments, made by hand or, in a stage with automatic deployment, by every change.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-stages.html
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from moto.apigatewayv2.exceptions import APIGatewayV2Error, BadRequestException
from moto.apigatewayv2.models import Api
from moto.apigatewayv2.responses import ApiGatewayV2Response
from moto.core.common_types import TYPE_RESPONSE
from moto.core.utils import iso_8601_datetime_without_milliseconds, utcnow

from embedded.moto_extensions.extend import extend, lead

# With automatic deployment each of these is in force at once.
DEPLOYED_CHANGES = tuple(
    f"{verb}_{part}" for verb in ("create", "update", "delete") for part in ("route", "integration", "authorizer")
)


class DeploymentNotFound(APIGatewayV2Error):
    """The API has no such deployment (404)."""

    code = 404

    def __init__(self, deployment_id: str) -> None:
        super().__init__("NotFoundException", f"Invalid Deployment identifier specified {deployment_id}")


def body_of(self: ApiGatewayV2Response) -> dict[str, Any]:
    """Return the request's body."""
    return dict(json.loads(self.body or "{}"))


def api_of(self: ApiGatewayV2Response) -> Any:
    """Return the API that the path names; moto answers 404 without one."""
    return self.apigatewayv2_backend.get_api(self.path.split("/")[3])


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
    deployments(api)[made["deploymentId"]] = made  # type: ignore[index]  # moto is untyped
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
    deployment_id = self.path.split("/")[5]
    if deployment_id not in deployments(api_of(self)):
        raise DeploymentNotFound(deployment_id)
    return deployments(api_of(self))[deployment_id]


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


def apply() -> None:
    """Give moto's HTTP APIs deployments; after `http_api`, whose changes are deployed."""
    made = (create_deployment, get_deployment, get_deployments, update_deployment, delete_deployment)
    extend(ApiGatewayV2Response, *made)
    for name in DEPLOYED_CHANGES:
        setattr(Api, name, deploying(getattr(Api, name)))
    path = "/v2/apis/(?P<api_id>[^/]+)/deployments"
    lead("apigateway", path, ApiGatewayV2Response)
    lead("apigateway", f"{path}/(?P<deployment_id>[^/]+)", ApiGatewayV2Response)
