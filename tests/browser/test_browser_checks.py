"""What a browser makes of response headers: CORS check, preflight check, exposed headers."""

from __future__ import annotations

from typing import get_args

import pytest

from lambda_cors_kit import browser
from lambda_cors_kit.browser import Credentials, Reason, Refusal, Step

ORIGIN = "https://app.example.com"
MODES: tuple[Credentials, ...] = get_args(Credentials)
ACAO, ACAC = "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials"
ACAM, ACAH = "Access-Control-Allow-Methods", "Access-Control-Allow-Headers"
ACEH, ACMA = "Access-Control-Expose-Headers", "Access-Control-Max-Age"


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


def test_several_lines_of_a_list_are_one_list() -> None:
    headers = [(ACAM, "GET"), (ACAM, ""), (ACAM, "PUT , DELETE")]
    assert browser.extract_list(headers, ACAM.lower()) == ["GET", "PUT", "DELETE"]
    assert browser.extract_list([], ACAM) is None
    assert browser.extract_list([(ACAM, ", ,\t,")], ACAM) == []
    with pytest.raises(browser.MalformedHeader):
        browser.extract_list([(ACAM, "GET"), (ACAM, "a b")], ACAM)


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


RESPONSE = [
    ("Content-Type", "text/plain"),
    ("content-language", "de"),
    ("Cache-Control", "no-store"),
    ("Expires", "0"),
    ("Last-Modified", "x"),
    ("Pragma", "y"),
    ("Content-Length", "3"),
    ("X-Total", "7"),
    ("x-total", "8"),
    ("ETag", '"a"'),
    ("Set-Cookie", "a=1"),
    ("Set-Cookie2", "b=1"),
    (ACAO, "*"),
]
SAFE = sorted(browser.SAFELISTED_RESPONSE_HEADERS)


def exposed(*expose: str, credentials: Credentials = "omit") -> dict[str, str]:
    return dict(browser.exposed_headers(credentials, [*RESPONSE, *((ACEH, line) for line in expose)]))


def test_seven_response_headers_are_always_seen() -> None:
    assert list(exposed()) == SAFE


@pytest.mark.parametrize(
    "lines",
    [
        ["x-total"],
        ["X-TOTAL"],
        [",x-total"],
        ["x-total,,"],
        ["etag2 , \tx-total\t"],
        ["x-total", "x-other"],
        ["", "x-total"],
        ["x-other", "x-total"],
        ["x-total, x-total"],
    ],
)
def test_a_listed_header_is_seen_combined(lines: list[str]) -> None:
    assert exposed(*lines, credentials="include")["x-total"] == "7, 8"
    assert "etag" not in exposed(*lines)


@pytest.mark.parametrize(
    "lines",
    [
        ["x-total x-other"],
        ['"x-total"'],
        ["x-total;"],
        ["@x-total"],
        ["x-total,@"],
        ["x-total", "a b"],
        ["x-total\x0b"],
        ["x-total, (comment)"],
        ["no\0, x-total"],
    ],
)
def test_a_malformed_list_exposes_nothing(lines: list[str]) -> None:
    assert list(exposed(*lines)) == SAFE


def test_the_wildcard_exposes_all_but_cookies_without_credentials() -> None:
    seen = exposed("*")
    assert {"x-total", "etag", ACAO.lower()} <= set(seen)
    assert not {"set-cookie", "set-cookie2"} & set(seen)
    assert "x-total" in exposed("x-other, *")


def test_with_credentials_the_wildcard_names_a_header_called_so() -> None:
    assert list(exposed("*", credentials="include")) == SAFE
    assert ("*", "1") in browser.exposed_headers("include", [("*", "1"), (ACEH, "*")])


def test_cookies_are_never_seen() -> None:
    assert "set-cookie" not in exposed("Set-Cookie, x-total")
    assert "set-cookie" not in dict(browser.exposed_headers("omit", RESPONSE, tainting="basic"))


def test_a_page_sees_everything_of_its_own_origin_and_nothing_opaque() -> None:
    assert "etag" in dict(browser.exposed_headers("omit", RESPONSE, tainting="basic"))
    assert browser.exposed_headers("omit", RESPONSE, tainting="opaque") == []
