"""The function's variables: the policy is plain where everything fits, compressed where it must be, or refused."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from tftest import TerraformPlanOutput

from lambda_cors_kit import CORSPolicy
from lambda_cors_kit.environment import VARIABLE, read_environment, write_environment
from tests.modules.lambda_api.planned import cors, planned, resources
from tests.modules.lambda_api.roots import errors, write

pytestmark = pytest.mark.terraform

LIMIT = 4096
SHORT = {"allow_origins": ["https://app.example.com"]}
LONG = {"allow_origins": [f"https://tenant-{number}.example.com" for number in range(60)]}


def measured(variables: dict[str, str]) -> int:
    """Bytes as Lambda counts them: one JSON object in UTF-8."""
    return len(json.dumps(variables, ensure_ascii=False, separators=(",", ":")).encode())


def filled(policy: dict[str, Any], bytes_: int) -> str:
    """A value that makes the whole environment this long, beside the policy as plain JSON."""
    text = write_environment("function", CORSPolicy(**policy).to_dict())
    return "x" * (bytes_ - measured({VARIABLE: text, "FILLING": ""}))


INSTANCES: dict[str, dict[str, Any]] = {
    "long": {"cors": LONG},
    "just_fits": {"cors": LONG, "environment": {"FILLING": filled(LONG, LIMIT)}},
    "one_too_many": {"cors": LONG, "environment": {"FILLING": filled(LONG, LIMIT + 1)}},
    "fits_in_utf_8": {"cors": SHORT, "environment": {"TEXT": "é<&>" * 600}},
}
TOO_MUCH = {"cors": LONG, "environment": {"FILLING": "x" * 4000}}


@pytest.fixture(scope="module")
def plan(modules_copy: Path, plan_environment: dict[str, str]) -> TerraformPlanOutput:
    return planned(write(modules_copy / "sizes", INSTANCES, output="cors"), plan_environment)


def variables(plan: TerraformPlanOutput, instance: str) -> dict[str, str]:
    [block] = resources(plan, instance)["aws_lambda_function.this"]["environment"]
    found: dict[str, str] = block["variables"]
    return found


@pytest.mark.parametrize("instance", ["long", "just_fits", "fits_in_utf_8"])
def test_a_policy_is_plain_as_long_as_everything_fits(plan: TerraformPlanOutput, instance: str) -> None:
    assert variables(plan, instance)[VARIABLE].startswith("{")
    assert measured(variables(plan, instance)) <= LIMIT


def test_one_byte_more_compresses_it(plan: TerraformPlanOutput) -> None:
    assert measured(variables(plan, "just_fits")) == LIMIT
    packed = variables(plan, "one_too_many")
    assert not packed[VARIABLE].startswith("{")
    assert measured(packed) < LIMIT
    contract = read_environment(packed)
    assert (contract.writer, contract.policy) == ("function", cors(plan, "one_too_many")["policy"])


def test_what_does_not_fit_is_refused_with_the_bytes_over(
    modules_copy: Path, plan_environment: dict[str, str]
) -> None:
    [error] = errors(write(modules_copy / "too_much", {"api": TOO_MUCH}), plan_environment)
    whole, policy, limit, over = (int(number) for number in re.findall(r"[0-9]+", error["detail"])[:4])
    assert limit == LIMIT
    assert over == whole - LIMIT > 0
    assert policy < whole - 4000
    assert "compressed already" in error["detail"]
    assert "a pattern such as https://*.example.com covers many origins" in error["detail"]
