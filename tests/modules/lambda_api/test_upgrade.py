"""An API that version 0.1.0 applied, planned and applied with these modules: what a caller sees next."""

from __future__ import annotations

import json
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from embedded import ROOT
from embedded.aws import EmbeddedAWS
from embedded.terraform import cli_environment
from tests.modules.conftest import Client, client_of
from tests.modules.lambda_api import serving
from tests.modules.lambda_api.applies import Step, init, step, type_of
from tests.modules.lambda_api.change_roots import write_changes

pytestmark = [pytest.mark.terraform, pytest.mark.changes]

# modules/lambda_api and modules/cors_policy of 0.1.0, without their pages and the list of public suffixes.
RELEASED = Path(__file__).parent / "released/modules-0.1.0.tar.gz"
SUFFIXES = Path("modules/cors_policy/public_suffixes.json")

CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/0123"
CORS = {"allow_origins": ["https://app.example.com"], "allow_credentials": True}
TOKENS = {"jwt": {"issuer": "https://id.example.com", "audience": ["items"]}}
INSTANCES: dict[str, dict[str, Any]] = {
    "rest": {
        "cors": CORS,
        "domain": {"name": "api.example.com", "certificate_arn": CERTIFICATE, "base_path": "v1"},
    },
    "rest_plain": {},
    "http": {"gateway": "http", "cors": CORS, "authorizer": TOKENS},
    "url": {"gateway": "function_url", "cors": CORS},
}
MOVES = ["aws_api_gateway_domain_name.this[0]", "aws_api_gateway_base_path_mapping.this[0]"]


@dataclass(frozen=True)
class Upgrade:
    """The step from one version to the next, and the mapping of the domain name before and after it."""

    step: Step
    before: dict[str, Any]
    after: dict[str, Any]


@pytest.fixture(scope="module")
def upgrade(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Upgrade]:
    place = tmp_path_factory.mktemp("upgrade")
    with tarfile.open(RELEASED) as archive:
        archive.extractall(place, filter="data")
    shutil.copy(ROOT / SUFFIXES, place / SUFFIXES)
    folder = place / "root"
    with EmbeddedAWS() as aws:
        environment = cli_environment(aws.environment)
        write_changes(folder, INSTANCES)
        init(folder, environment)
        step(folder, environment)
        client = client_of(aws)
        before = mapping(client)
        shutil.rmtree(place / "modules")
        shutil.copytree(ROOT / "modules", place / "modules")
        init(folder, environment)
        tell_the_state(folder, environment, before["ApiMappingId"])
        yield Upgrade(step(folder, environment), before, mapping(client))


def mapping(client: Client) -> dict[str, Any]:
    """What the domain name is mapped to."""
    [found] = client("apigatewayv2").get_api_mappings(DomainName="api.example.com")["Items"]
    return dict(found)


def tell_the_state(folder: Path, environment: dict[str, str], mapping_id: str) -> None:
    """The commands that CHANGELOG.md names for a regional domain name."""
    module = "module.rest."
    commands = [
        ["state", "rm", *(module + address for address in MOVES)],
        ["import", f"{module}aws_apigatewayv2_domain_name.this[0]", "api.example.com"],
        ["import", f"{module}aws_apigatewayv2_api_mapping.this[0]", f"{mapping_id}/api.example.com"],
    ]
    for command in commands:
        answer = subprocess.run(
            ["terraform", *command], cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        assert answer.returncode == 0, answer.stderr


def test_nothing_that_serves_is_taken_away(upgrade: Upgrade) -> None:
    for instance in INSTANCES:
        seen = upgrade.step.of(instance)
        assert serving.destroyed_first(seen) == set()
        assert serving.gone_before_its_successor(seen) == set()
        assert serving.gone_before_its_callers_left(seen) == set()


def test_the_plan_shows_what_the_changelog_says(upgrade: Upgrade) -> None:
    shown = {
        instance: {(type_of(a), *actions) for a, actions in upgrade.step.of(instance).planned.items()}
        for instance in INSTANCES
    }
    # What 0.1.0 and these name differently in words, such as a description, may be updated in place.
    changes = {instance: {each for each in seen if each[1:] != ("update",)} for instance, seen in shown.items()}
    renewed = ("create", "delete")
    assert changes["url"] == {("terraform_data", "create")}
    assert changes["http"] == {
        ("terraform_data", "create"),
        ("aws_lambda_permission", *renewed),
        # OPTIONS, past the authorizer.
        ("aws_apigatewayv2_route", "create"),
    }
    assert changes["rest"] == {
        ("terraform_data", "create"),
        ("aws_lambda_permission", *renewed),
        ("aws_api_gateway_deployment", *renewed),
        ("aws_api_gateway_rest_api_policy", "create"),
    }
    assert changes["rest_plain"] == changes["rest"] | {
        (f"aws_api_gateway_{part}", "create")
        for part in ("method", "method_response", "integration", "integration_response", "gateway_response")
    }


def test_the_domain_name_goes_on_with_its_mapping(upgrade: Upgrade) -> None:
    assert upgrade.after == upgrade.before


def test_a_plan_afterwards_is_empty(upgrade: Upgrade) -> None:
    assert json.dumps(upgrade.step.afterwards) == "{}"
