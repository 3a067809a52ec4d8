"""The wheel: built from these sources, unpacked, and imported with nothing beside it but what it asks for."""

from __future__ import annotations

import importlib.metadata
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from embedded import ROOT
from lambda_cors_kit import __version__
from tests.test_public_names import PUBLIC

PACKAGE = "lambda_cors_kit"
PIP = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
OFFLINE = ["--no-deps", "--no-index", "--no-build-isolation", "--no-cache-dir"]
# What is public and has its dependencies in an extra.
NEEDS = {f"{PACKAGE}.local": "cli"}
# Says where the package was found, and every public name that it does not have.
PROGRAM = """
import importlib, json, sys
missing = []
for module, names in json.loads(sys.argv[1]).items():
    found = importlib.import_module(module)
    missing += [f"{module}.{name}" for name in names.split() if not hasattr(found, name)]
import lambda_cors_kit
print(json.dumps([lambda_cors_kit.__file__, missing]))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    sources = folder / "sources"
    sources.mkdir()
    # A copy, because a build leaves its own files beside the sources.
    for name in ("LICENSE", "README.md", "pyproject.toml", "setup.cfg"):
        shutil.copy(ROOT / name, sources)
    built_before = shutil.ignore_patterns("*.egg-info", "__pycache__")
    shutil.copytree(ROOT / "python", sources / "python", ignore=built_before)
    # As in the repository: packages that stay out of the wheel.
    for name in ("benchmarks", "tests"):
        (sources / name).mkdir()
        (sources / name / "__init__.py").touch()
    _run([*PIP, "wheel", *OFFLINE, "--wheel-dir", str(folder), str(sources)])
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Path:
    folder = wheel.parent / "installed"
    _run([*PIP, "install", *OFFLINE, "--target", str(folder), str(wheel)])
    return folder


@pytest.fixture(scope="module")
def dependencies(wheel: Path) -> Path:
    """A folder with what installing the wheel brings along, and nothing else that is installed here."""
    return linked(wheel, "")


def linked(wheel: Path, extra: str) -> Path:
    """As `dependencies`, for the wheel with an extra."""
    folder = wheel.parent / f"dependencies-{extra}"
    folder.mkdir(exist_ok=True)
    for distribution in closure(_metadata(wheel).get_all("Requires-Dist") or [], extra):
        for top in {path.parts[0] for path in distribution.files or []} - {".."}:
            link = folder / top
            if not link.is_symlink():
                link.symlink_to(str(distribution.locate_file(top)))
    return folder


def closure(requirements: list[str], extra: str) -> list[importlib.metadata.Distribution]:
    """The installed distributions that the requirements ask for, with that extra, and what those ask for."""
    found: dict[str, importlib.metadata.Distribution] = {}
    waiting = list(requirements)
    while waiting:
        requirement = Requirement(waiting.pop())
        wanted = requirement.marker is None or requirement.marker.evaluate({"extra": extra})
        if wanted and requirement.name not in found:
            found[requirement.name] = importlib.metadata.distribution(requirement.name)
            waiting += found[requirement.name].requires or []
    return list(found.values())


def _metadata(wheel: Path) -> importlib.metadata.PackageMetadata:
    (distribution,) = importlib.metadata.distributions(path=[str(wheel)])
    return distribution.metadata


def _run(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def python(path: list[Path], program: str, *arguments: str) -> str:
    """What a Python prints that sees these folders and its standard library; `site` would show it the sources."""
    seen = f"import sys; sys.path[:0] = {[str(folder) for folder in path]}\n"
    return _run([sys.executable, "-S", "-c", seen + program, *arguments])


@pytest.mark.parametrize("extra", ["", "cli"])
def test_every_public_name_is_there_with_its_dependencies_alone(wheel: Path, installed: Path, extra: str) -> None:
    asked = {module: names for module, names in PUBLIC.items() if NEEDS.get(module, "") in ("", extra)}
    path = [installed, linked(wheel, extra)]
    place, missing = json.loads(python(path, PROGRAM, json.dumps(asked)))
    assert place == str(installed / PACKAGE / "__init__.py")
    assert missing == []


def test_its_handler_answers(installed: Path, dependencies: Path) -> None:
    program = """
import json
from lambda_cors_kit import CORSHandler, CORSPolicy
from lambda_cors_kit.testing import BrowserClient
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

app = Starlette(routes=[Route("/", lambda request: PlainTextResponse("from the wheel"))])
# With credentials a pattern is looked up in the list of public suffixes, which is a file of the wheel.
policy = CORSPolicy(["https://*.example.com"], allow_credentials=True)
with BrowserClient(CORSHandler(app, policy=policy), "https://app.example.com") as page:
    print(page.fetch("/").text())
"""
    assert python([installed, dependencies], program) == "from the wheel\n"


def test_a_name_that_is_missing_is_seen(installed: Path, dependencies: Path) -> None:
    asked = json.dumps({PACKAGE: "CORSPolicy CorsPolicy"})
    assert json.loads(python([installed, dependencies], PROGRAM, asked))[1] == [f"{PACKAGE}.CorsPolicy"]


def test_it_is_not_found_without_the_wheel(dependencies: Path) -> None:
    asked = f"import importlib.util; print(importlib.util.find_spec({PACKAGE!r}))"
    assert python([dependencies], asked) == "None\n"


def test_it_holds_the_package_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    sources = {path.relative_to(ROOT / "python") for path in _package_files()}
    packed = {Path(name) for name in names if not name.startswith(f"{PACKAGE}-{__version__}.dist-info/")}
    assert packed == sources
    assert {Path(PACKAGE, name) for name in ("py.typed", "public_suffixes.json", "testing/__init__.py")} <= packed


def _package_files() -> Iterator[Path]:
    for path in (ROOT / "python" / PACKAGE).rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path


def test_its_command_exists(wheel: Path, installed: Path, dependencies: Path) -> None:
    (distribution,) = importlib.metadata.distributions(path=[str(installed)])
    (point,) = distribution.entry_points
    assert (point.group, point.name, point.value) == ("console_scripts", "lambda-cors-kit", f"{PACKAGE}.cli:main")
    assert (installed / "bin" / point.name).is_file()
    called = f"from {point.module} import {point.attr}\nsys.argv[0] = {point.name!r}\n{point.attr}(['--help'])"
    assert "usage: lambda-cors-kit" in python([installed, dependencies], called)


def test_its_metadata(wheel: Path) -> None:
    metadata = _metadata(wheel)
    assert (metadata["Name"], metadata["Version"]) == ("lambda-cors-kit", __version__)
    assert metadata["License-File"] == "LICENSE"
    assert {"cli", "demo"} <= set(metadata.get_all("Provides-Extra") or [])
