"""Roots of many instances of modules/lambda_api, written from Python: the provider's schema is loaded once."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from embedded.terraform import Terraform

IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/items-api:1.0.0"

HEAD = """
terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {
  region                      = "us-east-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

# Something that is known only after the apply, as a distribution's domain name is.
resource "terraform_data" "later" {
}
"""


class Expression(str):
    """HCL that is written as it stands."""


def hcl(value: Any) -> str:
    """A value as HCL; JSON's literals are HCL's, but a string's ${ begins a template."""
    if isinstance(value, Expression):
        return str(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(name)} = {hcl(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(hcl, value)) + "]"
    return json.dumps(value)


def write(folder: Path, instances: Mapping[str, Mapping[str, Any]], *, output: str | None = None) -> Path:
    """Make `folder`, beside a copy of the modules, a root with one module, and its `output`, per instance."""
    blocks = [HEAD]
    for name, inputs in instances.items():
        arguments = {"name": name, "image_uri": IMAGE} | dict(inputs)
        lines = [f"  {argument} = {hcl(value)}" for argument, value in arguments.items()]
        blocks.append("\n".join([f'module "{name}" {{', '  source = "../modules/lambda_api"', *lines, "}"]))
        if output:
            blocks.append(f'output "{name}" {{\n  value = module.{name}.{output}\n}}')
    folder.mkdir(exist_ok=True)
    (folder / "main.tf").write_text("\n".join(blocks) + "\n")
    return folder


def errors(folder: Path, environment: dict[str, str]) -> list[dict[str, Any]]:
    """The errors of a plan, as Terraform gives them to programs."""
    Terraform(folder, environment).init()
    answer = subprocess.run(
        ["terraform", "plan", "-json", "-input=false"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 1, answer.stdout
    messages = [json.loads(line) for line in answer.stdout.splitlines()]
    return [m["diagnostic"] for m in messages if m.get("diagnostic", {}).get("severity") == "error"]
