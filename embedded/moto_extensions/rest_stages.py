"""REST APIs: stages and deployments.

https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateStage.html
https://docs.aws.amazon.com/apigateway/latest/api/API_DeleteDeployment.html
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from moto.apigateway.exceptions import StageStillActive
from moto.apigateway.models import RestAPI, Stage
from moto.apigateway.responses import APIGatewayResponse

from embedded.moto_extensions.extend import extend
from embedded.moto_extensions.patch_operations import Operation, entries, patch, scalar

_operate = Stage.apply_operations
_delete_deployment = RestAPI.delete_deployment
# What moto's own reading of a stage's operations leaves out, or fails at.
FIELDS = {"variables": entries("variables"), "description": scalar("description")}
DEPLOYMENT = {"description": scalar("description")}


def apply_operations(self: Stage, patch_operations: Sequence[Operation]) -> Stage:
    """Update the stage; method settings that are removed are gone, and variables may be added."""
    for operation in patch_operations or ():
        path = operation["path"].removeprefix("/")
        if path.partition("/")[0] in FIELDS:
            patch(self, FIELDS, [operation])
        elif operation["op"] == "remove" and path in self.method_settings:
            del self.method_settings[path]
        else:
            _operate(self, [dict(operation)])
    return self


def _get_default_method_settings(self: Stage) -> dict[str, Any]:
    """Return a method's settings when one was set: throttles are the account's, where moto has lower ones.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
    """
    return {
        "metricsEnabled": False,
        "dataTraceEnabled": False,
        "throttlingBurstLimit": 5000,
        "throttlingRateLimit": 10000.0,
        "cachingEnabled": False,
        "cacheTtlInSeconds": 300,
        "cacheDataEncrypted": False,
        "requireAuthorizationForCacheControl": True,
        "unauthorizedCacheControlHeaderStrategy": "SUCCEED_WITH_RESPONSE_HEADER",
    }


def delete_deployment(self: RestAPI, deployment_id: str) -> Any:
    """Delete the deployment, unless a stage serves it; moto looks at the stage it was made for only."""
    if any(stage.deployment_id == deployment_id for stage in self.stages.values()):
        raise StageStillActive()
    return _delete_deployment(self, deployment_id)


def update_deployment(self: APIGatewayResponse) -> str:
    """https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateDeployment.html."""
    parts = self.path.split("/")
    deployment = self.backend.get_deployment(parts[2], parts[4])
    patch(deployment, DEPLOYMENT, self._get_param("patchOperations"))
    return json.dumps(deployment.to_json())


def apply() -> None:
    """Extend moto's stages and deployments."""
    extend(Stage, apply_operations, _get_default_method_settings)
    extend(RestAPI, delete_deployment)
    extend(APIGatewayResponse, update_deployment)
