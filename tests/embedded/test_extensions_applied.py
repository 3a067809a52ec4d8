"""Terraform applies, changes and destroys what moto alone cannot: domain names, provisioned concurrency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from embedded.aws import EmbeddedAWS
from embedded.recording import Request
from embedded.terraform import Terraform, cli_environment
from tests.modules.conftest import client_of

NAME = "api.example.com"
ROOT_MODULE = """
variable "step" {
  type = number
}

resource "aws_iam_role" "function" {
  name               = "function"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [] })
}

resource "aws_lambda_function" "this" {
  function_name = "function"
  package_type  = "Image"
  image_uri     = "123456789012.dkr.ecr.us-east-1.amazonaws.com/kit:${var.step}"
  role          = aws_iam_role.function.arn
  publish       = true
}

resource "aws_lambda_alias" "live" {
  name             = "live"
  function_name    = aws_lambda_function.this.function_name
  function_version = aws_lambda_function.this.version
}

resource "aws_lambda_provisioned_concurrency_config" "live" {
  function_name                     = aws_lambda_alias.live.function_name
  qualifier                         = aws_lambda_alias.live.name
  provisioned_concurrent_executions = var.step
}

resource "aws_lambda_permission" "live" {
  statement_id  = "InvokeFromHttpApi"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_alias.live.function_name
  qualifier     = aws_lambda_alias.live.name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.this.execution_arn}/*/*"
}

resource "aws_api_gateway_rest_api" "this" {
  name               = "rest"
  binary_media_types = var.step == 1 ? ["*/*"] : []
}

resource "aws_api_gateway_method" "any" {
  rest_api_id      = aws_api_gateway_rest_api.this.id
  resource_id      = aws_api_gateway_rest_api.this.root_resource_id
  http_method      = "ANY"
  authorization    = "NONE"
  api_key_required = var.step == 2
}

resource "aws_api_gateway_integration" "any" {
  rest_api_id             = aws_api_gateway_rest_api.this.id
  resource_id             = aws_api_gateway_rest_api.this.root_resource_id
  http_method             = aws_api_gateway_method.any.http_method
  type                    = "AWS_PROXY"
  integration_http_method = "POST"
  uri                     = aws_lambda_alias.live.invoke_arn
  timeout_milliseconds    = 20000 + var.step
}

resource "aws_api_gateway_deployment" "this" {
  rest_api_id = aws_api_gateway_rest_api.this.id
  triggers    = { step = var.step }
  depends_on  = [aws_api_gateway_integration.any]

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_stage" "live" {
  rest_api_id   = aws_api_gateway_rest_api.this.id
  deployment_id = aws_api_gateway_deployment.this.id
  stage_name    = "live"
}

resource "aws_apigatewayv2_api" "this" {
  name          = "http"
  protocol_type = "HTTP"
}

resource "aws_apigatewayv2_stage" "default" {
  api_id      = aws_apigatewayv2_api.this.id
  name        = "$default"
  auto_deploy = true

  dynamic "default_route_settings" {
    for_each = var.step == 1 ? [true] : []

    content {
      throttling_burst_limit = 5
      throttling_rate_limit  = 5
    }
  }
}

resource "aws_apigatewayv2_domain_name" "this" {
  domain_name = "api.example.com"
  tags        = { step = tostring(var.step) }

  domain_name_configuration {
    certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/${var.step}"
    endpoint_type   = "REGIONAL"
    security_policy = "TLS_1_2"
    ip_address_type = var.step == 1 ? "ipv4" : "dualstack"
  }

  dynamic "mutual_tls_authentication" {
    for_each = var.step == 1 ? [true] : []

    content {
      truststore_uri = "s3://bucket/ca.pem"
    }
  }
}

resource "aws_apigatewayv2_api_mapping" "rest" {
  domain_name     = aws_apigatewayv2_domain_name.this.domain_name
  api_id          = aws_api_gateway_rest_api.this.id
  stage           = aws_api_gateway_stage.live.stage_name
  api_mapping_key = "v${var.step}/items"
}

resource "aws_apigatewayv2_api_mapping" "http" {
  domain_name = aws_apigatewayv2_domain_name.this.domain_name
  api_id      = aws_apigatewayv2_api.this.id
  stage       = aws_apigatewayv2_stage.default.name
}

resource "aws_route53_zone" "this" {
  name = "example.com"
}

resource "aws_route53_record" "alias" {
  for_each = toset(["A", "AAAA"])

  zone_id = aws_route53_zone.this.zone_id
  name    = aws_apigatewayv2_domain_name.this.domain_name
  type    = each.key

  alias {
    name                   = aws_apigatewayv2_domain_name.this.domain_name_configuration[0].target_domain_name
    zone_id                = aws_apigatewayv2_domain_name.this.domain_name_configuration[0].hosted_zone_id
    evaluate_target_health = false
  }
}
"""


@dataclass(frozen=True)
class Step:
    """What AWS had after one apply, whether the next plan was empty, and what the apply sent."""

    domain: dict[str, Any]
    mappings: dict[str, str]
    concurrency: dict[str, Any]
    changes_after_apply: bool
    sent: list[Request]


@dataclass(frozen=True)
class Life:
    """The two steps, and what was left after the destroy."""

    first: Step
    second: Step
    left_over: list[str]
    domains_left: list[Any]


def applied(terraform: Terraform, aws: EmbeddedAWS, step: int) -> Step:
    terraform.environment["TF_VAR_step"] = str(step)
    before = len(aws.requests())
    terraform.apply()
    sent = [request for request in aws.requests()[before:] if request.method != "GET"]
    gateway = client_of(aws)("apigatewayv2")
    mappings = gateway.get_api_mappings(DomainName=NAME)["Items"]
    return Step(
        domain=gateway.get_domain_name(DomainName=NAME),
        mappings={mapping["ApiMappingId"]: mapping["ApiMappingKey"] for mapping in mappings},
        concurrency=client_of(aws)("lambda").get_provisioned_concurrency_config(
            FunctionName="function", Qualifier="live"
        ),
        changes_after_apply=terraform.plan(),
        sent=sent,
    )


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Life:
    folder = tmp_path_factory.mktemp("applied")
    (folder / "main.tf").write_text(ROOT_MODULE)
    with EmbeddedAWS(record=True) as aws:
        terraform = Terraform(folder, cli_environment(aws.environment))
        terraform.init()
        first, second = applied(terraform, aws, 1), applied(terraform, aws, 2)
        terraform.destroy()
        left = [resource["type"] for resource in terraform.state()["resources"]]
        return Life(first, second, left, client_of(aws)("apigateway").get_domain_names()["items"])


pytestmark = pytest.mark.terraform


def test_every_plan_after_an_apply_is_empty(life: Life) -> None:
    assert (life.first.changes_after_apply, life.second.changes_after_apply) == (False, False)


def test_destroy_leaves_nothing(life: Life) -> None:
    assert (life.left_over, life.domains_left) == ([], [])


def test_a_domain_name_is_changed_in_place(life: Life) -> None:
    [before], [after] = (step.domain["DomainNameConfigurations"] for step in (life.first, life.second))
    assert (before["IpAddressType"], after["IpAddressType"]) == ("ipv4", "dualstack")
    assert (before["CertificateArn"][-1], after["CertificateArn"][-1]) == ("1", "2")
    assert before["ApiGatewayDomainName"] == after["ApiGatewayDomainName"]
    assert life.first.domain["MutualTlsAuthentication"]["TruststoreUri"] == "s3://bucket/ca.pem"
    assert "MutualTlsAuthentication" not in life.second.domain
    assert life.second.domain["Tags"] == {"step": "2"}


def test_mappings_lead_to_both_apis_and_keep_their_ids(life: Life) -> None:
    assert sorted(life.first.mappings.values()) == ["", "v1/items"]
    assert sorted(life.second.mappings.values()) == ["", "v2/items"]
    assert set(life.first.mappings) == set(life.second.mappings)


def test_provisioned_concurrency_is_ready_and_changes(life: Life) -> None:
    steps = (life.first.concurrency, life.second.concurrency)
    assert [step["AllocatedProvisionedConcurrentExecutions"] for step in steps] == [1, 2]
    assert {step["Status"] for step in steps} == {"READY"}


def test_what_the_provider_sends_for_a_block_that_is_left_out_is_seen(life: Life) -> None:
    [stage] = [request.body for request in life.second.sent if request.path.endswith("/stages/$default")]
    assert stage["defaultRouteSettings"] == {
        "detailedMetricsEnabled": False,
        "throttlingBurstLimit": 0,
        "throttlingRateLimit": 0,
    }


def test_nothing_is_deleted_but_the_old_deployment(life: Life) -> None:
    deleted = [request.path for request in life.second.sent if request.method == "DELETE"]
    assert len(deleted) == 1
    assert "/deployments/" in deleted[0]
