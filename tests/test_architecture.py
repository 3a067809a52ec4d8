"""The order of the rooms: it is written down in CONTRIBUTING.md, and held here."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from benchmarks import imports
from embedded import ROOT

PACKAGE = "lambda_cors_kit"
SOURCES = ROOT / "python"
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
MAX_LINES = 300
# May be imported before there is an app, at the cost of a cold start.
LIGHT = [PACKAGE, *(f"{PACKAGE}.{room}" for room in ("policy", "decision", "environment", "rules", "origins"))]


def table(head: str) -> list[str]:
    """The names in the first column of one of CONTRIBUTING's tables."""
    rows = CONTRIBUTING.partition(f"| {head} | what |\n|---|---|\n")[2].partition("\n\n")[0]
    return [name for row in rows.splitlines() for name in re.findall(r"`([^`]+)`", row.split("|")[1])]


ROOMS = table("room")


def modules(sources: Path) -> dict[str, Path]:
    """Every module of the package by its dotted name; a package is its `__init__`."""
    found = {}
    for path in sorted((sources / PACKAGE).rglob("*.py")):
        parts = path.relative_to(sources).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported(name: str, path: Path, known: dict[str, Path]) -> Iterator[str]:
    """The package's modules that a module imports anywhere: for type checkers and inside functions too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            here = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
            above = here[: len(here) - node.level + 1] if node.level else []
            source = ".".join([*above, *([node.module] if node.module else [])])
            each = [f"{source}.{alias.name}" for alias in node.names]
            targets = [target if target in known else source for target in each]
        else:
            continue
        yield from (target for target in targets if target in known)


def room(name: str) -> str:
    return name.split(".")[1] if "." in name else "__init__"


def graph(sources: Path) -> dict[str, set[str]]:
    known = modules(sources)
    return {name: set(imported(name, path, known)) for name, path in known.items()}


def upward(imports_of: dict[str, set[str]], order: list[str]) -> list[str]:
    """Every import that runs against the order of the rooms."""
    return [
        f"{name} imports {target}"
        for name, targets in imports_of.items()
        for target in sorted(targets)
        if order.index(room(target)) > order.index(room(name))
    ]


def circle(imports_of: dict[str, set[str]]) -> list[str]:
    """Modules that import each other in a circle; empty where none do."""
    try:
        TopologicalSorter(imports_of).prepare()
    except CycleError as error:
        found: list[str] = error.args[1]
        return found
    return []


def test_the_table_and_the_tree_have_the_same_rooms() -> None:
    rooms = {room(name) for name in modules(SOURCES)}
    assert len(ROOMS) == len(set(ROOMS))
    assert set(ROOMS) == rooms


def test_no_import_runs_upwards() -> None:
    assert upward(graph(SOURCES), ROOMS) == []


def test_no_import_runs_in_a_circle() -> None:
    assert circle(graph(SOURCES)) == []


@pytest.mark.parametrize(
    "source",
    [
        "from .high import thing",
        "from . import high",
        "import lambda_cors_kit.high",
        "from lambda_cors_kit import high",
        "from lambda_cors_kit.high.inner import thing",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .high import thing",
        "def late() -> None:\n    from .high.inner import thing",
        "class Late:\n    async def late(self):\n        from . import high",
        "try:\n    from .high import thing\nexcept ImportError:\n    thing = None",
    ],
)
def test_an_import_that_runs_upwards_or_in_a_circle_is_found(source: str, tmp_path: Path) -> None:
    package = tmp_path / PACKAGE
    (package / "high").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "low.py").write_text(source)
    (package / "high/__init__.py").write_text("from .inner import thing")
    (package / "high/inner.py").write_text("thing = 1")
    order = ["__init__", "low", "high"]

    (found,) = upward(graph(tmp_path), order)
    assert found.startswith("lambda_cors_kit.low imports lambda_cors_kit.high")
    assert circle(graph(tmp_path)) == []
    (package / "high/inner.py").write_text("from .. import low\nthing = 1")
    assert {"lambda_cors_kit.low", "lambda_cors_kit.high.inner"} <= set(circle(graph(tmp_path)))


def test_a_file_has_one_idea_or_says_in_its_first_line_why_it_is_long() -> None:
    too_long = {
        str(path.relative_to(SOURCES / PACKAGE))
        for path in SOURCES.rglob("*.py")
        if len(lines := path.read_text(encoding="utf-8").splitlines()) > MAX_LINES and "because" not in lines[0]
    }
    assert too_long == set()


def test_a_folder_of_modules_is_a_package_so_that_the_wheel_has_it() -> None:
    folders = {path.parent for path in modules(SOURCES).values()}
    assert {folder for folder in folders if not (folder / "__init__.py").is_file()} == set()


@pytest.mark.parametrize("name", LIGHT)
def test_the_core_imports_what_lambdas_runtime_has_loaded(name: str) -> None:
    loaded = imports.execute(f"import {name}")[1]
    assert name in loaded
    assert [each for each in loaded if each.partition(".")[0] != PACKAGE] == []


def test_what_lambdas_runtime_has_not_loaded_is_seen() -> None:
    assert {"dataclasses", "inspect"} <= set(imports.execute("import dataclasses")[1])


@pytest.mark.parametrize("name", LIGHT)
def test_the_core_compiles_no_text_while_it_is_imported(name: str) -> None:
    assert compiled_from_text(f"import {name}") == []


def test_what_is_compiled_from_text_is_seen() -> None:
    assert compiled_from_text("from collections import namedtuple; namedtuple('Pair', 'one other')") != []


def compiled_from_text(program: str) -> list[str]:
    """What a program hands to `eval` and `exec` as text: what `namedtuple` does, and a cold start pays for."""
    program = f"""
import awslambdaric.bootstrap, awslambdaric.lambda_runtime_client, sys
files = []
sys.addaudithook(lambda event, args: event == "compile" and files.append(str(args[1])))
{program}
print(*(file for file in files if not file.endswith(".py")), sep="\\n")
"""
    environment = {**os.environ, "PYTHONPATH": str(SOURCES)}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout.split()


def test_the_table_and_the_tree_have_the_same_folders() -> None:
    listed = table("folder")
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and path.name[0] not in "._"}
    assert {name.split("/")[0] for name in listed} == folders
    assert {name for name in listed if name.startswith("modules/")} == {
        f"modules/{path.name}" for path in (ROOT / "modules").iterdir() if path.is_dir()
    }
    assert [name for name in listed if not (ROOT / name).is_dir()] == []
