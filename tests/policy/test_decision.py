"""The decision against the vectors, its properties for any policy and request, and what it tells the operator."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_cors_kit import CORSPolicy
from lambda_cors_kit.decision import Decision, merge_vary
from tests.strategies import header_values, policies, request_origins
from tests.vectors import parameters

ORIGIN = "https://app.example.com"


@pytest.mark.parametrize("case", parameters("origins"))
def test_only_named_origins_get_headers(case: dict[str, Any]) -> None:
    decision = Decision(CORSPolicy(case["allow_origins"]))
    for origin in case["allowed"]:
        assert dict(decision.actual(origin))["access-control-allow-origin"] in (origin, "*")
        assert decision.preflight(origin, "PUT", None)[0] == 204
    for origin in case["refused"]:
        assert decision.actual(origin) == ()
        status, headers = decision.preflight(origin, "PUT", None)
        assert (status, [name for name, _ in headers]) == (403, ["vary"])


def test_the_headers_of_a_preflight() -> None:
    policy = CORSPolicy([ORIGIN], allow_credentials=True, expose_headers=["etag"], max_age=0)
    status, headers = Decision(policy).preflight(ORIGIN, "PUT", "content-type")
    assert status == 204
    assert dict(headers) == {
        "access-control-allow-origin": ORIGIN,
        "access-control-allow-credentials": "true",
        "access-control-allow-methods": "GET,HEAD,POST,PUT,PATCH,DELETE",
        "access-control-allow-headers": "authorization,content-type",
        "access-control-max-age": "0",
        "vary": "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
    }


def test_the_headers_of_an_actual_response() -> None:
    policy = CORSPolicy([ORIGIN], allow_credentials=True, expose_headers=["etag", "link"])
    assert dict(Decision(policy).actual(ORIGIN)) == {
        "access-control-allow-origin": ORIGIN,
        "access-control-allow-credentials": "true",
        "access-control-expose-headers": "etag,link",
    }


def test_a_static_wildcard_does_not_vary_by_origin() -> None:
    decision = Decision(CORSPolicy(["*"]))
    assert decision.vary is None
    assert dict(decision.actual(None)) == {"access-control-allow-origin": "*"}
    assert dict(decision.preflight("null", "PUT", None)[1])["vary"] == (
        "Access-Control-Request-Method, Access-Control-Request-Headers"
    )


@pytest.mark.parametrize(
    "value", ["content-type, authorization", "Content-Type\t,AUTHORIZATION", ",content-type,,", " "]
)
def test_lists_of_header_names_are_read_as_proxies_write_them(value: str) -> None:
    assert Decision(CORSPolicy([ORIGIN])).preflight(ORIGIN, "PUT", value)[0] == 204


@pytest.mark.parametrize("method", ["", " PUT", "PUT, DELETE", "PUT\n", "put", "*", "GET PUT"])
def test_a_method_that_is_none_is_refused(method: str) -> None:
    assert Decision(CORSPolicy([ORIGIN])).preflight(ORIGIN, method, None)[0] == 403


def test_a_list_that_fits_the_policy_is_never_too_long() -> None:
    names = [f"x-header-{i:04}" for i in range(1000)]
    policy = CORSPolicy([ORIGIN], allow_headers=names)
    assert Decision(policy).preflight(ORIGIN, "PUT", ", ".join(names))[0] == 204
    assert Decision(policy).preflight(ORIGIN, "PUT", "," * 60_000)[0] == 403


@given(policies(), request_origins(), st.sampled_from(["GET", "PUT", "PATCH", "X", ""]), header_values())
def test_nothing_unnamed_is_readable_and_every_answer_is_bounded(
    policy: CORSPolicy, origin: str, method: str, headers: str
) -> None:
    decision = Decision(policy)
    _, preflight = decision.preflight(origin, method, headers)
    for answer in (decision.actual(origin), preflight):
        names = [name for name, _ in answer]
        written = dict(answer)
        allowed = written.get("access-control-allow-origin")
        assert len(names) == len(set(names))
        assert (allowed is not None) <= policy.allows_origin(origin)
        assert allowed in (None, origin, "*")
        assert not (allowed == "*" and written.get("access-control-allow-credentials"))
        assert not any(c in value for value in written.values() for c in "\r\n\0")
        assert sum(len(n) + len(v) for n, v in answer) < 1000 + 2 * len(policy.to_json())


@given(policies(), st.text(max_size=300))
def test_a_preflight_that_is_allowed_is_allowed_by_name(policy: CORSPolicy, headers: str) -> None:
    status, _ = Decision(policy).preflight(ORIGIN, "GET", headers)
    names = {name.strip(" \t").lower() for name in headers.split(",")} - {""}
    if status == 204 and "*" not in policy.allow_headers:
        assert names <= set(policy.allow_headers)
    if status == 204 and "authorization" not in policy.allow_headers:
        assert "authorization" not in names


@pytest.mark.parametrize(
    ("values", "merged"),
    [
        ([], "Origin"),
        (["Accept-Encoding"], "Accept-Encoding, Origin"),
        (["origin"], "Origin"),
        (["Origin, Accept", "ORIGIN"], "Accept, Origin"),
        (["*"], "*, Origin"),
        ([", ,"], "Origin"),
    ],
)
def test_vary_has_origin_once_and_keeps_the_rest(values: list[str], merged: str) -> None:
    assert merge_vary(values, "Origin") == merged


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, str]]:
    return [json.loads(record.getMessage()) for record in caplog.records if record.name == "lambda_cors_kit"]


def test_each_kind_of_refusal_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    decision = Decision(CORSPolicy([ORIGIN]))
    with caplog.at_level(logging.WARNING, "lambda_cors_kit"):
        for _ in range(3):
            decision.actual("https://evil.test")
            decision.preflight("https://evil.test", "PUT", None)
            decision.preflight(ORIGIN, "PURGE", None)
            decision.preflight(ORIGIN, "PUT", "x-nope")
            decision.preflight(ORIGIN, "PUT", "x" * 9000)
            decision.actual(ORIGIN)
            decision.actual(None)
    assert [(line["code"], line["value"][:20]) for line in lines(caplog)] == [
        ("request.origin_not_allowed", "https://evil.test"),
        ("request.method_not_allowed", "PURGE"),
        ("request.header_not_allowed", "x-nope"),
        ("request.headers_too_long", "x" * 20),
    ]


def test_another_container_logs_again(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "lambda_cors_kit"):
        Decision(CORSPolicy([ORIGIN])).actual("https://evil.test")
        Decision(CORSPolicy([ORIGIN])).actual("https://evil.test")
    assert len(lines(caplog)) == 2


@pytest.mark.parametrize(
    "origin",
    ["https://evil.test\r\nERROR forged line", "\x1b[31mred", "é" * 50, "x" * 200, "x" * 201, "x" * 5000],
    ids=["line feed", "escape", "not ascii", "200", "201", "5000"],
)
def test_a_log_line_is_one_bounded_line_of_ascii(caplog: pytest.LogCaptureFixture, origin: str) -> None:
    with caplog.at_level(logging.WARNING, "lambda_cors_kit"):
        Decision(CORSPolicy([ORIGIN])).actual(origin)
    (record,) = caplog.records
    text = record.getMessage()
    assert text.isascii()
    assert text.isprintable()
    assert len(text) < 2000
    assert json.loads(text)["value"] == (origin if len(origin) <= 200 else origin[:200] + "…")
