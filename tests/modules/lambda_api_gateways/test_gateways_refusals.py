"""Bad input about the gateways: what `terraform plan` says. One plan of many faulty instances per kind of rule."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.modules.lambda_api_gateways.roots import errors, write

pytestmark = pytest.mark.terraform

SUBDOMAINS = {"allow_origins": ["https://*.example.com"]}

# Case -> the inputs, the variable that is refused, and what the message has to name: the value, and what to write.
VARIABLES: dict[str, tuple[dict[str, Any], str, list[str]]] = {
    "rest_timeout": ({"timeout": 30}, "timeout", ["timeout 30", "REST API", "29 or less"]),
    "http_timeout": ({"gateway": "http", "timeout": 31}, "timeout", ["timeout 31", "HTTP API", "30 or less"]),
    "url_timeout": ({"gateway": "function_url", "timeout": 901}, "timeout", ["timeout 901", "900 or less"]),
    "rest_writer": ({"cors_writer": "gateway"}, "cors_writer", ['"gateway"', "REST API", 'gateway = "http"']),
    "http_stage_name": ({"gateway": "http", "stage_name": "v1"}, "stage_name", ['"v1"', 'gateway = "rest"']),
    "url_stage_name": ({"gateway": "function_url", "stage_name": "v1"}, "stage_name", ['"v1"', "Leave"]),
    "http_binary": (
        {"gateway": "http", "binary_media_types": ["*/*"]},
        "binary_media_types",
        ['["*/*"]', "leave binary_media_types out"],
    ),
    "rest_without_url": ({"create_function_url": False}, "create_function_url", ["false", '"rest"', "leave"]),
}
# Rules that look at their own variable alone: Terraform judges them before all others, so they have a plan of their own.
ALONE: dict[str, tuple[dict[str, Any], str, list[str]]] = {
    "gateway": ({"gateway": "alb"}, "gateway", ['"alb"', '"rest", "http" or "function_url"']),
    "url_none": (
        {"gateway": "function_url", "function_url_auth_type": "NONE"},
        "function_url_auth_type",
        ['"NONE"', "every AWS principal", "public_function_url", "origin access control"],
    ),
    "url_unknown": (
        {"gateway": "function_url", "function_url_auth_type": "JWT"},
        "function_url_auth_type",
        ['"JWT"', '"AWS_IAM"'],
    ),
    "writer_unknown": ({"cors_writer": "both"}, "cors_writer", ['"both"', '"function"']),
}
# Case -> the inputs and the words of the one message, which comes where the resource is planned.
RESOURCES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "http_writer": (
        {"gateway": "http", "cors": SUBDOMAINS, "cors_writer": "gateway"},
        ["An HTTP API", "cannot say https://*.example.com", "Leave cors_writer out"],
    ),
    "url_writer": (
        {"gateway": "function_url", "cors": SUBDOMAINS, "cors_writer": "gateway"},
        ["A function URL", "cannot say https://*.example.com", "Leave cors_writer out"],
    ),
    "http_policy": (
        {"gateway": "http", "cors": {"allow_origins": ["https://app.example.com/"]}},
        ["origin.trailing_slash"],
    ),
    "url_policy": (
        {"gateway": "function_url", "cors": {"allow_origins": ["*"], "allow_credentials": True}},
        ["credentials.wildcard_origin"],
    ),
}


def refused(
    place: Path, environment: dict[str, str], cases: dict[str, dict[str, Any]]
) -> dict[str, list[dict[str, Any]]]:
    """The errors about each case's variables, and under "" those about resources and outputs."""
    found: dict[str, list[dict[str, Any]]] = {case: [] for case in ("", *cases)}
    for error in errors(write(place, cases), environment):
        module, _, name = str(error["snippet"]["context"]).partition(" ")
        found[name.strip('"') if module == "module" else ""].append(error)
    return found


@pytest.fixture(scope="module")
def variables(modules_copy: Path, plan_environment: dict[str, str]) -> dict[str, list[dict[str, Any]]]:
    cases = {case: inputs for case, (inputs, *_) in (VARIABLES | RESOURCES).items()}
    return refused(modules_copy / "variables", plan_environment, cases)


@pytest.fixture(scope="module")
def alone(modules_copy: Path, plan_environment: dict[str, str]) -> dict[str, list[dict[str, Any]]]:
    cases = {case: inputs for case, (inputs, _, _) in ALONE.items()}
    return refused(modules_copy / "alone", plan_environment, cases)


def check(found: list[dict[str, Any]], variable: str, words: list[str]) -> None:
    assert len(found) == 1, f"one fault, one message: {found}"
    assert found[0]["detail"].startswith(variable)
    for word in words:
        assert word in found[0]["detail"]


@pytest.mark.parametrize("case", VARIABLES)
def test_what_does_not_go_with_the_gateway_is_named(
    variables: dict[str, list[dict[str, Any]]], case: str
) -> None:
    check(variables[case], *VARIABLES[case][1:])


@pytest.mark.parametrize("case", ALONE)
def test_a_value_of_no_gateway_is_named(alone: dict[str, list[dict[str, Any]]], case: str) -> None:
    check(alone[case], *ALONE[case][1:])


@pytest.mark.parametrize("case", RESOURCES)
def test_what_a_gateway_cannot_say_stops_the_plan(
    variables: dict[str, list[dict[str, Any]]], case: str
) -> None:
    said = [error["detail"] for error in variables[""]]
    assert len(said) == len(RESOURCES), said
    assert any(all(word in text for word in RESOURCES[case][1]) for text in said), said
