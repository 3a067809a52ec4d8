"""Every change of an input on the embedded AWS, there and back, by the rules that a live API needs.

The instances of a root change together, and each is judged by itself: from the plan, from the order of the apply's
events, from the requests that the provider sent, and from the plan afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from embedded.aws import EmbeddedAWS
from embedded.recording import Request
from embedded.terraform import cli_environment
from tests.modules.lambda_api import pairs, serving
from tests.modules.lambda_api.applies import Step, init, step, type_of
from tests.modules.lambda_api.change_roots import write_changes

pytestmark = [pytest.mark.terraform, pytest.mark.changes]

# Terraform's graph grows faster than the number of instances.
TOGETHER = 12
CASES = [(gateway, name) for gateway in pairs.GATEWAYS for _, name in pairs.changes_of(gateway)]
REST_CASES = [case for case in CASES if case[0] == "rest"]
CHANGES = {name: each for gateway in pairs.GATEWAYS for each, name in pairs.changes_of(gateway)}
# The parts of OPTIONS that Terraform destroys last: README.md, "What cannot be cured".
PUT_AGAIN = {
    "aws_api_gateway_integration",
    "aws_api_gateway_integration_response",
    "aws_api_gateway_method_response",
}
MAPPINGS = {"aws_apigatewayv2_api_mapping"}


@dataclass(frozen=True)
class Life:
    """Instance -> what was seen on the way there and on the way back; and every request."""

    there: dict[str, Step]
    back: dict[str, Step]
    requests: list[Request]

    def steps(self, name: str) -> list[Step]:
        return [self.there[name], self.back[name]]


Lives = Callable[[str], Life]


@pytest.fixture(scope="module")
def lives(modules_copy: Path) -> Lives:
    """The function that changes all instances of a gateway, once."""
    return cache(lambda gateway: _life(modules_copy, gateway))


def _life(place: Path, gateway: str) -> Life:
    there: dict[str, Step] = {}
    back: dict[str, Step] = {}
    names = [name for _, name in pairs.changes_of(gateway)]
    with EmbeddedAWS(record=True) as aws:
        environment = cli_environment(aws.environment)
        for first in range(0, len(names), TOGETHER):
            some = names[first : first + TOGETHER]
            folder = place / f"changes_{gateway}_{first}"
            _change(folder, gateway, some, "before", environment)
            for side, seen in (("after", there), ("before", back)):
                whole = _change(folder, gateway, some, side, environment)
                seen.update({name: whole.of(name) for name in some})
            aws.reset()
        return Life(there, back, aws.requests())


def _change(folder: Path, gateway: str, names: list[str], side: str, environment: dict[str, str]) -> Step:
    inputs = pairs.instances(gateway, side)
    write_changes(folder, {name: inputs[name] for name in names})
    if not (folder / ".terraform").exists():
        init(folder, environment)
    return step(folder, environment)


@pytest.mark.parametrize(("gateway", "name"), CASES)
def test_a_plan_afterwards_is_empty(lives: Lives, gateway: str, name: str) -> None:
    for seen in lives(gateway).steps(name):
        if "type" in CHANGES[name].incurable:
            assert {type_of(address) for address in seen.afterwards} <= PUT_AGAIN
            assert {tuple(actions) for actions in seen.afterwards.values()} <= {("create",)}
        else:
            assert seen.afterwards == {}


@pytest.mark.parametrize(("gateway", "name"), CASES)
def test_nothing_that_serves_goes_before_its_successor(lives: Lives, gateway: str, name: str) -> None:
    # What README.md lists under what cannot be cured from Terraform.
    excused = MAPPINGS if "mapping" in CHANGES[name].incurable else set()
    for seen in lives(gateway).steps(name):
        first = serving.destroyed_first(seen) | serving.gone_before_its_successor(seen)
        assert {type_of(address) for address in first} <= excused
        assert serving.gone_before_its_callers_left(seen) == set()


@pytest.mark.parametrize(("gateway", "name"), REST_CASES)
def test_a_deployment_is_made_exactly_when_its_content_changes(lives: Lives, gateway: str, name: str) -> None:
    for seen in lives(gateway).steps(name):
        other_gateway = "gateway" in CHANGES[name].incurable
        assert serving.deploys(seen) is (
            seen is lives(gateway).back[name] if other_gateway else CHANGES[name].deploys
        )


@pytest.mark.parametrize(("gateway", "name"), REST_CASES)
def test_what_goes_away_is_gone_from_the_deployment(lives: Lives, gateway: str, name: str) -> None:
    excused = PUT_AGAIN if "type" in CHANGES[name].incurable else set()
    for seen in lives(gateway).steps(name):
        assert {type_of(address) for address in serving.deployed_all_the_same(seen)} <= excused


def test_no_throttling_is_no_zero(lives: Lives) -> None:
    stages = [r for r in lives("http").requests if "/v2/apis/" in r.path and "/stages" in r.path]
    bodies = [r.body for r in stages if isinstance(r.body, dict)]
    assert bodies
    assert not [body for body in bodies if body.get("defaultRouteSettings")]
    limits = [each for body in bodies for each in body.get("routeSettings", {}).values()]
    assert limits
    assert all(each["throttlingRateLimit"] > 0 and each["throttlingBurstLimit"] > 0 for each in limits)
    assert any(r.method == "DELETE" and "/routesettings/" in r.path for r in stages)


def test_logging_is_said_in_full(lives: Lives) -> None:
    updates = [
        r for r in lives("function_url").requests if r.method == "PUT" and r.path.endswith("/configuration")
    ]
    said = [r.body["LoggingConfig"] for r in updates if "_logging_config/" in r.path and "LoggingConfig" in r.body]
    assert [each["LogFormat"] for each in said] == ["JSON", "Text"]
    assert not {"ApplicationLogLevel", "SystemLogLevel"} & set(said[-1])


def test_how_long_a_domain_name_is_without_an_api_while_the_gateway_changes(lives: Lives) -> None:
    seen = lives("rest").there["rest_gateway"]
    assert 0 < serving.gap(seen, "aws_apigatewayv2_api_mapping") < 120
    assert not [address for address in seen.planned if type_of(address) == "aws_apigatewayv2_domain_name"]
