"""What of a response a script may read."""

from __future__ import annotations

import pytest

from lambda_cors_kit import browser
from lambda_cors_kit.browser import Credentials

ACAO, ACEH = "Access-Control-Allow-Origin", "Access-Control-Expose-Headers"

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
