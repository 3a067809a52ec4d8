"""The README's snippets are the quickstart's, run as they stand, and name targets and files that exist."""

from __future__ import annotations

import re
from typing import Any

import pytest

from embedded import ROOT
from lambda_cors_kit import CORSPolicy, PolicyError
from lambda_cors_kit.environment import VARIABLE, write_environment

README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_the_python_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    policy = CORSPolicy(["https://app.example.com"])
    monkeypatch.setenv(VARIABLE, write_environment("function", policy.to_dict()))
    names: dict[str, Any] = {"__name__": "readme"}
    # FastAPI looks the annotations of a route up in the globals that it was written in.
    for source in blocks("python"):
        exec(compile(source, "README.md", "exec"), names)
    names["page"].close()
    names["handler"].close()


def test_the_module_call_is_the_quickstarts() -> None:
    call, more = blocks("hcl")
    assert call in (ROOT / "examples/quickstart/main.tf").read_text(encoding="utf-8")
    variables = "".join(file.read_text(encoding="utf-8") for file in ROOT.glob("modules/lambda_api/variables*.tf"))
    for name in re.findall(r"^  (\w+) +=", more, re.MULTILINE):
        assert f'variable "{name}"' in variables


def test_the_messages_are_what_the_kit_says() -> None:
    with pytest.raises(PolicyError) as caught:
        CORSPolicy(["https://app.example.com/", "*"], allow_credentials=True)
    (block,) = blocks("text")
    assert set(block.splitlines()) <= set(str(caught.value).splitlines())


def test_the_version_in_the_source_is_this_one() -> None:
    version = re.search(r"^version = (.*)$", (ROOT / "setup.cfg").read_text(encoding="utf-8"), re.MULTILINE)
    assert version is not None
    assert set(re.findall(r"\?ref=v([0-9.]+)", README)) == {version[1]}


def test_every_target_and_every_link_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^make ([a-z-]+)", README, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    for link in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / link).exists(), link
