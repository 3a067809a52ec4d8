"""The list of differences holds both ways."""

from __future__ import annotations

from apps.catalogue import APPLICATIONS
from apps.differences import LISTED, MOST, Difference, surprises
from apps.model import GATEWAYS
from apps.run import Result
from apps.servers import Server
from apps.table import table

ENTRY = Difference("shop", "a page", ("rest", "url"), "AWS does it")


def result(differing: dict[Server, dict[str, list[str]]], application: str = "shop") -> Result:
    return Result(application, 3, differing)


def test_a_listed_difference_that_is_found_is_no_surprise() -> None:
    found = result({"rest": {"a page": ["status: 1 -> 2"]}, "url": {"a page": ["body: a -> b"]}, "http": {}})
    assert list(surprises([found], [ENTRY])) == []


def test_a_difference_that_is_not_listed_is_named_with_what_differs() -> None:
    found = result({"http": {"a page": ["status: 1 -> 2", "body: a -> b"]}})
    assert list(surprises([found], [])) == ["shop, http, a page: status: 1 -> 2; body: a -> b"]


def test_a_listed_difference_that_is_none_is_named() -> None:
    found = result({"rest": {"a page": ["status: 1 -> 2"]}, "url": {}})
    assert list(surprises([found], [ENTRY])) == ["shop, url, a page: is listed as a difference, and is none"]


def test_an_application_that_was_not_asked_excuses_nothing_and_lacks_nothing() -> None:
    other = result({"rest": {"a page": ["status: 1 -> 2"]}}, "other")
    assert list(surprises([other], [ENTRY])) == ["other, rest, a page: status: 1 -> 2"]


def test_the_control_is_never_excused() -> None:
    found = result({"rest": {"a page": ["x"]}, "url": {"a page": ["x"]}, "uvicorn": {"a page": ["x"]}})
    assert list(surprises([found], [ENTRY])) == ["shop, uvicorn, a page: x"]


def test_the_list_is_short_and_names_what_is_asked() -> None:
    assert len(LISTED) <= MOST
    requests = {each.name: {request.name for request in each.requests} for each in APPLICATIONS}
    for each in LISTED:
        assert each.request in requests[each.application]
        assert set(each.gateways) <= set(GATEWAYS)
        assert each.gateways
        assert each.reason.endswith(".")


def test_each_request_of_an_application_has_a_name_of_its_own() -> None:
    for application in APPLICATIONS:
        names = [request.name for request in application.requests]
        assert len(names) == len(set(names)), application.name
        assert len(names) >= 12 or application.client, application.name


def test_the_table_counts_what_is_the_same() -> None:
    lines = table([result({"rest": {"a page": ["x"]}, "http": {}})]).splitlines()
    assert lines[0].split("  ")[0] == "application"
    assert "2 of 3" in lines[1]
    assert lines[1].count("3 of 3") == 5
