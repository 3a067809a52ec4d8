"""Roots of many instances that change together, and what their instances stand beside."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.modules.lambda_api.roots import Expression, write

BESIDE = """
resource "aws_vpc" "this" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "this" {
  count = 2

  vpc_id            = aws_vpc.this.id
  availability_zone = ["us-east-1a", "us-east-1b"][count.index]
  cidr_block        = "10.0.${count.index}.0/24"
}

resource "aws_wafv2_web_acl" "this" {
  count = 2

  name  = "acl-${count.index}"
  scope = "REGIONAL"

  default_action {
    allow {
    }
  }

  visibility_config {
    cloudwatch_metrics_enabled = false
    metric_name                = "acl"
    sampled_requests_enabled   = false
  }
}

resource "aws_iam_role" "authorize" {
  name               = "authorize"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [] })
}

resource "aws_iam_policy" "boundary" {
  name   = "boundary"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })
}

resource "aws_lambda_function" "authorize" {
  function_name = "authorize"
  package_type  = "Image"
  image_uri     = "123456789012.dkr.ecr.us-east-1.amazonaws.com/authorize:1"
  role          = aws_iam_role.authorize.arn
  publish       = true
}

resource "aws_lambda_alias" "authorize" {
  name             = "v1"
  function_name    = aws_lambda_function.authorize.function_name
  function_version = aws_lambda_function.authorize.version
}
"""


def write_changes(folder: Path, instances: Mapping[str, Mapping[str, Any]]) -> Path:
    """Make `folder` a root with one module per instance; NAME in its inputs becomes the instance's own name."""
    named = {
        name: {key: _named(value, name) for key, value in inputs.items()} for name, inputs in instances.items()
    }
    write(folder, named)
    (folder / "beside.tf").write_text(BESIDE)
    return folder


def _named(value: Any, name: str) -> Any:
    if isinstance(value, Mapping):
        return {key: _named(each, name) for key, each in value.items()}
    if isinstance(value, list):
        return [_named(each, name) for each in value]
    if isinstance(value, str) and not isinstance(value, Expression):
        return value.replace("NAME", name.replace("_", "-"))
    return value
