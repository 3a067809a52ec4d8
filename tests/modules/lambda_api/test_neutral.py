"""What is left of a REST API without a policy lets in nobody whom an API without one keeps out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fnmatch import fnmatchcase
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from embedded.aws import EmbeddedAWS
from embedded.terraform import cli_environment
from tests.modules.conftest import client_of
from tests.modules.lambda_api.applies import Step, init, step
from tests.modules.lambda_api.change_roots import write_changes
from tests.modules.lambda_api.pairs import APOSTROPHE, ASK, ONE, POOLS

pytestmark = [pytest.mark.terraform, pytest.mark.changes]

INSTANCES: dict[str, dict[str, Any]] = {
    "public": {},
    "public_cors": {"cors": ONE},
    "cognito": {"authorizer": {"cognito": POOLS}},
    "lambda_cors": {"authorizer": {"lambda": ASK}, "cors": ONE},
    "signed": {"authorizer": {"iam": True}},
    "signed_cors": {"authorizer": {"iam": True}, "cors": ONE},
    "signed_names": {"authorizer": {"iam": True}, "cors": APOSTROPHE},
}
# What a caller may add to the API, and has to be in its deployments.
OWN_PART = """
resource "aws_api_gateway_resource" "own" {
  rest_api_id = module.public.rest_api_id
  parent_id   = module.public.root_resource_id
  path_part   = "own"
}

resource "aws_api_gateway_method" "own" {
  rest_api_id   = module.public.rest_api_id
  resource_id   = aws_api_gateway_resource.own.id
  http_method   = "GET"
  authorization = "NONE"
}

resource "aws_api_gateway_integration" "own" {
  rest_api_id = module.public.rest_api_id
  resource_id = aws_api_gateway_resource.own.id
  http_method = aws_api_gateway_method.own.http_method
  type        = "MOCK"
}
"""
# Who calls: whether the authorizer (or, of signed requests, a policy of his own) lets him in.
CALLERS = {"stranger": False, "member": True}


@pytest.fixture(scope="module")
def applied(modules_copy: Path) -> Iterator[tuple[Step, dict[str, dict[str, Any]]]]:
    with EmbeddedAWS() as aws:
        environment = cli_environment(aws.environment)
        folder = write_changes(modules_copy / "neutral", INSTANCES)
        main = folder / "main.tf"
        given = '  deployment_triggers = { own = aws_api_gateway_integration.own.id }\n  name = "public"\n'
        main.write_text(main.read_text().replace('  name = "public"\n', given) + OWN_PART)
        init(folder, environment)
        seen = step(folder, environment)
        gateway = client_of(aws)("apigateway")
        apis = {api["name"]: api for api in gateway.get_rest_apis()["items"]}
        for api in apis.values():
            api["methods"] = {
                (resource["path"], method): gateway.get_method(
                    restApiId=api["id"], resourceId=resource["id"], httpMethod=method
                )
                for resource in gateway.get_resources(restApiId=api["id"])["items"]
                for method in resource.get("resourceMethods", {})
            }
        yield seen, apis


def allows(policy: list[dict[str, Any]] | None, authorization: str, member: bool, path: str) -> bool:
    """Whether a request comes through, by the tables of API Gateway's authorization flow.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
    """
    applies = [each for each in policy or [] if each["Principal"] == "*" and applies_to(each, path)]
    allowed = any(each["Effect"] == "Allow" for each in applies)
    denied = any(each["Effect"] == "Deny" for each in applies)
    if authorization == "NONE":
        return policy is None or (allowed and not denied)
    if authorization == "AWS_IAM":
        # Within an account one of the two is enough.
        return not denied and (member or allowed)
    return member and (policy is None or (allowed and not denied))


def applies_to(statement: dict[str, Any], path: str) -> bool:
    """Every request comes over TLS; no other condition is used."""
    conditions = statement.get("Condition", {"Bool": {"aws:SecureTransport": "true"}})
    assert set(conditions) == {"Bool"}
    assert set(conditions["Bool"]) == {"aws:SecureTransport"}
    resource = statement["Resource"].partition("/")[2]
    return conditions["Bool"]["aws:SecureTransport"] == "true" and fnmatchcase(path, resource)


@pytest.mark.parametrize("name", INSTANCES)
def test_the_policy_is_the_same_as_none(applied: tuple[Step, dict[str, dict[str, Any]]], name: str) -> None:
    api = applied[1][name]
    # AWS gives it escaped.
    policy = json.loads(json.loads(f'"{api["policy"]}"'))["Statement"]
    asked = {method: found["authorizationType"] for (path, method), found in api["methods"].items() if path == "/"}
    assert set(asked) == {"ANY", "OPTIONS"}
    for method, member in product(("GET", "POST", "OPTIONS"), CALLERS.values()):
        authorization = asked.get(method, asked["ANY"])
        path = f"live/{method}/items"
        assert allows(policy, authorization, member, path) == allows(None, authorization, member, path)


@pytest.mark.parametrize("name", INSTANCES)
def test_options_asks_what_any_asks_unless_there_is_a_policy(
    applied: tuple[Step, dict[str, dict[str, Any]]], name: str
) -> None:
    for (path, method), found in applied[1][name]["methods"].items():
        if method != "OPTIONS":
            continue
        any_asks = applied[1][name]["methods"][path, "ANY"]["authorizationType"]
        expected = "NONE" if "cors" in INSTANCES[name] else any_asks
        assert found["authorizationType"] == expected


def test_a_callers_own_part_is_in_the_deployment(applied: tuple[Step, dict[str, dict[str, Any]]]) -> None:
    events = [(event.done, event.address) for event in applied[0].events]
    own = events.index((True, "aws_api_gateway_integration.own"))
    assert own < events.index((False, "module.public.aws_api_gateway_deployment.this[0]"))
