"""The object inputs: misspelt keys and wrong types are refused; null, unknown and sensitive values plan."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tftest import TerraformPlanOutput

from embedded.terraform import Terraform
from tests.modules.lambda_api.planned import planned, resources
from tests.modules.lambda_api.roots import Expression, errors, write

pytestmark = pytest.mark.terraform

LATER = Expression("terraform_data.later.id")
SUBNETS = ["subnet-0123abcd", "subnet-4567cdef"]
VPC: dict[str, Any] = {"id": "vpc-0123abcd", "subnet_ids": SUBNETS}
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/0123"
DOMAIN: dict[str, Any] = {"name": "api.example.com", "certificate_arn": CERTIFICATE}
TOKENS: dict[str, Any] = {"issuer": "https://id.example.com", "audience": ["items"]}
ASKED: dict[str, Any] = {"function_name": "ask", "invoke_arn": "arn:aws:apigateway:us-east-1:lambda:path/ask"}
GET_ITEM: dict[str, Any] = {"actions": ["dynamodb:GetItem"], "resources": [LATER]}
HERE: dict[str, Any] = {"test": "StringEquals", "variable": "aws:RequestedRegion", "values": ["us-east-1"]}
POOL = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_a"
WEB_ACL = "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/items/0123"
ONE = {"allow_origins": ["https://app.example.com"]}
HTTP = {"gateway": "http"}

# Case -> the inputs, and what the one message has to name: the input, the key, and what to write.
MISSPELT: dict[str, tuple[dict[str, Any], list[str]]] = {
    "iam_condition": (
        {"extra_iam_statements": [GET_ITEM, GET_ITEM | {"condition": [HERE]}]},
        ["extra_iam_statements", "extra_iam_statements[1].condition ", "write conditions"],
    ),
    "iam_operator": (
        {"extra_iam_statements": [GET_ITEM | {"conditions": [HERE | {"value": ["x"]}]}]},
        ["extra_iam_statements[0].conditions[0].value ", "write values"],
    ),
    "iam_case": (
        {"extra_iam_statements": [{"Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::b"]}]},
        ["extra_iam_statements[0].Action ", "write actions", "extra_iam_statements[0].Resource ", "resources"],
    ),
    "policy_condition": (
        {"resource_policy_statements": [{"condition": [HERE]}]},
        ["resource_policy_statements[0].condition ", "write conditions"],
    ),
    "policy_principal": (
        {"resource_policy_statements": [{"principal": ["*"]}]},
        ["resource_policy_statements[0].principal ", "write principals"],
    ),
    "authorizer": ({"authorizer": {"lamda": ASKED}}, ["authorizer.lamda ", "cognito, iam, jwt, lambda"]),
    "authorizer_inside": (
        HTTP | {"authorizer": {"jwt": TOKENS | {"scope": ["items/read"]}}},
        ["authorizer.jwt.scope ", "write scopes"],
    ),
    "domain": ({"domain": DOMAIN | {"basePath": "v1"}}, ["domain.basePath ", "write base_path"]),
    "domain_beside_unknown": (
        {"domain": DOMAIN | {"certificate_arn": LATER, "zone": {"id": LATER}}},
        ["domain.zone ", "hosted_zone"],
    ),
    "domain_zone": (
        {"domain": DOMAIN | {"hosted_zone": {"zone_id": LATER}}},
        ["domain.hosted_zone.zone_id ", "one of id"],
    ),
    "domain_required": ({"domain": {"nmae": "a", "certificate_arn": CERTIFICATE}}, ["domain.nmae ", "name"]),
    "vpc": ({"vpc": VPC | {"security_groups": ["sg-0123abcd"]}}, ["vpc.security_groups ", "security_group_ids"]),
    "vpc_required": ({"vpc": {"id": "vpc-0123abcd", "subnets": SUBNETS}}, ["vpc.subnets ", "subnet_ids"]),
    "throttling": ({"throttling": {"rate_limit": 1, "burst": 1}}, ["throttling.burst ", "write burst_limit"]),
    "web_acl": ({"web_acl": {"ARN": WEB_ACL}}, ["web_acl.ARN ", "write arn"]),
    "logging": ({"logging_config": {"logFormat": "JSON"}}, ["logging_config.logFormat ", "write log_format"]),
    "access_logs": ({"access_logs": {"field": {}}}, ["access_logs.field ", "write fields"]),
    "image_config": ({"image_config": {"entrypoint": ["/x"]}}, ["image_config.entrypoint ", "entry_point"]),
}
# Case -> the inputs, and what the message names.
WRONG: dict[str, tuple[dict[str, Any], list[str]]] = {
    "missing": ({"throttling": {"rate_limit": 1}}, ["throttling.burst_limit is missing"]),
    "null": ({"domain": DOMAIN | {"name": None}}, ["domain.name is missing"]),
    "missing_inside": (
        HTTP | {"authorizer": {"jwt": {"issuer": "https://id.example.com"}}},
        ["authorizer.jwt.audience is missing"],
    ),
    "missing_in_a_list": (
        {"extra_iam_statements": [GET_ITEM | {"conditions": [{"test": "Bool", "values": ["true"]}]}]},
        ["extra_iam_statements[0].conditions[0].variable is missing"],
    ),
    "list": (
        {"image_config": {"command": "app.handler"}},
        ['image_config.command is "app.handler"', "a list of strings"],
    ),
    "bool": ({"vpc": VPC | {"ipv6": "yes"}}, ['vpc.ipv6 is "yes"', "a bool"]),
    "number": (
        {"throttling": {"rate_limit": "many", "burst_limit": 1}},
        ['throttling.rate_limit is "many"', "a number"],
    ),
    "object": ({"domain": DOMAIN | {"hosted_zone": "Z0123"}}, ['domain.hosted_zone is "Z0123"', "an object"]),
    "scalar": ({"logging_config": "JSON"}, ["logging_config", "object"]),
}
NULLS: dict[str, Any] = {
    "image_config": {"command": None, "entry_point": None, "working_directory": None},
    "logging_config": {"log_format": None, "application_log_level": None, "system_log_level": None},
    "access_logs": {"fields": None},
    "vpc": VPC | {"security_group_ids": None, "create_security_group": None, "ipv6": None},
    "domain": DOMAIN | {"base_path": None, "hosted_zone": None, "disable_execute_api_endpoint": None},
    "authorizer": {
        "jwt": None,
        "cognito": None,
        "lambda": ASKED | {"headers": None, "cache_seconds": None},
        "iam": None,
    },
    "extra_iam_statements": [GET_ITEM | {"sid": None, "effect": None, "conditions": None}],
    "resource_policy_statements": [
        {"sid": None, "effect": None, "principals": None, "paths": None, "conditions": None}
    ],
    "cors": ONE | {"allow_methods": None, "allow_headers": None, "expose_headers": None, "max_age": None},
}
LEFT_OUT: dict[str, Any] = {
    "image_config": {},
    "logging_config": {},
    "access_logs": {},
    "vpc": VPC,
    "domain": DOMAIN,
    "authorizer": {"lambda": ASKED},
    "extra_iam_statements": [GET_ITEM],
    "resource_policy_statements": [{}],
    "cors": ONE,
}


def sensitive(value: Any) -> Expression:
    return Expression(f"sensitive({json.dumps(value)})")


SECRET: dict[str, Any] = {
    "image_uri": sensitive("123456789012.dkr.ecr.us-east-1.amazonaws.com/items-api:1.0.0"),
    "cors": {"allow_origins": [sensitive("https://app.example.com")], "max_age": sensitive(60)},
    "logging_config": {"log_format": sensitive("JSON"), "system_log_level": sensitive("WARN")},
    "access_logs": {"fields": {"id": sensitive("$context.requestId")}},
    "image_config": {"command": [sensitive("app.handler")]},
    "throttling": {"rate_limit": sensitive(10), "burst_limit": sensitive(5)},
    "domain": {"name": sensitive("api.example.com"), "certificate_arn": sensitive(CERTIFICATE)},
    "vpc": {"id": sensitive("vpc-0123abcd"), "subnet_ids": [sensitive(SUBNETS[0]), SUBNETS[1]]},
    "extra_iam_statements": [{"actions": ["s3:GetObject"], "resources": [sensitive("arn:aws:s3:::b/*")]}],
}
# As a wrapper passes on what it was given: whole objects, from a variable that is sensitive or not known yet.
INSTANCES: dict[str, dict[str, Any]] = {
    "nulls": NULLS | {"name": "same"},
    "left_out": LEFT_OUT | {"name": "same"},
    "secret": SECRET | {"authorizer": {"cognito": {"user_pool_arns": [sensitive(POOL)]}}},
    "secret_http": SECRET
    | HTTP
    | {"authorizer": {"jwt": {"issuer": sensitive("https://id.example.com"), "audience": sensitive(["items"])}}},
    "secret_objects": {
        name: sensitive(value) for name, value in LEFT_OUT.items() if name not in ("extra_iam_statements",)
    },
    "secret_scalars": {
        "name": sensitive("secret"),
        "gateway": sensitive("rest"),
        "cors_writer": sensitive("function"),
        "cors": ONE,
        "endpoint_type": sensitive("REGIONAL"),
        "binary_media_types": sensitive(["image/png"]),
        "dangerously_reflect_origin_in_gateway_responses": sensitive(True),
        "tracing": sensitive(True),
    },
    "unknown": {
        "image_uri": Expression('"123456789012.dkr.ecr.us-east-1.amazonaws.com/items:${terraform_data.later.id}"'),
        "authorizer": {"lambda": {"function_name": LATER, "invoke_arn": LATER}},
        "domain": {"name": "api.example.com", "certificate_arn": LATER, "hosted_zone": {"id": LATER}},
        "extra_iam_statements": [GET_ITEM | {"conditions": [HERE | {"values": [LATER]}]}],
        "vpc": {"id": LATER, "subnet_ids": [LATER, LATER], "security_group_ids": [LATER]},
        "web_acl": {"arn": LATER},
        "environment": {"LATER": LATER},
        "cors": {"allow_origins": ["https://app.example.com", LATER], "allow_credentials": True},
    },
    "unknown_http": HTTP | {"cors": {"allow_origins": [LATER]}},
    "unknown_http_asked": HTTP | {"cors": {"allow_origins": [LATER]}, "authorizer": {"jwt": TOKENS}},
    "unknown_url": {"gateway": "function_url", "cors": {"allow_origins": [LATER]}},
    "policy_text": {"cors": None, "binary_media_types": ["image/png"]},
}


@pytest.fixture(scope="module")
def refused(modules_copy: Path, plan_environment: dict[str, str]) -> list[dict[str, Any]]:
    cases = {case: inputs for case, (inputs, _) in (MISSPELT | WRONG).items()}
    return errors(write(modules_copy / "inputs_refused", cases), plan_environment)


@pytest.fixture(scope="module")
def plan(modules_copy: Path, plan_environment: dict[str, str]) -> TerraformPlanOutput:
    return planned(write(modules_copy / "inputs", INSTANCES, output="cors"), plan_environment)


@pytest.mark.parametrize("case", MISSPELT)
def test_a_misspelt_key_is_named_with_the_real_ones(case: str, refused: list[dict[str, Any]]) -> None:
    inputs, words = MISSPELT[case]
    [said] = [each["detail"] for each in refused if f' of "{case}" cannot be used' in each["detail"]]
    assert said.split()[0] in inputs
    for word in words:
        assert word in said


@pytest.mark.parametrize("case", WRONG)
def test_a_missing_key_or_a_wrong_type_is_named(case: str, refused: list[dict[str, Any]]) -> None:
    about = [
        each["detail"]
        for each in refused
        if f' of "{case}" cannot be used' in each["detail"] or f"module.{case}." in each["detail"]
    ]
    assert len(about) == 1, about
    for word in WRONG[case][1]:
        assert word in about[0]


def test_null_is_left_out_in_every_object(plan: TerraformPlanOutput) -> None:
    assert resources(plan, "nulls") == resources(plan, "left_out")
    assert plan.outputs["nulls"] == plan.outputs["left_out"]


@pytest.mark.parametrize("instance", ["secret", "secret_http", "secret_objects", "secret_scalars"])
def test_sensitive_values_plan_and_the_output_cors_is_not_sensitive(
    plan: TerraformPlanOutput, instance: str
) -> None:
    assert "aws_lambda_function.this" in resources(plan, instance)
    assert plan["planned_values"]["outputs"][instance]["sensitive"] is False


@pytest.mark.parametrize("instance", [name for name in INSTANCES if name.startswith("unknown")])
def test_values_known_after_the_apply_plan(plan: TerraformPlanOutput, instance: str) -> None:
    assert "aws_lambda_function.this" in resources(plan, instance)


def test_what_binary_types_break_is_told_without_a_policy_too(plan: TerraformPlanOutput) -> None:
    [limit] = plan.outputs["policy_text"]["limits"]
    assert '["image/png"]' in limit


def test_no_plan_warns(modules_copy: Path, plan_environment: dict[str, str]) -> None:
    folder = write(modules_copy / "inputs_again", INSTANCES, output="cors")
    Terraform(folder, plan_environment).init()
    answer = subprocess.run(
        ["terraform", "plan", "-json", "-input=false"],
        cwd=folder,
        env=plan_environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout
    messages = [json.loads(line) for line in answer.stdout.splitlines()]
    assert [m["diagnostic"] for m in messages if m.get("@level") == "warn"] == []


@pytest.mark.parametrize("gateway", ["rest", "http", "function_url"])
def test_a_callers_own_terraform_test_passes(
    modules_copy: Path, plan_environment: dict[str, str], gateway: str
) -> None:
    folder = modules_copy / f"caller_{gateway}"
    (folder / "tests").mkdir(parents=True)
    (folder / "main.tf").write_text(
        f"""
        terraform {{
          required_providers {{
            aws = {{
              source = "hashicorp/aws"
            }}
          }}
        }}
        resource "aws_ecr_repository" "this" {{
          name = "items-api"
        }}
        resource "terraform_data" "site" {{}}
        module "api" {{
          source    = "../modules/lambda_api"
          name      = "items-api"
          gateway   = "{gateway}"
          image_uri = "${{aws_ecr_repository.this.repository_url}}:1.0.0"
          cors      = {{ allow_origins = ["https://${{terraform_data.site.id}}.example.com"] }}
        }}
        output "warnings" {{
          value = module.api.warnings
        }}
        """
    )
    (folder / "tests/api.tftest.hcl").write_text(
        """
        mock_provider "aws" {
        }

        run "plan" {
          command = plan

          assert {
            condition     = module.api.function_name == "items-api"
            error_message = "another name"
          }
        }
        """
    )
    Terraform(folder, plan_environment).init()
    answer = subprocess.run(
        ["terraform", "test", "-no-color"],
        cwd=folder,
        env=plan_environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "Warning" not in answer.stdout
    assert "1 passed, 0 failed" in answer.stdout
