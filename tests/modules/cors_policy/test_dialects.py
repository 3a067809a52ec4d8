"""The other dialects: their arguments where they can say the policy, null and a reason where they cannot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

pytestmark = pytest.mark.terraform

Outputs = dict[str, Any]
Compile = Callable[[Mapping[str, object]], dict[str, Outputs]]

APP = "https://app.example.com"
DIALECTS = ("rest_api", "http_api", "function_url", "s3", "cloudfront")
SIMPLE = ["GET", "PUT", "DELETE"]
LONGEST = "a." * 114 + "example.com:65535"

CASES: dict[str, dict[str, Any]] = {
    "defaults": {"allow_origins": [APP]},
    "credentials": {
        "allow_origins": [APP, "https://b.example.com"],
        "allow_methods": SIMPLE,
        "allow_credentials": True,
    },
    "any": {
        "allow_origins": ["*"],
        "allow_methods": SIMPLE,
        "allow_headers": ["*", "authorization"],
        "max_age": 0,
    },
    "wild": {"allow_origins": ["*"], "allow_methods": ["*"], "allow_headers": ["*"], "expose_headers": ["*"]},
    "no names": {"allow_origins": [APP], "allow_methods": [], "allow_headers": []},
    "exposed": {"allow_origins": [APP], "expose_headers": ["X-Request-Id", "etag"]},
    "pattern": {"allow_origins": ["https://*.example.com"], "allow_methods": SIMPLE, "allow_credentials": True},
    "port pattern": {"allow_origins": ["http://localhost:*"], "allow_methods": SIMPLE, "allow_credentials": True},
    "both": {"allow_origins": ["http://*.localhost:*"], "allow_methods": SIMPLE, "allow_credentials": True},
    "app scheme": {"allow_origins": ["capacitor://localhost"], "allow_methods": SIMPLE, "allow_credentials": True},
    "OPTIONS": {"allow_origins": [APP], "allow_methods": ["OPTIONS"], "allow_credentials": True},
    "custom method": {"allow_origins": [APP], "allow_methods": ["PURGE"], "allow_credentials": True},
    "long method": {"allow_origins": [APP], "allow_methods": ["M" * 65]},
    "longest method": {"allow_origins": [APP], "allow_methods": ["M" * 64]},
    "100 origins": {"allow_origins": [f"https://a{number}.example.com" for number in range(100)]},
    "101 origins": {"allow_origins": [f"https://a{number}.example.com" for number in range(101)]},
    "253 characters": {"allow_origins": [f"https://{LONGEST}"]},
    "254 characters": {"allow_origins": [f"https://b{LONGEST}"]},
    "100 headers": {"allow_origins": [APP], "allow_headers": [f"x-{number}" for number in range(100)]},
    "101 headers": {"allow_origins": [APP], "allow_headers": [f"x-{number}" for number in range(101)]},
    "101 exposed": {"allow_origins": [APP], "expose_headers": [f"x-{number}" for number in range(101)]},
    "long header": {"allow_origins": [APP], "allow_headers": ["x" * 1025]},
    "any header": {"allow_origins": ["*"], "allow_methods": SIMPLE, "allow_headers": ["*"]},
}


@pytest.fixture(scope="module")
def compiled(compile_policies: Compile) -> dict[str, Outputs]:
    return compile_policies(CASES | {"none": None, "wrong": {"allow_origins": ["*"], "allow_credentials": True}})


# ------------------------------------------------------------------------------------------- what can be said
@pytest.mark.parametrize("dialect", ["http_api", "function_url"])
@pytest.mark.parametrize(
    ("case", "changed"),
    [
        ("defaults", {}),
        (
            "credentials",
            {
                "allow_origins": [APP, "https://b.example.com"],
                # GET, HEAD and POST need no listing, so a gateway that looks for them finds them.
                "allow_methods": ["GET", "PUT", "DELETE", "HEAD", "POST"],
                "allow_credentials": True,
            },
        ),
        (
            "wild",
            {"allow_origins": ["*"], "allow_methods": ["*"], "allow_headers": ["*"], "expose_headers": ["*"]},
        ),
        ("no names", {"allow_methods": ["GET", "HEAD", "POST"], "allow_headers": []}),
        ("exposed", {"expose_headers": ["x-request-id", "etag"]}),
        ("100 origins", {"allow_origins": CASES["100 origins"]["allow_origins"]}),
        ("253 characters", {"allow_origins": CASES["253 characters"]["allow_origins"]}),
        ("100 headers", {"allow_headers": CASES["100 headers"]["allow_headers"]}),
    ],
)
def test_http_api_and_function_url_take_the_policys_own_names(
    case: str, changed: dict[str, Any], dialect: str, compiled: dict[str, Outputs]
) -> None:
    default = {
        "allow_origins": [APP],
        "allow_methods": ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
        "allow_headers": ["authorization", "content-type"],
        "expose_headers": [],
        "allow_credentials": False,
        "max_age": 7200,
    }
    assert compiled[case][dialect] == default | changed


@pytest.mark.parametrize("case", ["OPTIONS", "custom method", "longest method", "101 origins", "254 characters"])
def test_http_api_takes_what_a_function_url_cannot(case: str, compiled: dict[str, Outputs]) -> None:
    assert compiled[case]["http_api"]["allow_origins"] == CASES[case]["allow_origins"]
    assert compiled[case]["function_url"] is None


def test_s3_gets_one_rule_with_the_methods_that_need_no_listing(compiled: dict[str, Outputs]) -> None:
    assert compiled["credentials"]["s3"] == {
        "allowed_origins": [APP, "https://b.example.com"],
        "allowed_methods": ["GET", "PUT", "DELETE", "HEAD", "POST"],
        "allowed_headers": ["authorization", "content-type"],
        "expose_headers": [],
        "max_age_seconds": 7200,
    }
    assert compiled["pattern"]["s3"]["allowed_origins"] == ["https://*.example.com"]
    assert compiled["any"]["s3"]["allowed_headers"] == ["*"]
    assert compiled["any"]["s3"]["max_age_seconds"] == 0


def test_cloudfront_gets_the_arguments_of_cors_config(compiled: dict[str, Outputs]) -> None:
    assert compiled["credentials"]["cloudfront"] == {
        "access_control_allow_origins": {"items": [APP, "https://b.example.com"]},
        "access_control_allow_methods": {"items": SIMPLE},
        "access_control_allow_headers": {"items": ["authorization", "content-type"]},
        "access_control_expose_headers": {"items": []},
        "access_control_allow_credentials": True,
        "access_control_max_age_sec": 7200,
        "origin_override": True,
    }
    assert compiled["wild"]["cloudfront"]["access_control_allow_methods"] == {"items": ["ALL"]}
    assert compiled["pattern"]["cloudfront"]["access_control_allow_origins"] == {
        "items": ["https://*.example.com"]
    }
    assert any("https://*.example.com" in words for words in compiled["pattern"]["limits"]["cloudfront"])


# ---------------------------------------------------------------------------------------- what cannot be said
@pytest.mark.parametrize(
    ("dialect", "case", "reason"),
    [
        ("http_api", "pattern", "https://*.example.com"),
        ("http_api", "port pattern", "http://localhost:*"),
        ("http_api", "both", "http://*.localhost:*"),
        ("http_api", "app scheme", "capacitor://localhost"),
        ("http_api", "long method", "64 characters"),
        ("function_url", "pattern", "https://*.example.com"),
        ("function_url", "port pattern", "http://localhost:*"),
        ("function_url", "app scheme", "capacitor://localhost"),
        ("function_url", "OPTIONS", "OPTIONS"),
        ("function_url", "custom method", "PURGE"),
        ("function_url", "101 origins", "101"),
        ("function_url", "254 characters", "254"),
        ("function_url", "101 headers", "allow_headers"),
        ("function_url", "101 exposed", "expose_headers"),
        ("function_url", "long header", "1025"),
        ("s3", "defaults", "PATCH"),
        ("s3", "wild", "*"),
        ("s3", "OPTIONS", "OPTIONS"),
        ("s3", "port pattern", "http://localhost:*"),
        ("s3", "both", "http://*.localhost:*"),
        ("s3", "any header", "authorization"),
        ("s3", "no names", "credentials"),
        ("cloudfront", "port pattern", "http://localhost:*"),
        ("cloudfront", "app scheme", "capacitor://localhost"),
        ("cloudfront", "custom method", "PURGE"),
    ],
)
def test_what_a_dialect_cannot_say_is_null_and_has_a_reason(
    dialect: str, case: str, reason: str, compiled: dict[str, Outputs]
) -> None:
    assert compiled[case]["problems"] == []
    assert compiled[case][dialect] is None
    assert any(reason in sentence for sentence in compiled[case]["limits"][dialect])


@pytest.mark.parametrize("case", ["none", "wrong"])
def test_without_a_policy_in_force_every_dialect_is_null(case: str, compiled: dict[str, Outputs]) -> None:
    assert {dialect: compiled[case][dialect] for dialect in DIALECTS} == dict.fromkeys(DIALECTS)
    assert compiled[case]["limits"] == {dialect: [] for dialect in DIALECTS}
    assert compiled[case]["policy"] is None


def test_every_case_is_a_valid_policy(compiled: dict[str, Outputs]) -> None:
    for case in CASES:
        assert compiled[case]["problems"] == [], case
        assert compiled[case]["rest_api"] is not None, case
