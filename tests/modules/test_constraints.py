"""One version and one set of constraints for every module and example, and nothing that AWS provider 6 removed."""

from __future__ import annotations

import configparser
import re
import subprocess
from pathlib import Path

import pytest

import lambda_cors_kit
from embedded import ROOT
from embedded.terraform import cli_environment, find_terraform
from embedded.versions import constraints

CONFIGURATIONS = sorted(
    path
    for folder in ("modules", "examples")
    for path in (ROOT / folder).rglob("*.tf")
    if ".terraform" not in path.parts
)
MODULES = sorted({path.parent for path in CONFIGURATIONS})
TEXT = {path: path.read_text() for path in CONFIGURATIONS}


def text_of(module: Path) -> str:
    return "\n".join(text for path, text in TEXT.items() if path.parent == module)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("module", MODULES, ids=name)
def test_the_constraints_are_those_of_the_root(module: Path) -> None:
    root = (ROOT / "versions.tf").read_text()
    text = text_of(module)
    assert re.findall(r"required_version *= *(.+)", text) == re.findall(r"required_version *= *(.+)", root)
    if re.search(r'^(resource|data) "aws_', text, re.MULTILINE) or "required_providers" in text:
        asked, allowed = constraints(text), constraints(root)
        # The one module that cannot do without a newer provider says so in its name and its README.
        newest = (6, 28) if module.name == "public_function_url" else allowed.aws
        assert (asked.aws, asked.aws_below) == (newest, allowed.aws_below)


@pytest.mark.parametrize("module", [m for m in MODULES if m.parent.name == "modules"], ids=name)
def test_the_version_is_that_of_the_package(module: Path) -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    assert re.findall(r'^  kit_version *= *"(.+)"', text_of(module), re.MULTILINE) == [
        setup["metadata"]["version"]
    ]


def test_the_version_of_the_package_is_the_one_it_names() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    assert lambda_cors_kit.__version__ == setup["metadata"]["version"]


@pytest.mark.parametrize("path", CONFIGURATIONS, ids=name)
def test_nothing_is_used_that_provider_6_removed_or_renamed(path: Path) -> None:
    text = TEXT[path]
    assert 'data "aws_region"' not in text
    assert "reset_on_delete" not in text
    assert not re.search(r"aws_api_gateway_deployment\.\w+\.(invoke_url|execution_arn)", text)
    for deployment in re.findall(r'resource "aws_api_gateway_deployment" .*?^}', text, re.MULTILINE | re.DOTALL):
        assert "stage_name" not in deployment


@pytest.mark.parametrize("module", MODULES, ids=name)
def test_every_variable_and_output_is_described(module: Path) -> None:
    blocks = re.findall(r'^(variable|output) "(\w+)" \{(.*?)^\}', text_of(module), re.MULTILINE | re.DOTALL)
    undescribed = [
        f"{kind}.{label}" for kind, label, body in blocks if not re.search(r"^  description *= ", body, re.M)
    ]
    assert undescribed == []


@pytest.mark.parametrize("module", [m for m in MODULES if (m / "README.md").is_file()], ids=name)
def test_the_page_of_a_module_names_every_variable_and_output(module: Path) -> None:
    page = (module / "README.md").read_text()
    labels = re.findall(r'^(?:variable|output) "(\w+)"', text_of(module), re.MULTILINE)
    assert [label for label in labels if f"`{label}`" not in page] == []


def test_every_configuration_is_formatted() -> None:
    checked = [str(ROOT / folder) for folder in ("modules", "examples", "tests/modules")]
    for folder in checked:
        answer = subprocess.run(
            [find_terraform().path, "fmt", "-check", "-recursive", "-list=true", folder],
            env=cli_environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert (answer.returncode, answer.stdout) == (0, "")
