"""The environment variable: byte for byte what Python writes, compressed where it is long, and read back whole."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from lambda_cors_kit import CORSPolicy
from lambda_cors_kit.environment import VARIABLE, read_environment, write_environment
from tests.modules.cors_policy.conftest import NONE, PLAIN_BYTES, unpacked

pytestmark = pytest.mark.terraform

Outputs = dict[str, Any]
Compile = Callable[[Mapping[str, object]], dict[str, Outputs]]

# Terraform's JSON escapes the first.
ODD_NAMES = ["x&y", "a|b~^`!%"]


def policy_of(size: int) -> dict[str, object]:
    """A policy whose contract for the writer `function` has `size` bytes."""
    methods = ["PURGE"]
    fields: dict[str, Any] = {
        "allow_origins": ["https://app.example.com"],
        "allow_methods": methods,
        "expose_headers": ODD_NAMES,
    }
    missing = size - len(write_environment("function", CORSPolicy(**fields).to_dict()))
    methods[0] += "x" * missing
    return dict(fields)


@pytest.fixture(scope="module")
def sized(compile_policies: Compile) -> dict[str, Outputs]:
    cases: dict[str, object] = {str(PLAIN_BYTES + more): policy_of(PLAIN_BYTES + more) for more in (-1, 0, 1)}
    cases["long"] = {"allow_origins": [f"https://tenant-{number}.example.com" for number in range(300)]}
    cases["none"] = None
    return compile_policies(cases)


@pytest.mark.parametrize("size", [PLAIN_BYTES - 1, PLAIN_BYTES])
def test_up_to_1024_bytes_are_plain(size: int, sized: dict[str, Outputs]) -> None:
    text = sized[str(size)]["environment"]["function"]
    assert len(text) == size
    assert json.loads(text)["policy"]["expose_headers"] == ODD_NAMES


def test_more_than_1024_bytes_are_compressed(sized: dict[str, Outputs]) -> None:
    text = sized[str(PLAIN_BYTES + 1)]["environment"]["function"]
    assert not text.startswith("{")
    assert len(unpacked(text)) == PLAIN_BYTES + 1


def test_three_hundred_origins_fit_into_a_function_and_are_read_back(sized: dict[str, Outputs]) -> None:
    text = sized["long"]["environment"]["function"]
    assert len(text) < 4096
    contract = read_environment({VARIABLE: text})
    assert contract.writer == "function"
    assert contract.policy == sized["long"]["policy"]


def test_no_cors_is_a_contract_of_its_own(sized: dict[str, Outputs]) -> None:
    assert sized["none"]["environment"] == {"function": None, "gateway": None, "none": NONE}
    assert write_environment("none", None) == NONE
    assert read_environment({VARIABLE: NONE}).policy is None
