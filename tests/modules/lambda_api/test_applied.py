"""What modules/lambda_api leaves in AWS: one API in a VPC, applied once, read with AWS's own client."""

from __future__ import annotations

import json
from typing import Any

import pytest
from py.path import local
from pytest_terraform import terraform, tf

from embedded.aws import EmbeddedAWS
from tests.modules.conftest import Client, Copy, client_of

# What is applied once is read by one worker: pytest-terraform cannot share it between two.
pytestmark = pytest.mark.xdist_group("lambda_api_applied")

# Puts the fixture `applied` into this module: the root in the folder of that name, applied once.
terraform("applied", scope="session")


@pytest.fixture(scope="session", autouse=True)
def _root_outside_the_repository(copied: Copy) -> None:
    """pytest-terraform writes into the root module's folder, so it gets a copy."""
    folder = copied("tests/modules/lambda_api/applied")
    tf.terraform.get_fixture("applied").test_dir = local(folder.parent)


@pytest.fixture(scope="session")
def client(embedded_aws: EmbeddedAWS) -> Client:
    return client_of(embedded_aws)


def test_every_output_is_there(applied: Any) -> None:
    api = applied.outputs["api"]["value"]
    assert api["url"] == f"https://{api['rest_api_id']}.execute-api.us-east-1.amazonaws.com/live"
    assert api["execution_arn"] == f"arn:aws:execute-api:us-east-1:123456789012:{api['rest_api_id']}"
    assert (api["function_name"], api["log_group_name"]) == ("applied", "/aws/lambda/applied")
    assert api["function_arn"] == "arn:aws:lambda:us-east-1:123456789012:function:applied"
    assert api["role_arn"].endswith(f":role/{api['role_name']}")
    assert api["security_group_id"].startswith("sg-")
    assert set(api["cors"]) == {"dialect", "limits", "policy", "preflight_invokes_lambda", "writer"}


def test_the_role_may_write_its_own_log_and_what_was_asked_for(applied: Any, client: Client) -> None:
    role = applied.outputs["api"]["value"]["role_name"]
    iam = client("iam")
    attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    assert [policy["PolicyArn"] for policy in attached] == [
        "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"
    ]
    documents = {
        name: iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        for name in iam.list_role_policies(RoleName=role)["PolicyNames"]
    }
    assert set(documents) == {"extra", "logs"}
    [logs] = documents["logs"]["Statement"]
    assert logs["Resource"] == "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/applied:*"
    assert documents["extra"]["Statement"][0]["Condition"] == {"Bool": {"aws:SecureTransport": ["true"]}}


def test_the_function_is_in_both_subnets_and_both_groups(applied: Any, client: Client) -> None:
    network = client("lambda").get_function_configuration(FunctionName="applied")["VpcConfig"]
    assert len(network["SubnetIds"]) == 2
    assert len(network["SecurityGroupIds"]) == 2
    own = applied.outputs["api"]["value"]["security_group_id"]
    assert own in network["SecurityGroupIds"]
    [group] = client("ec2").describe_security_groups(GroupIds=[own])["SecurityGroups"]
    assert group["IpPermissions"] == []
    assert [rule["IpProtocol"] for rule in group["IpPermissionsEgress"]] == ["-1"]


def test_the_function_has_the_policy_of_the_output(applied: Any, client: Client) -> None:
    cors = applied.outputs["api"]["value"]["cors"]
    configuration = client("lambda").get_function_configuration(FunctionName="applied")
    told = json.loads(configuration["Environment"]["Variables"]["LAMBDA_CORS_KIT_POLICY"])
    assert told == {"version": 1, "writer": "function", "policy": cors["policy"]}
    assert len(told["policy"]["allow_origins"]) == 2


def test_only_this_api_may_invoke_the_function(applied: Any, client: Client) -> None:
    policy = json.loads(client("lambda").get_policy(FunctionName="applied")["Policy"])
    [statement] = policy["Statement"]
    assert statement["Principal"] == {"Service": "apigateway.amazonaws.com"}
    arn = applied.outputs["api"]["value"]["execution_arn"]
    assert statement["Condition"]["ArnLike"]["AWS:SourceArn"] == f"{arn}/*/*"


def test_the_deployed_preflight_is_the_compiled_one(applied: Any, client: Client) -> None:
    api = applied.outputs["api"]["value"]
    gateway = client("apigateway")
    paths = {r["path"]: r for r in gateway.get_resources(restApiId=api["rest_api_id"])["items"]}
    assert set(paths) == {"/", "/{proxy+}"}
    for resource in paths.values():
        assert set(resource["resourceMethods"]) == {"ANY", "OPTIONS"}
        where = {"restApiId": api["rest_api_id"], "resourceId": resource["id"], "httpMethod": "OPTIONS"}
        integration = gateway.get_integration(**where)
        assert (integration["type"], integration["contentHandling"]) == ("MOCK", "CONVERT_TO_TEXT")
        response = integration["integrationResponses"]["204"]
        template = response["responseTemplates"]["application/json"]
        assert template == api["cors"]["dialect"]["preflight"]["response_template"]
        assert response["contentHandling"] == "CONVERT_TO_TEXT"


def test_the_deployed_gateway_responses_are_the_compiled_ones(applied: Any, client: Client) -> None:
    api = applied.outputs["api"]["value"]
    compiled = api["cors"]["dialect"]["gateway_responses"]["response_parameters"]
    assert compiled["gatewayresponse.header.Access-Control-Expose-Headers"] == "'x-request-id'"
    responses = client("apigateway").get_gateway_responses(restApiId=api["rest_api_id"])["items"]
    changed = {r["responseType"]: r for r in responses if not r["defaultResponse"]}
    assert set(changed) == {"ACCESS_DENIED", "DEFAULT_4XX", "DEFAULT_5XX", "UNAUTHORIZED"}
    for response in changed.values():
        assert response["responseParameters"] == compiled


def test_the_stage_serves_the_deployment(applied: Any, client: Client) -> None:
    api = applied.outputs["api"]["value"]
    stage = client("apigateway").get_stage(restApiId=api["rest_api_id"], stageName=api["stage_name"])
    deployed = applied.resources["aws_api_gateway_deployment"]["this"]["id"]
    assert stage["deploymentId"] == deployed
