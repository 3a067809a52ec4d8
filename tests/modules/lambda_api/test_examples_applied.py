"""examples/http_api and examples/function_url, as a user runs them: apply, plan again, destroy."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from embedded.aws import EmbeddedAWS
from embedded.terraform import Terraform
from tests.modules.conftest import Client, client_of, copy_of

FUNCTIONS = {"http_api": "items-http", "function_url": "items-url"}


@dataclass(frozen=True)
class Life:
    """What was seen while an example was applied and destroyed."""

    outputs: dict[str, Any]
    changes_after_apply: bool
    deployed: dict[str, Any]
    environment: dict[str, Any]
    statements: list[dict[str, Any]]
    left_over: list[str]


def http_api(client: Client, outputs: dict[str, Any]) -> dict[str, Any]:
    """The HTTP API as AWS knows it, with its routes, stages and integrations."""
    gateway = client("apigatewayv2")
    [api] = [a for a in gateway.get_apis()["Items"] if a["Name"] == FUNCTIONS["http_api"]]
    parts = {
        "Routes": gateway.get_routes,
        "Stages": gateway.get_stages,
        "Integrations": gateway.get_integrations,
    }
    return dict(api) | {name: read(ApiId=api["ApiId"])["Items"] for name, read in parts.items()}


def function_url(client: Client, outputs: dict[str, Any]) -> dict[str, Any]:
    """The Function URL as AWS knows it."""
    return dict(client("lambda").get_function_url_config(FunctionName=FUNCTIONS["function_url"]))


READERS = {"http_api": http_api, "function_url": function_url}


def statements(client: Client, function: str) -> list[dict[str, Any]]:
    """Who may invoke the function."""
    functions = client("lambda")
    try:
        return list(json.loads(functions.get_policy(FunctionName=function)["Policy"])["Statement"])
    except functions.exceptions.ResourceNotFoundException:
        return []


def life(example: str, folder: Any, environment: dict[str, str], client: Client) -> Life:
    terraform = Terraform(copy_of(f"examples/{example}", folder), environment)
    terraform.init()
    try:
        terraform.apply()
        outputs = terraform.outputs()
        changes = terraform.plan()
        deployed = READERS[example](client, outputs)
        configuration = client("lambda").get_function_configuration(FunctionName=FUNCTIONS[example])
        granted = statements(client, FUNCTIONS[example])
    finally:
        terraform.destroy()
    told = json.loads(configuration["Environment"]["Variables"]["LAMBDA_CORS_KIT_POLICY"])
    left = [r["type"] for r in terraform.state().get("resources", []) if r["mode"] == "managed"]
    return Life(outputs, changes, deployed, told, granted, left)


@pytest.fixture(scope="module")
def lives(
    tmp_path_factory: pytest.TempPathFactory, terraform_environment: dict[str, str], embedded_aws: EmbeddedAWS
) -> dict[str, Life]:
    client = client_of(embedded_aws)
    return {
        example: life(example, tmp_path_factory.mktemp(example), terraform_environment, client)
        for example in READERS
    }


@pytest.mark.parametrize("example", READERS)
def test_a_plan_after_the_apply_is_empty(lives: dict[str, Life], example: str) -> None:
    assert lives[example].changes_after_apply is False


@pytest.mark.parametrize("example", READERS)
def test_destroy_leaves_nothing(lives: dict[str, Life], example: str) -> None:
    assert lives[example].left_over == []


@pytest.mark.parametrize("example", READERS)
def test_the_gateway_writes_and_the_function_knows(lives: dict[str, Life], example: str) -> None:
    cors = lives[example].outputs["cors"]
    assert (cors["writer"], cors["preflight_invokes_lambda"]) == ("gateway", False)
    # No list of origins travels where the function does not look at it.
    assert lives[example].environment == {"version": 1, "writer": "gateway", "policy": None}


@pytest.mark.parametrize(("example", "name"), [("http_api", "CorsConfiguration"), ("function_url", "Cors")])
def test_aws_has_the_policy(lives: dict[str, Life], example: str, name: str) -> None:
    stored = lives[example].deployed[name]
    dialect = lives[example].outputs["cors"]["dialect"]
    assert set(stored["AllowOrigins"]) == set(dialect["allow_origins"])
    assert set(stored["AllowMethods"]) == set(dialect["allow_methods"])
    assert {header.lower() for header in stored["AllowHeaders"]} == set(dialect["allow_headers"])
    assert stored["AllowCredentials"] is dialect["allow_credentials"] is True
    assert stored["MaxAge"] == dialect["max_age"] == 7200


def test_every_request_to_an_http_api_reaches_the_function(lives: dict[str, Life]) -> None:
    deployed = lives["http_api"].deployed
    [integration] = deployed["Integrations"]
    assert integration["PayloadFormatVersion"] == "2.0"
    target = f"integrations/{integration['IntegrationId']}"
    routes = {route["RouteKey"]: (route["Target"], route["AuthorizationType"]) for route in deployed["Routes"]}
    assert routes == {"ANY /": (target, "NONE"), "ANY /{proxy+}": (target, "NONE")}
    assert [stage["StageName"] for stage in deployed["Stages"]] == ["$default"]


def test_only_the_http_api_may_invoke_the_function(lives: dict[str, Life]) -> None:
    [statement] = lives["http_api"].statements
    assert statement["Principal"] == {"Service": "apigateway.amazonaws.com"}
    source = statement["Condition"]["ArnLike"]["AWS:SourceArn"]
    assert source.endswith(f":{lives['http_api'].deployed['ApiId']}/*/*")


def test_nobody_may_invoke_the_function_behind_a_function_url_unsigned(lives: dict[str, Life]) -> None:
    assert lives["function_url"].deployed["AuthType"] == "AWS_IAM"
    assert lives["function_url"].statements == []


def test_the_address_has_no_trailing_slash(lives: dict[str, Life]) -> None:
    api = lives["http_api"].deployed["ApiId"]
    assert lives["http_api"].outputs["url"] == f"https://{api}.execute-api.us-east-1.amazonaws.com"
    url = lives["function_url"].outputs["url"]
    assert url == lives["function_url"].deployed["FunctionUrl"].rstrip("/")
    assert url.startswith("https://")
