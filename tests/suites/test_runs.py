"""What a run's report comes to."""

from __future__ import annotations

from typing import Any

from suites.reasons import read
from suites.runs import summed

TESTS: dict[str, dict[str, Any]] = {
    "a": {"outcome": "passed", "words": "", "events": 2},
    "b": {"outcome": "passed", "words": "", "events": 0},
    "c": {"outcome": "failed", "words": "assert 1 == 2", "events": 1},
    "d": {"outcome": "skipped", "words": "not in Lambda: trio", "events": 0},
    "e": {"outcome": "skipped", "words": "not in Lambda: trio", "events": 0},
    "f": {"outcome": "skipped", "words": "needs Python 3.14", "events": 0},
}


def test_tests_are_counted_and_skips_by_kind() -> None:
    run = summed("starlette", "rest", 1.0, TESTS, read(""))
    assert (run.passed, run.failed, run.events, dict(run.kinds), run.own) == (2, 1, 2, {"trio": 2}, 1)


def test_a_failure_is_a_complaint_with_its_words() -> None:
    run = summed("starlette", "rest", 1.0, TESTS, read(""))
    assert run.complaints == ["c failed"]
    assert run.words == {"c": "assert 1 == 2"}
