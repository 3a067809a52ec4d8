"""The table cannot be green by accident: every point of every expectation, on every gateway, is able to fail."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace

import pytest

from demo.__main__ import check_all, exit_status
from demo.checks import (
    ANY_SITE,
    CHECKS,
    CRASHED,
    SUCCESS,
    UNASKED,
    Asked,
    Cell,
    Check,
    Expected,
    Observation,
    PageName,
    Row,
    Without,
    expected,
    judge,
)
from demo.gateways import Facts, Running
from demo.plain import PLAIN
from demo.table import WIDTH, legend, request_line, result, table

PAGES: dict[PageName, str] = {"allowed": "http://localhost:1", "refused": "http://127.0.0.1:1"}
REST = Facts("rest", "function", False, ("A REST API cannot do this.",))
HTTP = Facts("http", "gateway", False)
PATTERNS = Facts("http", "function", True)
URL = Facts("function_url", "gateway", False, ("one", "two " * 200), signed=True)
PUBLIC = Facts("function_url", "function", True)
GATEWAYS = (REST, HTTP, PATTERNS, URL, PUBLIC, PLAIN)


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
BEHIND = pytest.mark.parametrize("gateway", GATEWAYS, ids=lambda each: f"{each.key}-{each.writer}")


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
        (GET, PLAIN, None, 1),
        (PUT, PLAIN, (200,), 2),
        (replace(PUT, again=True), PLAIN, None, 1),
        (NOT_ALLOWED, PLAIN, (200,), 2),
        (replace(GET, runs=False), PLAIN, None, 0),
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
    assert capsys.readouterr().out.count("WRONG") == len(CHECKS)


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
    right = Check("allowed", "a crash", Asked("/crash"), 500, without=Without(None, "it has no headers"))
    wrong = Check("refused", "a secret", Asked("/me", credentials="include"), None)
    read, seen = Observation(status=500, invocations=1), Observation(status=200, invocations=1)
    stopped = Observation(hidden="a </script> rule", preflight=200, invocations=0)
    hidden = Observation(hidden="no header", invocations=1)
    return [
        Row(
            right,
            [
                judge(right, REST, read),
                judge(right, URL, replace(read, preflight=200)),
                judge(right, PLAIN, hidden),
            ],
        ),
        Row(wrong, [judge(wrong, REST, seen), judge(wrong, URL, stopped), judge(wrong, PLAIN, hidden)]),
    ]


def words(line: str) -> list[str]:
    return re.split(r" {2,}", line.strip())


def test_the_table_shows_every_cell_and_explains_the_wrong_ones() -> None:
    lines = table(two_rows(), PAGES).splitlines()
    assert words(lines[0]) == ["the page gets", "preflight, runs of the function"]
    assert words(lines[1]) == ["with", "without", "REST", "Function", "Without"]
    assert words(lines[2]) == ["request", "the kit", "the kit", "API", "URL", "the kit"]
    assert lines[4] == "The page on http://localhost:1, which the policies allow:"
    assert " ".join(lines[5].split()) == "GET /crash 500 blocked* - 1x 200 1x - 1x ok"
    assert lines[6] == "The page on http://127.0.0.1:1, which they do not:"
    assert " ".join(lines[7].split()) == "GET /me, cookies mixed blocked* - 1x 200 0x - 1x WRONG"
    assert lines[9:11] == [
        "WRONG: REST API, refused page, GET /me, cookies (a secret)",
        "- the page read status 200, which it must not",
    ]
    assert lines[-1] == "1 of 2 rows are as expected, each through 2 gateways and without the kit."


def test_what_is_wrong_without_the_kit_is_explained_too() -> None:
    row = two_rows()[0]
    readable = judge(row.check, PLAIN, Observation(status=500, invocations=1))
    changed = Row(row.check, [*row.cells[:2], readable])
    text = table([changed], PAGES)
    assert not changed.right
    assert "WRONG: Without the kit, allowed page, GET /crash (a crash)" in text
    assert "0 of 1 rows" in text
    # Nothing is claimed that was not seen.
    assert "it has no headers" not in legend([changed])


def test_columns_stand_below_their_heads() -> None:
    first, second, rule, *_ = table(all_as_expected((REST, HTTP, URL, PLAIN)), PAGES).splitlines()[1:]
    for head in ("with ", "without", "REST", "HTTP", "Function", "Without"):
        place = first.index(head)
        assert rule[place - 1] == " "
        assert rule[place] == "-"
        assert second[place - 1] == " "
        assert second[place] != " "


def test_table_and_legend_fit_the_terminal() -> None:
    rows = all_as_expected((REST, HTTP, URL, PLAIN))
    seen = Observation(failure="no answer, for a reason " * 9, invocations=9)
    wrong = [Row(row.check, [judge(row.check, cell.gateway, seen) for cell in row.cells]) for row in rows]
    assert WIDTH == 80
    for text in (table(rows, PAGES), legend(rows), table(wrong, PAGES), legend(wrong)):
        assert max(map(len, text.splitlines())) <= WIDTH


def test_the_legend_says_what_the_kit_saves_and_in_which_rows() -> None:
    text = " ".join(legend(all_as_expected((REST, HTTP, URL, PLAIN))).split())
    assert f"- allowed page, GET /crash: {CRASHED}." in text
    assert f"- allowed page, GET /items, X-Trace: {UNASKED}." in text
    assert f"- refused page, GET /items; PUT /items/1, JSON: {ANY_SITE}." in text
    assert legend(two_rows()).splitlines()[3] == "- allowed page, GET /crash: it has no headers."


def test_the_legend_says_who_writes_and_what_a_gateway_cannot_do() -> None:
    text = legend(all_as_expected((REST, HTTP, URL, PLAIN)))
    assert "REST API: the function writes the headers. A REST API cannot do this." in text
    assert "HTTP API: the gateway writes the headers." in text
    assert "Without the kit: the function" not in text
    assert text.endswith(" …")
    assert "The Function URL wants signed requests (AWS_IAM)" in text
    assert "signed requests" not in legend(all_as_expected((REST, HTTP, PLAIN)))


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


def test_a_cell_knows_what_is_wrong_with_which_part() -> None:
    seen = Observation(status=500, preflight=403, invocations=3)
    cell: Cell = judge(PUT, REST, seen)
    assert cell.answer == "status 500 instead of 200"
    assert cell.preflight == "preflight: 403 instead of 204"
    assert cell.invocations == "the function ran 3 times instead of 1"
    assert cell.differences == (cell.answer, cell.preflight, cell.invocations)
