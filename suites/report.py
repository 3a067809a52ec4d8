"""What a run of pytest writes down: for each test what came of it, and how many events it made."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

_FAILED, _SKIPPED, _PASSED = "failed", "skipped", "passed"


class Report:
    """The outcome of each test that was collected: the first failure of its phases counts, then a skip.

    A test that did not come to its end has failed; so a run that broke off is not a shorter one.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._tests: dict[str, dict[str, Any]] = {}
        self._collected: set[str] = set()
        self._ended: set[str] = set()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """The tests of a run in one process."""
        self._collected.update(item.nodeid for item in session.items)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: object, ids: Iterable[str]) -> None:
        """The tests of a run in several processes, from each of them."""
        self._collected.update(ids)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file that cannot be imported is a failure under its own name."""
        if report.failed:
            self._fail(report.nodeid, report.longreprtext)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """One phase of a test."""
        test = self._test(report.nodeid)
        test["events"] = max(test["events"], dict(report.user_properties).get("events", 0))
        if report.when == "teardown":
            self._ended.add(report.nodeid)
        if report.failed and test["outcome"] != _FAILED:
            self._fail(report.nodeid, report.longreprtext)
        elif report.skipped and test["outcome"] == _PASSED and not hasattr(report, "wasxfail"):
            words = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longreprtext
            test |= {"outcome": _SKIPPED, "words": words.removeprefix("Skipped: ")}

    def pytest_sessionfinish(self) -> None:
        """Writes the report."""
        for name in self._collected - self._ended:
            if self._test(name)["outcome"] != _FAILED:
                self._fail(name, "pytest broke off before this test had come to its end")
        self._file.write_text(json.dumps(self._tests, indent=1))

    def _test(self, name: str) -> dict[str, Any]:
        return self._tests.setdefault(name, {"outcome": _PASSED, "words": "", "events": 0})

    def _fail(self, name: str, words: str) -> None:
        self._test(name).update(outcome=_FAILED, words=words)
