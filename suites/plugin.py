"""The pytest plugin of a run: `-p suites.plugin --sender NAME --report FILE [--by-name FILE]`.

It writes for each test what came of it, and how many events it made.
"""

from __future__ import annotations

import gc
import json
import logging
import os
import warnings
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from . import mangums, transport
from .control import CONTROL
from .kit import VARIABLE, write_environment
from .senders import SENDERS
from .transport import SKIPPED, EventTransport

_FAILED, _SKIPPED, _PASSED = "failed", "skipped", "passed"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of a run."""
    group = parser.getgroup("suites")
    group.addoption("--sender", required=True)
    group.addoption("--report", type=Path, required=True)
    group.addoption("--by-name", type=json.loads, default={}, help="JSON: test without parameters -> kind")


def pytest_configure(config: pytest.Config) -> None:
    """Puts the events in place before any test is imported."""
    os.environ[VARIABLE] = write_environment("none", None)
    logging.getLogger("lambda_cors_kit").disabled = True
    name = config.getoption("--sender")
    if name == mangums.NAME:
        mangums.install()
    else:
        # What the handler logs about an app's failure is not what these suites look for in their log.
        logging.getLogger("lambda_cors_kit").disabled = True
        transport.install({**SENDERS, CONTROL.name: CONTROL}[name])
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Report(config.getoption("--report")))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skips by kind what is known before it runs."""
    by_name: dict[str, str] = config.getoption("--by-name")
    for item in items:
        kind = by_name.get(item.nodeid.partition("[")[0]) or _kind_of(item)
        if kind is not None:
            item.add_marker(pytest.mark.skip(reason=SKIPPED + kind))


def _kind_of(item: pytest.Item) -> str | None:
    names = getattr(item, "fixturenames", ())
    if "localstack" in names:
        return "containers of an AWS emulator"
    params = getattr(getattr(item, "callspec", None), "params", {})
    backend = params.get("anyio_backend", "asyncio")
    return "trio" if "trio" in (backend, backend[0]) else None


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, None]:
    """Collects at once what a test left open that was skipped in the middle: the next one would be blamed."""
    skipped = EventTransport.skips
    yield
    if EventTransport.skips != skipped:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, None]:
    """Counts the events of a test."""
    before = EventTransport.asked + mangums.asked()
    yield
    item.user_properties.append(("events", EventTransport.asked + mangums.asked() - before))


class _Report:
    """What came of each test: the first failure of its phases counts, then a skip."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._tests: dict[str, dict[str, Any]] = {}

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file that cannot be imported is a failure under its own name."""
        if report.failed:
            self._tests[report.nodeid] = {"outcome": _FAILED, "words": report.longreprtext, "events": 0}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """One phase of a test."""
        test = self._tests.setdefault(report.nodeid, {"outcome": _PASSED, "words": "", "events": 0})
        test["events"] = max(test["events"], dict(report.user_properties).get("events", 0))
        if report.failed and test["outcome"] != _FAILED:
            test |= {"outcome": _FAILED, "words": report.longreprtext}
        elif report.skipped and test["outcome"] == _PASSED and not hasattr(report, "wasxfail"):
            words = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longreprtext
            test |= {"outcome": _SKIPPED, "words": words.removeprefix("Skipped: ")}

    def pytest_sessionfinish(self) -> None:
        """Writes the report."""
        self._file.write_text(json.dumps(self._tests, indent=1))
