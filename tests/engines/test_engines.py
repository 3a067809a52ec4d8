"""Real engines against what Terraform deployed: every verdict beside the model's, and the one written down.

One file, for what it asks is asked once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest

from embedded import BUILD
from engines.answers import ANSWERS
from engines.answers import SAFELISTED as OF_AN_ANSWER
from engines.apis import GATEWAYS, POLICIES, SLOW
from engines.bed import Bed, Place
from engines.deviations import ALL, DEVIATIONS, deviation, shape, verdict
from engines.drivers import ENGINES
from engines.expected import EXPOSED, SAFELISTED
from engines.fetches import FETCHES
from engines.matrix import ASKED, CELLS, Run, answer_key
from engines.question import Seen
from engines.recorder import Sent
from engines.report import screenshot, write_report
from engines.summary import summary
from tests.conftest import TOOLS
from tests.engines.conftest import Engine

pytestmark = [pytest.mark.terraform, pytest.mark.xdist_group("engines")]

EngineOf = Callable[[str], Engine]


def none_of(problems: Iterable[str]) -> None:
    """Fail with one line for each problem."""
    found = list(problems)
    assert not found, "\n".join([f"{len(found)} cells:", *found])


# --- the tables ------------------------------------------------------------------------------------------------


def test_the_matrix_is_large_and_every_part_of_it_is_asked() -> None:
    assert len({cell.key for cell in CELLS}) == len(CELLS)
    assert len(ASKED) == len(CELLS) + len(ANSWERS)
    assert all(count >= 150 for count in Counter(cell.gateway for cell in CELLS).values())
    assert {cell.gateway for cell in CELLS} == set(GATEWAYS)
    assert {cell.fetch for cell in CELLS} == set(FETCHES)
    assert {cell.api.removesuffix(SLOW) for cell in CELLS} == set(POLICIES)


def test_the_matrix_expects_every_kind_of_verdict() -> None:
    verdicts = Counter(cell.expected for cell in CELLS)
    assert set(verdicts) == {"200", "204", "404", "500", "502", "504", "-", "opaque"}
    assert verdicts["-"] > 100
    assert verdicts["200"] > 100


def test_every_excuse_is_for_something_that_is_asked() -> None:
    assert set(ALL) == set(ENGINES)
    assert {place for each in DEVIATIONS for place in each.sends} <= {asked.place for asked in ASKED.values()}


def test_every_gateway_that_is_served_is_asked(bed: Bed) -> None:
    assert set(bed.gateways) == {(cell.gateway, cell.api) for cell in CELLS}


# --- verdicts --------------------------------------------------------------------------------------------------


def test_the_model_has_the_verdicts_that_are_written_down(model: Run) -> None:
    none_of(
        f"{key}: {model.seen[key].verdict}, expected {asked.expected}: {model.seen[key].why}"
        for key, asked in ASKED.items()
        if model.seen[key].verdict != asked.expected
    )


def test_the_engine_has_the_verdicts_that_are_written_down(engine: Engine) -> None:
    none_of(
        f"{key}: {engine.run.seen[key].verdict}, expected {expected}: {engine.run.seen[key].why}"
        for key, asked in ASKED.items()
        if engine.run.seen[key].verdict != (expected := verdict(engine.key, asked.place, asked.expected))
    )


def test_a_script_of_the_engine_sees_what_the_model_says(engine: Engine, model: Run) -> None:
    """Type, status, redirection, the names of the headers that can be read, and the body."""
    none_of(
        f"{key}: {engine.run.seen[key]}, the model: {model.seen[key]}"
        for key, asked in ASKED.items()
        if verdict(engine.key, asked.place, asked.expected) == asked.expected
        and engine.run.seen[key] != model.seen[key]
    )


def test_the_engine_sends_what_the_model_sends(engine: Engine, model: Run) -> None:
    """Preflights with their headers, byte for byte, Origin, cookies, redirects: what no script ever sees."""
    none_of(
        f"{key}: {engine.run.sent.get(key)}, the model: {model.sent.get(key)}"
        for key, asked in ASKED.items()
        if deviation(engine.key, asked.place) is None and engine.run.sent.get(key) != model.sent.get(key)
    )


def test_the_engine_still_deviates_where_it_is_excused(engine: Engine, model: Run) -> None:
    none_of(
        f"{key}: {shape(engine.run.sent[key])}, excused for {excuse.sends[asked.place]}"
        for key, asked in ASKED.items()
        if (excuse := deviation(engine.key, asked.place))
        and (
            shape(engine.run.sent[key]) != excuse.sends[asked.place]
            or engine.run.sent[key] == model.sent[key]
        )
    )


def test_what_is_refused_is_a_type_error_and_nothing_else(engine: Engine) -> None:
    none_of(
        f"{key}: {seen.rule}"
        for key, seen in engine.run.seen.items()
        if not seen.readable and not seen.rule.startswith("TypeError")
    )


# --- headers, cookies, the preflight cache ---------------------------------------------------------------------


def test_scripts_read_the_headers_that_the_policy_exposes(engine: Engine) -> None:
    cells = [cell for cell in CELLS if cell.fetch == "get" and cell.expected == "200"]
    assert {cell.api for cell in cells} >= {"single", "several", "any"}
    none_of(
        f"{cell.key}: {engine.run.seen[cell.key].names}"
        for cell in cells
        if not exposes(set(engine.run.seen[cell.key].names), cell.api)
    )


def exposes(names: set[str], policy: str) -> bool:
    if policy == "any":
        return names > SAFELISTED | {"x-total", "x-request-id", "x-internal"}
    return names == SAFELISTED | EXPOSED.get(policy, set())


def test_scripts_read_the_headers_that_an_answer_exposes(engine: Engine) -> None:
    exposing = {name: answer for name, answer in ANSWERS.items() if name.startswith("expose")}
    assert len(exposing) >= 10
    for name, answer in exposing.items():
        assert set(engine.run.seen[answer_key(name)].names) == {*OF_AN_ANSWER, *answer.names}, name


def test_cookies_reach_the_app_where_the_page_includes_them(engine: Engine) -> None:
    def has_cookie(fetch: str) -> bool:
        return '"cookie":"visitor=app.localhost"' in engine.run.seen[f"rest.several.app.{fetch}"].body

    assert has_cookie("get_c")
    assert has_cookie("put_c")
    assert not has_cookie("get")


def test_a_preflight_is_cached_as_long_as_the_policy_says(engine: Engine) -> None:
    for gateway in GATEWAYS:
        assert shape(engine.run.sent[f"{gateway}.several.app.twice"]) == "OPTIONS PUT PUT"
    assert shape(engine.run.sent["rest.limited.app.twice"]) == "OPTIONS PUT OPTIONS PUT"


def test_preflights_are_sent_as_often_as_an_answer_is_forgotten(engine: Engine) -> None:
    for name, answer in ANSWERS.items():
        if deviation(engine.key, f"answer {name}") is None:
            sent = engine.run.sent[answer_key(name)]
            assert sum(each.method == "OPTIONS" for each in sent) == answer.preflights, name


# --- invocations -----------------------------------------------------------------------------------------------

# Where the function answers preflights. Without a policy a REST API answers OPTIONS itself, without any header.
BY_FUNCTION = {
    ("http", "subdomains"),
    ("function_url", "several"),
    ("function_url", "subdomains"),
}


def test_preflights_invoke_nothing_where_the_gateway_answers_them(engine: Engine, bed: Bed) -> None:
    for place in bed.gateways:
        sent = engine.run.sent_to(place)
        assert any(each.requested_method is not None for each in sent), place
        assert engine.run.invocations[place] == sum(invokes(place, each) for each in sent), place


def invokes(place: Place, sent: Sent) -> bool:
    if place in BY_FUNCTION:
        return True
    # A REST API answers every OPTIONS request, those of scripts as well.
    return sent.method != "OPTIONS" if place[0] == "rest" else sent.requested_method is None


# --- the drivers' manners --------------------------------------------------------------------------------------

NAMES = {"chromium": "Chromium ", "firefox": "Firefox ", "webkit": "WebKitGTK "}


def test_an_engine_says_which_one_it_is(engine: Engine) -> None:
    name = NAMES[engine.key]
    assert engine.run.name.startswith(name)
    assert engine.run.name.removeprefix(name).partition(".")[0].isdigit()


def test_a_script_that_throws_is_an_error_with_its_words(engine: Engine) -> None:
    assert "RangeError: too far" in engine.error


def test_nothing_is_left_of_an_engine(engine: Engine) -> None:
    assert engine.left_over == []


# --- the report ------------------------------------------------------------------------------------------------


@pytest.fixture
def runs(engine_of: EngineOf) -> dict[str, Run]:
    """Those of the engines that this machine has."""
    return {name: engine_of(name).run for name in ENGINES if TOOLS[name][0]() is not None}


def test_the_matrix_becomes_a_page_and_a_picture(runs: dict[str, Run], model: Run, bed: Bed) -> None:
    report = summary(runs, model, bed)
    assert len(report.cells) == len(ASKED)
    assert all(cell.right for cell in report.cells)
    page = write_report(report, BUILD / "engines/matrix.html")
    assert page.stat().st_size > 100_000
    if "chromium" in runs:
        assert screenshot(page, page.with_suffix(".png")) == page.with_suffix(".png")


def test_the_report_shows_what_is_not_as_expected(runs: dict[str, Run], model: Run, bed: Bed) -> None:
    wrong = replace(model, seen={**model.seen, "rest.single.app.get": Seen.blocked("it is late")})
    [cell] = [cell for cell in summary(runs, wrong, bed).cells if not cell.right]
    assert (cell.shown, cell.readable, cell.reason) == ("blocked", False, "It is late")
