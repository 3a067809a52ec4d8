"""The list of what may fail, and the check that it is neither longer nor shorter than what does."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).with_name("reasons.toml")


class ReasonsError(ValueError):
    """An entry that says too little; the message names it."""


class Accepted(NamedTuple):
    """A test that may fail: in which suite, behind which sender, and why."""

    suite: str
    sender: str
    test: str
    reason: str


class Kind(NamedTuple):
    """A kind of test that is not run, and its members, which nothing but the name tells."""

    suite: str
    kind: str
    tests: tuple[str, ...]


class Reasons(NamedTuple):
    """The whole list."""

    accepted: tuple[Accepted, ...]
    kinds: tuple[Kind, ...]

    def by_name(self, suite: str) -> dict[str, str]:
        """What a suite skips by name: the test without its parameters, and its kind."""
        return {test: each.kind for each in self.kinds if each.suite == suite for test in each.tests}


def read(text: str) -> Reasons:
    """The list in TOML: `[[failure]]` with suite, senders, tests, reason; `[[skip]]` with suite, kind, tests.

    Raises:
        ReasonsError: where a key is missing or unknown, a reason has fewer than four words, or a test stands
            twice.
    """
    content = tomllib.loads(text)
    accepted: list[Accepted] = []
    for entry in content.get("failure", []):
        _complete(entry, {"suite", "senders", "tests", "reason"})
        if len(entry["reason"].split()) < 4:
            raise ReasonsError(f"the reason {entry['reason']!r} of {entry['tests']} is too short to be one")
        accepted += [
            Accepted(entry["suite"], sender, test, entry["reason"])
            for sender in entry["senders"]
            for test in entry["tests"]
        ]
    places = [each[:3] for each in accepted]
    for place in places:
        if places.count(place) > 1:
            raise ReasonsError(f"{place[2]} stands twice in the list for {place[0]} behind {place[1]}")
    kinds = []
    for entry in content.get("skip", []):
        _complete(entry, {"suite", "kind", "tests"})
        kinds.append(Kind(entry["suite"], entry["kind"], tuple(entry["tests"])))
    return Reasons(tuple(accepted), tuple(kinds))


def _complete(entry: Mapping[str, object], keys: set[str]) -> None:
    if set(entry) != keys:
        raise ReasonsError(f"{dict(entry)} has not the keys {sorted(keys)}, but {sorted(entry)}")


def complaints(reasons: Reasons, suite: str, sender: str, outcomes: Mapping[str, str]) -> list[str]:
    """What is wrong with a run: failures that are not listed, and entries that no failure bears out.

    `outcomes` has "passed", "failed" or "skipped" for each test.
    """
    listed = [each.test for each in reasons.accepted if (each.suite, each.sender) == (suite, sender)]
    found = [f"{test} failed" for test in _of(outcomes, "failed") if test not in listed]
    for test in listed:
        outcome = outcomes.get(test)
        if outcome != "failed":
            found.append(f"{test} is listed as a failure and {outcome or 'is not in the suite'}")
    functions = {test.partition("[")[0] for test in outcomes}
    for test in reasons.by_name(suite):
        if test not in functions:
            found.append(f"{test} is listed to be skipped and is not in the suite")
    return found


def _of(outcomes: Mapping[str, str], outcome: str) -> Iterable[str]:
    return (test for test, each in outcomes.items() if each == outcome)
