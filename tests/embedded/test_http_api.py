"""HTTP APIs of the embedded AWS: what was set is read back, and an update changes what it names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.modules.conftest import Client


@pytest.fixture
def gateway(client: Client) -> Any:
    return client("apigatewayv2")


@pytest.fixture
def api(gateway: Any) -> Iterator[str]:
    made = gateway.create_api(Name="kit", ProtocolType="HTTP", CorsConfiguration={"AllowOrigins": ["https://a"]})
    yield made["ApiId"]
    gateway.delete_api(ApiId=made["ApiId"])


@pytest.fixture
def stage(gateway: Any, api: str) -> dict[str, str]:
    place = {"ApiId": api, "StageName": "$default"}
    gateway.create_stage(
        **place,
        AutoDeploy=True,
        AccessLogSettings={"DestinationArn": "arn", "Format": "x"},
        DefaultRouteSettings={"ThrottlingBurstLimit": 5, "ThrottlingRateLimit": 6.0},
        StageVariables={"a": "1", "b": "2"},
    )
    return place


def test_an_api_is_updated(gateway: Any, api: str) -> None:
    changed = gateway.update_api(ApiId=api, DisableExecuteApiEndpoint=True, IpAddressType="dualstack")
    assert (changed["DisableExecuteApiEndpoint"], changed["CorsConfiguration"]["AllowOrigins"]) == (
        True,
        ["https://a"],
    )
    assert gateway.get_api(ApiId=api)["IpAddressType"] == "dualstack"
    assert gateway.update_api(ApiId=api, DisableExecuteApiEndpoint=False)["DisableExecuteApiEndpoint"] is False


def test_cors_is_taken_away_and_an_empty_one_is_none(gateway: Any, api: str) -> None:
    gateway.delete_cors_configuration(ApiId=api)
    gateway.update_api(ApiId=api, CorsConfiguration={})
    assert "CorsConfiguration" not in gateway.get_api(ApiId=api)


def test_a_stage_keeps_what_an_update_does_not_name(gateway: Any, stage: dict[str, str]) -> None:
    gateway.update_stage(**stage, StageVariables={"a": "", "c": "3"}, Description="new")
    found = gateway.get_stage(**stage)
    assert found["StageVariables"] == {"b": "2", "c": "3"}
    assert (found["Description"], found["AutoDeploy"]) == ("new", True)
    assert found["DefaultRouteSettings"]["ThrottlingBurstLimit"] == 5
    gateway.update_stage(**stage, DefaultRouteSettings={"ThrottlingBurstLimit": 0, "ThrottlingRateLimit": 0.0})
    settings = gateway.get_stage(**stage)["DefaultRouteSettings"]
    assert (settings["ThrottlingBurstLimit"], settings["ThrottlingRateLimit"]) == (0, 0.0)


def test_access_logs_and_route_settings_are_taken_away(gateway: Any, stage: dict[str, str]) -> None:
    gateway.update_stage(**stage, RouteSettings={"ANY /": {"ThrottlingBurstLimit": 1}, "GET /": {}})
    gateway.delete_route_settings(**stage, RouteKey="ANY /")
    gateway.delete_access_log_settings(**stage)
    found = gateway.get_stage(**stage)
    assert ("AccessLogSettings" in found, list(found["RouteSettings"])) == (False, ["GET /"])


def test_a_stage_that_is_not_there_is_not_found(gateway: Any, api: str) -> None:
    with pytest.raises(gateway.exceptions.NotFoundException):
        gateway.update_stage(ApiId=api, StageName="none")


def test_each_change_is_deployed_at_once(gateway: Any, stage: dict[str, str]) -> None:
    api = stage["ApiId"]
    before = gateway.get_stage(**stage)["DeploymentId"]
    route = gateway.create_route(ApiId=api, RouteKey="ANY /")["RouteId"]
    made = gateway.get_stage(**stage)["DeploymentId"]
    gateway.delete_route(ApiId=api, RouteId=route)
    gone = gateway.get_stage(**stage)["DeploymentId"]
    assert len({before, made, gone}) == 3
    deployments = gateway.get_deployments(ApiId=api)["Items"]
    assert [found["DeploymentId"] for found in deployments] == [before, made, gone]
    assert {(found["AutoDeployed"], found["DeploymentStatus"]) for found in deployments} == {(True, "DEPLOYED")}


def test_without_automatic_deployment_a_stage_keeps_its_deployment(gateway: Any, api: str) -> None:
    first = gateway.create_deployment(ApiId=api)["DeploymentId"]
    place = {"ApiId": api, "StageName": "live"}
    gateway.create_stage(**place, DeploymentId=first)
    gateway.create_route(ApiId=api, RouteKey="ANY /")
    assert gateway.get_stage(**place)["DeploymentId"] == first
    with pytest.raises(gateway.exceptions.BadRequestException, match="Active stages"):
        gateway.delete_deployment(ApiId=api, DeploymentId=first)
    second = gateway.create_deployment(ApiId=api, StageName="live")["DeploymentId"]
    assert gateway.get_stage(**place)["DeploymentId"] == second
    gateway.delete_deployment(ApiId=api, DeploymentId=first)
    assert gateway.get_deployment(ApiId=api, DeploymentId=second)["AutoDeployed"] is False
    with pytest.raises(gateway.exceptions.NotFoundException, match="Invalid Deployment identifier"):
        gateway.get_deployment(ApiId=api, DeploymentId=first)


def test_a_route_key_is_taken_once(gateway: Any, api: str) -> None:
    taken = gateway.create_route(ApiId=api, RouteKey="ANY /")
    other = gateway.create_route(ApiId=api, RouteKey="GET /")
    with pytest.raises(gateway.exceptions.ConflictException, match="Route with key ANY / already exists"):
        gateway.create_route(ApiId=api, RouteKey="ANY /")
    with pytest.raises(gateway.exceptions.ConflictException):
        gateway.update_route(ApiId=api, RouteId=other["RouteId"], RouteKey="ANY /")
    same = gateway.update_route(ApiId=api, RouteId=taken["RouteId"], RouteKey="ANY /", AuthorizationType="AWS_IAM")
    assert same["AuthorizationType"] == "AWS_IAM"


def test_a_routes_scopes_are_emptied_and_its_parts_stay_while_it_uses_them(gateway: Any, api: str) -> None:
    integration = gateway.create_integration(ApiId=api, IntegrationType="AWS_PROXY")["IntegrationId"]
    authorizer = gateway.create_authorizer(
        ApiId=api, AuthorizerType="JWT", IdentitySource=["$request.header.A"], Name="a"
    )["AuthorizerId"]
    route = gateway.create_route(
        ApiId=api,
        RouteKey="ANY /",
        Target=f"integrations/{integration}",
        AuthorizationType="JWT",
        AuthorizerId=authorizer,
        AuthorizationScopes=["read"],
    )
    assert [found["AuthorizerId"] for found in gateway.get_authorizers(ApiId=api)["Items"]] == [authorizer]
    with pytest.raises(gateway.exceptions.ConflictException, match="referenced by the following Routes"):
        gateway.delete_integration(ApiId=api, IntegrationId=integration)
    with pytest.raises(gateway.exceptions.ConflictException, match="is referenced in route"):
        gateway.delete_authorizer(ApiId=api, AuthorizerId=authorizer)
    place = {"ApiId": api, "RouteId": route["RouteId"]}
    assert gateway.update_route(**place, AuthorizationScopes=[])["AuthorizationScopes"] == []
    opened = gateway.update_route(**place, AuthorizationType="NONE", AuthorizerId="")
    assert (opened["AuthorizationType"], "AuthorizerId" in opened) == ("NONE", False)
    assert opened["Target"] == f"integrations/{integration}"
    gateway.delete_authorizer(ApiId=api, AuthorizerId=authorizer)
    gateway.delete_route(**place)
    gateway.delete_integration(ApiId=api, IntegrationId=integration)
    assert gateway.get_integrations(ApiId=api)["Items"] == []


def test_an_integration_is_updated(gateway: Any, api: str) -> None:
    made = gateway.create_integration(
        ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri="old", PayloadFormatVersion="2.0"
    )
    changed = gateway.update_integration(
        ApiId=api, IntegrationId=made["IntegrationId"], IntegrationUri="new", TimeoutInMillis=20000
    )
    assert (changed["IntegrationUri"], changed["TimeoutInMillis"]) == ("new", 20000)
    assert changed["PayloadFormatVersion"] == "2.0"


def test_tags_of_an_api_and_a_stage(gateway: Any, stage: dict[str, str]) -> None:
    arn = f"arn:aws:apigateway:us-east-1::/apis/{stage['ApiId']}"
    for resource in (arn, f"{arn}/stages/$default"):
        gateway.tag_resource(ResourceArn=resource, Tags={"a": "1", "b": "2"})
        gateway.untag_resource(ResourceArn=resource, TagKeys=["a"])
        assert gateway.get_tags(ResourceArn=resource)["Tags"] == {"b": "2"}
    assert gateway.get_stage(**stage)["Tags"] == {"b": "2"}
