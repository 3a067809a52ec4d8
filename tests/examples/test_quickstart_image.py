"""examples/quickstart/Dockerfile and what goes into the image."""

from __future__ import annotations

import ast
import configparser
import re
import sys

from embedded import ROOT

QUICKSTART = ROOT / "examples/quickstart"
DOCKERFILE = (QUICKSTART / "Dockerfile").read_text()
INSTRUCTIONS = re.findall(r"^([A-Z]+) (.+)$", DOCKERFILE, re.MULTILINE)


def arguments(instruction: str) -> list[str]:
    return [rest for name, rest in INSTRUCTIONS if name == instruction]


def pinned() -> dict[str, str]:
    lines = (QUICKSTART / "requirements.txt").read_text().splitlines()
    return dict(line.split("==") for line in lines if line and not line.startswith("#"))


def test_two_stages_on_one_base_that_can_be_replaced() -> None:
    assert arguments("FROM") == ["${BASE} AS build", "${BASE}"]
    [base] = arguments("ARG")
    assert re.fullmatch(r"BASE=public\.ecr\.aws/lambda/python:3\.1[1-9]", base)


def test_the_code_is_compiled_for_a_file_system_that_is_read_only() -> None:
    [compiled] = [run for run in arguments("RUN") if "compileall" in run]
    assert "unchecked-hash" in compiled
    assert any("--no-compile" in run and "--no-cache-dir" in run for run in arguments("RUN"))


def test_it_does_not_run_as_root() -> None:
    user = arguments("USER")[-1].partition(":")[0]
    assert user.isdecimal()
    assert int(user) > 0


def test_lambda_starts_the_handler_that_main_tf_names() -> None:
    assert arguments("ENTRYPOINT") == ['["python", "-m", "awslambdaric"]']
    assert arguments("CMD") == ['["app.handler"]']
    assert 'command = ["app.handler"]' in (QUICKSTART / "main.tf").read_text()


def test_the_builder_gets_what_the_image_needs_and_nothing_else() -> None:
    ignored = (QUICKSTART / ".dockerignore").read_text().splitlines()
    passed = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    assert "*" in ignored
    copied = {word for copy in arguments("COPY") if "--from" not in copy for word in copy.split()[:-1]}
    assert passed == copied
    assert all((QUICKSTART / name).is_file() for name in copied)


def test_requirements_are_pinned_and_the_kit_is_this_one() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    assert pinned()["lambda-cors-kit"] == setup["metadata"]["version"]
    assert all(re.fullmatch(r"[0-9]+(\.[0-9]+)+", version) for version in pinned().values())


def test_everything_that_the_app_imports_is_installed() -> None:
    tree = ast.parse((QUICKSTART / "app.py").read_text())
    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    third_party = imported - set(sys.stdlib_module_names)
    # FastAPI brings Pydantic, and says so.
    assert third_party - {"pydantic"} <= {name.replace("-", "_") for name in pinned()}
