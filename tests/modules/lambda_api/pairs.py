"""The changes that a later apply makes: one value and another for every input of lambda_api, by gateway."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.modules.lambda_api.roots import Expression

GATEWAYS = ("rest", "http", "function_url")
APIS = ("rest", "http")
REST = ("rest",)
# What only the function has is the same before every gateway: applied where an API is the fewest resources.
FUNCTION = ("function_url",)

ACCOUNT = "123456789012"
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/0123"
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/boundary"
REGISTRY = f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com"

ONE = {"allow_origins": ["https://app.example.com"], "allow_credentials": True}
TWO = {"allow_origins": ["https://app.example.com", "https://two.example.com"], "allow_credentials": True}
SUBDOMAINS = {"allow_origins": ["https://*.example.com"], "allow_credentials": True}
# No template can carry an apostrophe, so that the function answers preflights.
APOSTROPHE = ONE | {"allow_headers": ["it's"]}

# What the roots of test_changes.py create beside the APIs.
VPC = {"id": Expression("aws_vpc.this.id"), "subnet_ids": Expression("aws_subnet.this[*].id")}
WEB_ACL = {"arn": Expression("aws_wafv2_web_acl.this[0].arn")}
OTHER_WEB_ACL = {"arn": Expression("aws_wafv2_web_acl.this[1].arn")}
ASK = {"function_name": "authorize", "invoke_arn": Expression("aws_lambda_function.authorize.invoke_arn")}
ASK_ALIAS = {
    "function_name": Expression("aws_lambda_alias.authorize.arn"),
    "invoke_arn": Expression("aws_lambda_alias.authorize.invoke_arn"),
}
TOKENS = {"issuer": "https://id.example.com", "audience": ["items"], "scopes": ["items/read"]}
POOLS = {"user_pool_arns": [f"arn:aws:cognito-idp:us-east-1:{ACCOUNT}:userpool/us-east-1_items"]}
ENDPOINT = {"test": "StringEquals", "variable": "aws:SourceVpce", "values": ["vpce-0123abcd"]}
ONLY_THERE: dict[str, Any] = {"resource_policy_statements": [{"conditions": [ENDPOINT]}]}
PRIVATE: dict[str, Any] = {"endpoint_type": "PRIVATE"} | ONLY_THERE


def domain(**others: Any) -> dict[str, Any]:
    """A domain name of the instance's own: NAME becomes its name."""
    return {
        "name": "NAME.example.com",
        "certificate_arn": f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/0123",
    } | others


@dataclass(frozen=True)
class Change:
    """`variable` goes from `before` to `after` and back; `base` is given in both.

    `deploys`: whether a REST API has to be deployed. `incurable`: what Terraform cannot do, as README.md lists it.
    """

    name: str
    variable: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    gateways: tuple[str, ...] = GATEWAYS
    base: Mapping[str, Any] = field(default_factory=dict)
    deploys: bool = False
    incurable: frozenset[str] = frozenset()


def change(
    name: str,
    before: Any,
    after: Any,
    gateways: tuple[str, ...] = GATEWAYS,
    *,
    incurable: str = "",
    variable: str = "",
    deploys: bool = False,
    **base: Any,
) -> Change:
    """A change of one input; `name` is the input's, and what tells it from others after a dash."""
    what = variable or name.partition("-")[0]
    return Change(name, what, {what: before}, {what: after}, gateways, base, deploys, frozenset(incurable.split()))


CHANGES: tuple[Change, ...] = (
    change("name", "NAME", "NAME_2", incurable="address", deploys=True, cors=ONE),
    change("image_uri", f"{REGISTRY}/items-api:1.0.0", f"{REGISTRY}/items-api:1.1.0", FUNCTION),
    change("cors", None, ONE, deploys=True),
    change("cors-origins", ONE, TWO, deploys=True),
    change("cors-patterns", ONE, SUBDOMAINS, deploys=True),
    change("cors-authorized", None, ONE, APIS, deploys=True, authorizer={"lambda": ASK}),
    change("cors-signed", None, ONE, APIS, deploys=True, authorizer={"iam": True}),
    change("cors-names", ONE, APOSTROPHE, REST, incurable="type", deploys=True),
    change("cors_writer", None, "function", ("http", "function_url"), cors=ONE),
    change("cors_writer-nobody", None, "function", REST, incurable="type", deploys=True),
    change("timeout", 28, 20, FUNCTION),
    change("memory_size", 512, 256, FUNCTION),
    change("ephemeral_storage_size", 512, 1024, FUNCTION),
    change("reserved_concurrent_executions", None, 5, FUNCTION),
    change("provisioned_concurrent_executions", 0, 1, APIS, deploys=True, cors=ONE),
    change("provisioned_concurrent_executions-url", 0, 1, ("function_url",), incurable="address"),
    change("provisioned_concurrent_executions-more", 1, 2),
    change("tracing", False, True),
    change("architecture", "x86_64", "arm64", FUNCTION),
    change("image_config", None, {"command": ["app.handler"]}, FUNCTION),
    change("environment", {}, {"TABLE": "items"}, FUNCTION),
    change("stage_name", None, "v2", REST, cors=ONE),
    change("create_function_url", True, False, ("function_url",)),
    change("function_url_auth_type", None, "AWS_IAM", ("function_url",)),
    change("binary_media_types", None, ["image/png"], REST, deploys=True),
    change("dangerously_reflect_origin_in_gateway_responses", False, True, REST, deploys=True, cors=TWO),
    Change("endpoint_type", "endpoint_type", {}, PRIVATE, REST, deploys=True),
    change("endpoint_type-edge", "REGIONAL", "EDGE", REST, deploys=True),
    change("vpc_endpoint_ids", ["vpce-0123abcd"], ["vpce-4567cdef"], REST, deploys=True, **PRIVATE),
    change("resource_policy_statements", [], ONLY_THERE["resource_policy_statements"], REST, deploys=True),
    change(
        "resource_policy_statements-signed", [], ONLY_THERE["resource_policy_statements"], REST,
        deploys=True, cors=ONE, authorizer={"iam": True},
    ),
    change("throttling", None, {"rate_limit": 100, "burst_limit": 50}, APIS),
    change("throttling-more", {"rate_limit": 100, "burst_limit": 50}, {"rate_limit": 9, "burst_limit": 9}, APIS),
    change("web_acl", None, WEB_ACL, REST),
    change("web_acl-other", WEB_ACL, OTHER_WEB_ACL, REST),
    change("authorizer-jwt", None, {"jwt": TOKENS}, ("http",), cors=ONE),
    change("authorizer-function_answers", None, {"jwt": TOKENS}, ("http",), cors=SUBDOMAINS),
    change("authorizer-throttled", None, {"iam": True}, ("http",), throttling={"rate_limit": 9, "burst_limit": 9}),
    change("authorizer-jwt_or_lambda", {"jwt": TOKENS}, {"lambda": ASK}, ("http",)),
    change("authorizer-cognito", None, {"cognito": POOLS}, REST, deploys=True, cors=ONE),
    change("authorizer-cognito_or_lambda", {"cognito": POOLS}, {"lambda": ASK}, REST, deploys=True),
    change("authorizer-lambda", {"lambda": ASK}, {"lambda": ASK_ALIAS}, APIS, deploys=True),
    change("authorizer-iam", None, {"iam": True}, APIS, deploys=True, cors=ONE),
    change("domain", None, domain(), APIS, deploys=True),
    change("domain-base_path", domain(base_path="v1"), domain(base_path="v1/items"), APIS),
    change("domain-name", domain(), domain(name="other.NAME.example.com"), APIS, incurable="mapping"),
    change("domain-ip_address_type", domain(), domain(ip_address_type="dualstack"), APIS),
    change("domain-mutual_tls", domain(), domain(mutual_tls={"truststore_uri": "s3://trust/store.pem"}), APIS),
    change("domain-edge", None, domain(base_path="v1"), REST, deploys=True, endpoint_type="EDGE"),
    change("domain-execute_api", domain(), domain(disable_execute_api_endpoint=False), APIS, deploys=True),
    Change("gateway", "gateway", {"gateway": "rest"}, {"gateway": "http"}, REST, {"cors": ONE, "domain": domain()},
           incurable=frozenset({"gateway", "mapping"})),
    Change("gateway-url", "gateway", {"gateway": "http"}, {"gateway": "function_url"}, ("http",), {"cors": ONE},
           incurable=frozenset({"gateway"})),
    change("extra_iam_statements", [], [{"actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::a"]}], FUNCTION),
    change("role_name", None, "NAME-role", FUNCTION),
    change("role_path", "/", "/apis/", FUNCTION),
    change("permissions_boundary", None, BOUNDARY, FUNCTION),
    change("log_retention_days", 30, 0),
    change("log_kms_key_arn", None, KEY),
    change("logging_config", None, {"application_log_level": "WARN"}, FUNCTION),
    change("access_logs", None, {}, APIS),
    change("tags", {}, {"Team": "web"}),
    change("vpc", None, VPC),
    change("deployment_triggers", {}, {"stream": "1"}, REST, deploys=True),
)  # fmt: skip


def instances(gateway: str, side: str) -> dict[str, dict[str, Any]]:
    """Instance -> inputs of all changes of a gateway, before or after."""
    return {instance: inputs_of(each, gateway, side) for each, instance in changes_of(gateway)}


def changes_of(gateway: str) -> Iterator[tuple[Change, str]]:
    """Every change of a gateway, with the name of its instance."""
    for each in CHANGES:
        if gateway in each.gateways:
            yield each, f"{gateway}_{each.name.replace('-', '_')}"[:58]


def inputs_of(each: Change, gateway: str, side: str) -> dict[str, Any]:
    """The inputs of a change's instance, `side` being "before" or "after"."""
    given = {"gateway": gateway} | dict(each.base) | dict(each.before if side == "before" else each.after)
    return {name: value for name, value in given.items() if value is not None}
