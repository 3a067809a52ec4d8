"""When a browser asks the server first, what it asks, and what it makes of the answer."""

from __future__ import annotations

import pytest

from lambda_cors_kit import browser
from lambda_cors_kit.browser import Credentials, Reason, Refusal, Step

ORIGIN = "https://app.example.com"
ACAO, ACAC = "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials"
ACAM, ACAH = "Access-Control-Allow-Methods", "Access-Control-Allow-Headers"
ACMA = "Access-Control-Max-Age"


def reason(refusal: Refusal | None) -> Reason | None:
    return refusal.reason if refusal is not None else None


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_safelisted_methods_need_no_preflight(method: str) -> None:
    assert not browser.needs_preflight(method)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "patch", "DELETE", "OPTIONS", "get", "QUERY"])
def test_other_methods_need_one(method: str) -> None:
    assert browser.needs_preflight(method)


def test_the_flag_of_upload_listeners_needs_a_preflight() -> None:
    assert browser.needs_preflight("POST", use_cors_preflight=True)


def test_the_preflight_names_each_header_once_sorted_in_lower_case_without_spaces() -> None:
    headers = [("X-B", "1"), ("Content-Type", "application/json"), ("x-a", "1"), ("X-b", "2"), ("Accept", "*/*")]
    assert browser.preflight_headers("https://app.example.com", "PATCH", headers) == [
        ("Accept", "*/*"),
        ("Access-Control-Request-Method", "PATCH"),
        ("Access-Control-Request-Headers", "content-type,x-a,x-b"),
        ("Origin", "https://app.example.com"),
    ]


def test_without_unsafe_headers_the_preflight_does_not_mention_any() -> None:
    names = [name for name, _ in browser.preflight_headers("null", "PUT", [("Accept", "text/html")])]
    assert names == ["Accept", "Access-Control-Request-Method", "Origin"]


def preflight(
    method: str,
    names: str = "",
    *,
    allow_methods: str | None = None,
    allow_headers: str | None = None,
    credentials: Credentials = "omit",
    status: int = 204,
) -> Refusal | None:
    headers = [(ACAO, ORIGIN), (ACAC, "true")]
    headers += [(ACAM, allow_methods)] if allow_methods is not None else []
    headers += [(ACAH, allow_headers)] if allow_headers is not None else []
    asked = [(name, "1") for name in names.split()]
    return browser.preflight_check(ORIGIN, credentials, method, asked, status, headers)


@pytest.mark.parametrize(
    ("method", "names", "allow_methods", "allow_headers", "credentials"),
    [
        ("PUT", "", "PUT", None, "include"),
        ("PUT", "", " GET ,\tPUT,", None, "include"),
        ("PUT", "", ",,PUT,,", None, "include"),
        ("PUT", "", "*", None, "omit"),
        ("SUPER", "X-Test", "*", "x-test", "omit"),
        ("*", "*", "*", "*", "include"),
        ("GET", "X-Test", "get", "x-test", "omit"),
        ("POST", "X-Test", None, "X-TEST", "include"),
        ("HEAD", "x-a x-b", "", "X-B,,x-a", "include"),
        ("GET", "X-Test", None, "*", "same-origin"),
        ("GET", "Authorization", None, "authorization", "include"),
        ("GET", "authorization x-a", None, "*, Authorization", "omit"),
        ("patch", "", "patch", None, "omit"),
        ("GET", "X!#$%&'*+-.^_`|~9", None, "x!#$%&'*+-.^_`|~9", "omit"),
    ],
)
def test_preflights_that_pass(
    method: str, names: str, allow_methods: str | None, allow_headers: str | None, credentials: Credentials
) -> None:
    found = preflight(
        method, names, allow_methods=allow_methods, allow_headers=allow_headers, credentials=credentials
    )
    assert found is None


@pytest.mark.parametrize(
    ("method", "names", "allow_methods", "allow_headers", "credentials", "expected"),
    [
        ("PUT", "", None, None, "omit", Reason.ALLOW_METHODS_MISSING),
        ("PUT", "", "", None, "omit", Reason.ALLOW_METHODS_MISSING),
        ("PUT", "", "GET, POST", None, "omit", Reason.ALLOW_METHODS_MISSING),
        ("PUT", "", "put", None, "omit", Reason.ALLOW_METHODS_CASE),
        ("patch", "", "PATCH", None, "omit", Reason.ALLOW_METHODS_CASE),
        ("PUT", "", "*", None, "include", Reason.ALLOW_METHODS_WILDCARD),
        ("OK", "X-Test", "*", "*", "include", Reason.ALLOW_METHODS_WILDCARD),
        ("PUT", "", "GET PUT", None, "omit", Reason.ALLOW_METHODS_MALFORMED),
        ("PUT", "", "'PUT'; PUT", None, "omit", Reason.ALLOW_METHODS_MALFORMED),
        ("PUT", "", "[PUT]", None, "omit", Reason.ALLOW_METHODS_MALFORMED),
        ("PUT", "", '"PUT"', None, "omit", Reason.ALLOW_METHODS_MALFORMED),
        ("GET", "X-Test", "Bad method", "x-test", "omit", Reason.ALLOW_METHODS_MALFORMED),
        ("GET", "X-Test", None, None, "omit", Reason.ALLOW_HEADERS_MISSING),
        ("GET", "X-Test", None, "", "omit", Reason.ALLOW_HEADERS_MISSING),
        ("GET", "x-a x-b", None, "x-a", "omit", Reason.ALLOW_HEADERS_MISSING),
        ("GET", "x-a", None, "x-ab", "omit", Reason.ALLOW_HEADERS_MISSING),
        ("GET", "X-Test", None, "*", "include", Reason.ALLOW_HEADERS_WILDCARD),
        ("GET", "Authorization", None, "*", "omit", Reason.ALLOW_HEADERS_AUTHORIZATION),
        ("GET", "authorization x-a", None, "*", "omit", Reason.ALLOW_HEADERS_AUTHORIZATION),
        ("GET", "authorization x-a", None, "*", "include", Reason.ALLOW_HEADERS_WILDCARD),
        ("GET", "x-a", None, "x-a, name with space", "omit", Reason.ALLOW_HEADERS_MALFORMED),
        ("GET", "x-a", None, "x-a; x-b", "omit", Reason.ALLOW_HEADERS_MALFORMED),
        ("GET", "x-a", None, "x-a,\x0bx-b", "omit", Reason.ALLOW_HEADERS_MALFORMED),
        ("GET", "x-a", None, "x-a,ä", "omit", Reason.ALLOW_HEADERS_MALFORMED),
    ],
)
def test_preflights_that_fail(
    method: str,
    names: str,
    allow_methods: str | None,
    allow_headers: str | None,
    credentials: Credentials,
    expected: Reason,
) -> None:
    found = preflight(
        method, names, allow_methods=allow_methods, allow_headers=allow_headers, credentials=credentials
    )
    assert found is not None
    assert (found.reason, found.step) == (expected, Step.PREFLIGHT)
    assert found.header in (ACAM, ACAH)


def test_every_missing_header_is_named() -> None:
    found = preflight("GET", "x-c x-a x-b", allow_headers="x-b")
    assert found is not None
    assert "'x-a, x-c'" in found.message
    assert "'x-a, x-c'" in found.remedy


def test_a_patch_in_lower_case_is_the_pages_to_mend() -> None:
    found = preflight("patch", allow_methods="PATCH")
    assert found is not None
    assert "Let the page ask for 'PATCH'" in found.remedy


@pytest.mark.parametrize("status", [200, 204, 226, 299])
def test_every_ok_status_passes(status: int) -> None:
    assert preflight("PUT", allow_methods="PUT", status=status) is None


@pytest.mark.parametrize("status", [0, 199, 304, 300, 400, 401, 403, 404, 405, 500, 502, 999])
def test_every_other_status_fails(status: int) -> None:
    assert reason(preflight("PUT", allow_methods="PUT", status=status)) is Reason.PREFLIGHT_STATUS


@pytest.mark.parametrize("status", sorted(browser.REDIRECT_STATUSES))
def test_a_redirected_preflight_fails_whatever_its_headers_say(status: int) -> None:
    assert reason(preflight("PUT", allow_methods="PUT", status=status)) is Reason.PREFLIGHT_REDIRECT
    bare = browser.preflight_check(ORIGIN, "omit", "PUT", [], status, [("Location", "https://x.example/")])
    assert bare is not None
    assert bare.reason is Reason.PREFLIGHT_REDIRECT
    assert "https://x.example/" in bare.message


def test_a_refused_status_tells_what_the_lists_lack() -> None:
    found = preflight("PUT", allow_methods="GET", status=400)
    assert found is not None
    assert found.reason is Reason.PREFLIGHT_STATUS
    assert "does not allow PUT" in found.message


def test_the_cors_check_of_a_preflight_comes_first() -> None:
    found = browser.preflight_check(ORIGIN, "include", "PUT", [], 401, [(ACAM, "PUT")])
    assert found is not None
    assert (found.reason, found.step) == (Reason.ALLOW_ORIGIN_MISSING, Step.PREFLIGHT)
    assert "401" in found.message
    assert reason(browser.preflight_check(ORIGIN, "include", "PUT", [], 204, [(ACAO, ORIGIN), (ACAM, "PUT")])) is (
        Reason.ALLOW_CREDENTIALS_MISSING
    )


@pytest.mark.parametrize(
    ("lines", "seconds"),
    [
        ([], 5),
        (["0"], 0),
        (["600"], 600),
        ([" 600 "], 600),
        (["007"], 7),
        (["86400"], 86400),
        ([""], 5),
        (["-1"], 5),
        (["+1"], 5),
        (["1.5"], 5),
        (["1e3"], 5),
        (["600s"], 5),
        (["6 0"], 5),
        (["60, 60"], 5),
        (["60", "60"], 5),
        (["٦"], 5),
    ],
)
def test_max_age(lines: list[str], seconds: int) -> None:
    assert browser.preflight_max_age([(ACMA, line) for line in lines]) == seconds


def test_a_very_long_max_age_is_large_and_cheap() -> None:
    assert browser.preflight_max_age([(ACMA, "9" * 100_000)]) > 10**17
    assert browser.preflight_max_age([(ACMA, "0" * 100_000 + "7")]) == 7
