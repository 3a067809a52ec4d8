"""REST APIs: updates of methods, integrations, responses and authorizers, and what AWS refuses to make twice.

https://docs.aws.amazon.com/apigateway/latest/api/API_Operations_Amazon_API_Gateway.html
"""

from __future__ import annotations

import json
from typing import Any

from moto.apigateway.exceptions import ConflictException, NoIntegrationDefined, NotFoundException
from moto.apigateway.models import Authorizer, GatewayResponse, Integration, Method, MethodResponse
from moto.apigateway.responses import APIGatewayResponse
from moto.core.common_types import TYPE_RESPONSE

from embedded.moto_extensions.extend import extend
from embedded.moto_extensions.patch_operations import entries, flag, items, patch, scalar

_put_method = APIGatewayResponse.put_method
_put_method_response = APIGatewayResponse.put_method_response
_put_integration = APIGatewayResponse.put_integration
_delete_integration_response = APIGatewayResponse.delete_integration_response
_create_resource = APIGatewayResponse.create_resource
_create_authorizer = APIGatewayResponse.create_authorizer
_delete_authorizer = APIGatewayResponse.delete_authorizer

METHOD = {
    "authorizationType": scalar("authorization_type"),
    "authorizerId": scalar("authorizer_id"),
    "authorizationScopes": items("authorization_scopes"),
    "apiKeyRequired": scalar("api_key_required", flag),
    "operationName": scalar("operation_name"),
    "requestValidatorId": scalar("request_validator_id"),
    "requestParameters": entries("request_parameters", flag),
    "requestModels": entries("request_models"),
}
METHOD_RESPONSE = {
    "responseParameters": entries("response_parameters", flag),
    "responseModels": entries("response_models"),
}
INTEGRATION = {
    "uri": scalar("uri"),
    "httpMethod": scalar("http_method"),
    "credentials": scalar("credentials"),
    "connectionType": scalar("connection_type"),
    "passthroughBehavior": scalar("passthrough_behaviour"),
    "contentHandling": scalar("content_handling"),
    "timeoutInMillis": scalar("timeout_in_millis", int),
    "cacheNamespace": scalar("cache_namespace"),
    "cacheKeyParameters": items("cache_key_parameters"),
    "requestParameters": entries("request_parameters"),
    "requestTemplates": entries("request_templates"),
    "tlsConfig": entries("tls_config", flag),
}
INTEGRATION_RESPONSE = {
    "selectionPattern": scalar("selection_pattern"),
    "contentHandling": scalar("content_handling"),
    "responseParameters": entries("response_parameters"),
    "responseTemplates": entries("response_templates"),
}
GATEWAY_RESPONSE = {
    "statusCode": scalar("status_code"),
    "responseParameters": entries("response_parameters"),
    "responseTemplates": entries("response_templates"),
}
AUTHORIZER = {
    "name": scalar("name"),
    "type": scalar("type"),
    "authType": scalar("auth_type"),
    "authorizerUri": scalar("authorizer_uri"),
    "authorizerCredentials": scalar("authorizer_credentials"),
    "authorizerResultTtlInSeconds": scalar("authorizer_result_ttl", int),
    "identitySource": scalar("identity_source"),
    "identityValidationExpression": scalar("identity_validation_expression"),
    "providerARNs": items("provider_arns"),
}


def method_of(self: APIGatewayResponse) -> Method:
    """Return the method that the path names; moto answers 404 without one."""
    parts = self.path.split("/")
    return self.backend.get_method(parts[2], parts[4], parts[6])


def integration_of(self: APIGatewayResponse) -> Integration:
    """Return the integration of the path's method."""
    integration = method_of(self).method_integration
    if integration is None:
        raise NoIntegrationDefined
    return integration


def method_response_of(self: APIGatewayResponse) -> MethodResponse:
    """Return the response of the path's method."""
    response = method_of(self).get_response(self.path.split("/")[8])
    if response is None:
        raise NotFoundException("Invalid Response status code specified")
    return response


def update_method(self: APIGatewayResponse) -> str:
    """https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateMethod.html."""
    method = method_of(self)
    patch(method, METHOD, self._get_param("patchOperations"))
    return json.dumps(method.to_json())


def update_method_response(self: APIGatewayResponse) -> str:
    """https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateMethodResponse.html."""
    response = method_response_of(self)
    patch(response, METHOD_RESPONSE, self._get_param("patchOperations"))
    return json.dumps(response.to_json())


def update_integration(self: APIGatewayResponse) -> str:
    """https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateIntegration.html."""
    integration = integration_of(self)
    patch(integration, INTEGRATION, self._get_param("patchOperations"))
    return json.dumps(integration.to_json())


def update_integration_response(self: APIGatewayResponse) -> str:
    """https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateIntegrationResponse.html."""
    response = integration_of(self).get_integration_response(self.path.split("/")[9])
    patch(response, INTEGRATION_RESPONSE, self._get_param("patchOperations"))
    return json.dumps(response.to_json())


def get_integration_response(self: APIGatewayResponse) -> str:
    """Describe the response; without its integration it is not there, where moto fails with 500.

    https://docs.aws.amazon.com/apigateway/latest/api/API_GetIntegrationResponse.html
    """
    return json.dumps(integration_of(self).get_integration_response(self.path.split("/")[9]).to_json())


def get_method_response(self: APIGatewayResponse) -> str:
    """https://docs.aws.amazon.com/apigateway/latest/api/API_GetMethodResponse.html."""
    return json.dumps(method_response_of(self).to_json())


def get_integration(self: APIGatewayResponse) -> str:
    """https://docs.aws.amazon.com/apigateway/latest/api/API_GetIntegration.html."""
    return json.dumps(integration_of(self).to_json())


def update_gateway_response(self: APIGatewayResponse) -> str:
    """https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateGatewayResponse.html."""
    parts = self.path.split("/")
    response: GatewayResponse = self.backend.get_gateway_response(parts[2], parts[4])
    patch(response, GATEWAY_RESPONSE, self._get_param("patchOperations"))
    return json.dumps(response.to_json())


def put_integration(self: APIGatewayResponse) -> TYPE_RESPONSE:
    """Set the integration with its cache keys, and the namespace that AWS gives: the resource's id.

    https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html
    """
    status, headers, _ = _put_integration(self)
    integration = integration_of(self)
    integration.cache_key_parameters = list(self._get_param("cacheKeyParameters") or [])
    integration.cache_namespace = integration.cache_namespace or self.path.split("/")[4]
    integration.timeout_in_millis = integration.timeout_in_millis or 29000  # type: ignore[assignment]  # moto's type is wrong
    return status, headers, json.dumps(integration.to_json())


def delete_integration_response(self: APIGatewayResponse) -> TYPE_RESPONSE:
    """Delete the response; 404 without one: an integration that is put anew has none.

    https://docs.aws.amazon.com/apigateway/latest/api/API_DeleteIntegrationResponse.html
    """
    if self.path.split("/")[-1] not in (integration_of(self).integration_responses or {}):
        raise NotFoundException("Invalid Response status code specified")
    return _delete_integration_response(self)


def put_method(self: APIGatewayResponse) -> TYPE_RESPONSE:
    """https://docs.aws.amazon.com/apigateway/latest/api/API_PutMethod.html."""
    parts = self.path.split("/")
    if parts[6] in self.backend.get_resource(parts[2], parts[4]).resource_methods:
        raise ConflictException("Method already exists for this resource")
    return _put_method(self)


def put_method_response(self: APIGatewayResponse) -> TYPE_RESPONSE:
    """https://docs.aws.amazon.com/apigateway/latest/api/API_PutMethodResponse.html."""
    if method_of(self).get_response(self.path.split("/")[8]) is not None:
        raise ConflictException("Response already exists for this resource")
    return _put_method_response(self)


def create_resource(self: APIGatewayResponse) -> TYPE_RESPONSE:
    """https://docs.aws.amazon.com/apigateway/latest/api/API_CreateResource.html."""
    api, parent = self.path.split("/")[2], self.path.split("/")[-1]
    name = self._get_param("pathPart")
    siblings = [part for part in self.backend.get_resources(api) if part.parent_id == parent]
    if name in [part.path_part for part in siblings]:
        raise ConflictException(f"Another resource with the same parent already has this name: {name}")
    return _create_resource(self)


def create_authorizer(self: APIGatewayResponse) -> TYPE_RESPONSE:
    """Create the authorizer with its validation expression, which moto loses to a misspelt name.

    https://docs.aws.amazon.com/apigateway/latest/api/API_CreateAuthorizer.html
    """
    status, headers, body = _create_authorizer(self)
    if status != 201:
        return status, headers, body
    authorizer = self.backend.get_authorizer(self.path.split("/")[2], json.loads(body)["id"])
    authorizer.identity_validation_expression = self._get_param("identityValidationExpression")
    return status, headers, json.dumps(authorizer.to_json())


def delete_authorizer(self: APIGatewayResponse) -> TYPE_RESPONSE:
    """Delete the authorizer, unless a method asks it.

    https://docs.aws.amazon.com/apigateway/latest/api/API_DeleteAuthorizer.html
    """
    parts = self.path.split("/")
    for resource in self.backend.get_resources(parts[2]):
        for verb, method in resource.resource_methods.items():
            if method.authorizer_id == parts[4]:
                where = f"{verb}/{resource.get_path()}"
                raise ConflictException(f"Cannot delete authorizer '{parts[4]}', is referenced in method: {where}")
    return _delete_authorizer(self)


def apply_operations(self: Authorizer, patch_operations: Any) -> Authorizer:
    """https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateAuthorizer.html."""
    patch(self, AUTHORIZER, patch_operations)
    return self


def apply() -> None:
    """Extend moto's methods, integrations, responses and authorizers."""
    updates = (update_method, update_method_response, update_integration, update_integration_response)
    puts = (put_integration, put_method, put_method_response, create_resource)
    extend(APIGatewayResponse, get_integration, get_integration_response, get_method_response)
    extend(APIGatewayResponse, delete_integration_response)
    extend(APIGatewayResponse, *updates, *puts, update_gateway_response, create_authorizer, delete_authorizer)
    extend(Authorizer, apply_operations)
