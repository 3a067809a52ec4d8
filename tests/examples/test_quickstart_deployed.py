"""examples/quickstart, as a user runs it: apply, apply again after a failure, change, destroy."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from embedded.aws import EmbeddedAWS
from embedded.terraform import Terraform
from embedded.versions import TerraformError
from tests.examples.test_quickstart_app import policy
from tests.modules.conftest import Client, client_of, copy_of


@dataclass(frozen=True)
class Life:
    """What was seen while the example was applied, changed and destroyed."""

    failure: str
    half: list[str]
    outputs: dict[str, Any]
    resources: list[str]
    changes_after_apply: bool
    deployment: str
    new_deployment: str
    stage_after_change: str
    new_outputs: dict[str, Any]
    changes_after_change: bool
    left_over: list[str]


def managed(terraform: Terraform) -> list[str]:
    """The resources in the state, one entry per instance."""
    return [
        f"{resource['type']}.{resource['name']}"
        for resource in terraform.state().get("resources", [])
        if resource["mode"] == "managed"
        for _ in resource["instances"]
    ]


def deployment(terraform: Terraform) -> str:
    [found] = [r for r in terraform.state()["resources"] if r["type"] == "aws_api_gateway_deployment"]
    [instance] = found["instances"]
    return str(instance["attributes"]["id"])


@pytest.fixture(scope="module")
def client(embedded_aws: EmbeddedAWS) -> Client:
    return client_of(embedded_aws)


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory, terraform_environment: dict[str, str], client: Client) -> Life:
    folder = copy_of("examples/quickstart", tmp_path_factory.mktemp("quickstart"))
    main = folder / "main.tf"
    terraform = Terraform(folder, terraform_environment)
    terraform.init()

    # A log group of this name is there already: the apply fails half-way.
    log_group = {"logGroupName": "/aws/lambda/items-api"}
    client("logs").create_log_group(**log_group)
    with pytest.raises(TerraformError) as failure:
        terraform.apply()
    half = managed(terraform)
    client("logs").delete_log_group(**log_group)

    try:
        terraform.apply()
        outputs, resources = terraform.outputs(), managed(terraform)
        changes_after_apply = terraform.plan()
        before = deployment(terraform)

        main.write_text(main.read_text().replace("https://app.example.com", "https://www.example.com"))
        terraform.apply()
        new_outputs, after = terraform.outputs(), deployment(terraform)
        api = outputs["url"].removeprefix("https://").partition(".")[0]
        stage = client("apigateway").get_stage(restApiId=api, stageName="live")["deploymentId"]
        changes_after_change = terraform.plan()
    finally:
        terraform.destroy()
    return Life(
        str(failure.value),
        half,
        outputs,
        resources,
        changes_after_apply,
        before,
        after,
        stage,
        new_outputs,
        changes_after_change,
        managed(terraform),
    )


def test_a_failed_apply_is_repaired_by_the_next(life: Life) -> None:
    assert "/aws/lambda/items-api" in life.failure
    assert 0 < len(life.half) < len(life.resources)
    assert len(life.resources) == 27


def test_a_plan_after_the_apply_is_empty(life: Life) -> None:
    assert life.changes_after_apply is False


def test_a_change_of_the_policy_is_deployed(life: Life) -> None:
    assert life.new_deployment != life.deployment
    assert life.stage_after_change == life.new_deployment
    assert life.changes_after_change is False


def test_the_change_reaches_both_halves_and_nothing_else(life: Life) -> None:
    assert life.new_outputs["url"] == life.outputs["url"]
    before, after = (
        o["cors"]["dialect"]["preflight"]["response_template"] for o in (life.outputs, life.new_outputs)
    )
    assert "https://app.example.com" in before
    assert "https://www.example.com" in after
    assert "https://app.example.com" not in after
    assert "https://www.example.com" in life.new_outputs["cors"]["policy"]["allow_origins"]


def test_the_outputs_are_what_a_user_needs(life: Life) -> None:
    assert life.outputs["url"].startswith("https://")
    assert life.outputs["url"].endswith(".amazonaws.com/live")
    assert life.outputs["cors"]["writer"] == "function"
    assert life.outputs["cors"]["preflight_invokes_lambda"] is False


def test_terraform_and_the_library_mean_the_same_policy(life: Life) -> None:
    assert life.outputs["cors"]["policy"] == json.loads(policy().to_json())


def test_destroy_leaves_nothing(life: Life, client: Client) -> None:
    assert life.left_over == []
    names = [api["name"] for api in client("apigateway").get_rest_apis()["items"]]
    assert "items-api" not in names
    groups = client("logs").describe_log_groups(logGroupNamePrefix="/aws/lambda/items-api")["logGroups"]
    assert groups == []
