"""The policy that Terraform deployed, read from its state."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lambda_cors_kit.deployed.policy import NotDeployed, from_state
from lambda_cors_kit.environment import VARIABLE, write_environment
from tests.check.conftest import Check
from tests.check.support import ORIGIN, Site, healthy

POLICY = {"allow_origins": [ORIGIN], "max_age": 7200}


def resource(kind: str, module: str = "module.api", mode: str = "managed", **attributes: Any) -> dict[str, Any]:
    return {
        "module": module,
        "mode": mode,
        "type": kind,
        "name": "this",
        "instances": [{"attributes": attributes}],
    }


def function(module: str = "module.api", writer: str = "function", policy: Any = POLICY) -> dict[str, Any]:
    variables = {"A": "b", VARIABLE: write_environment(writer, policy)}
    return resource("aws_lambda_function", module, environment=[{"variables": variables}])


def state(*resources: dict[str, Any]) -> dict[str, Any]:
    return {"version": 4, "resources": list(resources)}


def test_the_variable_of_the_function_counts() -> None:
    http_api = resource("aws_apigatewayv2_api", cors_configuration=[{"allow_origins": ["*"]}])
    plain_function = resource("aws_lambda_function", environment=[])
    deployed = from_state(state(plain_function, http_api, function()), None, "infra")

    assert deployed.policy is not None
    assert deployed.policy.allow_origins == (ORIGIN,)
    assert deployed.source == "LAMBDA_CORS_KIT_POLICY of module.api in infra"


def test_no_cors_at_all_is_a_policy_too() -> None:
    assert from_state(state(function(writer="none", policy=None)), None, "infra").policy is None


@pytest.mark.parametrize(
    ("kind", "block"), [("aws_apigatewayv2_api", "cors_configuration"), ("aws_lambda_function_url", "cors")]
)
def test_a_gateway_without_the_kit(kind: str, block: str) -> None:
    configured: Any = {
        "allow_origins": [ORIGIN],
        "allow_methods": ["GET", "PUT"],
        "allow_headers": None,
        "expose_headers": [],
        "allow_credentials": None,
        "max_age": 0,
    }
    deployed = from_state(state(resource(kind, "", "managed", **{block: [configured]})), None, "infra")

    assert deployed.policy is not None
    assert deployed.policy.allow_methods == ("GET", "PUT")
    assert (deployed.policy.allow_headers, deployed.policy.max_age) == ((), 0)
    assert deployed.source == f"{block} of {kind} of the root module in infra"


CONFIGURED = {"allow_origins": [ORIGIN, "http://intranet.example.com"], "allow_credentials": True, "max_age": 60}


@pytest.mark.parametrize(
    ("kind", "block"), [("aws_apigatewayv2_api", "cors_configuration"), ("aws_lambda_function_url", "cors")]
)
def test_where_the_gateway_writes_its_own_configuration_counts(kind: str, block: str) -> None:
    elsewhere: Any = {block: [{"allow_origins": ["https://other.example.com"]}]}
    here: Any = {block: [CONFIGURED]}
    other, own = resource(kind, "module.other", **elsewhere), resource(kind, **here)
    deployed = from_state(state(other, function(writer="gateway", policy=None), own), None, "infra")

    assert deployed.policy is not None
    # With credentials for http: origins, which the module was told to allow knowingly.
    assert deployed.policy.allow_origins == (ORIGIN, "http://intranet.example.com")
    assert deployed.policy.max_age == 60
    assert deployed.source == f"{block} of {kind} of module.api in infra"


def test_a_module_of_an_older_release_sends_the_policy_of_the_gateway_too() -> None:
    own = resource("aws_apigatewayv2_api", cors_configuration=[CONFIGURED])
    deployed = from_state(state(function(writer="gateway"), own), None, "infra")
    assert deployed.policy is not None
    assert deployed.policy.allow_origins == (ORIGIN,)


def test_a_gateway_that_is_to_write_and_has_nothing_to_write() -> None:
    elsewhere = resource("aws_apigatewayv2_api", "module.other", cors_configuration=[CONFIGURED])
    with pytest.raises(NotDeployed, match="no gateway in its module has a CORS configuration: see terraform plan"):
        from_state(state(function(writer="gateway", policy=None), elsewhere), None, "infra")


def test_a_policy_that_travels_in_the_image_is_asked_for() -> None:
    file = {"path": "/var/task/cors.json", "sha256": "0" * 64}
    text = json.dumps({"version": 1, "writer": "function", "policy_file": file})
    packed = resource("aws_lambda_function", environment=[{"variables": {VARIABLE: text}}])
    with pytest.raises(NotDeployed, match=r"names the policy file /var/task/cors\.json, .* with --policy FILE"):
        from_state(state(packed), None, "infra")


def test_several_need_a_choice() -> None:
    two = state(function(), function('module.reports["eu"]', policy=POLICY | {"max_age": 60}))

    with pytest.raises(NotDeployed, match=r'has 2 policies: module\.api, module\.reports\["eu"\]\. Pick one'):
        from_state(two, None, "infra")
    chosen = from_state(two, 'module.reports["eu"]', "infra").policy
    assert chosen is not None
    assert chosen.max_age == 60
    with pytest.raises(NotDeployed, match=r"module\.other in infra has no function with LAMBDA_CORS_KIT_POLICY"):
        from_state(two, "module.other", "infra")


def test_what_is_not_deployed_does_not_count() -> None:
    deposed = function()
    deposed["instances"][0]["deposed"] = "00000001"
    data = function() | {"mode": "data"}

    with pytest.raises(NotDeployed, match="no gateway with a CORS configuration in its state"):
        from_state(state(deposed, data, resource("aws_apigatewayv2_api", cors_configuration=[])), None, "infra")


def test_a_broken_policy_names_its_problems() -> None:
    reflecting = resource("aws_apigatewayv2_api", cors_configuration=[{"allow_origins": ["https://*"]}])
    with pytest.raises(NotDeployed, match=r"in infra has 1 problem:\n- allow_origins: .* \(origin\.pattern\)$"):
        from_state(state(reflecting), None, "infra")
    newer = function()
    newer["instances"][0]["attributes"]["environment"][0]["variables"][VARIABLE] = '{"version":2}'
    with pytest.raises(NotDeployed, match="has contract version 2, and this library reads version 1"):
        from_state(state(newer), None, "infra")


# The extra [cli] is for serve; what a check reads, the standard library reads.
WITHOUT_EXTRA = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("airspeed", "awslambdaric", "h11"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Blocked())
from lambda_cors_kit.cli import main
code = main(sys.argv[1:])
assert not any(name.startswith("lambda_cors_kit.local") for name in sys.modules)
sys.exit(code)
"""


@pytest.fixture
def terraform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, Any]], Path]:
    """A root whose `terraform state pull` prints a given state, without Terraform."""

    def applied(content: dict[str, Any]) -> Path:
        (tmp_path / "pulled.json").write_text(json.dumps(content))
        command = tmp_path / "terraform"
        command.write_text(f"#!/bin/sh\ncat {tmp_path / 'pulled.json'}\n")
        command.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
        return tmp_path

    return applied


def test_checking_against_terraform(
    check: Check, site: Callable[..., Site], terraform: Callable[[dict[str, Any]], Path]
) -> None:
    api = site(healthy())
    root = terraform(state(function(), function("module.old", policy=POLICY | {"max_age": 5})))

    printed = check(api.url(), "--terraform", root, "--module", "module.api")
    assert printed.code == 0
    assert f"Live against LAMBDA_CORS_KIT_POLICY of module.api in {root}: no difference" in printed.out
    drifted = check(api.url(), "--terraform", root, "--module", "module.old")
    assert drifted.code == 1
    assert "max_age is 5 in the policy, and the preflight has Access-Control-Max-Age: 7200" in drifted.out
    undecided = check(api.url(), "--terraform", root)
    assert undecided.code == 2
    assert "Pick one with --module ADDRESS." in undecided.err


def test_checking_against_a_gateway_that_writes(
    check: Check, site: Callable[..., Site], terraform: Callable[[dict[str, Any]], Path]
) -> None:
    written = {
        "allow_headers": ["authorization", "content-type"],
        "allow_methods": ["GET", "PUT"],
        "max_age": 7200,
    }
    own = resource("aws_apigatewayv2_api", cors_configuration=[written | {"allow_origins": [ORIGIN]}])
    root = terraform(state(function(writer="gateway", policy=None), own))
    printed = check(site(healthy()).url(), "--terraform", root)
    assert f"Live against cors_configuration of aws_apigatewayv2_api of module.api in {root}" in printed.out
    # Nobody may read, says no word of it: that is for cors = null.
    assert "deployed: null" not in printed.out

    stricter = resource(
        "aws_apigatewayv2_api", cors_configuration=[written | {"allow_origins": ["https://a.test"]}]
    )
    drifted = check(
        site(healthy()).url(), "--terraform", terraform(state(function(writer="gateway", policy=None), stricter))
    )
    assert drifted.code == 1
    assert f"the policy does not name {ORIGIN}, and the preflight allows it" in drifted.out
    assert "deployed: https://a.test is allowed; live: it is refused" in drifted.out


@pytest.mark.parametrize("source", ["--terraform", "--policy"])
def test_no_extra_is_needed(
    source: str, site: Callable[..., Site], terraform: Callable[[dict[str, Any]], Path], tmp_path: Path
) -> None:
    root = terraform(state(function()))
    (tmp_path / "policy.json").write_text(json.dumps(POLICY))
    given = root if source == "--terraform" else tmp_path / "policy.json"

    command = [sys.executable, "-c", WITHOUT_EXTRA, "check", site(healthy()).url(), "--origin", ORIGIN]
    done = subprocess.run([*command, source, given], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert "no difference" in done.stdout


def test_no_cors_deployed_but_live(
    check: Check, site: Callable[..., Site], terraform: Callable[[dict[str, Any]], Path]
) -> None:
    root = terraform(state(function(writer="none", policy=None)))

    printed = check(site(healthy()).url(), "--terraform", root)
    assert printed.code == 1
    assert f"no page may read, but the preflight allows {ORIGIN}" in printed.out
    assert f"deployed: null; live: {ORIGIN} is allowed" in printed.out
    assert "origins tried" not in printed.out
    drift = check(site(healthy()).url(), "--terraform", root, "--json").json["drift"]
    assert (drift["origins_named"], drift["origins_tried"]) == (0, 0)


def test_nothing_is_applied(check: Check, terraform: Callable[[dict[str, Any]], Path]) -> None:
    assert "Nothing is applied in" in check("http://127.0.0.1/", "--terraform", terraform(state())).err
    absent = check("http://127.0.0.1/", "--terraform", terraform(state()) / "absent")
    assert absent.code == 2
    assert "is no directory: name the Terraform root" in absent.err
