"""Every change of an input on the embedded AWS, there and back, by the rules that a live API needs.

The instances of a root change together, and each is judged by itself: from the plan, from the order of the apply's
events, from the requests that the provider sent, and from the plan afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from embedded.aws import EmbeddedAWS
from embedded.recording import Request
from embedded.terraform import cli_environment
from tests.modules.lambda_api import pairs, serving
from tests.modules.lambda_api.applies import Step, init, step
from tests.modules.lambda_api.change_roots import write_changes

pytestmark = [pytest.mark.terraform, pytest.mark.changes]

# Terraform's graph grows faster than the number of instances.
TOGETHER = 12
CASES = [(gateway, name) for gateway in pairs.GATEWAYS for _, name in pairs.changes_of(gateway)]
CHANGES = {name: each for gateway in pairs.GATEWAYS for each, name in pairs.changes_of(gateway)}
# The parts of OPTIONS that Terraform destroys last: README.md, "What cannot be cured".
PUT_AGAIN = {
    "aws_api_gateway_integration",
    "aws_api_gateway_integration_response",
    "aws_api_gateway_method_response",
}


@dataclass(frozen=True)
class Life:
    """Instance -> what was seen on the way there and on the way back; and every request."""

    there: dict[str, Step]
    back: dict[str, Step]
    requests: list[Request]

    def steps(self, name: str) -> list[Step]:
        return [self.there[name], self.back[name]]


@pytest.fixture(scope="module")
def life(modules_copy: Path) -> Iterator[Life]:
    with EmbeddedAWS(record=True) as aws:
        environment = cli_environment(aws.environment)
        there: dict[str, Step] = {}
        back: dict[str, Step] = {}
        for gateway in pairs.GATEWAYS:
            names = [name for _, name in pairs.changes_of(gateway)]
            for first in range(0, len(names), TOGETHER):
                some = names[first : first + TOGETHER]
                folder = modules_copy / f"changes_{gateway}_{first}"
                _change(folder, gateway, some, "before", environment)
                for side, seen in (("after", there), ("before", back)):
                    whole = _change(folder, gateway, some, side, environment)
                    seen.update({name: whole.of(name) for name in some})
                aws.reset()
        yield Life(there, back, aws.requests())


def _change(folder: Path, gateway: str, names: list[str], side: str, environment: dict[str, str]) -> Step:
    inputs = pairs.instances(gateway, side)
    write_changes(folder, {name: inputs[name] for name in names})
    if side == "before":
        init(folder, environment)
    return step(folder, environment)


@pytest.mark.parametrize(("gateway", "name"), CASES)
def test_a_plan_afterwards_is_empty(life: Life, gateway: str, name: str) -> None:
    for seen in life.steps(name):
        if "type" in CHANGES[name].incurable:
            assert {address.split(".")[2] for address in seen.afterwards} <= PUT_AGAIN
            assert {tuple(actions) for actions in seen.afterwards.values()} <= {("create",)}
        else:
            assert seen.afterwards == {}


@pytest.mark.parametrize(("gateway", "name"), CASES)
def test_nothing_that_serves_goes_before_its_successor(life: Life, gateway: str, name: str) -> None:
    if CHANGES[name].incurable & {"mapping", "gateway"}:
        pytest.skip("README.md lists it under what cannot be cured from Terraform")
    for seen in life.steps(name):
        assert serving.destroyed_first(seen) == set()
        assert serving.gone_before_its_successor(seen) == set()
        assert serving.gone_before_its_callers_left(seen) == set()


@pytest.mark.parametrize("name", [name for gateway, name in CASES if gateway == "rest"])
def test_a_deployment_is_made_exactly_when_its_content_changes(life: Life, name: str) -> None:
    if "gateway" in CHANGES[name].incurable:
        pytest.skip("another gateway has no deployment")
    for seen in life.steps(name):
        assert serving.deploys(seen) is CHANGES[name].deploys


@pytest.mark.parametrize("name", [name for gateway, name in CASES if gateway == "rest"])
def test_what_goes_away_is_gone_from_the_deployment(life: Life, name: str) -> None:
    for seen in life.steps(name):
        late = serving.deployed_all_the_same(seen)
        if "type" in CHANGES[name].incurable:
            assert {address.split(".")[2] for address in late} <= PUT_AGAIN
        else:
            assert late == set()


def test_no_throttling_is_no_zero(life: Life) -> None:
    stages = [
        r for r in life.requests if r.service == "apigateway" and "/v2/apis/" in r.path and "/stages" in r.path
    ]
    settings = [r.body.get("defaultRouteSettings") for r in stages if isinstance(r.body, dict)]
    assert settings
    assert not any(settings)
    assert any(r.method == "DELETE" and "/routesettings/" in r.path for r in stages)


def test_logging_is_said_in_full(life: Life) -> None:
    updates = [r for r in life.requests if r.method == "PUT" and r.path.endswith("/configuration")]
    said = [r.body["LoggingConfig"] for r in updates if "LoggingConfig" in r.body and "_logging_config/" in r.path]
    assert {"LogFormat": "Text"}.items() <= said[-1].items()
    assert not {"ApplicationLogLevel", "SystemLogLevel"} & set(said[-1])


def test_how_long_a_domain_name_is_without_an_api_while_the_gateway_changes(life: Life) -> None:
    gap = serving.gap(life.there["rest_gateway"], "aws_apigatewayv2_api_mapping")
    assert 0 < gap < 60
    assert not [a for a in life.there["rest_gateway"].planned if "aws_apigatewayv2_domain_name" in a]
