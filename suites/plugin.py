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
from .kit import RUNTIME_API, VARIABLE, write_environment
from .report import Report
from .senders import SENDERS
from .transport import SKIPPED, EventTransport


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of a run."""
    group = parser.getgroup("suites")
    group.addoption("--sender", required=True)
    group.addoption("--report", type=Path, required=True)
    group.addoption("--by-name", type=json.loads, default={}, help="JSON: test without parameters -> kind")


def pytest_configure(config: pytest.Config) -> None:
    """Puts the events in place before any test is imported."""
    os.environ[VARIABLE] = write_environment("none", None)
    # A test client starts its app where it is entered, as Lambda does at init.
    os.environ[RUNTIME_API] = "127.0.0.1:9001"
    logging.getLogger("lambda_cors_kit").disabled = True
    name = config.getoption("--sender")
    if name == mangums.NAME:
        mangums.install()
    else:
        # What the handler logs about an app's failure is not what these suites look for in their log.
        logging.getLogger("lambda_cors_kit").disabled = True
        transport.install({**SENDERS, CONTROL.name: CONTROL}[name])
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Report(config.getoption("--report")))


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
    """Ends at once what a test leaves open, also where it was skipped in the middle: the next would be blamed."""
    skipped = EventTransport.skips
    yield
    mangums.close_all()
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
