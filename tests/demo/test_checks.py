"""The table cannot be green by accident: every point of every expectation, on every gateway, is able to fail."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace

import pytest

from demo.__main__ import check_all, exit_status
from demo.checks import CHECKS, SUCCESS, Asked, Cell, Check, Expected, Observation, PageName, Row, expected, judge
from demo.gateways import Facts, Running
from demo.summary import summary
from demo.table import WIDTH, legend, request_line, result, table

PAGES: dict[PageName, str] = {"allowed": "http://localhost:1", "refused": "http://127.0.0.1:1"}
REST = Facts("rest", "function", False, ("A REST API cannot do this.",))
HTTP = Facts("http", "gateway", False)
PATTERNS = Facts("http", "function", True)
URL = Facts("function_url", "gateway", False, ("one", "two " * 200), signed=True)
PUBLIC = Facts("function_url", "function", True)
GATEWAYS = (REST, HTTP, PATTERNS, URL, PUBLIC)


def as_expected(check: Check, gateway: Facts) -> Observation:
    wanted = expected(check, gateway)
    return Observation(
        status=wanted.status,
        body=f"before {wanted.text} after" if wanted.status else "",
        hidden="No 'Access-Control-Allow-Origin' header" if wanted.status is None else "",
        preflight=None if wanted.preflight is None else min(wanted.preflight),
        invocations=wanted.invocations,
    )


def all_as_expected(gateways: Sequence[Facts] = GATEWAYS) -> list[Row]:
    return [Row(check, [judge(check, each, as_expected(check, each)) for each in gateways]) for check in CHECKS]


EACH = pytest.mark.parametrize("check", CHECKS, ids=lambda check: f"{check.page} {request_line(check.asked)}")
BEHIND = pytest.mark.parametrize("gateway", GATEWAYS, ids=lambda each: f"{each.kind}-{each.writer}")


@EACH
@BEHIND
def test_what_is_expected_has_no_differences(check: Check, gateway: Facts) -> None:
    assert judge(check, gateway, as_expected(check, gateway)).differences == ()


@EACH
@BEHIND
def test_every_deviation_is_a_difference(check: Check, gateway: Facts) -> None:
    right, wanted = as_expected(check, gateway), expected(check, gateway)
    deviations = {
        "no answer at all: refused": replace(right, status=None, hidden="", failure="refused"),
        "times instead of": replace(right, invocations=wanted.invocations + 1),
        "the function ran None times": replace(right, invocations=None),
        "preflight: 500 instead of": replace(right, preflight=500),
    }
    if wanted.preflight is not None:
        deviations["preflight: none instead of"] = replace(right, preflight=None)
    if wanted.status is None:
        deviations["the page read status 200"] = replace(right, status=200, hidden="")
    else:
        deviations["hidden by CORS: a rule"] = replace(right, status=None, hidden="a rule")
        deviations[f"status 502 instead of {wanted.status}"] = replace(right, status=502)
    if wanted.text:
        deviations["the body has no"] = replace(right, body="something else")
    for words, seen in deviations.items():
        (difference,) = judge(check, gateway, seen).differences
        assert words in difference


PUT = Check("allowed", "t", Asked("/", "PUT"), 200, preflight="passes")
NOT_ALLOWED = replace(PUT, page="refused", status=None, preflight="fails")
GET = Check("allowed", "t", Asked("/"), 200)


@pytest.mark.parametrize(
    ("check", "gateway", "preflight", "invocations"),
    [
        (GET, REST, None, 1),
        (GET, PATTERNS, None, 1),
        (GET, URL, SUCCESS, 1),
        (PUT, REST, (204,), 1),
        (PUT, HTTP, SUCCESS, 1),
        (PUT, PATTERNS, (204,), 2),
        (PUT, URL, SUCCESS, 1),
        (NOT_ALLOWED, REST, (403,), 0),
        (NOT_ALLOWED, HTTP, SUCCESS, 0),
        (NOT_ALLOWED, PATTERNS, (403,), 1),
        (replace(GET, page="refused", status=None), HTTP, None, 1),
        (replace(GET, page="refused", status=None), URL, SUCCESS, 0),
        (replace(PUT, again=True), PATTERNS, None, 1),
        (replace(NOT_ALLOWED, again=True), PATTERNS, (403,), 1),
        (replace(GET, runs=False), REST, None, 0),
        (replace(PUT, runs=False), PATTERNS, (204,), 1),
    ],
)
def test_what_differs_between_gateways_is_the_preflight(
    check: Check, gateway: Facts, preflight: tuple[int, ...] | range | None, invocations: int
) -> None:
    assert expected(check, gateway) == Expected(check.status, "", preflight, invocations)


def test_one_wrong_cell_turns_the_exit_status() -> None:
    rows = all_as_expected()
    assert exit_status(rows) == 0
    readable = Observation(status=200, body="secret", preflight=None, invocations=7)
    for position, row in enumerate(rows):
        for column, cell in enumerate(row.cells):
            cells = [*row.cells[:column], judge(row.check, cell.gateway, readable), *row.cells[column + 1 :]]
            assert exit_status([*rows[:position], Row(row.check, cells), *rows[position + 1 :]]) == 1


class EveryPageReads:
    """A browser without CORS, and a function that runs for preflights too."""

    name = "a careless browser"
    invocations = 0

    def observe(self, page: PageName, api: str, asked: Asked) -> Observation:
        self.invocations += 2
        return Observation(status=200, body=f"{page} {api} {asked.path} {asked.headers.get('Authorization', '')}")


def test_what_really_happened_decides(capsys: pytest.CaptureFixture[str]) -> None:
    careless = EveryPageReads()
    gateways = [Running(facts, f"http://{facts.kind}", lambda: careless.invocations) for facts in (REST, URL)]
    rows = check_all(careless, CHECKS, gateways)
    for row in rows:
        rest, url = (cell.observation for cell in row.cells)
        page, path = row.check.page, row.check.asked.path
        assert rest.body == f"{page} http://rest {path} "
        assert url.body.startswith(f"{page} http://function_url {path} AWS4-HMAC-SHA256 ")
        assert (rest.invocations, url.invocations) == (2, 2)
        assert not row.right
    assert exit_status(rows) == 1
    assert capsys.readouterr().out.count("DIFFERS") == len(CHECKS)


def test_no_rows_and_no_gateways_are_no_success() -> None:
    assert exit_status([]) == 1
    assert exit_status([Row(CHECKS[0], [])]) == 1


def test_the_checks_cover_what_the_demo_promises() -> None:
    for page in ("allowed", "refused"):
        asked = [check.asked for check in CHECKS if check.page == page]
        assert {"GET", "PUT"} <= {each.method for each in asked}
        assert any(each.credentials == "include" for each in asked)
        assert any(each.path == "/crash" for each in asked)
    assert {200, 404, 500, None} <= {check.status for check in CHECKS if check.page == "allowed"}
    assert {check.status for check in CHECKS if check.page == "refused"} == {None}


def test_a_request_is_made_again_right_after_the_first_time() -> None:
    for before, check in itertools.pairwise(CHECKS):
        if check.again:
            assert (before.page, before.asked) == (check.page, check.asked)


def two_rows() -> list[Row]:
    right = Check("allowed", "a simple request", Asked("/items"), 200)
    wrong = Check("refused", "a secret", Asked("/me", credentials="include"), None)
    read = Observation(status=200, body="[]", invocations=1)
    stopped = Observation(hidden="a </script> rule", preflight=200, invocations=0)
    return [
        Row(right, [judge(right, REST, read), judge(right, URL, replace(read, preflight=200))]),
        Row(wrong, [judge(wrong, REST, read), judge(wrong, URL, stopped)]),
    ]


def test_the_table_shows_every_cell_and_explains_the_wrong_ones() -> None:
    lines = table(two_rows()).splitlines()
    assert re.split(r" *\| ", lines[0].strip("| ")) == ["REST API", "Function URL, signed"]
    spoken = [" ".join(line.split()) for line in lines]
    assert spoken[1] == "page request | shown preflight ran | shown preflight ran verdict"
    assert spoken[3] == "allowed GET /items | 200 none 1x | 200 200 1x ok"
    assert spoken[4] == "refused GET /me, cookies | 200 none 1x | blocked 200 0x DIFFERS"
    assert lines[6:8] == [
        "DIFFERS: REST API, refused page, GET /me, cookies (a secret)",
        "  - the page read status 200, which it must not",
    ]
    assert lines[-1] == "1 of 2 rows are as expected, each through 2 gateways."


def test_table_and_legend_fit_the_terminal() -> None:
    text = table(all_as_expected((REST, HTTP, URL))) + "\n" + legend(PAGES, (REST, HTTP, URL))
    assert max(map(len, text.splitlines())) <= WIDTH


def test_the_legend_says_who_writes_and_what_a_gateway_cannot_do() -> None:
    text = legend(PAGES, (REST, HTTP, URL))
    assert all(origin in text for origin in PAGES.values())
    assert "REST API: the function writes the headers. A REST API cannot do this." in text
    assert "HTTP API: the gateway writes the headers." in text
    assert text.endswith(" …")
    assert "The Function URL wants signed requests (AWS_IAM)" in text
    assert "signed requests" not in legend(PAGES, (REST, HTTP))


@pytest.mark.parametrize(
    ("seen", "text"),
    [
        (Observation(status=404), "404"),
        (Observation(hidden="a rule"), "blocked"),
        (Observation(failure="connection refused"), "failed"),
    ],
)
def test_what_was_seen_in_a_word(seen: Observation, text: str) -> None:
    assert result(seen) == text


def test_the_report_has_every_cell_and_marks_the_wrong_ones() -> None:
    report = summary(two_rows(), PAGES, "Chromium 1")
    # Two gateways: what was shown, the preflight where one was sent, how often the function ran.
    assert [cell.shown for cell in report.cells] == [
        *("200", "1x", "200", "200", "1x"),
        *("200", "1x", "blocked", "200", "0x"),
    ]
    [wrong] = [cell for cell in report.cells if not cell.right]
    assert (wrong.asked, wrong.readable) == ("GET /me, cookies, REST API", True)
    assert wrong.reason == "the page read status 200, which it must not"
    assert ("Chromium 1", "blocked") in report.cells[7].judges
    assert report.cells[7].reason == "a </script> rule"
    assert [section.title for section in report.sections] == ["One verdict", "REST API", "Function URL"]
    assert report.sections[1].lead.endswith("A REST API cannot do this.")
    grids = report.sections[0].grids
    assert all(len(row.cells) == len(grid.columns) == 6 for grid in grids for row in grid.rows)


def test_a_preflight_that_should_have_been_sent_is_a_cell_of_its_own() -> None:
    check = replace(PUT, title="title")
    seen = Observation(status=200, invocations=1)
    cells = summary([Row(check, [judge(check, HTTP, seen)])], PAGES, "it").cells
    assert [(cell.shown, cell.right) for cell in cells] == [("200", True), ("none", False), ("1x", True)]


def test_a_cell_knows_what_is_wrong_with_which_part() -> None:
    seen = Observation(status=500, preflight=403, invocations=3)
    cell: Cell = judge(PUT, REST, seen)
    assert cell.answer == "status 500 instead of 200"
    assert cell.preflight == "preflight: 403 instead of 204"
    assert cell.invocations == "the function ran 3 times instead of 1"
    assert cell.differences == (cell.answer, cell.preflight, cell.invocations)
