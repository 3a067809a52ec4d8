"""The environment variable: byte for byte what Python writes, plain and compressed, and read back whole."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from lambda_cors_kit.environment import VARIABLE, read_environment, write_environment
from tests.modules.cors_policy.conftest import NONE, unpacked

pytestmark = pytest.mark.terraform

Outputs = dict[str, Any]
Compile = Callable[[Mapping[str, object]], dict[str, Outputs]]

# Terraform's JSON escapes the first.
ODD_NAMES = ["x&y", "a|b~^`!%"]


CASES: dict[str, object] = {
    "odd": {
        "allow_origins": ["https://app.example.com"],
        "allow_methods": ["PURGE"],
        "expose_headers": ODD_NAMES,
    },
    "long": {"allow_origins": [f"https://tenant-{number}.example.com" for number in range(300)]},
    "none": None,
}


@pytest.fixture(scope="module")
def compiled(compile_policies: Compile) -> dict[str, Outputs]:
    return compile_policies(CASES)


@pytest.mark.parametrize("case", ["odd", "long"])
def test_a_policy_of_any_length_is_plain_json(case: str, compiled: dict[str, Outputs]) -> None:
    text = compiled[case]["environment"]["function"]
    assert text == write_environment("function", compiled[case]["policy"])


def test_names_that_terraform_escapes_are_written_as_they_are(compiled: dict[str, Outputs]) -> None:
    text = compiled["odd"]["environment"]["function"]
    assert "x&y" in text
    assert json.loads(text)["policy"]["expose_headers"] == ODD_NAMES


def test_three_hundred_origins_compressed_fit_into_a_function_and_are_read_back(
    compiled: dict[str, Outputs],
) -> None:
    text = compiled["long"]["environment_compressed"]["function"]
    assert len(text) < 4096 < len(compiled["long"]["environment"]["function"])
    assert unpacked(text) == compiled["long"]["environment"]["function"]
    contract = read_environment({VARIABLE: text})
    assert contract.writer == "function"
    assert contract.policy == compiled["long"]["policy"]


def test_no_cors_is_a_contract_of_its_own(compiled: dict[str, Outputs]) -> None:
    assert compiled["none"]["environment"] == {"function": None, "gateway": None, "none": NONE}
    packed = compiled["none"]["environment_compressed"]
    assert (packed["function"], packed["gateway"], unpacked(packed["none"])) == (None, None, NONE)
    assert write_environment("none", None) == NONE
    assert read_environment({VARIABLE: NONE}).policy is None
