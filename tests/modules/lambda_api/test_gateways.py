"""What modules/lambda_api plans for an HTTP API and a Function URL: each kind of policy on each, in one plan."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from tftest import TerraformPlanOutput

from tests.modules.lambda_api.planned import cors, planned, resources, routes
from tests.modules.lambda_api.roots import Expression, write

pytestmark = pytest.mark.terraform

SAFE = ["GET", "HEAD", "POST"]
MANY = [f"https://site{number}.example.com" for number in range(101)]

# Kind of policy -> the policy. Long lists would not fit the environment uncompressed.
POLICIES: dict[str, dict[str, Any] | None] = {
    "none": None,
    "one": {"allow_origins": ["https://app.example.com"], "allow_credentials": True, "max_age": 0},
    "several": {
        "allow_origins": ["https://app.example.com", "http://localhost:3000", "https://[::1]:8443"],
        "allow_methods": ["PUT", "delete"],
        "allow_headers": ["Authorization", "x-request-id"],
        "expose_headers": ["X-Request-Id"],
        "max_age": 86400,
    },
    "any": {"allow_origins": ["*"], "allow_headers": ["*", "authorization"], "allow_methods": ["*"]},
    "subdomains": {"allow_origins": ["https://app.example.com", "https://*.example.org"]},
    "ports": {"allow_origins": ["http://localhost:*"], "allow_credentials": True},
    "options": {"allow_origins": ["https://app.example.com"], "allow_methods": ["GET", "OPTIONS"]},
    "many": {"allow_origins": MANY},
    "scheme": {"allow_origins": ["chrome-extension://abcdefghijklmnopabcdefghijklmnop"]},
}
LATER = {"allow_origins": [Expression('"https://${terraform_data.later.id}.example.com"')]}
WRITERS = {
    "http": {"none": "none", "one": "gateway", "several": "gateway", "any": "gateway", "subdomains": "function",
             "ports": "function", "options": "gateway", "many": "gateway", "scheme": "function"},
    "function_url": {"none": "none", "one": "gateway", "several": "gateway", "any": "gateway",
                     "subdomains": "function", "ports": "function", "options": "function", "many": "function",
                     "scheme": "function"},
}  # fmt: skip
CASES = [(gateway, policy) for gateway in WRITERS for policy in POLICIES]
EXPRESSED = [(gateway, policy) for gateway, policy in CASES if WRITERS[gateway][policy] == "gateway"]
TAKEN_OVER = [(gateway, policy) for gateway, policy in CASES if WRITERS[gateway][policy] == "function"]

RESOURCES = {
    "http": "aws_apigatewayv2_",
    "function_url": "aws_lambda_function_url",
    "rest": "aws_api_gateway_",
}
BLOCKS = {
    "http": ("aws_apigatewayv2_api.this[0]", "cors_configuration"),
    "function_url": ("aws_lambda_function_url.this[0]", "cors"),
}


@pytest.fixture(scope="module")
def plan(modules_copy: Path, plan_environment: dict[str, str]) -> TerraformPlanOutput:
    instances: dict[str, dict[str, Any]] = {
        f"{gateway}_{policy}": {"gateway": gateway, "cors": POLICIES[policy]} for gateway, policy in CASES
    }
    instances["rest_several"] = {"cors": POLICIES["several"]}
    instances["http_later"] = {"gateway": "http", "cors": LATER, "cors_writer": "gateway"}
    instances["http_undecided"] = {"gateway": "http", "cors": LATER}
    instances["function_url_later"] = {"gateway": "function_url", "cors": LATER}
    instances["http_by_choice"] = {"gateway": "http", "cors": POLICIES["one"], "cors_writer": "function"}
    instances["elsewhere"] = {
        "gateway": "function_url",
        "cors": POLICIES["subdomains"],
        "create_function_url": False,
    }
    instances["http_longest"] = {"gateway": "http", "timeout": 30}
    instances["function_url_longest"] = {"gateway": "function_url", "timeout": 900}
    return planned(write(modules_copy / "gateways", instances, output="cors"), plan_environment)


def block(plan: TerraformPlanOutput, gateway: str, instance: str) -> list[dict[str, Any]]:
    """The CORS block of the gateway: an empty list where it has none. Lists are sets to AWS, empty ones null."""
    address, name = BLOCKS[gateway]
    blocks: list[dict[str, Any]] = resources(plan, instance)[address][name]
    return [sorted_lists({each: [] if given is None else given for each, given in b.items()}) for b in blocks]


def sorted_lists(values: dict[str, Any]) -> dict[str, Any]:
    return {name: sorted(value) if isinstance(value, list) else value for name, value in values.items()}


@pytest.mark.parametrize(("gateway", "policy"), CASES)
def test_the_function_is_told_who_writes(plan: TerraformPlanOutput, gateway: str, policy: str) -> None:
    instance = f"{gateway}_{policy}"
    function = resources(plan, instance)["aws_lambda_function.this"]
    text = function["environment"][0]["variables"]["LAMBDA_CORS_KIT_POLICY"]
    told = json.loads(text if text.startswith("{") else gzip.decompress(base64.b64decode(text)))
    output = cors(plan, instance)
    writer = WRITERS[gateway][policy]
    # Where the gateway writes, no list travels; and it says where answers do not vary with the origin.
    expected = {"version": 1, "writer": writer, "policy": output["policy"] if writer == "function" else None}
    assert told == expected | ({"vary": False} if writer == "gateway" and policy == "any" else {})
    assert output["writer"] == writer
    assert output["preflight_invokes_lambda"] is (writer != "gateway")


@pytest.mark.parametrize(("gateway", "policy"), EXPRESSED)
def test_the_gateway_is_given_the_whole_policy(plan: TerraformPlanOutput, gateway: str, policy: str) -> None:
    [deployed] = block(plan, gateway, f"{gateway}_{policy}")
    output = cors(plan, f"{gateway}_{policy}")
    assert deployed == sorted_lists(output["dialect"])
    stated = sorted_lists(output["policy"])
    # A gateway may look for the safelisted methods, which a browser does not.
    if "*" not in stated["allow_methods"]:
        stated["allow_methods"] = sorted({*stated["allow_methods"], *SAFE})
    assert deployed == stated


@pytest.mark.parametrize(("gateway", "policy"), TAKEN_OVER)
def test_what_the_gateway_cannot_say_the_function_does(
    plan: TerraformPlanOutput, gateway: str, policy: str
) -> None:
    output = cors(plan, f"{gateway}_{policy}")
    assert block(plan, gateway, f"{gateway}_{policy}") == []
    assert output["dialect"] is None
    assert any("cannot say" in limit or "takes" in limit or "documented" in limit for limit in output["limits"])
    assert any(limit.startswith("The function answers preflights") for limit in output["limits"])


@pytest.mark.parametrize("gateway", WRITERS)
def test_without_a_policy_no_cors_is_configured(plan: TerraformPlanOutput, gateway: str) -> None:
    assert block(plan, gateway, f"{gateway}_none") == []
    assert cors(plan, f"{gateway}_none")["limits"] == []


@pytest.mark.parametrize("policy", POLICIES)
def test_without_an_authorizer_any_takes_preflights_whoever_answers(
    plan: TerraformPlanOutput, policy: str
) -> None:
    assert routes(plan, f"http_{policy}") == {"ANY /": "NONE", "ANY /{proxy+}": "NONE"}


@pytest.mark.parametrize("gateway", RESOURCES)
def test_no_resource_of_another_gateway_is_created(plan: TerraformPlanOutput, gateway: str) -> None:
    for other, kind in RESOURCES.items():
        assert bool(resources(plan, f"{gateway}_several", kind)) is (other == gateway)


def test_an_http_api_has_payload_2_and_the_default_stage(plan: TerraformPlanOutput) -> None:
    planned = resources(plan, "http_one")
    integration = planned["aws_apigatewayv2_integration.function[0]"]
    assert (integration["integration_type"], integration["integration_method"]) == ("AWS_PROXY", "POST")
    assert integration["payload_format_version"] == "2.0"
    assert integration["timeout_milliseconds"] == 30_000
    stage = planned["aws_apigatewayv2_stage.default[0]"]
    assert (stage["name"], stage["auto_deploy"]) == ("$default", True)
    permission = planned["aws_lambda_permission.http_api[0]"]
    assert (permission["action"], permission["principal"]) == (
        "lambda:InvokeFunction",
        "apigateway.amazonaws.com",
    )


def test_a_function_url_asks_for_signed_requests(plan: TerraformPlanOutput) -> None:
    url = resources(plan, "function_url_one")["aws_lambda_function_url.this[0]"]
    assert (url["authorization_type"], url["invoke_mode"]) == ("AWS_IAM", "BUFFERED")
    assert not resources(plan, "function_url_one", "aws_lambda_permission")


def test_what_signed_requests_mean_for_a_page_is_told(plan: TerraformPlanOutput) -> None:
    assert any("AWS credentials" in limit for limit in cors(plan, "function_url_one")["limits"])
    assert any("preflights unsigned" in limit for limit in cors(plan, "function_url_ports")["limits"])
    assert not any("AWS_IAM" in limit for limit in cors(plan, "elsewhere")["limits"])


def test_another_module_may_create_the_function_url(plan: TerraformPlanOutput) -> None:
    assert not resources(plan, "elsewhere", "aws_lambda_function_url")
    assert cors(plan, "elsewhere")["writer"] == "function"


def test_errors_of_an_http_api_are_told_in_words(plan: TerraformPlanOutput) -> None:
    assert any("throttling" in limit for limit in cors(plan, "http_one")["limits"])
    assert any("network error" in limit for limit in cors(plan, "http_ports")["limits"])


def test_origins_known_only_after_the_apply_are_no_obstacle(plan: TerraformPlanOutput) -> None:
    assert len(block(plan, "http", "http_later")) == 1
    for instance in ("http_later", "http_undecided"):
        assert set(routes(plan, instance)) == {"ANY /", "ANY /{proxy+}"}
    assert "aws_lambda_function_url.this[0]" in resources(plan, "function_url_later")


def test_the_function_may_be_chosen_as_the_writer(plan: TerraformPlanOutput) -> None:
    assert block(plan, "http", "http_by_choice") == []
    assert set(routes(plan, "http_by_choice")) == {"ANY /", "ANY /{proxy+}"}
    assert cors(plan, "http_by_choice")["writer"] == "function"


def test_the_timeout_may_be_the_gateways(plan: TerraformPlanOutput) -> None:
    assert resources(plan, "http_longest")["aws_lambda_function.this"]["timeout"] == 30
    assert resources(plan, "function_url_longest")["aws_lambda_function.this"]["timeout"] == 900


def test_how_many_resources_an_api_is(plan: TerraformPlanOutput) -> None:
    instances = ("http_one", "http_ports", "function_url_one")
    assert [len(resources(plan, instance)) for instance in instances] == [10, 10, 5]
