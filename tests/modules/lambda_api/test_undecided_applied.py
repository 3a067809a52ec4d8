"""An HTTP API and a Function URL whose origins are known only after the apply: who writes is decided then."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from embedded.aws import EmbeddedAWS
from embedded.terraform import Terraform
from tests.modules.conftest import Client, client_of
from tests.modules.lambda_api.roots import HEAD, IMAGE

# Name -> what the origin turns out to be, and so who writes the headers.
ORIGINS = {"exact": ("https://app.example.com", "gateway"), "pattern": ("https://*.example.com", "function")}
INPUTS = {
    "http": 'gateway = "http"',
    "asked": 'gateway = "http"\n  authorizer = { iam = true }',
    "url": 'gateway = "function_url"',
}
CASES = [(inputs, origin) for inputs in INPUTS for origin in ORIGINS]


def root(folder: Path) -> Path:
    folder.mkdir()
    blocks = [HEAD[: HEAD.index("provider ")], 'provider "aws" {\n}']
    for name, (origin, _) in ORIGINS.items():
        blocks.append(f'resource "terraform_data" "{name}" {{\n  input = ["{origin}"]\n}}')
    for inputs, origin in CASES:
        blocks.append(
            f"""module "{inputs}_{origin}" {{
  source    = "../modules/lambda_api"
  name      = "{inputs}-{origin}"
  image_uri = "{IMAGE}"
  cors      = {{ allow_origins = terraform_data.{origin}.output, allow_credentials = true }}
  {INPUTS[inputs]}
}}
output "{inputs}_{origin}" {{
  value = module.{inputs}_{origin}.cors
}}"""
        )
    (folder / "main.tf").write_text("\n".join(blocks))
    return folder


@pytest.fixture(scope="module")
def applied(
    modules_copy: Path, terraform_environment: dict[str, str], embedded_aws: EmbeddedAWS
) -> tuple[dict[str, Any], bool, dict[tuple[str, str], Any]]:
    """The outputs, whether a second plan finds changes, and what each function was told."""
    terraform = Terraform(root(modules_copy / "undecided"), terraform_environment)
    client: Client = client_of(embedded_aws)
    terraform.init()
    try:
        terraform.apply()
        told = {
            (inputs, origin): json.loads(
                client("lambda").get_function_configuration(FunctionName=f"{inputs}-{origin}")["Environment"][
                    "Variables"
                ]["LAMBDA_CORS_KIT_POLICY"]
            )
            for inputs, origin in CASES
        }
        return terraform.outputs(), terraform.plan(), told
    finally:
        terraform.destroy()


@pytest.mark.parametrize(("inputs", "origin"), CASES)
def test_the_writer_is_decided_at_the_apply(applied: Any, inputs: str, origin: str) -> None:
    outputs, _, told = applied
    cors = outputs[f"{inputs}_{origin}"]
    writer = ORIGINS[origin][1]
    assert (cors["writer"], told[inputs, origin]["writer"]) == (writer, writer)
    assert told[inputs, origin]["policy"] == (cors["policy"] if writer == "function" else None)
    assert (cors["dialect"] is not None) is (writer == "gateway")


def test_a_plan_after_the_apply_is_empty(applied: Any) -> None:
    assert applied[1] is False
