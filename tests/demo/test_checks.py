"""The table cannot be green by accident: every point of every expectation is able to fail."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from demo.__main__ import check_all, exit_status
from demo.checks import CHECKS, Asked, Check, Expected, Observation, PageName, as_json, differences, judge
from demo.table import HEADINGS, request_line, shown, table

PAGES: dict[PageName, str] = {"allowed": "http://localhost:1", "refused": "http://127.0.0.1:1"}


def as_expected(expected: Expected) -> Observation:
    return Observation(
        status=expected.status,
        body=f"before {expected.text} after" if expected.status else "",
        hidden="No 'Access-Control-Allow-Origin' header" if expected.status is None else "",
        preflight=expected.preflight,
        invocations=expected.invocations,
    )


EACH = pytest.mark.parametrize("check", CHECKS, ids=lambda check: f"{check.page} {request_line(check.asked)}")


@EACH
def test_what_is_expected_has_no_differences(check: Check) -> None:
    assert differences(check.expected, as_expected(check.expected)) == ()


@EACH
def test_every_deviation_is_a_difference(check: Check) -> None:
    right = as_expected(check.expected)
    deviations = {
        "no answer at all: refused": replace(right, status=None, hidden="", failure="refused"),
        "times instead of": replace(right, invocations=check.expected.invocations + 1),
        "the function ran None times": replace(right, invocations=None),
        "preflight: 500 instead of": replace(right, preflight=500),
    }
    if check.expected.status is None:
        deviations["the page read status 200"] = replace(right, status=200, hidden="")
    else:
        deviations["hidden by CORS: a rule"] = replace(right, status=None, hidden="a rule")
        deviations[f"status 502 instead of {check.expected.status}"] = replace(right, status=502)
    if check.expected.text:
        deviations["the body has no"] = replace(right, body="something else")
    for words, seen in deviations.items():
        (difference,) = differences(check.expected, seen)
        assert words in difference


def test_a_preflight_that_was_not_sent_is_a_difference() -> None:
    expected = Expected(200, preflight=204)
    assert differences(expected, Observation(status=200, invocations=1)) == ("preflight: none instead of 204",)


def test_one_wrong_row_turns_the_exit_status() -> None:
    rows = [judge(check, as_expected(check.expected)) for check in CHECKS]
    assert exit_status(rows) == 0
    for position, row in enumerate(rows):
        readable = Observation(status=200, body="secret", preflight=None, invocations=7)
        assert exit_status([*rows[:position], judge(row.check, readable), *rows[position + 1 :]]) == 1


class EveryPageReads:
    """A browser without CORS, and a function that runs for preflights too."""

    name = "a careless browser"
    invocations = 0

    def observe(self, page: PageName, api: str, asked: Asked) -> Observation:
        self.invocations += 2
        return Observation(status=200, body=f"{page} {api} {asked.path}")


def test_what_really_happened_decides(capsys: pytest.CaptureFixture[str]) -> None:
    careless = EveryPageReads()
    rows = check_all(careless, CHECKS, lambda: careless.invocations, "http://api")
    assert all(row.observation.body == f"{row.check.page} http://api {row.check.asked.path}" for row in rows)
    assert all(row.observation.invocations == 2 for row in rows)
    assert all(row.differences for row in rows)
    assert exit_status(rows) == 1
    assert capsys.readouterr().out.count("DIFFERS") == len(CHECKS)


def test_no_rows_are_no_success() -> None:
    assert exit_status([]) == 1


def test_the_checks_cover_what_the_demo_promises() -> None:
    for page in ("allowed", "refused"):
        asked = [check.asked for check in CHECKS if check.page == page]
        assert {"GET", "PUT"} <= {each.method for each in asked}
        assert any(each.credentials == "include" for each in asked)
        assert any(each.path == "/crash" for each in asked)
    readable = {check.expected.status for check in CHECKS if check.page == "allowed"}
    assert {200, 404, 500, None} <= readable
    assert {check.expected.status for check in CHECKS if check.page == "refused"} == {None}


def test_no_preflight_is_expected_to_run_the_function() -> None:
    for check in CHECKS:
        if check.expected.preflight is not None:
            assert check.expected.invocations == (0 if check.expected.status is None else 1)


def test_the_table_shows_every_row_and_explains_the_wrong_ones() -> None:
    right = Check("allowed", "a simple request", Asked("/items"), Expected(200))
    wrong = Check("refused", "a secret", Asked("/me", credentials="include"), Expected(None))
    rows = [
        judge(right, Observation(status=200, body="[]", invocations=1)),
        judge(wrong, Observation(status=200, body="x" * 500, invocations=1)),
    ]
    lines = table(rows, PAGES).splitlines()
    assert re.split("  +", lines[0]) == list(HEADINGS)
    assert lines[2].split() == ["allowed", "GET", "/items", "200", "[]", "200", "none", "1x", "ok"]
    assert lines[3].startswith("refused  GET /me, with credentials  200 xxx")
    assert lines[3].endswith("DIFFERS")
    assert len(lines[3]) < 140
    assert "DIFFERS: refused page, GET /me, with credentials (a secret)" in lines
    assert "  - the page read status 200, which it must not" in lines
    assert lines[-1] == "1 of 2 rows are as expected."


@pytest.mark.parametrize(
    ("seen", "text"),
    [
        (Observation(status=404, body='{"detail":\n "none"}'), '404 {"detail": "none"}'),
        (Observation(hidden="a rule"), "blocked: a rule"),
        (Observation(failure="connection refused"), "no answer: connection refused"),
    ],
)
def test_what_was_seen_in_one_line(seen: Observation, text: str) -> None:
    assert shown(seen) == text


def test_the_page_gets_all_that_fetch_needs() -> None:
    check = Check("allowed", "t", Asked("/a", "PUT", {"A": "b"}, "{}", "include", 3), Expected(200, "x", 204, 1))
    assert as_json(check) == {
        "page": "allowed",
        "title": "t",
        "asked": {
            "path": "/a",
            "method": "PUT",
            "headers": {"A": "b"},
            "body": "{}",
            "credentials": "include",
            "padding": 3,
        },
        "expected": {"status": 200, "text": "x", "preflight": 204, "invocations": 1},
    }
