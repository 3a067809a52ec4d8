"""What a production API needs: that each setting arrives, and that none is there unasked."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from tftest import TerraformPlanOutput

from embedded import ROOT
from embedded.versions import constraints
from tests.modules.lambda_api.planned import cors, planned, resources, routes
from tests.modules.lambda_api.roots import Expression, write

pytestmark = pytest.mark.terraform

LATER = Expression("terraform_data.later.id")
POOL = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_items"
KEY = "arn:aws:kms:us-east-1:123456789012:key/0123"
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/0123"
INVOKE = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/authorize/invocations"
VPC = {"id": "vpc-0123abcd", "subnet_ids": ["subnet-0123abcd", "subnet-4567cdef"]}
ONE = {"allow_origins": ["https://app.example.com"], "allow_credentials": True}
SUBDOMAINS = {"allow_origins": ["https://*.example.com"]}
# No template can carry an apostrophe, so that the function answers preflights.
APOSTROPHE = ONE | {"allow_headers": ["it's"]}

LAMBDA = {"lambda": {"function_name": LATER, "invoke_arn": INVOKE, "headers": ["X-Key"], "cache_seconds": 60}}
ALIAS = "arn:aws:lambda:us-east-1:123456789012:function:ask:live"
EVERYTHING: dict[str, Any] = {
    "cors": ONE,
    "ephemeral_storage_size": 1024,
    "reserved_concurrent_executions": 10,
    "provisioned_concurrent_executions": 2,
    "tracing": True,
    "log_kms_key_arn": KEY,
    "logging_config": {"application_log_level": "INFO", "system_log_level": "WARN"},
    "vpc": VPC | {"ipv6": True},
    "role_name": "items-role",
    "role_path": "/apis/",
    "throttling": {"rate_limit": 100, "burst_limit": 50},
    "access_logs": {},
    "domain": {
        "name": "api.example.com",
        "certificate_arn": CERTIFICATE,
        "base_path": "v1",
        "hosted_zone": {"id": LATER},
    },
    "tags": {"Team": "web"},
}
INSTANCES: dict[str, dict[str, Any]] = {
    "rest": EVERYTHING | {
        "authorizer": {"cognito": {"user_pool_arns": [POOL], "scopes": ["items/read"]}},
        "web_acl": {"arn": LATER},
    },
    "http": EVERYTHING | {
        "gateway": "http",
        "authorizer": {"jwt": {"issuer": "https://id.example.com", "audience": [LATER]}},
    },
    "url": {"gateway": "function_url", "cors": ONE, "provisioned_concurrent_executions": 1},
    "rest_plain": {"cors": ONE},
    "http_plain": {"gateway": "http", "cors": ONE},
    "rest_lambda": {"cors": ONE, "authorizer": LAMBDA},
    "rest_iam": {"cors": ONE, "authorizer": {"iam": True}},
    "rest_past": {"cors": APOSTROPHE, "authorizer": LAMBDA},
    "http_lambda": {"gateway": "http", "cors": SUBDOMAINS, "authorizer": LAMBDA},
    "http_iam": {"gateway": "http", "authorizer": {"iam": True}},
    "edge": {"endpoint_type": "EDGE", "domain": {"name": "api.example.com", "certificate_arn": CERTIFICATE}},
    "private": {
        "cors": ONE,
        "endpoint_type": "PRIVATE",
        "vpc_endpoint_ids": ["vpce-0123abcd"],
        "resource_policy_statements": [
            {},
            {
                "sid": "OnlyFromHere",
                "effect": "Deny",
                "conditions": [
                    {"test": "StringNotEquals", "variable": "aws:SourceVpce", "values": ["vpce-0123abcd"]}
                ],
            },
        ],
    },
    "own_group": {"vpc": VPC | {"security_group_ids": ["sg-0123abcd"], "create_security_group": False}},
    "elsewhere": {"gateway": "function_url", "cors": ONE, "create_function_url": False},
    "shared": {"domain": {"name": LATER, "create": False, "base_path": "v1/items"}},
    "dual": {
        "gateway": "http",
        "domain": {
            "name": "*.example.com",
            "certificate_arn": CERTIFICATE,
            "hosted_zone": {"id": "Z0123"},
            "ip_address_type": "dualstack",
            "mutual_tls": {"truststore_uri": "s3://trust/store.pem", "truststore_version": "1"},
        },
    },
    "http_alias": {"gateway": "http", "authorizer": {"lambda": LAMBDA["lambda"] | {"function_name": ALIAS}}},
    "rest_qualified": {"authorizer": {"lambda": LAMBDA["lambda"] | {"function_name": "ask", "qualifier": "7"}}},
    "own_fields": {
        "gateway": "http",
        "access_logs": {"fields": {"id": "$context.requestId"}},
        "domain": {
            "name": "api.example.com",
            "certificate_arn": CERTIFICATE,
            "disable_execute_api_endpoint": False,
        },
    },
}  # fmt: skip
# The other modules, called as their pages show.
OTHERS = """
module "public_url" {
  source        = "../public_function_url_5"
  function_name = module.elsewhere.function_name
  qualifier     = module.elsewhere.alias
  cors          = module.elsewhere.cors
}

module "account" {
  source = "../modules/api_gateway_account"
}
"""
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}


@pytest.fixture(scope="module")
def plan(modules_copy: Path, plan_environment: dict[str, str]) -> TerraformPlanOutput:
    public_function_url_of_provider_5(modules_copy)
    folder = write(modules_copy / "production", INSTANCES, output="cors")
    (folder / "others.tf").write_text(OTHERS)
    return planned(folder, plan_environment)


def public_function_url_of_provider_5(place: Path) -> None:
    """A copy of the module without the one argument that provider 5 does not know."""
    shutil.copytree(ROOT / "modules/public_function_url", place / "public_function_url_5")
    main = place / "public_function_url_5/main.tf"
    without, removed = re.subn(r"\n +invoked_via_function_url = true\n", "\n", main.read_text())
    assert removed == 1
    main.write_text(without)
    versions = place / "public_function_url_5/versions.tf"
    versions.write_text(versions.read_text().replace(">= 6.28", ">= 5.100"))


def one(plan: TerraformPlanOutput, instance: str, address: str) -> dict[str, Any]:
    return resources(plan, instance)[address]


@pytest.mark.parametrize("instance", ["rest_plain", "http_plain"])
def test_nothing_that_costs_or_restricts_is_there_unasked(plan: TerraformPlanOutput, instance: str) -> None:
    kinds = {address.partition(".")[0] for address in resources(plan, instance)}
    assert not kinds & {
        "aws_api_gateway_authorizer",
        "aws_api_gateway_domain_name",
        "aws_api_gateway_method_settings",
        "aws_apigatewayv2_authorizer",
        "aws_apigatewayv2_domain_name",
        "aws_iam_role_policy_attachment",
        "aws_lambda_alias",
        "aws_lambda_provisioned_concurrency_config",
        "aws_route53_record",
        "aws_wafv2_web_acl_association",
    }
    function = one(plan, instance, "aws_lambda_function.this")
    assert (function["publish"], function["reserved_concurrent_executions"]) == (False, -1)
    assert function["tracing_config"] == [{"mode": "PassThrough"}]
    assert function["ephemeral_storage"] == [{"size": 512}]
    assert "aws_cloudwatch_log_group.access[0]" not in resources(plan, instance)


@pytest.mark.parametrize("instance", ["rest", "http"])
def test_the_functions_settings_arrive(plan: TerraformPlanOutput, instance: str) -> None:
    function = one(plan, instance, "aws_lambda_function.this")
    assert function["ephemeral_storage"] == [{"size": 1024}]
    assert function["reserved_concurrent_executions"] == 10
    assert function["tracing_config"] == [{"mode": "Active"}]
    [logging] = function["logging_config"]
    assert (logging["log_format"], logging["application_log_level"]) == ("JSON", "INFO")
    assert logging["system_log_level"] == "WARN"
    assert function["vpc_config"][0]["ipv6_allowed_for_dual_stack"] is True
    role = one(plan, instance, "aws_iam_role.function")
    assert (role["name"], role["path"]) == ("items-role", "/apis/")
    assert "aws_iam_role_policy_attachment.tracing[0]" in resources(plan, instance)
    tagged = [values["tags"] for values in resources(plan, instance).values() if "tags" in values]
    assert all(tags == {"Team": "web"} for tags in tagged)


@pytest.mark.parametrize(
    ("instance", "user"),
    [
        ("rest", "aws_lambda_permission.rest_api[0]"),
        ("http", "aws_lambda_permission.http_api[0]"),
        ("url", "aws_lambda_function_url.this[0]"),
    ],
)
def test_with_provisioned_concurrency_the_gateway_invokes_the_alias(
    plan: TerraformPlanOutput, instance: str, user: str
) -> None:
    assert one(plan, instance, "aws_lambda_function.this")["publish"] is True
    assert one(plan, instance, "aws_lambda_alias.live[0]")["name"] == "live"
    concurrency = one(plan, instance, "aws_lambda_provisioned_concurrency_config.live[0]")
    assert concurrency["qualifier"] == "live"
    assert one(plan, instance, user)["qualifier"] == "live"


@pytest.mark.parametrize("instance", ["rest", "http"])
def test_the_logs_are_encrypted_with_the_key(plan: TerraformPlanOutput, instance: str) -> None:
    groups = resources(plan, instance, "aws_cloudwatch_log_group")
    assert len(groups) == 2
    assert {group["kms_key_id"] for group in groups.values()} == {KEY}


@pytest.mark.parametrize(
    ("instance", "stage"),
    [("rest", "aws_api_gateway_stage.this[0]"), ("http", "aws_apigatewayv2_stage.default[0]")],
)
def test_every_request_is_logged_as_json(plan: TerraformPlanOutput, instance: str, stage: str) -> None:
    [settings] = one(plan, instance, stage)["access_log_settings"]
    fields = json.loads(settings["format"])
    assert fields["requestId"] == "$context.requestId"
    assert fields["status"] == "$context.status"
    assert "\n" not in settings["format"]


def test_the_callers_own_log_fields_replace_them(plan: TerraformPlanOutput) -> None:
    [settings] = one(plan, "own_fields", "aws_apigatewayv2_stage.default[0]")["access_log_settings"]
    assert json.loads(settings["format"]) == {"id": "$context.requestId"}


def test_throttling_is_the_stages(plan: TerraformPlanOutput) -> None:
    method_settings = one(plan, "rest", "aws_api_gateway_method_settings.throttling[0]")
    assert method_settings["method_path"] == "*/*"
    stage = one(plan, "http", "aws_apigatewayv2_stage.default[0]")
    # By route, for a stage's defaults cannot be taken back.
    assert {settings["route_key"] for settings in stage["route_settings"]} == set(routes(plan, "http"))
    for limit in [method_settings["settings"][0], *stage["route_settings"]]:
        assert (limit["throttling_rate_limit"], limit["throttling_burst_limit"]) == (100, 50)


def test_a_rest_api_is_traced_and_protected(plan: TerraformPlanOutput) -> None:
    assert one(plan, "rest", "aws_api_gateway_stage.this[0]")["xray_tracing_enabled"] is True
    assert "aws_wafv2_web_acl_association.this[0]" in resources(plan, "rest")


@pytest.mark.parametrize(
    ("instance", "authorization", "authorizers"),
    [
        ("rest_plain", "NONE", []),
        ("rest", "COGNITO_USER_POOLS", ["COGNITO_USER_POOLS"]),
        ("rest_lambda", "CUSTOM", ["REQUEST"]),
        ("rest_past", "CUSTOM", ["REQUEST"]),
        ("rest_iam", "AWS_IAM", []),
    ],
)
def test_a_rest_api_authorises_everything_but_preflights(
    plan: TerraformPlanOutput, instance: str, authorization: str, authorizers: list[str]
) -> None:
    methods = resources(plan, instance, "aws_api_gateway_method.").values()
    found = [(method["http_method"], method["authorization"]) for method in methods]
    assert sorted(found) == sorted([("ANY", authorization), ("OPTIONS", "NONE")] * 2)
    assert all(not method["authorization_scopes"] for method in methods if method["http_method"] == "OPTIONS")
    there = resources(plan, instance, "aws_api_gateway_authorizer").values()
    assert [authorizer["type"] for authorizer in there] == authorizers


def test_a_preflight_that_the_function_answers_goes_past_the_authorizer(plan: TerraformPlanOutput) -> None:
    assert cors(plan, "rest_past")["preflight_invokes_lambda"] is True
    integrations = resources(plan, "rest_past", "aws_api_gateway_integration.unasked")
    assert [each["type"] for each in integrations.values()] == ["AWS_PROXY", "AWS_PROXY"]
    assert not resources(plan, "rest_past", "aws_api_gateway_integration.preflight")


@pytest.mark.parametrize(
    ("instance", "authorization", "kind"),
    [("http", "JWT", "JWT"), ("http_lambda", "CUSTOM", "REQUEST"), ("http_iam", "AWS_IAM", None)],
)
def test_an_http_api_names_every_method_so_that_preflights_are_not_authorised(
    plan: TerraformPlanOutput, instance: str, authorization: str, kind: str | None
) -> None:
    expected = {f"{method} {path}": authorization for method in METHODS for path in ("/", "/{proxy+}")}
    # Without a policy there are no preflights, and OPTIONS would reach the function past the authorizer.
    if instance != "http_iam":
        expected |= {"OPTIONS /": "NONE", "OPTIONS /{proxy+}": "NONE"}
    assert routes(plan, instance) == expected
    there = resources(plan, instance, "aws_apigatewayv2_authorizer").values()
    assert [authorizer["authorizer_type"] for authorizer in there] == ([kind] if kind else [])


def test_a_route_without_a_method_is_told_in_words(plan: TerraformPlanOutput) -> None:
    assert any("answers 404" in limit for limit in cors(plan, "http")["limits"])
    assert not any("answers 404" in limit for limit in cors(plan, "http_plain")["limits"])


def test_an_authorizer_function_is_asked_for_the_named_headers(plan: TerraformPlanOutput) -> None:
    rest = one(plan, "rest_lambda", "aws_api_gateway_authorizer.this[0]")
    assert (rest["identity_source"], rest["authorizer_uri"]) == ("method.request.header.X-Key", INVOKE)
    assert rest["authorizer_result_ttl_in_seconds"] == 60
    http = one(plan, "http_lambda", 'aws_apigatewayv2_authorizer.this["lambda"]')
    assert (http["identity_sources"], http["authorizer_uri"]) == (["$request.header.X-Key"], INVOKE)
    assert (http["authorizer_payload_format_version"], http["enable_simple_responses"]) == ("2.0", True)
    for instance in ("rest_lambda", "http_lambda"):
        assert "aws_lambda_permission.authorizer[0]" in resources(plan, instance)
    assert "aws_lambda_permission.authorizer[0]" not in resources(plan, "rest")


def test_a_private_api_has_its_policy_and_its_endpoints(plan: TerraformPlanOutput) -> None:
    [endpoint] = one(plan, "private", "aws_api_gateway_rest_api.this[0]")["endpoint_configuration"]
    assert (endpoint["types"], endpoint["vpc_endpoint_ids"]) == (["PRIVATE"], ["vpce-0123abcd"])
    assert "aws_api_gateway_rest_api_policy.this[0]" in resources(plan, "private")


def test_a_domain_is_the_address(plan: TerraformPlanOutput) -> None:
    for instance, api in (("rest", "aws_api_gateway_rest_api"), ("http", "aws_apigatewayv2_api")):
        assert one(plan, instance, f"{api}.this[0]")["disable_execute_api_endpoint"] is True
        record = one(plan, instance, "aws_route53_record.this[0]")
        assert (record["name"], record["type"]) == ("api.example.com", "A")
        name = one(plan, instance, "aws_apigatewayv2_domain_name.this[0]")
        [configuration] = name["domain_name_configuration"]
        assert (configuration["certificate_arn"], configuration["security_policy"]) == (CERTIFICATE, "TLS_1_2")
        assert one(plan, instance, "aws_apigatewayv2_api_mapping.this[0]")["api_mapping_key"] == "v1"
    edge = one(plan, "edge", "aws_api_gateway_domain_name.edge[0]")
    assert (edge["certificate_arn"], edge["regional_certificate_arn"]) == (CERTIFICATE, None)
    assert not resources(plan, "edge", "aws_route53_record")
    assert one(plan, "own_fields", "aws_apigatewayv2_api.this[0]")["disable_execute_api_endpoint"] is False


def test_a_domain_name_may_be_another_modules(plan: TerraformPlanOutput) -> None:
    assert not resources(plan, "shared", "aws_apigatewayv2_domain_name")
    assert one(plan, "shared", "aws_apigatewayv2_api_mapping.this[0]")["api_mapping_key"] == "v1/items"


def test_a_domain_name_takes_every_name_ipv6_and_client_certificates(plan: TerraformPlanOutput) -> None:
    name = one(plan, "dual", "aws_apigatewayv2_domain_name.this[0]")
    assert name["domain_name"] == "*.example.com"
    assert name["domain_name_configuration"][0]["ip_address_type"] == "dualstack"
    assert name["mutual_tls_authentication"] == [
        {"truststore_uri": "s3://trust/store.pem", "truststore_version": "1"}
    ]
    records = resources(plan, "dual", "aws_route53_record").values()
    assert {(record["name"], record["type"]) for record in records} == {
        ("*.example.com", "A"),
        ("*.example.com", "AAAA"),
    }
    assert [record["type"] for record in resources(plan, "rest", "aws_route53_record").values()] == ["A"]


def test_a_version_or_an_alias_may_authorise(plan: TerraformPlanOutput) -> None:
    by_arn = one(plan, "http_alias", "aws_lambda_permission.authorizer[0]")
    assert (by_arn["function_name"], by_arn["qualifier"]) == (ALIAS.removesuffix(":live"), "live")
    by_name = one(plan, "rest_qualified", "aws_lambda_permission.authorizer[0]")
    assert (by_name["function_name"], by_name["qualifier"]) == ("ask", "7")


def test_the_callers_own_groups_replace_the_modules(plan: TerraformPlanOutput) -> None:
    assert not resources(plan, "own_group", "aws_security_group")
    assert not resources(plan, "own_group", "aws_vpc_security_group_egress_rule")
    [network] = one(plan, "own_group", "aws_lambda_function.this")["vpc_config"]
    assert network["security_group_ids"] == ["sg-0123abcd"]
    egress = resources(plan, "rest", "aws_vpc_security_group_egress_rule").values()
    assert {rule.get("cidr_ipv4") or rule.get("cidr_ipv6") for rule in egress} == {"0.0.0.0/0", "::/0"}


def test_a_public_url_asks_for_a_provider_that_can_write_its_second_permission() -> None:
    needed = constraints((ROOT / "modules/public_function_url/versions.tf").read_text())
    assert (needed.aws, needed.aws_below) == ((6, 28), (7, 0))
    main = (ROOT / "modules/public_function_url/main.tf").read_text()
    [second] = re.findall(r'^resource "aws_lambda_permission" "invoke_function" .*?^}', main, re.M | re.S)
    assert re.search(r"^ +invoked_via_function_url += true$", second, re.M)


def test_a_public_url_takes_the_policy_of_the_api(plan: TerraformPlanOutput) -> None:
    public = resources(plan, "public_url")
    url = public["aws_lambda_function_url.this"]
    assert (url["authorization_type"], url["function_name"]) == ("NONE", "elsewhere")
    assert url["cors"][0]["allow_origins"] == ["https://app.example.com"]
    assert not resources(plan, "elsewhere", "aws_lambda_function_url")
    first = public["aws_lambda_permission.invoke_function_url"]
    assert (first["action"], first["function_url_auth_type"]) == ("lambda:InvokeFunctionUrl", "NONE")
    assert public["aws_lambda_permission.invoke_function"]["action"] == "lambda:InvokeFunction"
    # The provider adds one of this name itself, and two of one name make a destroy hang.
    assert "FunctionURLAllowPublicAccess" not in {each.get("statement_id") for each in public.values()}


def test_the_accounts_role_is_a_module_of_its_own(plan: TerraformPlanOutput) -> None:
    assert {address.partition(".")[0] for address in resources(plan, "account")} == {
        "aws_api_gateway_account",
        "aws_iam_role",
        "aws_iam_role_policy_attachment",
    }
    for instance in INSTANCES:
        assert not resources(plan, instance, "aws_api_gateway_account")
