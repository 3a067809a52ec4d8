"""Bad input about the gateways: what `terraform plan` says. One plan of many faulty instances per kind of rule."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.modules.lambda_api.roots import errors, write

pytestmark = pytest.mark.terraform

VPC = {"id": "vpc-0123abcd", "subnet_ids": ["subnet-0123abcd", "subnet-4567cdef"]}
POOLS = {"cognito": {"user_pool_arns": ["arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_a"]}}
TOKENS = {"jwt": {"issuer": "https://id.example.com", "audience": ["items"]}}
DOMAIN = {"name": "api.example.com", "certificate_arn": "arn:aws:acm:us-east-1:123456789012:certificate/0123"}
WEB_ACL = {"arn": "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/items/0123"}
URL = {"gateway": "function_url"}
HTTP = {"gateway": "http"}
EDGE = {"endpoint_type": "EDGE"}

SUBDOMAINS = {"allow_origins": ["https://*.example.com"]}

# Case -> the inputs, the variable that is refused, and what the message has to name: the value, and what to write.
VARIABLES: dict[str, tuple[dict[str, Any], str, list[str]]] = {
    "rest_timeout": ({"timeout": 30}, "timeout", ["timeout 30", "REST API", "29 or less"]),
    "http_timeout": ({"gateway": "http", "timeout": 31}, "timeout", ["timeout 31", "HTTP API", "30 or less"]),
    "url_timeout": ({"gateway": "function_url", "timeout": 901}, "timeout", ["timeout 901", "900 or less"]),
    "rest_writer": ({"cors_writer": "gateway"}, "cors_writer", ['"gateway"', "REST API", 'gateway = "http"']),
    "http_stage_name": ({"gateway": "http", "stage_name": "v1"}, "stage_name", ['"v1"', 'gateway = "rest"']),
    "url_stage_name": ({"gateway": "function_url", "stage_name": "v1"}, "stage_name", ['"v1"', "Leave"]),
    "http_binary": (
        {"gateway": "http", "binary_media_types": ["*/*"]},
        "binary_media_types",
        ['["*/*"]', "leave binary_media_types out"],
    ),
    "provisioned_more": (
        {"provisioned_concurrent_executions": 3, "reserved_concurrent_executions": 2},
        "provisioned_concurrent_executions",
        ["3", "reserved_concurrent_executions 2"],
    ),
    "url_access_logs": (URL | {"access_logs": {}}, "access_logs", ['"function_url"', "leave access_logs out"]),
    "url_throttling": (
        URL | {"throttling": {"rate_limit": 1, "burst_limit": 1}},
        "throttling",
        ["reserved_concurrent_executions instead"],
    ),
    "url_authorizer": (URL | {"authorizer": {"iam": True}}, "authorizer", ["AWS_IAM", "leave authorizer out"]),
    "url_domain": (URL | {"domain": DOMAIN}, "domain", ["put CloudFront"]),
    "http_endpoint": (HTTP | {"endpoint_type": "EDGE"}, "endpoint_type", ['"EDGE"', 'gateway = "rest"']),
    "http_resource_policy": (
        HTTP | {"resource_policy_statements": [{}]},
        "resource_policy_statements",
        ['"http"', 'gateway = "rest"'],
    ),
    "http_web_acl": (HTTP | {"web_acl": WEB_ACL}, "web_acl", ['"http"', "CloudFront", 'gateway = "rest"']),
    "rest_jwt": ({"authorizer": TOKENS}, "authorizer", ["jwt", 'gateway = "http"', "cognito"]),
    "http_cognito": (HTTP | {"authorizer": POOLS}, "authorizer", ["cognito", "write jwt", "issuer"]),
    "private_open": (
        {"endpoint_type": "PRIVATE"},
        "endpoint_type",
        ["resource_policy_statements", "aws:SourceVpce"],
    ),
    "endpoints_public": (
        {"vpc_endpoint_ids": ["vpce-0123abcd"]},
        "vpc_endpoint_ids",
        ["vpce-0123abcd", '"PRIVATE"'],
    ),
    "private_domain": (
        {"endpoint_type": "PRIVATE", "resource_policy_statements": [{}], "domain": DOMAIN},
        "domain",
        ['"PRIVATE"', "leave domain out"],
    ),
    "edge_path": (
        EDGE | {"domain": DOMAIN | {"base_path": "v1/items"}},
        "domain",
        ['"v1/items"', "more than one segment", '"REGIONAL"'],
    ),
    "edge_clients": (
        EDGE | {"domain": DOMAIN | {"mutual_tls": {"truststore_uri": "s3://trust/store.pem"}}},
        "domain",
        ['"EDGE"', "leave mutual_tls out"],
    ),
    "edge_ipv6": (
        EDGE | {"domain": DOMAIN | {"ip_address_type": "dualstack"}},
        "domain",
        ['"dualstack"', '"EDGE"'],
    ),
    "regional_tls": ({"domain": DOMAIN | {"security_policy": "TLS_1_0"}}, "domain", ['"TLS_1_0"', '"TLS_1_2"']),
    "http_triggers": (
        HTTP | {"deployment_triggers": {"stream": "1"}},
        "deployment_triggers",
        ['["stream"]', 'gateway = "rest"'],
    ),
    "rest_without_url": ({"create_function_url": False}, "create_function_url", ["false", '"rest"', "leave"]),
}
# Rules that look at their own variable alone: Terraform judges them first, and then no others.
ALONE: dict[str, tuple[dict[str, Any], str, list[str]]] = {
    "gateway": ({"gateway": "alb"}, "gateway", ['"alb"', '"rest", "http" or "function_url"']),
    "url_none": (
        {"gateway": "function_url", "function_url_auth_type": "NONE"},
        "function_url_auth_type",
        ['"NONE"', "every AWS principal", "public_function_url", "origin access control"],
    ),
    "url_unknown": (
        {"gateway": "function_url", "function_url_auth_type": "JWT"},
        "function_url_auth_type",
        ['"JWT"', '"AWS_IAM"'],
    ),
    "ephemeral": ({"ephemeral_storage_size": 256}, "ephemeral_storage_size", ["256", "512 to 10240"]),
    "reserved": ({"reserved_concurrent_executions": -1}, "reserved_concurrent_executions", ["-1", "0 or more"]),
    "provisioned": (
        {"provisioned_concurrent_executions": 0.5},
        "provisioned_concurrent_executions",
        ["0.5", "whole number"],
    ),
    "role_name": ({"role_name": "apis/items"}, "role_name", ['"apis/items"', "role_path"]),
    "role_path": ({"role_path": "apis"}, "role_path", ['"apis"', '"/apis/"']),
    "log_key": ({"log_kms_key_arn": "alias/logs"}, "log_kms_key_arn", ['"alias/logs"', ":key/ID"]),
    "log_format": ({"logging_config": {"log_format": "json"}}, "logging_config", ['"json"', '"JSON"']),
    "log_level": (
        {"logging_config": {"application_log_level": "info"}},
        "logging_config",
        ['"info"', "INFO"],
    ),
    "log_system_level": (
        {"logging_config": {"system_log_level": "ERROR"}},
        "logging_config",
        ['"ERROR"', "DEBUG, INFO or WARN"],
    ),
    "log_text": (
        {"logging_config": {"log_format": "Text", "system_log_level": "INFO"}},
        "logging_config",
        ['"Text"', "leave the levels out"],
    ),
    "log_fields": (
        {"access_logs": {"fields": {"path": "$context.path"}}},
        "access_logs",
        ["$context.path", 'requestId = "$context.requestId"'],
    ),
    "endpoint": ({"endpoint_type": "regional"}, "endpoint_type", ['"regional"', '"REGIONAL"']),
    "policy_effect": (
        {"resource_policy_statements": [{"effect": "allow"}]},
        "resource_policy_statements",
        ['"allow"', '"Allow"'],
    ),
    "policy_nobody": (
        {"resource_policy_statements": [{"principals": []}]},
        "resource_policy_statements",
        ["without principals", "leave them out"],
    ),
    "throttle_nothing": (
        {"throttling": {"rate_limit": 0, "burst_limit": 1}},
        "throttling",
        ['"rate_limit":0', "above 0"],
    ),
    "web_acl_global": (
        {"web_acl": {"arn": "arn:aws:wafv2:us-east-1:123456789012:global/webacl/items/0123"}},
        "web_acl",
        ["global/webacl", "regional/webacl"],
    ),
    "authorizer_none": ({"authorizer": {}}, "authorizer", ["[]", "exactly one"]),
    "authorizer_two": ({"authorizer": POOLS | {"iam": True}}, "authorizer", ['["cognito","iam"]', "exactly one"]),
    "authorizer_anyone": (
        {"authorizer": {"jwt": {"issuer": "https://id.example.com", "audience": []}}},
        "authorizer",
        ["[]", "at least one audience"],
    ),
    "authorizer_http": (
        {"authorizer": {"jwt": {"issuer": "http://id.example.com", "audience": ["items"]}}},
        "authorizer",
        ["http://id.example.com", "https://"],
    ),
    "authorizer_no_pool": ({"authorizer": {"cognito": {"user_pool_arns": []}}}, "authorizer", ["user pool"]),
    "authorizer_no_header": (
        {"authorizer": {"lambda": {"function_name": "ask", "invoke_arn": "arn", "headers": []}}},
        "authorizer",
        ["headers is []", '"Authorization"'],
    ),
    "authorizer_cache": (
        {"authorizer": {"lambda": {"function_name": "ask", "invoke_arn": "arn", "cache_seconds": 7200}}},
        "authorizer",
        ["7200", "3600"],
    ),
    "domain_name": ({"domain": DOMAIN | {"name": "https://api.example.com"}}, "domain", ["without https://"]),
    "domain_uncertified": (
        {"domain": {"name": "api.example.com"}},
        "domain",
        ["no certificate_arn", "create = false"],
    ),
    "domain_ignored": (
        {"domain": DOMAIN | {"create": False, "hosted_zone": {"id": "Z0123"}}},
        "domain",
        ["certificate_arn, hosted_zone", "leave them"],
    ),
    "domain_truststore": (
        {"domain": DOMAIN | {"mutual_tls": {"truststore_uri": "https://trust/store.pem"}}},
        "domain",
        ['"https://trust/store.pem"', "s3://BUCKET/KEY"],
    ),
    "domain_certificate": ({"domain": DOMAIN | {"certificate_arn": "0123"}}, "domain", ['"0123"', "arn:aws:acm"]),
    "domain_path": ({"domain": DOMAIN | {"base_path": "/v1"}}, "domain", ['"/v1"', '"v1"']),
    "vpc_no_group": (
        {"vpc": VPC | {"create_security_group": False}},
        "vpc",
        ["create_security_group", "no security group"],
    ),
    "writer_unknown": ({"cors_writer": "both"}, "cors_writer", ['"both"', '"function"']),
}
# Case -> the inputs and the words of the one message, which comes where the resource is planned.
RESOURCES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "http_writer": (
        {"gateway": "http", "cors": SUBDOMAINS, "cors_writer": "gateway"},
        ["An HTTP API", "cannot say https://*.example.com", "Leave cors_writer out"],
    ),
    "url_writer": (
        {"gateway": "function_url", "cors": SUBDOMAINS, "cors_writer": "gateway"},
        ["A function URL", "cannot say https://*.example.com", "Leave cors_writer out"],
    ),
    "http_policy": (
        {"gateway": "http", "cors": {"allow_origins": ["https://app.example.com/"]}},
        ["origin.trailing_slash"],
    ),
    "url_policy": (
        {"gateway": "function_url", "cors": {"allow_origins": ["*"], "allow_credentials": True}},
        ["credentials.wildcard_origin"],
    ),
}


def refused(
    place: Path, environment: dict[str, str], cases: dict[str, dict[str, Any]]
) -> dict[str, list[dict[str, Any]]]:
    """The errors about each case's variables, and under "" those about resources and outputs."""
    found: dict[str, list[dict[str, Any]]] = {case: [] for case in ("", *cases)}
    for error in errors(write(place, cases), environment):
        module, _, name = str(error["snippet"]["context"]).partition(" ")
        found[name.strip('"') if module == "module" else ""].append(error)
    return found


@pytest.fixture(scope="module")
def variables(modules_copy: Path, plan_environment: dict[str, str]) -> dict[str, list[dict[str, Any]]]:
    cases = {case: inputs for case, (inputs, *_) in (VARIABLES | RESOURCES).items()}
    return refused(modules_copy / "variables", plan_environment, cases)


@pytest.fixture(scope="module")
def alone(modules_copy: Path, plan_environment: dict[str, str]) -> dict[str, list[dict[str, Any]]]:
    cases = {case: inputs for case, (inputs, _, _) in ALONE.items()}
    return refused(modules_copy / "alone", plan_environment, cases)


def check(found: list[dict[str, Any]], variable: str, words: list[str]) -> None:
    assert len(found) == 1, f"one fault, one message: {found}"
    assert found[0]["detail"].startswith(variable)
    for word in words:
        assert word in found[0]["detail"]


@pytest.mark.parametrize("case", VARIABLES)
def test_what_does_not_go_with_the_gateway_is_named(variables: dict[str, list[dict[str, Any]]], case: str) -> None:
    check(variables[case], *VARIABLES[case][1:])


@pytest.mark.parametrize("case", ALONE)
def test_a_value_of_no_gateway_is_named(alone: dict[str, list[dict[str, Any]]], case: str) -> None:
    check(alone[case], *ALONE[case][1:])


@pytest.mark.parametrize("case", RESOURCES)
def test_what_a_gateway_cannot_say_stops_the_plan(variables: dict[str, list[dict[str, Any]]], case: str) -> None:
    said = [error["detail"] for error in variables[""]]
    assert len(said) == len(RESOURCES), said
    assert any(all(word in text for word in RESOURCES[case][1]) for text in said), said
