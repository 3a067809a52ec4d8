"""What a browser makes of Access-Control-Allow-Origin and -Credentials: the CORS check."""

from __future__ import annotations

from typing import get_args

import pytest

from lambda_cors_kit import browser
from lambda_cors_kit.browser import Credentials, Reason, Refusal, Step

ORIGIN = "https://app.example.com"
MODES: tuple[Credentials, ...] = get_args(Credentials)
ACAO, ACAC = "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials"


def reason(refusal: Refusal | None) -> Reason | None:
    return refusal.reason if refusal is not None else None


def check(*values: str, credentials: Credentials = "omit", origin: str = ORIGIN) -> Reason | None:
    return reason(browser.cors_check(origin, credentials, [(ACAO, value) for value in values]))


@pytest.mark.parametrize("value", ["*", " *  ", "\t*", ORIGIN, f" {ORIGIN} \t", f"\t{ORIGIN}"])
def test_the_cors_check_passes(value: str) -> None:
    assert check(value) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", Reason.ALLOW_ORIGIN_MALFORMED),
        ("**", Reason.ALLOW_ORIGIN_MALFORMED),
        ("'*'", Reason.ALLOW_ORIGIN_MALFORMED),
        ("\0*", Reason.ALLOW_ORIGIN_MALFORMED),
        ("* *", Reason.ALLOW_ORIGIN_MALFORMED),
        (f"{ORIGIN}/", Reason.ALLOW_ORIGIN_MALFORMED),
        (f"{ORIGIN}/path", Reason.ALLOW_ORIGIN_MALFORMED),
        (f"{ORIGIN}?", Reason.ALLOW_ORIGIN_MALFORMED),
        (f"{ORIGIN}\0", Reason.ALLOW_ORIGIN_MALFORMED),
        (ORIGIN.upper(), Reason.ALLOW_ORIGIN_MALFORMED),
        ("app.example.com", Reason.ALLOW_ORIGIN_MALFORMED),
        ("//app.example.com", Reason.ALLOW_ORIGIN_MALFORMED),
        ("https://*.example.com", Reason.ALLOW_ORIGIN_MALFORMED),
        (f"null {ORIGIN}", Reason.ALLOW_ORIGIN_MALFORMED),
        (f"{ORIGIN}:443", Reason.ALLOW_ORIGIN_MISMATCH),
        ("http://app.example.com", Reason.ALLOW_ORIGIN_MISMATCH),
        ("https://app.example.com.evil.example", Reason.ALLOW_ORIGIN_MISMATCH),
        ("null", Reason.ALLOW_ORIGIN_MISMATCH),
        (f"{ORIGIN}, *", Reason.ALLOW_ORIGIN_MULTIPLE),
        (f"*, {ORIGIN}", Reason.ALLOW_ORIGIN_MULTIPLE),
        (f"{ORIGIN},{ORIGIN}", Reason.ALLOW_ORIGIN_MULTIPLE),
    ],
)
def test_the_cors_check_fails(value: str, expected: Reason) -> None:
    assert [check(value, credentials=mode) for mode in MODES] == [expected] * 3


@pytest.mark.parametrize(
    "values", [("", "*"), ("*", ""), ("*", "*"), (ORIGIN, ORIGIN), ("*", ORIGIN), ("", ORIGIN)]
)
def test_two_lines_never_pass_not_even_equal_ones(values: tuple[str, str]) -> None:
    assert check(*values) is Reason.ALLOW_ORIGIN_MULTIPLE


def test_a_missing_header() -> None:
    refusal = browser.cors_check(ORIGIN, "omit", [("X-Allow-Origin", "*")], status=502)
    assert refusal is not None
    assert (refusal.reason, refusal.step, refusal.header) == (Reason.ALLOW_ORIGIN_MISSING, Step.RESPONSE, ACAO)
    assert "502" in refusal.message
    assert ORIGIN in refusal.remedy


def test_the_origin_null_matches_null_alone() -> None:
    assert check("null", origin="null") is None
    assert check("*", origin="null") is None
    assert check("NULL", origin="null") is Reason.ALLOW_ORIGIN_MALFORMED
    assert check(ORIGIN, origin="null") is Reason.ALLOW_ORIGIN_MISMATCH


def test_the_name_of_the_header_has_any_case() -> None:
    assert browser.cors_check(ORIGIN, "omit", [("ACCESS-control-ALLOW-origin", "*")]) is None


@pytest.mark.parametrize(
    ("credentials", "allowed", "flags", "expected"),
    [
        ("omit", "*", ["true"], None),
        ("same-origin", "*", [], None),
        ("same-origin", ORIGIN, ["nonsense"], None),
        ("include", "*", ["true"], Reason.ALLOW_ORIGIN_WILDCARD),
        ("include", ORIGIN, ["true"], None),
        ("include", ORIGIN, [" true\t"], None),
        ("include", ORIGIN, [], Reason.ALLOW_CREDENTIALS_MISSING),
        ("include", ORIGIN, ["True"], Reason.ALLOW_CREDENTIALS_NOT_TRUE),
        ("include", ORIGIN, ["false"], Reason.ALLOW_CREDENTIALS_NOT_TRUE),
        ("include", ORIGIN, [""], Reason.ALLOW_CREDENTIALS_NOT_TRUE),
        ("include", ORIGIN, ["true", "true"], Reason.ALLOW_CREDENTIALS_NOT_TRUE),
        ("include", ORIGIN, ["true, true"], Reason.ALLOW_CREDENTIALS_NOT_TRUE),
    ],
)
def test_credentials(credentials: Credentials, allowed: str, flags: list[str], expected: Reason | None) -> None:
    headers = [(ACAO, allowed), *((ACAC, flag) for flag in flags)]
    assert reason(browser.cors_check(ORIGIN, credentials, headers)) is expected
