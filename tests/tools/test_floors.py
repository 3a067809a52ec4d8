"""The floors of setup.cfg: each dependency has one, real enough to install, and none is written twice."""

from __future__ import annotations

import re
import tomllib

import pytest

from embedded import ROOT
from tools.floors import SETUP, FloorError, floors, pinned

TEXT = SETUP.read_text(encoding="utf-8")
SAMPLE = """
[options]
install_requires =
    starlette>=0.49.1
[options.extras_require]
# A comment.
cli =
    h11>=0.16
dev =
    %(cli)s
    moto[server]>=5.2.5
    starlette>=0.49.1
"""


def test_an_extra_brings_what_is_always_installed_and_the_extras_it_names() -> None:
    assert floors(SAMPLE, "dev") == ["starlette==0.49.1", "h11==0.16", "moto[server]==5.2.5"]
    assert floors(SAMPLE, "cli") == ["starlette==0.49.1", "h11==0.16"]


@pytest.mark.parametrize(
    "requirement", ["h11", "h11==0.16", "h11>0.16", "h11>=0.16,<1", "h11>=0.16; python_version>'3'", "h11>=", ""]
)
def test_a_requirement_without_one_floor_is_refused(requirement: str) -> None:
    with pytest.raises(FloorError, match=re.escape(repr(requirement)) + ".*write name>=version"):
        pinned(requirement)


def test_an_unknown_extra_is_refused() -> None:
    with pytest.raises(KeyError, match="nobody"):
        floors(SAMPLE, "nobody")


@pytest.mark.parametrize("extra", ["cli", "demo", "dev", "bench", "fuzz"])
def test_every_dependency_has_a_floor_and_no_two(extra: str) -> None:
    names = [each.partition("==")[0] for each in floors(TEXT, extra)]
    assert names[:2] == ["starlette", "mangum"]
    assert len(names) == len(set(names))


def test_the_tests_build_with_the_floor_of_the_build() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (requirement,) = project["build-system"]["requires"]
    assert pinned(requirement) in floors(TEXT, "dev")


def test_an_example_pins_nothing_below_a_floor() -> None:
    lowest = dict(each.split("==") for each in floors(TEXT, "bench"))
    seen = 0
    for page in sorted((ROOT / "examples").glob("*/requirements.txt")):
        for name, version in re.findall(r"^([\w-]+)==([\d.]+)$", page.read_text(encoding="utf-8"), re.MULTILINE):
            if name in lowest:
                assert _numbers(version) >= _numbers(lowest[name]), f"{page}: {name}=={version}"
                seen += 1
    assert seen


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
