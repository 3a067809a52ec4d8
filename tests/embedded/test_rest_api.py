"""REST APIs of the embedded AWS: what was set is read back, and an update changes what it names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.modules.conftest import Client

URI = (
    "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
    "arn:aws:lambda:us-east-1:123456789012:function:{}/invocations"
)
POLICY = '{"Statement":[{"Effect":"Allow","Condition":{"StringEquals":{"aws:X":"a\\"b"}}}]}'


@pytest.fixture
def gateway(client: Client) -> Any:
    return client("apigateway")


@pytest.fixture
def api(gateway: Any) -> Iterator[dict[str, Any]]:
    made = gateway.create_rest_api(
        name="kit",
        binaryMediaTypes=["*/*"],
        minimumCompressionSize=1000,
        endpointConfiguration={"types": ["PRIVATE"], "vpcEndpointIds": ["vpce-1"]},
    )
    yield made
    gateway.delete_rest_api(restApiId=made["id"])


def change(path: str, value: str | None = None, op: str = "replace") -> dict[str, str]:
    return {"op": op, "path": path} | ({} if value is None else {"value": value})


def test_a_new_api_is_read_back_as_it_was_made(gateway: Any, api: dict[str, Any]) -> None:
    found = gateway.get_rest_api(restApiId=api["id"])
    assert found["binaryMediaTypes"] == ["*/*"]
    assert found["minimumCompressionSize"] == 1000
    assert found["endpointConfiguration"] == {
        "types": ["PRIVATE"],
        "vpcEndpointIds": ["vpce-1"],
        "ipAddressType": "dualstack",
    }


def test_an_api_is_changed_where_the_operations_say(gateway: Any, api: dict[str, Any]) -> None:
    operations = [
        change("/binaryMediaTypes/image~1png", op="add"),
        change("/binaryMediaTypes/*~1*", op="remove"),
        change("/binaryMediaTypes/image~1gif", op="add"),
        change("/endpointConfiguration/types/PRIVATE", "REGIONAL"),
        change("/endpointConfiguration/vpcEndpointIds", "vpce-2", "add"),
        change("/endpointConfiguration/vpcEndpointIds", "vpce-1", "remove"),
        change("/minimumCompressionSize"),
        change("/disableExecuteApiEndpoint", "true"),
    ]
    changed = gateway.update_rest_api(restApiId=api["id"], patchOperations=operations)
    assert changed["binaryMediaTypes"] == ["image/png", "image/gif"]
    assert changed["endpointConfiguration"]["types"] == ["REGIONAL"]
    assert changed["endpointConfiguration"]["vpcEndpointIds"] == ["vpce-2"]
    assert changed.get("minimumCompressionSize") is None
    assert (changed["disableExecuteApiEndpoint"], changed["name"]) == (True, "kit")
    off = [change("/disableExecuteApiEndpoint", "false")]
    assert gateway.update_rest_api(restApiId=api["id"], patchOperations=off)["disableExecuteApiEndpoint"] is False


def test_an_unknown_patch_path_is_refused(gateway: Any, api: dict[str, Any]) -> None:
    with pytest.raises(gateway.exceptions.BadRequestException, match="Invalid patch path /nmae"):
        gateway.update_rest_api(restApiId=api["id"], patchOperations=[change("/nmae", "x")])


def test_a_policy_is_returned_escaped_and_taken_away(gateway: Any, api: dict[str, Any]) -> None:
    kept = gateway.update_rest_api(restApiId=api["id"], patchOperations=[change("/policy", POLICY)])
    assert kept["policy"] != POLICY
    assert json.loads(f'"{kept["policy"]}"') == POLICY
    assert "policy" not in gateway.update_rest_api(restApiId=api["id"], patchOperations=[change("/policy", "")])


@pytest.fixture
def method(gateway: Any, api: dict[str, Any]) -> dict[str, str]:
    place = {"restApiId": api["id"], "resourceId": api["rootResourceId"], "httpMethod": "ANY"}
    gateway.put_method(**place, authorizationType="NONE", requestParameters={"method.request.header.A": True})
    gateway.put_method_response(**place, statusCode="204", responseParameters={"method.response.header.A": False})
    gateway.put_integration(
        **place,
        type="AWS_PROXY",
        integrationHttpMethod="POST",
        uri=URI.format("old"),
        contentHandling="CONVERT_TO_TEXT",
        cacheKeyParameters=["method.request.header.A"],
        requestTemplates={"application/json": "old"},
    )
    gateway.put_integration_response(**place, statusCode="204", responseTemplates={"application/json": "old"})
    return place


def test_a_method_is_updated(gateway: Any, method: dict[str, str]) -> None:
    operations = [
        change("/authorizationType", "CUSTOM"),
        change("/authorizerId", "abc"),
        change("/apiKeyRequired", "true"),
        change("/authorizationScopes", "read", "add"),
        change("/requestParameters/method.request.header.B", "false", "add"),
        change("/requestParameters/method.request.header.A", op="remove"),
    ]
    changed = gateway.update_method(**method, patchOperations=operations)
    assert (changed["authorizationType"], changed["authorizerId"]) == ("CUSTOM", "abc")
    assert (changed["apiKeyRequired"], changed["authorizationScopes"]) == (True, ["read"])
    assert changed["requestParameters"] == {"method.request.header.B": False}
    open_again = [change("/authorizationType", "NONE"), change("/authorizerId", "")]
    changed = gateway.update_method(**method, patchOperations=open_again)
    assert (changed["authorizationType"], changed.get("authorizerId")) == ("NONE", None)
    assert changed["methodIntegration"]["uri"] == URI.format("old")


def test_an_integration_is_updated(gateway: Any, method: dict[str, str]) -> None:
    before = gateway.get_integration(**method)
    assert (before["timeoutInMillis"], before["cacheNamespace"]) == (29000, method["resourceId"])
    operations = [
        change("/uri", URI.format("new")),
        change("/timeoutInMillis", "20000"),
        change("/contentHandling", ""),
        change("/passthroughBehavior", "NEVER"),
        change("/requestTemplates/application~1json", "new"),
        change("/requestParameters/integration.request.header.A", "'x'", "add"),
        change("/cacheKeyParameters/method.request.header.B", op="add"),
        change("/cacheKeyParameters/method.request.header.A", op="remove"),
    ]
    changed = gateway.update_integration(**method, patchOperations=operations)
    assert (changed["uri"], changed["timeoutInMillis"]) == (URI.format("new"), 20000)
    assert (changed.get("contentHandling"), changed["passthroughBehavior"]) == (None, "NEVER")
    assert changed["requestTemplates"] == {"application/json": "new"}
    assert changed["requestParameters"] == {"integration.request.header.A": "'x'"}
    assert changed["cacheKeyParameters"] == ["method.request.header.B"]
    assert (changed["type"], changed["httpMethod"]) == ("AWS_PROXY", "POST")


def test_responses_are_updated(gateway: Any, method: dict[str, str]) -> None:
    names = [
        change("/responseParameters/method.response.header.B", "true", "add"),
        change("/responseParameters/method.response.header.A", op="remove"),
    ]
    changed = gateway.update_method_response(**method, statusCode="204", patchOperations=names)
    assert changed["responseParameters"] == {"method.response.header.B": True}
    template = [change("/responseTemplates/application~1json", "new"), change("/selectionPattern", "2..")]
    changed = gateway.update_integration_response(**method, statusCode="204", patchOperations=template)
    assert (changed["responseTemplates"], changed["selectionPattern"]) == ({"application/json": "new"}, "2..")


def test_a_gateway_response_is_updated(gateway: Any, api: dict[str, Any]) -> None:
    place = {"restApiId": api["id"], "responseType": "DEFAULT_4XX"}
    gateway.put_gateway_response(**place, responseParameters={"gatewayresponse.header.A": "'x'"})
    operations = [
        change("/responseParameters/gatewayresponse.header.A", op="remove"),
        change("/responseTemplates/application~1json", "{}", "add"),
    ]
    changed = gateway.update_gateway_response(**place, patchOperations=operations)
    assert changed.get("responseParameters", {}) == {}
    assert changed["responseTemplates"] == {"application/json": "{}"}


def test_what_exists_is_not_made_again(gateway: Any, api: dict[str, Any], method: dict[str, str]) -> None:
    conflict = gateway.exceptions.ConflictException
    with pytest.raises(conflict, match="Method already exists"):
        gateway.put_method(**method, authorizationType="NONE")
    with pytest.raises(conflict, match="Response already exists"):
        gateway.put_method_response(**method, statusCode="204")
    child = {"restApiId": api["id"], "parentId": api["rootResourceId"], "pathPart": "{proxy+}"}
    gateway.create_resource(**child)
    with pytest.raises(conflict, match="same parent already has this name"):
        gateway.create_resource(**child)


def test_what_is_not_there_is_not_found(gateway: Any, method: dict[str, str]) -> None:
    gateway.delete_integration(**method)
    missing = gateway.exceptions.NotFoundException
    with pytest.raises(missing):
        gateway.get_integration(**method)
    with pytest.raises(missing):
        gateway.get_integration_response(**method, statusCode="204")
    with pytest.raises(missing):
        gateway.get_method_response(**method, statusCode="404")
    with pytest.raises(missing):
        gateway.update_method(**method | {"httpMethod": "GET"}, patchOperations=[])


def test_an_authorizer_is_updated_and_kept_while_it_is_asked(gateway: Any, method: dict[str, str]) -> None:
    api = method["restApiId"]
    made = gateway.create_authorizer(
        restApiId=api, name="a", type="TOKEN", identityValidationExpression="old", authorizerUri=URI.format("a")
    )
    assert made["identityValidationExpression"] == "old"
    place = {"restApiId": api, "authorizerId": made["id"]}
    operations = [change("/identityValidationExpression", "new"), change("/authorizerResultTtlInSeconds", "0")]
    changed = gateway.update_authorizer(**place, patchOperations=operations)
    assert (changed["identityValidationExpression"], changed["authorizerResultTtlInSeconds"]) == ("new", 0)
    gateway.update_method(**method, patchOperations=[change("/authorizerId", made["id"])])
    with pytest.raises(gateway.exceptions.ConflictException, match="is referenced in method: ANY"):
        gateway.delete_authorizer(**place)
    gateway.update_method(**method, patchOperations=[change("/authorizerId", "")])
    gateway.delete_authorizer(**place)
    assert gateway.get_authorizers(restApiId=api)["items"] == []


def test_a_stage_is_updated_and_keeps_its_deployment(gateway: Any, method: dict[str, str]) -> None:
    api = method["restApiId"]
    deployment = gateway.create_deployment(restApiId=api)["id"]
    place = {"restApiId": api, "stageName": "live"}
    gateway.create_stage(**place, deploymentId=deployment, variables={"a": "1", "b": "2"})
    operations = [
        change("/variables/a", op="remove"),
        change("/variables/c", "3"),
        change("/*/*/throttling/burstLimit", "5"),
        change("/accessLogSettings/format", "x"),
    ]
    changed = gateway.update_stage(**place, patchOperations=operations)
    assert changed["variables"] == {"b": "2", "c": "3"}
    settings = changed["methodSettings"]["*/*"]
    assert (settings["throttlingBurstLimit"], settings["throttlingRateLimit"]) == (5, 10000.0)
    away = [change("/*/*", op="remove"), change("/accessLogSettings", op="remove")]
    changed = gateway.update_stage(**place, patchOperations=away)
    assert (changed["methodSettings"], changed.get("accessLogSettings")) == ({}, None)
    with pytest.raises(gateway.exceptions.BadRequestException, match="Active stages"):
        gateway.delete_deployment(restApiId=api, deploymentId=deployment)
    second = gateway.create_deployment(restApiId=api)["id"]
    gateway.update_stage(**place, patchOperations=[change("/deploymentId", second)])
    gateway.delete_deployment(restApiId=api, deploymentId=deployment)
    assert [found["id"] for found in gateway.get_deployments(restApiId=api)["items"]] == [second]


def test_tags_of_an_api_and_a_stage(gateway: Any, method: dict[str, str]) -> None:
    api = method["restApiId"]
    gateway.create_stage(
        restApiId=api, stageName="live", deploymentId=gateway.create_deployment(restApiId=api)["id"]
    )
    arn = f"arn:aws:apigateway:us-east-1::/restapis/{api}"
    for resource in (arn, f"{arn}/stages/live"):
        gateway.tag_resource(resourceArn=resource, tags={"a": "1", "b": "2"})
        gateway.untag_resource(resourceArn=resource, tagKeys=["a"])
        assert gateway.get_tags(resourceArn=resource)["tags"] == {"b": "2"}
    assert gateway.get_rest_api(restApiId=api)["tags"] == {"b": "2"}
    with pytest.raises(gateway.exceptions.NotFoundException):
        gateway.get_tags(resourceArn="arn:aws:apigateway:us-east-1::/restapis/none")
