"""CORSPolicy: normalised, frozen, the same after a round trip through JSON."""

from __future__ import annotations

import copy
import inspect
import json
import pickle
import pydoc
import re
from collections.abc import Callable
from typing import Any

import pytest

from lambda_cors_kit import CORSPolicy, PolicyError, Problem
from lambda_cors_kit.environment import write_environment
from lambda_cors_kit.rules import DEFAULTS
from tests.vectors import read

ORIGIN = "https://app.example.com"
VALID = [case["policy"] for case in read("policies") if not case["problems"]]


def test_the_defaults() -> None:
    policy = CORSPolicy([ORIGIN])
    assert policy.allow_methods == ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
    assert policy.allow_headers == ("authorization", "content-type")
    assert policy.expose_headers == ()
    assert policy.allow_credentials is False
    assert policy.max_age == 7200


def test_the_signature_shows_every_field_with_its_default() -> None:
    shown = inspect.signature(CORSPolicy).parameters
    assert {name: each.default for name, each in shown.items() if name != "unknown"} == DEFAULTS
    assert [name for name, each in shown.items() if each.kind is each.POSITIONAL_OR_KEYWORD] == ["allow_origins"]
    page = pydoc.plain(pydoc.render_doc(CORSPolicy))
    for name, default in DEFAULTS.items():
        assert re.search(rf"\b{name}: '[\w\[\] |]+' = {re.escape(repr(default))}", page), name


@pytest.mark.parametrize("name", ["allow_method", "self", "unknown", "given", "cls", "", "allow-origins"])
def test_an_unknown_field_is_a_problem_beside_the_others(name: str) -> None:
    fields: dict[str, Any] = {"allow_origins": ["null"], "max_age": -1, name: 1}
    with pytest.raises(PolicyError) as made:
        CORSPolicy(**fields)
    with pytest.raises(PolicyError) as read_from_json:
        CORSPolicy.from_json(json.dumps(fields))
    assert read_from_json.value.problems == made.value.problems
    assert [(p.code, p.field) for p in made.value.problems] == [
        ("policy.unknown_field", name),
        ("origin.null", "allow_origins"),
        ("max_age.range", "max_age"),
    ]


def test_no_field_at_all_is_a_problem() -> None:
    with pytest.raises(PolicyError) as caught:
        CORSPolicy()
    assert [p.code for p in caught.value.problems] == ["origin.missing"]


def test_normalisation() -> None:
    policy = CORSPolicy(
        [ORIGIN, ORIGIN, "https://*.foo.example.org:8080", "https://*.example.org:8080"],
        allow_methods=["put", "PUT", "Options", "getaway"],
        allow_headers=["X-Api-Key", "x-api-key"],
        expose_headers=["ETag", "Content-Type", "etag"],
    )
    assert policy.allow_origins == (ORIGIN, "https://*.example.org:8080")
    assert policy.allow_methods == ("PUT", "OPTIONS", "getaway")
    assert policy.allow_headers == ("x-api-key",)
    assert policy.expose_headers == ("etag",)


def test_patterns_that_do_not_cover_each_other_stay() -> None:
    origins = (
        "https://*.example.com",
        "https://*.a.example.com:8443",
        "http://*.a.example.com",
        "https://*.ample.com",
    )
    assert CORSPolicy(origins).allow_origins == origins
    assert CORSPolicy(["https://*.a.b:*", "https://*.a.b"]).allow_origins == ("https://*.a.b:*",)


@pytest.mark.parametrize("fields", VALID)
def test_json_round_trip(fields: dict[str, Any]) -> None:
    policy = CORSPolicy(**fields)
    again = CORSPolicy.from_json(policy.to_json())
    assert again == policy
    assert again.to_json() == policy.to_json()
    assert hash(again) == hash(policy)


def test_json_has_sorted_keys_no_white_space_and_dangers_only_where_true() -> None:
    assert CORSPolicy([ORIGIN], dangerously_allow_insecure_origins=True).to_json() == (
        '{"allow_credentials":false,"allow_headers":["authorization","content-type"],'
        '"allow_methods":["GET","HEAD","POST","PUT","PATCH","DELETE"],"allow_origins":["https://app.example.com"],'
        '"dangerously_allow_insecure_origins":true,"expose_headers":[],"max_age":7200}'
    )


@pytest.mark.parametrize(
    "text", ["", "nonsense", "[]", "null", "5", '"https://app.example.com"', "{", "[" * 100_000]
)
def test_text_that_is_no_object_is_a_problem(text: str) -> None:
    with pytest.raises(PolicyError) as caught:
        CORSPolicy.from_json(text)
    assert [p.code for p in caught.value.problems] == ["type.object"]


def test_a_policy_is_frozen() -> None:
    policy = CORSPolicy([ORIGIN])
    with pytest.raises(AttributeError, match="frozen"):
        policy.max_age = 5
    with pytest.raises(AttributeError, match="frozen"):
        del policy.max_age
    assert policy.max_age == 7200


def test_a_policy_does_not_change_with_the_list_it_was_made_from() -> None:
    origins = [ORIGIN]
    policy = CORSPolicy(origins)
    origins.append("https://evil.test")
    assert not policy.allows_origin("https://evil.test")


def test_a_policy_shows_its_fields() -> None:
    assert repr(CORSPolicy([ORIGIN])).startswith("CORSPolicy(allow_origins=['https://app.example.com']")


def test_an_error_survives_pickling() -> None:
    error = PolicyError([Problem("origin.null", "allow_origins", "null", "no")])
    assert pickle.loads(pickle.dumps(error)).problems == error.problems


def test_a_problem_is_the_tuple_of_its_parts() -> None:
    parts = ("max_age.range", "max_age", -1, "-1 is not a time")
    problem = Problem(*parts)
    assert problem == parts == (problem.code, problem.field, problem.value, problem.message)
    assert problem == Problem(code=parts[0], field=parts[1], value=parts[2], message=parts[3])
    assert (hash(problem), list(problem), problem[2]) == (hash(parts), list(parts), -1)
    assert repr(problem) == "Problem(code='max_age.range', field='max_age', value=-1, message='-1 is not a time')"
    assert problem._asdict() == dict(zip(Problem._fields, parts, strict=True))
    match problem:
        case Problem(code, "max_age", value=-1):
            assert code == "max_age.range"
        case _:
            pytest.fail("a problem can be taken apart")


def test_a_problem_does_not_change_and_is_made_of_all_its_parts() -> None:
    problem = Problem("origin.null", "allow_origins", "null", "no")
    for name in ("code", "anything"):
        with pytest.raises(AttributeError):
            setattr(problem, name, "other")
    with pytest.raises(TypeError, match="message"):
        Problem("origin.null", "allow_origins", "null")  # type: ignore[call-arg]  # what is refused


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda each: pickle.loads(pickle.dumps(each))])
def test_a_copy_of_a_problem_is_a_problem(copied: Callable[[Problem], Problem]) -> None:
    problem = Problem("type.list", "allow_methods", {"PUT": [1]}, "no list")
    assert copied(problem) == problem
    assert type(copied(problem)) is Problem


def test_the_policy_of_the_environment() -> None:
    policy = CORSPolicy([ORIGIN], allow_credentials=True)
    environ = {"LAMBDA_CORS_KIT_POLICY": write_environment("gateway", policy.to_dict())}
    assert CORSPolicy.from_env(environ) == policy


def test_no_policy_in_the_environment() -> None:
    with pytest.raises(PolicyError, match="cors = null"):
        CORSPolicy.from_env({"LAMBDA_CORS_KIT_POLICY": write_environment("none", None)})
