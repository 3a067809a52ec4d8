"""What modules/lambda_api plans: one root with many instances, planned once, read as JSON."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

import pytest
from tftest import TerraformPlanOutput, TerraformTest

from tests.modules.conftest import Copy

pytestmark = pytest.mark.terraform

ACCESS_CONTROL_ALLOW_ORIGIN = "gatewayresponse.header.Access-Control-Allow-Origin"
GATEWAY_RESPONSES = {"ACCESS_DENIED", "DEFAULT_4XX", "DEFAULT_5XX", "UNAUTHORIZED"}


@pytest.fixture(scope="module")
def plan(copied: Copy, plan_environment: dict[str, str]) -> TerraformPlanOutput:
    terraform = TerraformTest(str(copied("tests/modules/lambda_api/plans")))
    terraform.env = plan_environment
    terraform.setup(init_vars=None)
    return terraform.plan(output=True)


def resources(plan: TerraformPlanOutput, module: str, kind: str = "aws_") -> dict[str, dict[str, Any]]:
    """The planned resources of one instance, by address inside it without a lone [0], that begins with `kind`."""
    planned = plan.modules[f"module.{module}"].resources
    return {a.removesuffix("[0]"): r.get("values", {}) for a, r in planned.items() if a.startswith(kind)}


def one(plan: TerraformPlanOutput, module: str, address: str) -> dict[str, Any]:
    return resources(plan, module)[address]


def variables(plan: TerraformPlanOutput, module: str) -> dict[str, str]:
    environment: dict[str, str] = one(plan, module, "aws_lambda_function.this")["environment"][0]["variables"]
    return environment


def contract(plan: TerraformPlanOutput, module: str) -> dict[str, Any]:
    text = variables(plan, module)["LAMBDA_CORS_KIT_POLICY"]
    decoded: dict[str, Any] = json.loads(text if text.startswith("{") else gzip.decompress(base64.b64decode(text)))
    return decoded


def snapshot(plan: TerraformPlanOutput, module: str) -> str:
    trigger: str = one(plan, module, "aws_api_gateway_deployment.this")["triggers"]["snapshot"]
    return trigger


def test_any_method_of_the_root_and_of_every_path_reaches_the_function(plan: TerraformPlanOutput) -> None:
    for module in ("without_cors", "several"):
        methods = resources(plan, module, "aws_api_gateway_method.any")
        assert set(methods) == {
            'aws_api_gateway_method.any["root"]',
            'aws_api_gateway_method.any["proxy"]',
        }
        for method in methods.values():
            assert (method["http_method"], method["authorization"]) == ("ANY", "NONE")
        for integration in resources(plan, module, "aws_api_gateway_integration.function").values():
            assert (integration["type"], integration["integration_http_method"]) == ("AWS_PROXY", "POST")
            assert integration["timeout_milliseconds"] == 29000
        assert one(plan, module, "aws_api_gateway_resource.proxy")["path_part"] == "{proxy+}"


@pytest.mark.parametrize("module", ["one_origin", "any_origin", "several", "other_binary", "later"])
def test_the_preflight_is_answered_by_a_mock_that_binary_types_cannot_break(
    plan: TerraformPlanOutput, module: str
) -> None:
    methods = resources(plan, module, "aws_api_gateway_method.preflight")
    integrations = resources(plan, module, "aws_api_gateway_integration.preflight")
    responses = resources(plan, module, "aws_api_gateway_integration_response.preflight")
    declared = resources(plan, module, "aws_api_gateway_method_response.preflight")
    assert [len(group) for group in (methods, integrations, responses, declared)] == [2, 2, 2, 2]
    for method in methods.values():
        assert method["http_method"] == "OPTIONS"
        assert method["authorization"] == "NONE"
        assert method["api_key_required"] is False
    for integration in integrations.values():
        assert (integration["type"], integration["passthrough_behavior"]) == ("MOCK", "NEVER")
        assert integration["content_handling"] == "CONVERT_TO_TEXT"
    for response in responses.values():
        assert response["content_handling"] == "CONVERT_TO_TEXT"
        # The template overrides headers, and one header may be written only once.
        assert not response["response_parameters"]
    for method_response in declared.values():
        assert method_response["status_code"] == "204"
        assert "method.response.header.Vary" in method_response["response_parameters"]


def test_the_deployed_templates_are_the_compiled_ones(plan: TerraformPlanOutput) -> None:
    preflight = plan.outputs["several"]["dialect"]["preflight"]
    for response in resources(plan, "several", "aws_api_gateway_integration_response.preflight").values():
        assert response["response_templates"] == {"application/json": preflight["response_template"]}
    for integration in resources(plan, "several", "aws_api_gateway_integration.preflight").values():
        assert integration["request_templates"] == {"application/json": preflight["request_template"]}
        assert json.loads(preflight["request_template"]) == {"statusCode": 204}


def test_without_a_policy_options_is_answered_without_any_header(plan: TerraformPlanOutput) -> None:
    methods = resources(plan, "without_cors", "aws_api_gateway_method.")
    assert sorted((m["http_method"], m["authorization"]) for m in methods.values()) == [
        ("ANY", "NONE"), ("ANY", "NONE"), ("OPTIONS", "NONE"), ("OPTIONS", "NONE"),
    ]  # fmt: skip
    for response in resources(plan, "without_cors", "aws_api_gateway_integration_response.preflight").values():
        assert response["response_templates"] == {"application/json": ""}
        assert not response["response_parameters"]
    for response in resources(plan, "without_cors", "aws_api_gateway_gateway_response").values():
        assert not response["response_parameters"]


@pytest.mark.parametrize("module", ["without_cors_by_choice", "by_the_function"])
def test_without_a_compiled_preflight_options_goes_to_the_function(plan: TerraformPlanOutput, module: str) -> None:
    assert not resources(plan, module, "aws_api_gateway_integration.preflight")
    integrations = resources(plan, module, "aws_api_gateway_integration.unasked").values()
    assert [(i["type"], i["http_method"]) for i in integrations] == [("AWS_PROXY", "OPTIONS")] * 2
    for response in resources(plan, module, "aws_api_gateway_gateway_response").values():
        assert not response["response_parameters"]


def test_gateway_errors_carry_the_headers_and_keep_their_status(plan: TerraformPlanOutput) -> None:
    for module in ("one_origin", "any_origin", "several", "reflected"):
        responses = resources(plan, module, "aws_api_gateway_gateway_response.cors")
        assert {r["response_type"] for r in responses.values()} == GATEWAY_RESPONSES
        for response in responses.values():
            assert response["status_code"] is None
            assert response["response_templates"] == {
                "application/json": '{"message":$context.error.messageString}'
            }


def test_gateway_errors_name_an_origin_only_where_one_can_be_named(plan: TerraformPlanOutput) -> None:
    def allowed(module: str) -> Any:
        address = 'aws_api_gateway_gateway_response.cors["DEFAULT_5XX"]'
        return one(plan, module, address)["response_parameters"].get(ACCESS_CONTROL_ALLOW_ORIGIN)

    assert allowed("one_origin") == "'https://app.example.com'"
    assert allowed("any_origin") == "'*'"
    assert allowed("several") is None
    assert allowed("reflected") == "method.request.header.Origin"


def test_reflection_is_opt_in_and_is_told(plan: TerraformPlanOutput) -> None:
    reflected = plan.outputs["reflected"]
    parameters = reflected["dialect"]["gateway_responses"]["response_parameters"]
    assert parameters["gatewayresponse.header.Access-Control-Allow-Credentials"] == "'true'"
    assert plan.outputs["several"]["limits"] != reflected["limits"]
    assert any("any site" in limit for limit in reflected["limits"])


@pytest.mark.parametrize(
    ("module", "writer"),
    [
        ("without_cors", "none"),
        ("without_cors_by_choice", "none"),
        ("several", "function"),
        ("by_the_function", "function"),
    ],
)
def test_the_function_is_told_who_writes(plan: TerraformPlanOutput, module: str, writer: str) -> None:
    told = contract(plan, module)
    assert (told["version"], told["writer"]) == (1, writer)
    output = plan.outputs[module]
    assert output["writer"] == writer
    assert told["policy"] == output["policy"]
    assert output["preflight_invokes_lambda"] is (module in ("without_cors_by_choice", "by_the_function"))


def test_limits_are_told_in_words(plan: TerraformPlanOutput) -> None:
    limits = " ".join(plan.outputs["several"]["limits"])
    assert "413" in limits
    assert all(len(limit.split()) > 5 for limit in plan.outputs["several"]["limits"])
    assert any("function" in limit for limit in plan.outputs["by_the_function"]["limits"])


def test_values_known_only_after_the_apply_are_no_obstacle(plan: TerraformPlanOutput) -> None:
    function = one(plan, "later", "aws_lambda_function.this")
    assert function["function_name"] == "later"
    assert len(resources(plan, "later")) == len(resources(plan, "one_origin")) + 1


def test_a_deployment_is_new_exactly_when_its_content_is(plan: TerraformPlanOutput) -> None:
    before = snapshot(plan, "several")
    assert snapshot(plan, "same_deployment") == before
    changed = {snapshot(plan, module) for module in ("other_policy", "other_binary", "without_cors", "reflected")}
    assert before not in changed
    assert len(changed) == 4


def test_the_stage_is_a_resource_of_its_own(plan: TerraformPlanOutput) -> None:
    assert one(plan, "several", "aws_api_gateway_stage.this")["stage_name"] == "live"
    assert one(plan, "everything", "aws_api_gateway_stage.this")["stage_name"] == "v1"
    assert one(plan, "several", "aws_api_gateway_deployment.this").get("stage_name") is None


def test_defaults_of_the_function(plan: TerraformPlanOutput) -> None:
    function = one(plan, "without_cors", "aws_lambda_function.this")
    assert function["package_type"] == "Image"
    assert function["timeout"] == 28
    assert function["architectures"] == ["x86_64"]
    assert (function["image_config"], function["vpc_config"]) == ([], [])
    log_group = one(plan, "without_cors", "aws_cloudwatch_log_group.function")
    assert (log_group["name"], log_group["retention_in_days"]) == ("/aws/lambda/several", 30)


def test_every_setting_arrives(plan: TerraformPlanOutput) -> None:
    function = one(plan, "everything", "aws_lambda_function.this")
    assert (function["timeout"], function["memory_size"], function["architectures"]) == (29, 256, ["arm64"])
    assert function["image_config"] == [
        {"command": ["other.handler"], "entry_point": ["/entry"], "working_directory": "/srv"}
    ]
    assert set(function["vpc_config"][0]["subnet_ids"]) == {
        "subnet-0123456789abcdef0",
        "subnet-0123456789abcdef1",
    }
    assert set(variables(plan, "everything")) == {"LAMBDA_CORS_KIT_POLICY", "PASSWORD", "TABLE"}
    assert one(plan, "everything", "aws_api_gateway_rest_api.this")["binary_media_types"] == ["image/png"]
    role = one(plan, "everything", "aws_iam_role.function")
    assert role["permissions_boundary"] == "arn:aws:iam::123456789012:policy/boundary"
    assert role["name_prefix"] == "everything-"
    assert one(plan, "everything", "aws_cloudwatch_log_group.function")["retention_in_days"] == 0
    tagged = [r["tags"] for r in resources(plan, "everything").values() if "tags" in r]
    assert tagged
    assert all(tags == {"Team": "web"} for tags in tagged)


def test_statements_become_one_policy_word_for_word(plan: TerraformPlanOutput) -> None:
    policy = json.loads(one(plan, "everything", "aws_iam_role_policy.extra")["policy"])
    assert policy == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "ReadItems",
                "Effect": "Allow",
                "Action": ["dynamodb:GetItem", "dynamodb:Query"],
                "Resource": ["arn:aws:dynamodb:us-east-1:123456789012:table/items"],
                "Condition": {
                    "StringEquals": {
                        "aws:RequestedRegion": ["us-east-1"],
                        "aws:PrincipalTag/team": ["web", "ops"],
                    },
                    "Bool": {"aws:SecureTransport": ["true"]},
                },
            },
            {"Effect": "Deny", "Action": ["dynamodb:*"], "Resource": ["*"]},
        ],
    }
    assert not resources(plan, "without_cors", "aws_iam_role_policy.extra")


def test_only_a_function_in_a_vpc_has_a_security_group_and_its_policy(plan: TerraformPlanOutput) -> None:
    kinds = (
        "aws_security_group.function",
        "aws_vpc_security_group_egress_rule.function",
        "aws_iam_role_policy_attachment.vpc_access",
    )
    for kind in kinds:
        assert list(resources(plan, "everything", kind)) == [kind]
        assert not resources(plan, "without_cors", kind)
    assert not resources(plan, "everything", "aws_vpc_security_group_ingress_rule")
    egress = one(plan, "everything", "aws_vpc_security_group_egress_rule.function")
    assert egress["ip_protocol"] == "-1"


def test_how_many_resources_an_api_is(plan: TerraformPlanOutput) -> None:
    assert {module: len(resources(plan, module)) for module in ("without_cors", "several", "everything")} == {
        "without_cors": 26,
        "several": 26,
        "everything": 30,
    }


def test_a_tag_that_moves_is_warned_of(plan: TerraformPlanOutput) -> None:
    [warning] = plan.outputs["no_tag"]
    assert "items-api:latest" in warning
    assert "@sha256:" in warning
    assert plan.outputs["digest"] == []
    # A check over an image that is not known yet would fail every caller's `terraform test`.
    assert not [c for c in plan["checks"] if c["address"]["kind"] == "check"]


def test_every_body_is_bytes_unless_the_caller_says_otherwise(plan: TerraformPlanOutput) -> None:
    def types(module: str) -> Any:
        return one(plan, module, "aws_api_gateway_rest_api.this")["binary_media_types"]

    assert types("several") == types("without_cors") == ["*/*"]
    assert types("other_binary") == []
    assert not any("binary_media_types" in limit for limit in plan.outputs["several"]["limits"])
    assert any("base64" in limit for limit in plan.outputs["no_binary"]["limits"])
