"""What the tests of modules/cors_policy share: many policies through one plan, and what the plan says of each."""

from __future__ import annotations

import base64
import gzip
import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from embedded import ROOT
from embedded.terraform import cli_environment, find_terraform
from tests.vectors import read

MODULE = ROOT / "modules/cors_policy"
OUTPUTS = (
    "problems",
    "policy",
    "environment",
    "environment_compressed",
    "rest_api",
    "http_api",
    "function_url",
    "s3",
    "cloudfront",
    "limits",
)

# What the environment holds for cors = null, and where the gateway writes the headers: nothing of the policy but
# whether answers vary with the origin.
NONE = '{"policy":null,"version":1,"writer":"none"}'
GATEWAY = '{"policy":null,"version":1,"writer":"gateway"}'
STATIC_GATEWAY = '{"policy":null,"vary":false,"version":1,"writer":"gateway"}'

Outputs = dict[str, Any]
Compile = Callable[[Mapping[str, object]], dict[str, Outputs]]
Refuse = Callable[[Mapping[str, object]], list[str]]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


def unpacked(text: str) -> str:
    return text if text.startswith("{") else gzip.decompress(base64.b64decode(text, validate=True)).decode("ascii")


@pytest.fixture(scope="session")
def terraform() -> Run:
    """Run Terraform in a directory, without any provider."""
    # Hundreds of modules in one plan make much garbage: collected less often, the plan takes half the time.
    environment = {"GOGC": "400"} | cli_environment()
    binary = find_terraform(environment).path

    def run(directory: Path, *arguments: str, status: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [binary, *arguments], cwd=directory, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == status, done.stdout[-4000:] + done.stderr[-4000:]
        return done

    return run


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory, terraform: Run) -> Callable[..., Path]:
    """Make a root that calls the module once for each case."""

    def make(cases: Mapping[str, object], *, report_only: bool) -> Path:
        directory = tmp_path_factory.mktemp("root")
        (directory / "cases.json").write_text(json.dumps(list(cases.values())), encoding="utf-8")
        (directory / "main.tf").write_text(
            f"""
            locals {{ cases = jsondecode(file("cases.json")) }}
            module "case" {{
              source      = {json.dumps(str(MODULE))}
              count       = length(local.cases)
              cors        = local.cases[count.index]
              report_only = {json.dumps(report_only)}
            }}
            output "cases" {{ value = module.case }}
            """,
            encoding="utf-8",
        )
        terraform(directory, "init")
        return directory

    return make


@pytest.fixture(scope="session")
def compile_policies(root: Callable[..., Path], terraform: Run) -> Compile:
    """Compile policies, good and bad, in one plan; return the module's outputs for each."""

    def compile_all(cases: Mapping[str, object]) -> dict[str, Outputs]:
        directory = root(cases, report_only=True)
        terraform(directory, "plan", "-input=false", "-out=plan")
        shown = json.loads(terraform(directory, "show", "-json", "plan").stdout)
        outputs = shown["planned_values"]["outputs"]["cases"]["value"]
        return dict(zip(cases, outputs, strict=True))

    return compile_all


@pytest.fixture(scope="session")
def refuse_policies(root: Callable[..., Path], terraform: Run) -> Refuse:
    """Plan bad policies as a user does, in one root; return the text of every error."""

    def refuse_all(cases: Mapping[str, object]) -> list[str]:
        done = terraform(root(cases, report_only=False), "plan", "-input=false", "-json", status=1)
        messages = [json.loads(line) for line in done.stdout.splitlines()]
        return [each["diagnostic"]["detail"] for each in messages if each.get("@level") == "error"]

    return refuse_all


@pytest.fixture(scope="session")
def vectors(compile_policies: Compile) -> dict[str, Outputs]:
    """The outputs for every policy of tests/vectors/policies.json, from one plan."""
    return compile_policies({case["name"]: case["policy"] for case in read("policies")})
