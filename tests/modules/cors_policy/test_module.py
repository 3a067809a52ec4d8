"""The module itself: no provider, one version, and values that are known only after apply."""

from __future__ import annotations

import configparser
import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from embedded import ROOT

pytestmark = pytest.mark.terraform

MODULE = ROOT / "modules/cors_policy"
Run = Callable[..., "subprocess.CompletedProcess[str]"]


def source() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(MODULE.glob("*.tf")))


def whole_source() -> str:
    """With the modules inside it."""
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(MODULE.rglob("*.tf")))


def test_the_module_needs_no_provider_and_creates_nothing() -> None:
    text = whole_source()
    assert not re.search(r"^\s*(required_providers|provider|resource|data|ephemeral)\b.*\{", text, re.MULTILINE)
    # What it calls lies inside it, and is looked at here as well.
    assert all(path.startswith("./") for path in re.findall(r'^  source += "(.*)"', text, re.MULTILINE))


def test_the_version_is_the_packages() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    assert re.findall(r'kit_version = "(.*)"', source()) == [setup["metadata"]["version"]]


def test_every_variable_and_output_is_described() -> None:
    blocks = re.findall(r'^(?:variable|output) "(\w+)" \{\n(.*?)^\}', source(), re.MULTILINE | re.DOTALL)
    assert len(blocks) > 10
    assert [name for name, body in blocks if "description = " not in body] == []


def test_the_readme_names_every_variable_and_output() -> None:
    readme = (MODULE / "README.md").read_text(encoding="utf-8")
    names = re.findall(r'^(?:variable|output) "(\w+)"', source(), re.MULTILINE)
    assert [name for name in names if f"`{name}`" not in readme] == []


def test_the_files_are_formatted(terraform: Run) -> None:
    assert terraform(MODULE, "fmt", "-check", "-diff").stdout == ""


APP = '"https://app.example.com"'
LATER = "terraform_data.later.output"
ROOTS = {
    "an origin": f"{{ allow_origins = [{APP}, {LATER}] }}",
    "all origins": f"{{ allow_origins = [{LATER}] }}",
    "a field": f'{{ allow_origins = [{APP}], allow_credentials = {LATER} == "x" }}',
    "everything": "terraform_data.object.output",
    "whether there is a policy": f'{LATER} == "x" ? null : {{ allow_origins = [{APP}] }}',
}


def write_root(directory: Path, cors: str, later: str) -> None:
    (directory / "main.tf").write_text(
        f"""
        resource "terraform_data" "later" {{ input = {json.dumps(later)} }}
        resource "terraform_data" "object" {{ input = {{ allow_origins = [{json.dumps(later)}] }} }}
        module "policy" {{
          source = {json.dumps(str(MODULE))}
          cors   = {cors}
        }}
        output "policy" {{ value = module.policy.policy }}
        output "problems" {{ value = module.policy.problems }}
        output "all" {{ value = module.policy }}
        """,
        encoding="utf-8",
    )


@pytest.mark.parametrize("name", ROOTS)
def test_values_known_after_apply_are_judged_then(name: str, terraform: Run, tmp_path: Path) -> None:
    write_root(tmp_path, ROOTS[name], "https://later.example.com")
    terraform(tmp_path, "init")
    terraform(tmp_path, "plan", "-input=false")
    terraform(tmp_path, "apply", "-auto-approve", "-input=false")
    outputs = json.loads(terraform(tmp_path, "output", "-json").stdout)
    assert outputs["problems"]["value"] == []
    assert outputs["policy"]["value"]["allow_origins"][0] in (
        "https://app.example.com",
        "https://later.example.com",
    )
    # A second plan finds nothing to do.
    terraform(tmp_path, "plan", "-input=false", "-detailed-exitcode")


def test_a_wrong_value_known_after_apply_fails_the_apply(terraform: Run, tmp_path: Path) -> None:
    write_root(tmp_path, ROOTS["an origin"], "https://later.example.com/")
    terraform(tmp_path, "init")
    terraform(tmp_path, "plan", "-input=false")
    failed = terraform(tmp_path, "apply", "-auto-approve", "-input=false", "-no-color", status=1)
    assert "(origin.trailing_slash)" in failed.stderr


def test_lists_and_sets_of_a_callers_own_types_are_taken(terraform: Run, tmp_path: Path) -> None:
    cors = '{ allow_origins = toset(["https://b.example", "https://a.example"]), allow_methods = tolist(["put"]) }'
    write_root(tmp_path, cors, "x")
    terraform(tmp_path, "init")
    terraform(tmp_path, "apply", "-auto-approve", "-input=false")
    policy = json.loads(terraform(tmp_path, "output", "-json").stdout)["policy"]["value"]
    assert policy["allow_origins"] == ["https://a.example", "https://b.example"]
    assert policy["allow_methods"] == ["PUT"]
