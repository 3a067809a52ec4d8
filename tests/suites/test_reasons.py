"""The list of accepted failures is checked both ways."""

from __future__ import annotations

import pytest

from suites.reasons import FILE, ReasonsError, complaints, read

LIST = """
[[failure]]
suite = "starlette"
senders = ["rest"]
tests = ["tests/test_a.py::test_b[asyncio]"]
reason = "a REST API keeps no such thing"

[[skip]]
suite = "starlette"
kind = "client port"
tests = ["tests/test_a.py::test_port"]
"""
LISTED, PORT = "tests/test_a.py::test_b[asyncio]", "tests/test_a.py::test_port[asyncio]"


def test_a_run_that_is_as_the_list_says_has_no_complaints() -> None:
    assert complaints(read(LIST), "starlette", "rest", {LISTED: "failed", PORT: "skipped", "c": "passed"}) == []


def test_an_unlisted_failure_is_a_complaint() -> None:
    found = complaints(read(LIST), "starlette", "rest", {LISTED: "failed", PORT: "skipped", "c": "failed"})
    assert found == ["c failed"]


def test_a_failure_listed_for_another_sender_is_a_complaint() -> None:
    found = complaints(read(LIST), "starlette", "http_api", {LISTED: "failed", PORT: "skipped"})
    assert found == [f"{LISTED} failed"]


@pytest.mark.parametrize(("outcome", "words"), [("passed", "passed"), ("skipped", "skipped")])
def test_a_listed_test_that_does_not_fail_is_a_complaint(outcome: str, words: str) -> None:
    found = complaints(read(LIST), "starlette", "rest", {LISTED: outcome, PORT: "skipped"})
    assert found == [f"{LISTED} is listed as a failure and {words}"]


def test_a_listed_test_that_is_not_there_is_a_complaint() -> None:
    found = complaints(read(LIST), "starlette", "rest", {"c": "passed"})
    assert found == [
        f"{LISTED} is listed as a failure and is not in the suite",
        "tests/test_a.py::test_port is listed to be skipped and is not in the suite",
    ]


@pytest.mark.parametrize(
    "text",
    [
        LIST + LIST,
        LIST.replace("a REST API keeps no such thing", "because"),
        LIST.replace('senders = ["rest"]', ""),
        LIST.replace('kind = "client port"', 'kinds = ["client port"]'),
    ],
    ids=["twice", "no reason", "no senders", "another key"],
)
def test_an_entry_that_says_too_little_is_refused(text: str) -> None:
    with pytest.raises(ReasonsError):
        read(text)


def test_the_list_of_this_project_can_be_read() -> None:
    assert read(FILE.read_text()).kinds
