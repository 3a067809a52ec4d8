"""One run: one suite behind one sender, in a pytest of its own."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from .install import MANGUM_ONLY, PYTHON, ROOT
from .reasons import Reasons, complaints

_SKIPPED = "not in Lambda: "
# Of pytest: all passed, some failed. Anything else is no result.
_RESULTS = (0, 1)


class RunError(RuntimeError):
    """A run that has no result."""


class Run(NamedTuple):
    """What came of a suite behind a sender.

    `events` counts the tests that made any, `kinds` what was skipped because it cannot be in Lambda, `own` what
    the suite itself skips; `complaints` is empty where everything is as the list of reasons says.
    """

    suite: str
    sender: str
    seconds: float
    passed: int
    events: int
    failed: int
    kinds: Mapping[str, int]
    own: int
    complaints: list[str]
    words: Mapping[str, str]


def run(suite: str, folder: Path, sender: str, reasons: Reasons, jobs: int) -> Run:
    """Runs a suite.

    Raises:
        RunError: where pytest did not come to an end of its own; with what it said.
    """
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as place:
        report = Path(place) / "report.json"
        command = [
            *(PYTHON, "-m", "pytest", "-q", "-p", "suites.plugin", "-p", "no:cacheprovider"),
            *("--sender", sender, "--report", report, "--by-name", json.dumps(reasons.by_name(suite))),
            *(("-n", str(jobs)) if jobs > 1 else ()),
            "tests",
        ]
        path = (ROOT, MANGUM_ONLY) if suite == "mangum" else (ROOT,)
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join(map(str, path)),
            "AWS_DEFAULT_REGION": "us-east-1",
        }
        said = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        if said.returncode not in _RESULTS:
            raise RunError(
                f"{suite} behind {sender}: pytest ended with {said.returncode}\n{said.stdout[-3000:]}"
                f"{said.stderr[-3000:]}"
            )
        tests: dict[str, dict[str, Any]] = json.loads(report.read_text())
    return summed(suite, sender, time.monotonic() - began, tests, reasons)


def summed(
    suite: str, sender: str, seconds: float, tests: Mapping[str, Mapping[str, Any]], reasons: Reasons
) -> Run:
    """The run whose tests came out so: for each its `outcome`, its `words` and the number of its `events`."""
    outcomes = {name: test["outcome"] for name, test in tests.items()}
    skipped = [test["words"] for test in tests.values() if test["outcome"] == "skipped"]
    kinds = Counter(words.removeprefix(_SKIPPED) for words in skipped if words.startswith(_SKIPPED))
    counts = Counter(outcomes.values())
    return Run(
        suite,
        sender,
        seconds,
        counts["passed"],
        sum(1 for test in tests.values() if test["events"]),
        counts["failed"],
        kinds,
        len(skipped) - kinds.total(),
        complaints(reasons, suite, sender, outcomes),
        {name: test["words"] for name, test in tests.items() if test["outcome"] == "failed"},
    )
