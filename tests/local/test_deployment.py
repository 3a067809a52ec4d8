from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from lambda_cors_kit.local import GatewayError, read_deployment
from lambda_cors_kit.local.terraform import pull_state
from tests.local.support import FUNCTION_ARN, api_resources, require_terraform, state


def test_everything_the_gateway_needs_is_read() -> None:
    deployment = read_deployment(state(binary=["image/png"]))

    assert deployment.module == "module.api"
    function = deployment.function
    assert (function.name, function.arn, function.timeout, function.memory_size) == (
        "orders",
        FUNCTION_ARN,
        3,
        512,
    )
    assert function.environment == {"GREETING": "hello"}
    assert function.image_config["command"] == ["app.handler"]
    api = deployment.api
    assert (api.id, api.stage, api.binary_media_types) == ("apiapi", "prod", ("image/png",))
    assert {resource.path: sorted(resource.methods) for resource in api.resources} == {
        "/": ["ANY", "OPTIONS"],
        "/{proxy+}": ["ANY", "OPTIONS"],
    }
    options = api.resources[1].methods["OPTIONS"]
    assert options.authorization == "NONE"
    assert options.responses == {204: frozenset({"method.response.header.Vary"})}
    assert options.integration is not None
    assert options.integration.type == "MOCK"
    assert options.integration.passthrough_behavior == "NEVER"
    assert [each.status_code for each in options.integration.responses] == [204]
    any_method = api.resources[0].methods["ANY"].integration
    assert any_method is not None
    assert (any_method.type, any_method.timeout) == ("AWS_PROXY", 29.0)
    assert sorted(api.gateway_responses) == ["DEFAULT_4XX", "DEFAULT_5XX"]
    assert api.gateway_responses["DEFAULT_4XX"].status_code is None


def test_what_other_modules_add_to_the_api_is_part_of_it() -> None:
    whole = state()
    added = {"rest_api_id": "apiapi", "id": "health", "path": "/health"}
    whole["resources"].append(
        {
            "mode": "managed",
            "type": "aws_api_gateway_resource",
            "name": "health",
            "instances": [{"attributes": added}],
        }
    )

    paths = [resource.path for resource in read_deployment(whole).api.resources]
    assert paths == ["/", "/{proxy+}", "/health"]


def test_an_object_that_waits_for_its_destruction_is_not_deployed() -> None:
    whole = state()
    stage = next(each for each in whole["resources"] if each["type"] == "aws_api_gateway_stage")
    old = {"rest_api_id": "apiapi", "stage_name": "old"}
    stage["instances"].append({"deposed": "00000001", "attributes": old})

    assert read_deployment(whole).api.stage == "prod"


def test_a_function_behind_an_alias_is_found() -> None:
    text = json.dumps(state()).replace(f"{FUNCTION_ARN}/invocations", f"{FUNCTION_ARN}:live/invocations")

    assert read_deployment(json.loads(text)).function.name == "orders"


def test_several_modules_need_a_choice() -> None:
    two = state("module.api", 'module.reports["eu"]')

    with pytest.raises(GatewayError, match=r'2 REST APIs: module\.api, module\.reports\["eu"\]\. Pick one'):
        read_deployment(two)
    assert read_deployment(two, 'module.reports["eu"]').api.id == 'apireports["eu"]'
    with pytest.raises(GatewayError, match=r"module\.other has no REST API there; these have one: module\.api"):
        read_deployment(two, "module.other")


def test_an_api_of_the_root_itself_counts_only_alone() -> None:
    assert read_deployment(state("")).module == ""
    assert read_deployment(state("", "module.api")).module == "module.api"


def test_a_state_without_an_api_says_so() -> None:
    function_only = state()
    function_only["resources"] = api_resources("module.api")[:1]

    with pytest.raises(GatewayError, match="call the module lambda_api"):
        read_deployment(function_only)


@pytest.mark.parametrize(
    ("removed", "words"),
    [("aws_api_gateway_stage", "exactly one stage"), ("aws_lambda_function", "invoke one function")],
)
def test_half_an_api_says_what_is_missing(removed: str, words: str) -> None:
    half = state()
    half["resources"] = [each for each in half["resources"] if each["type"] != removed]

    with pytest.raises(GatewayError, match=words):
        read_deployment(half)


class TestPull:
    @pytest.fixture(autouse=True)
    def terraform(self) -> None:
        require_terraform()

    def test_the_state_of_a_local_backend(self, tmp_path: Path) -> None:
        (tmp_path / "terraform.tfstate").write_text(json.dumps(state() | {"lineage": "x"}))

        assert read_deployment(pull_state(tmp_path)).api.stage == "prod"

    def test_nothing_applied(self, tmp_path: Path) -> None:
        with pytest.raises(GatewayError, match=r"Nothing is applied in .*terraform init and terraform apply"):
            pull_state(tmp_path)

    def test_a_backend_that_is_not_initialised(self, tmp_path: Path) -> None:
        (tmp_path / "main.tf").write_text('terraform {\n  backend "local" {\n    path = "else.tfstate"\n  }\n}\n')

        with pytest.raises(GatewayError, match=r'Backend initialization required, please run "terraform init"$'):
            pull_state(tmp_path)


@pytest.mark.parametrize(
    ("printed", "words"),
    [
        ('echo "not json"', "no state"),
        ("""echo '{"version": 3, "resources": [1]}'""", "format 3"),
        ("echo 'Error: no access' >&2; exit 1", "failed in .*: no access"),
        ("exit 1", "it gave no reason"),
    ],
)
def test_what_terraform_prints_is_not_trusted(
    printed: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = tmp_path / "terraform"
    command.write_text(f"#!/bin/sh\n{printed}\n")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)

    with pytest.raises(GatewayError, match=words):
        pull_state(tmp_path)


def test_terraform_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(GatewayError, match=r"not found on the PATH: install Terraform 1\.9"):
        pull_state(tmp_path)


def test_no_such_directory(tmp_path: Path) -> None:
    with pytest.raises(GatewayError, match="is no directory"):
        pull_state(tmp_path / "absent")


def test_an_empty_state_has_no_resources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty: dict[str, Any] = {"version": 4, "resources": []}
    monkeypatch.setattr("lambda_cors_kit.local.terraform._pulled", lambda directory: json.dumps(empty))

    with pytest.raises(GatewayError, match="Nothing is applied"):
        pull_state(tmp_path)
