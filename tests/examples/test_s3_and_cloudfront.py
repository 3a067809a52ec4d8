"""examples/s3_and_cloudfront: applied, planned again and destroyed; and its app, as a page sees it.

Left to the plan, because the embedded AWS cannot show it:
- the distribution's behaviors: moto adds `forwarded_values` and drops the origin access control, so that a second
  plan would never be empty, and the provider waits a minute for a distribution that is on to be deleted;
- the bucket's lifecycle rule: the provider looks at it for 50 seconds before it believes in it;
- the cache policy and the response headers policy, which moto does not know.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from tftest import TerraformPlanOutput, TerraformTest

from embedded import ROOT
from embedded.aws import EmbeddedAWS
from embedded.terraform import Terraform
from lambda_cors_kit.environment import VARIABLE, write_environment
from lambda_cors_kit.testing import BrowserClient, CORSError
from tests.modules.conftest import Client, client_of, copy_of

EXAMPLE = "examples/s3_and_cloudfront"
PAGE = "https://app.example.com"
FUNCTION = "items-uploads"
FOR_MOTO = """
resource "aws_cloudfront_distribution" "api" {
  enabled             = false
  wait_for_deployment = false
  retain_on_delete    = true

  lifecycle {
    ignore_changes = [default_cache_behavior, origin, viewer_certificate]
  }
}
"""


@dataclass(frozen=True)
class Life:
    """What was seen while the example was applied and destroyed."""

    outputs: dict[str, Any]
    changes_after_apply: bool
    bucket_rules: list[dict[str, Any]]
    bucket_is_private: dict[str, bool]
    url: dict[str, Any]
    environment: dict[str, str]
    statements: list[dict[str, Any]]
    distribution: dict[str, Any]
    left_over: list[str]


def live(folder: Path, environment: dict[str, str], client: Client) -> Life:
    example = copy_of(EXAMPLE, folder)
    (example / "lifecycle.tf").unlink()
    (example / "override.tf").write_text(FOR_MOTO)
    terraform = Terraform(example, environment)
    terraform.init()
    distribution: dict[str, Any] = {}
    try:
        terraform.apply()
        outputs = terraform.outputs()
        bucket = {"Bucket": outputs["uploads_bucket"]}
        functions, storage = client("lambda"), client("s3")
        [distribution] = client("cloudfront").list_distributions()["DistributionList"]["Items"]
        seen = (
            terraform.plan(),
            storage.get_bucket_cors(**bucket)["CORSRules"],
            storage.get_public_access_block(**bucket)["PublicAccessBlockConfiguration"],
            functions.get_function_url_config(FunctionName=FUNCTION),
            functions.get_function_configuration(FunctionName=FUNCTION)["Environment"]["Variables"],
            json.loads(functions.get_policy(FunctionName=FUNCTION)["Policy"])["Statement"],
        )
    finally:
        terraform.destroy()
        if distribution:
            etag = client("cloudfront").get_distribution(Id=distribution["Id"])["ETag"]
            client("cloudfront").delete_distribution(Id=distribution["Id"], IfMatch=etag)
    left = [r["type"] for r in terraform.state().get("resources", []) if r["mode"] == "managed"]
    return Life(outputs, *seen, distribution, left)


def planned(folder: Path, environment: dict[str, str]) -> TerraformPlanOutput:
    """The plan of everything that the example can be asked for, and of nothing that moto needs."""
    terraform = TerraformTest(str(copy_of(EXAMPLE, folder)), env=environment)
    terraform.setup()
    return terraform.plan(output=True, tf_vars={"publish_uploads": "true", "api_cache_seconds": "60"})


@dataclass(frozen=True)
class Seen:
    """The life and the plan of the example."""

    life: Life
    plan: TerraformPlanOutput


@pytest.fixture(scope="module")
def seen(
    tmp_path_factory: pytest.TempPathFactory, terraform_environment: dict[str, str], embedded_aws: EmbeddedAWS
) -> Seen:
    # An apply mostly waits for AWS: the plan has the time in between.
    with ThreadPoolExecutor(1) as beside:
        plan = beside.submit(planned, tmp_path_factory.mktemp("planned"), terraform_environment)
        life = live(tmp_path_factory.mktemp("applied"), terraform_environment, client_of(embedded_aws))
        return Seen(life, plan.result())


def resource(seen: Seen, address: str) -> dict[str, Any]:
    return dict(seen.plan.resources[address]["values"])


def test_a_plan_after_the_apply_is_empty(seen: Seen) -> None:
    assert seen.life.changes_after_apply is False


def test_destroy_leaves_nothing(seen: Seen) -> None:
    assert seen.life.left_over == []


def test_one_policy_in_the_words_of_three_services(seen: Seen) -> None:
    policy = seen.life.outputs["cors"]["policy"]
    [rule] = seen.life.bucket_rules
    written = seen.life.url["Cors"]
    assert set(rule["AllowedOrigins"]) == set(policy["allow_origins"]) == set(written["AllowOrigins"])
    assert set(rule["AllowedMethods"]) == set(policy["allow_methods"])
    assert {name.lower() for name in rule["AllowedHeaders"]} == set(policy["allow_headers"])
    assert rule["MaxAgeSeconds"] == policy["max_age"] == written["MaxAge"]
    [headers] = resource(seen, "aws_cloudfront_response_headers_policy.uploads[0]")["cors_config"]
    assert set(headers["access_control_allow_origins"][0]["items"]) == set(policy["allow_origins"])
    assert headers["access_control_allow_credentials"] is policy["allow_credentials"] is True


def test_the_function_url_writes_the_headers_of_the_api_and_nothing_else_does(seen: Seen) -> None:
    assert seen.life.outputs["cors"]["writer"] == "gateway"
    assert json.loads(seen.life.environment[VARIABLE])["writer"] == "gateway"
    [behavior] = resource(seen, "aws_cloudfront_distribution.api")["default_cache_behavior"]
    assert not behavior["response_headers_policy_id"]
    # A null would be gone from the plan, an id that is not known yet is here: neither may be.
    unknown = seen.plan.resource_changes["aws_cloudfront_distribution.api"]["change"]["after_unknown"]
    assert not unknown["default_cache_behavior"][0].get("response_headers_policy_id")


def test_cloudfront_alone_writes_the_headers_of_downloads(seen: Seen) -> None:
    [behavior] = resource(seen, "aws_cloudfront_distribution.api")["ordered_cache_behavior"]
    assert behavior["path_pattern"] == "/uploads/*"
    assert set(behavior["allowed_methods"]) == {"GET", "HEAD"}
    # CachingOptimized, and no origin request policy: S3 is not sent Origin, so its own rule adds nothing.
    assert behavior["cache_policy_id"] == "658327ea-f89d-4fab-a63d-7e88639e58f6"
    assert not behavior["origin_request_policy_id"]
    unknown = seen.plan.resource_changes["aws_cloudfront_distribution.api"]["change"]["after_unknown"]
    assert unknown["ordered_cache_behavior"][0]["response_headers_policy_id"] is True


def test_preflights_and_origin_reach_the_function_url(seen: Seen) -> None:
    [behavior] = resource(seen, "aws_cloudfront_distribution.api")["default_cache_behavior"]
    assert "OPTIONS" in behavior["allowed_methods"]
    assert "OPTIONS" not in behavior["cached_methods"]
    # AllViewerExceptHostHeader
    assert behavior["origin_request_policy_id"] == "b689b0a8-53d0-40ab-baf2-68738e2966ac"
    assert {"content-type", "x-amz-content-sha256"} == set(seen.life.outputs["cors"]["policy"]["allow_headers"])


def test_the_api_is_not_cached_unless_asked_for_and_then_by_origin(seen: Seen) -> None:
    # CachingDisabled
    applied = seen.life.distribution["DefaultCacheBehavior"]
    assert applied["CachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    cache = resource(seen, "aws_cloudfront_cache_policy.api[0]")
    [key] = cache["parameters_in_cache_key_and_forwarded_to_origin"]
    assert key["headers_config"][0]["headers"][0]["items"] == ["Origin"]
    assert key["cookies_config"][0]["cookie_behavior"] == key["query_strings_config"][0]["query_string_behavior"]
    assert key["cookies_config"][0]["cookie_behavior"] == "all"
    assert (cache["default_ttl"], cache["max_ttl"]) == (0, 60)


def test_only_this_distribution_may_call_the_function(seen: Seen) -> None:
    assert seen.life.url["AuthType"] == "AWS_IAM"
    granted = {statement["Action"]: statement for statement in seen.life.statements}
    assert set(granted) == {"lambda:InvokeFunctionUrl", "lambda:InvokeFunction"}
    for statement in granted.values():
        assert statement["Principal"] == {"Service": "cloudfront.amazonaws.com"}
        assert statement["Condition"]["ArnLike"]["AWS:SourceArn"] == seen.life.distribution["ARN"]
    access = resource(seen, "aws_cloudfront_origin_access_control.function_url")
    assert access["origin_access_control_origin_type"] == "lambda"
    assert (access["signing_behavior"], access["signing_protocol"]) == ("always", "sigv4")
    origin = seen.life.distribution["Origins"]["Items"][0]
    assert f"https://{origin['DomainName']}" == seen.life.url["FunctionUrl"].rstrip("/")


def test_the_distribution_is_on_and_speaks_https_only(seen: Seen) -> None:
    distribution = resource(seen, "aws_cloudfront_distribution.api")
    assert distribution["enabled"] is True
    policies = {b["viewer_protocol_policy"] for b in distribution["default_cache_behavior"]}
    assert policies | {b["viewer_protocol_policy"] for b in distribution["ordered_cache_behavior"]} == {
        "redirect-to-https"
    }
    assert seen.life.outputs["url"] == f"https://{seen.life.distribution['DomainName']}"


def test_the_bucket_is_private_and_forgets_left_overs(seen: Seen) -> None:
    assert set(seen.life.bucket_is_private.values()) == {True}
    [rule] = resource(seen, "aws_s3_bucket_lifecycle_configuration.uploads")["rule"]
    assert rule["status"] == "Enabled"
    assert rule["abort_incomplete_multipart_upload"][0]["days_after_initiation"] == 1


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """What Lambda calls, where the function writes the headers itself: the policy without the Function URL."""
    policy = {"allow_origins": [PAGE], "allow_headers": ["content-type", "x-amz-content-sha256"]}
    monkeypatch.setenv(VARIABLE, write_environment("function", policy))
    for name, value in {
        "UPLOADS_BUCKET": "items-uploads-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "eu-west-1",
    }.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    spec = importlib.util.spec_from_file_location("uploads_app", ROOT / EXAMPLE / "app.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module.handler
    module.handler.close()


def test_a_page_gets_an_url_to_put_its_file_to(handler: Any) -> None:
    body = json.dumps({"content_type": "image/png"})
    digest = hashlib.sha256(body.encode()).hexdigest()
    headers = {"Content-Type": "application/json", "X-Amz-Content-Sha256": digest}
    response = BrowserClient(handler, origin=PAGE).fetch("/upload-urls", method="POST", headers=headers, body=body)
    assert response.status == 201
    upload = response.json()
    url = urlsplit(upload["url"])
    assert url.hostname == "items-uploads-1.s3.eu-west-1.amazonaws.com"
    assert url.path == f"/{upload['key']}"
    assert upload["key"].startswith("uploads/")
    query = parse_qs(url.query)
    assert query["X-Amz-SignedHeaders"] == ["content-type;host"]
    assert query["X-Amz-Expires"] == ["300"]


def test_a_type_that_is_not_for_upload_is_refused(handler: Any) -> None:
    page = BrowserClient(handler, origin=PAGE)
    assert page.fetch("/upload-urls", method="POST", json={"content_type": "text/html"}).status == 422


def test_a_stranger_gets_none(handler: Any) -> None:
    page = BrowserClient(handler, origin="https://evil.example")
    with pytest.raises(CORSError):
        page.fetch("/upload-urls", method="POST", json={"content_type": "image/png"})


def test_the_requirements_are_the_quickstarts_and_one_more() -> None:
    def required(example: str) -> set[str]:
        return set((ROOT / example / "requirements.txt").read_text().splitlines())

    [more] = required(EXAMPLE) - required("examples/quickstart")
    assert more.startswith("boto3==")
