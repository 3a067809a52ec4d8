"""The REST dialect: the preflight's template in two Velocity engines, and the gateway responses."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from lambda_cors_kit import CORSPolicy
from tests import apache_velocity
from tests.renderings import Rendering, render_airspeed
from tests.vectors import parameters, read

pytestmark = pytest.mark.terraform

Outputs = dict[str, Any]
Compile = Callable[[Mapping[str, object]], dict[str, Outputs]]
Render = Callable[..., Rendering]

ENGINES = {"airspeed": render_airspeed, "Apache Velocity": apache_velocity.render}
VARY = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"
APP = "https://app.example.com"

CASES: dict[str, dict[str, Any]] = {
    "one origin": {"allow_origins": [APP], "expose_headers": ["x-request-id", "x-b"]},
    "one origin, credentials": {"allow_origins": [APP], "allow_credentials": True, "max_age": 0},
    "static wildcard": {
        "allow_origins": ["*"],
        "allow_methods": ["*"],
        "allow_headers": ["*", "authorization"],
        "expose_headers": ["*"],
    },
    "several": {"allow_origins": [APP, "https://b.example.com"]},
    "several, credentials": {
        "allow_origins": [APP, "https://b.example.com"],
        "allow_credentials": True,
        "expose_headers": ["x-request-id"],
    },
    "pattern": {"allow_origins": ["https://*.example.com"]},
    "pattern, credentials": {"allow_origins": ["https://*.example.com"], "allow_credentials": True},
    "port pattern, credentials": {"allow_origins": ["http://localhost:*"], "allow_credentials": True},
    "nothing listed": {"allow_origins": [APP], "allow_methods": [], "allow_headers": []},
    "odd names": {
        "allow_origins": [APP],
        "allow_methods": ["PURGE", "x!%&+.^_`|~"],
        "allow_headers": ["x!%&+.^_`|~-"],
    },
    "a quote": {"allow_origins": [APP], "allow_headers": ["x-'y"]},
    "a quote in a method": {"allow_origins": [APP], "allow_methods": ["a'b"]},
    "a quote in an exposed name": {"allow_origins": [APP], "expose_headers": ["a'b"]},
    "a dollar": {"allow_origins": [APP], "allow_headers": ["$context"]},
    "a hash": {"allow_origins": [APP], "expose_headers": ["#end"]},
    "many origins": {"allow_origins": [f"https://tenant-{number}.example.com" for number in range(120)]},
    "over 300,000 bytes": {
        "allow_origins": [
            f"https://{'a' * 63}.{'b' * 63}.{'c' * 63}.tenant-{number}.example.com" for number in range(1200)
        ]
    },
}


@pytest.fixture(scope="module")
def compiled(compile_policies: Compile) -> dict[str, Outputs]:
    by_origins = {case["name"]: {"allow_origins": case["allow_origins"]} for case in read("origins")}
    assert not CASES.keys() & by_origins.keys()
    return compile_policies(CASES | by_origins)


@pytest.fixture(params=ENGINES.values(), ids=list(ENGINES))
def render(request: pytest.FixtureRequest) -> Render:
    engine: Render = request.param
    return engine


def answer(render: Render, outputs: Outputs, headers: Mapping[str, str], **more: Any) -> Rendering:
    """Run the template; what it leaves in the body is nothing in every case."""
    rendering = render(outputs["rest_api"]["preflight"]["response_template"], headers, **more)
    assert rendering.body == ""
    return rendering


# ----------------------------------------------------------------------------------- who is let in
@pytest.mark.parametrize("name", ["Origin", "origin"])
@pytest.mark.parametrize("case", parameters("origins"))
def test_the_origins_of_a_vector_are_allowed(
    case: dict[str, Any], name: str, render: Render, compiled: dict[str, Outputs]
) -> None:
    for origin in case["allowed"]:
        rendering = answer(render, compiled[case["name"]], {"accept": "*/*", name: origin})
        assert rendering.status is None, origin
        expected = "*" if case["allow_origins"] == ["*"] else origin
        assert rendering.headers["Access-Control-Allow-Origin"] == expected, origin


@pytest.mark.parametrize("case", [case for case in parameters("origins") if case.values[0]["refused"]])
def test_the_other_origins_of_a_vector_learn_nothing(
    case: dict[str, Any], render: Render, compiled: dict[str, Outputs]
) -> None:
    for origin in case["refused"]:
        rendering = answer(render, compiled[case["name"]], {"Origin": origin})
        assert rendering.status == 403, origin
        assert rendering.headers == {"Vary": VARY}, origin


@pytest.mark.parametrize("case", CASES)
def test_a_request_without_an_origin_gets_no_cors_header(
    case: str, render: Render, compiled: dict[str, Outputs]
) -> None:
    if compiled[case]["rest_api"] is None or case == "static wildcard":
        return
    for headers in ({}, {"accept": "*/*"}, {"X-Origin": APP, "ORIGINS": APP}):
        rendering = answer(
            render, compiled[case], headers, querystring={"Origin": APP, "origin": APP}, path={"Origin": APP}
        )
        assert (rendering.status, rendering.headers) == (None, {"Vary": VARY})


@pytest.mark.parametrize("place", ["querystring", "path"])
def test_an_origin_outside_the_headers_counts_for_nothing(
    place: str, render: Render, compiled: dict[str, Outputs]
) -> None:
    elsewhere = {place: {"Origin": APP, "origin": APP}}
    rendering = answer(render, compiled["one origin"], {"Origin": "https://evil.test"}, **elsewhere)
    assert (rendering.status, rendering.headers) == (403, {"Vary": VARY})


@pytest.mark.parametrize("values", [(APP, APP), (APP, "https://evil.test"), ("https://evil.test", APP)])
def test_two_origins_are_refused(values: tuple[str, str], render: Render, compiled: dict[str, Outputs]) -> None:
    rendering = answer(render, compiled["one origin"], dict(zip(("Origin", "origin"), values, strict=True)))
    assert (rendering.status, rendering.headers) == (403, {"Vary": VARY})


def test_headers_named_like_methods_of_the_map_do_no_harm(render: Render, compiled: dict[str, Outputs]) -> None:
    headers = {"keySet": "x", "get": "x", "name": "Origin", "origin": APP, "lines": "5", "allowed": "true"}
    assert answer(render, compiled["one origin"], headers).headers["Access-Control-Allow-Origin"] == APP
    headers["origin"] = "https://evil.test"
    assert answer(render, compiled["one origin"], headers).status == 403


@pytest.mark.parametrize("length", [326, 327, 10_000])
def test_an_origin_longer_than_any_browsers_matches_no_pattern(
    length: int, render: Render, compiled: dict[str, Outputs]
) -> None:
    end = ".example.com"
    labels = "a." * length
    origin = "https://x" + labels[: length - 9 - len(end)].rstrip(".").ljust(length - 9 - len(end), "a") + end
    assert len(origin) == length
    status = answer(render, compiled["pattern"], {"Origin": origin}).status
    assert status == (None if length <= 326 else 403)
    assert CORSPolicy(["https://*.example.com"]).allows_origin(origin) is (status is None)


def test_the_first_and_the_last_of_many_origins_are_found(render: Render, compiled: dict[str, Outputs]) -> None:
    for origin in ("https://tenant-0.example.com", "https://tenant-119.example.com"):
        assert answer(render, compiled["many origins"], {"origin": origin}).status is None
    assert answer(render, compiled["many origins"], {"origin": "https://tenant-120.example.com"}).status == 403


# ------------------------------------------------------------------------------ what they are told
@pytest.mark.parametrize("case", [name for name in CASES if not name.startswith(("a ", "over"))])
def test_an_allowed_preflight_is_told_the_whole_policy(
    case: str, render: Render, compiled: dict[str, Outputs]
) -> None:
    policy = compiled[case]["policy"]
    origin = policy["allow_origins"][0].replace("*.", "x.").replace(":*", ":3000")
    static = policy["allow_origins"] == ["*"]
    expected = {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Credentials": "true" if policy["allow_credentials"] else "",
        "Access-Control-Allow-Methods": ",".join(policy["allow_methods"]),
        "Access-Control-Allow-Headers": ",".join(policy["allow_headers"]),
        "Access-Control-Max-Age": str(policy["max_age"]),
        "Vary": VARY.removeprefix("Origin, ") if static else VARY,
    }
    rendering = answer(render, compiled[case], {"origin": "https://anyone.test" if static else origin})
    assert rendering.status is None
    assert rendering.headers == {name: value for name, value in expected.items() if value}


def test_a_static_wildcard_needs_no_origin(render: Render, compiled: dict[str, Outputs]) -> None:
    without = answer(render, compiled["static wildcard"], {})
    assert without == answer(render, compiled["static wildcard"], {"origin": "https://anyone.test"})
    assert without.headers["Access-Control-Allow-Origin"] == "*"


def test_the_request_template_answers_204(compiled: dict[str, Outputs]) -> None:
    for outputs in compiled.values():
        if outputs["rest_api"]:
            assert json.loads(outputs["rest_api"]["preflight"]["request_template"]) == {"statusCode": 204}


def test_no_value_stands_outside_quotes(compiled: dict[str, Outputs]) -> None:
    for outputs in compiled.values():
        if outputs["rest_api"]:
            template = outputs["rest_api"]["preflight"]["response_template"]
            bare = re.sub(r"'[^']*'", "''", template)
            assert not re.search(r"example|localhost|tenant|PURGE|x!|x-request", bare)


# --------------------------------------------------------------------------------- when it is null
@pytest.mark.parametrize(
    ("case", "reason"),
    [
        ("a quote", "x-'y"),
        ("a quote in a method", "a'b"),
        ("a quote in an exposed name", "a'b"),
        ("a dollar", "$context"),
        ("a hash", "#end"),
        ("over 300,000 bytes", "300,000 bytes"),
    ],
)
def test_what_a_template_cannot_hold_is_null_and_says_why(
    case: str, reason: str, compiled: dict[str, Outputs]
) -> None:
    assert compiled[case]["problems"] == []
    assert compiled[case]["rest_api"] is None
    assert any(reason in sentence for sentence in compiled[case]["limits"]["rest_api"])


# ------------------------------------------------------------------------------- gateway responses
@pytest.mark.parametrize(
    ("case", "expected", "said"),
    [
        (
            "one origin",
            {
                "Access-Control-Allow-Origin": APP,
                "Access-Control-Expose-Headers": "x-request-id,x-b",
                "Vary": "Origin",
            },
            "",
        ),
        (
            "one origin, credentials",
            {"Access-Control-Allow-Origin": APP, "Access-Control-Allow-Credentials": "true", "Vary": "Origin"},
            "",
        ),
        ("static wildcard", {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "*"}, ""),
        (
            "several",
            {"Access-Control-Allow-Origin": "*", "Vary": "Origin"},
            "can be read by pages of every origin",
        ),
        (
            "pattern",
            {"Access-Control-Allow-Origin": "*", "Vary": "Origin"},
            "can be read by pages of every origin",
        ),
        (
            "several, credentials",
            {"Access-Control-Expose-Headers": "x-request-id", "Vary": "Origin"},
            "carry no Access-Control-Allow-Origin",
        ),
        ("pattern, credentials", {"Vary": "Origin"}, "carry no Access-Control-Allow-Origin"),
        ("port pattern, credentials", {"Vary": "Origin"}, "carry no Access-Control-Allow-Origin"),
    ],
)
def test_gateway_responses_name_one_origin_or_nobody_with_credentials(
    case: str, expected: dict[str, str], said: str, compiled: dict[str, Outputs]
) -> None:
    rest_api = compiled[case]["rest_api"]
    parameters = {f"gatewayresponse.header.{name}": f"'{value}'" for name, value in expected.items()}
    assert rest_api["gateway_responses"] == {"response_parameters": parameters}
    assert rest_api["limits"] == compiled[case]["limits"]["rest_api"]
    assert len(rest_api["limits"]) == (2 if said else 1)
    assert "413" in rest_api["limits"][0]
    assert said in rest_api["limits"][-1]
