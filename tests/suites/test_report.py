"""What a run writes down, also where it broke off."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from suites.report import Report


def report(tmp_path: Path, *phases: pytest.TestReport, collected: tuple[str, ...] = ("a",)) -> Any:
    made = Report(tmp_path / "report.json")
    items = [SimpleNamespace(nodeid=name) for name in collected]
    made.pytest_collection_finish(cast("pytest.Session", SimpleNamespace(items=items)))
    for each in phases:
        made.pytest_runtest_logreport(each)
    made.pytest_sessionfinish()
    return json.loads((tmp_path / "report.json").read_text())


def phase(when: Any, outcome: Any = "passed", words: Any = None, events: int = 0) -> pytest.TestReport:
    properties = [("events", events)]
    return pytest.TestReport("a", ("a.py", 1, "a"), {}, outcome, words, when, user_properties=properties)


def test_a_test_that_came_to_its_end_has_passed(tmp_path: Path) -> None:
    tests = report(tmp_path, phase("setup"), phase("call", events=2), phase("teardown", events=2))
    assert tests == {"a": {"outcome": "passed", "words": "", "events": 2}}


@pytest.mark.parametrize("when", ["setup", "call", "teardown"])
def test_a_failure_of_any_phase_counts(tmp_path: Path, when: str) -> None:
    phases = [
        phase(each, "failed" if each == when else "passed", "because") for each in ("setup", "call", "teardown")
    ]
    assert report(tmp_path, *phases)["a"]["outcome"] == "failed"


def test_a_skip_has_its_reason(tmp_path: Path) -> None:
    skip = phase("call", "skipped", ("a.py", 1, "Skipped: not in Lambda: trio"))
    assert report(tmp_path, phase("setup"), skip, phase("teardown"))["a"]["words"] == "not in Lambda: trio"


@pytest.mark.parametrize("phases", [(), (phase("setup"),), (phase("setup"), phase("call"))], ids=len)
def test_a_run_that_broke_off_has_failed_tests(tmp_path: Path, phases: Any) -> None:
    assert report(tmp_path, *phases)["a"]["outcome"] == "failed"
