"""Every vector gives exactly its problems, and every rule of the book is reached by a vector."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from lambda_cors_kit import CORSPolicy, PolicyError, origin_rules
from lambda_cors_kit import rules as rule_book
from tests.vectors import parameters, read


@pytest.mark.parametrize("case", parameters("policies"))
def test_a_policy_has_exactly_these_problems(case: dict[str, Any]) -> None:
    found = [[p.code, p.field, p.value] for p in rule_book.problems(case["policy"])]
    assert found == case["problems"]


@pytest.mark.parametrize("case", parameters("policies"))
def test_a_message_is_one_bounded_line_that_says_what_to_write(case: dict[str, Any]) -> None:
    for problem in rule_book.problems(case["policy"]):
        assert len(problem.message) < 400
        assert "\n" not in problem.message
        assert "\r" not in problem.message
        assert re.search(
            r"write|list |leave|take it out|did you mean|type it again|name your own|serve", problem.message
        )


def test_every_rule_has_a_vector() -> None:
    source = "".join(Path(str(m.__file__)).read_text(encoding="utf-8") for m in (rule_book, origin_rules))
    codes = set(re.findall(r'"((?:type|policy|origin|method|header|credentials|max_age)\.[a-z_]+)"', source))
    shown = {code for case in read("policies") for code, _, _ in case["problems"]}
    # The one rule that no JSON object can break: being an object.
    assert codes - {"type.object"} == shown


def test_a_problem_of_each_kind_is_reported_at_once() -> None:
    with pytest.raises(PolicyError) as caught:
        CORSPolicy(["https://example.com/"], allow_methods=["TRACE"], max_age=-1)
    assert [p.code for p in caught.value.problems] == [
        "origin.trailing_slash",
        "method.forbidden",
        "max_age.range",
    ]
    for problem in caught.value.problems:
        assert problem.message in str(caught.value)
        assert problem.code in str(caught.value)


def test_a_suggestion_is_itself_a_valid_origin() -> None:
    wrong = "HTTPS://User@App.Example.com:443/"
    with pytest.raises(PolicyError) as caught:
        CORSPolicy([wrong])
    assert len(caught.value.problems) == 4
    for problem in caught.value.problems:
        suggested = re.search(r'did you mean "([^"]+)"', problem.message)
        assert suggested is not None
        assert CORSPolicy([suggested[1]]).allow_origins == ("https://app.example.com",)


@pytest.mark.parametrize(
    "value", [b"https://example.com", {"https://example.com"}, object(), float("nan"), [["x"]]]
)
def test_values_that_json_cannot_hold_are_problems_too(value: Any) -> None:
    with pytest.raises(PolicyError) as caught:
        CORSPolicy([value], allow_methods=value, max_age=value)
    assert {p.code for p in caught.value.problems} >= {"type.string", "type.integer"}


def test_lone_surrogates_are_reported_and_printable() -> None:
    with pytest.raises(PolicyError) as caught:
        CORSPolicy(["https://\ud800.example.com"])
    assert str(caught.value).encode("utf-8")


def test_the_name_of_an_unknown_field_cannot_forge_a_line() -> None:
    with pytest.raises(PolicyError) as caught:
        CORSPolicy.from_json('{"allow_origins":["*"],"x\\n- allow_origins: \\ud800":1}')
    assert len(str(caught.value).splitlines()) == 2
    assert str(caught.value).encode("utf-8")
