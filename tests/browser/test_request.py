"""What a script may ask for."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_cors_kit import browser
from lambda_cors_kit.browser import Request


def test_values_lose_white_space_at_both_ends() -> None:
    assert Request("https://a.example/", headers=[("X-A", "\t b \r\n")]).headers == (("X-A", "b"),)


@pytest.mark.parametrize(
    ("name", "value"), [("", "1"), ("X A", "1"), ("X:", "1"), ("Ä", "1"), ("X", "a\nb"), ("X", "\0"), ("X", "€")]
)
def test_headers_that_no_header_can_carry(name: str, value: str) -> None:
    with pytest.raises(TypeError):
        Request("https://a.example/", headers=[(name, value)])


def test_no_cors_keeps_only_what_a_form_could_send() -> None:
    headers = [("Accept", "x"), ("Range", "bytes=0-"), ("X-A", "1"), ("Content-Type", "application/json")]
    assert Request("https://a.example/", "POST", headers, mode="no-cors").headers == (("Accept", "x"),)


def test_no_cors_judges_the_combined_value() -> None:
    headers = [("Accept", "a" * 100), ("Accept", "b" * 100)]
    assert Request("https://a.example/", headers=headers, mode="no-cors").headers == (("Accept", "a" * 100),)


def test_no_cors_has_three_methods() -> None:
    with pytest.raises(TypeError, match="no-cors"):
        Request("https://a.example/", "PUT", mode="no-cors")


@pytest.mark.parametrize("method", ["GET", "head"])
def test_get_and_head_have_no_body(method: str) -> None:
    with pytest.raises(TypeError, match="no body"):
        Request("https://a.example/", method, body=b"")


def test_a_text_body_is_text_plain_and_needs_no_preflight() -> None:
    request = Request("https://a.example/", "POST", body="ä")
    assert request.body == b"\xc3\xa4"
    assert request.headers == (("Content-Type", "text/plain;charset=UTF-8"),)
    assert not browser.needs_preflight(request.method, request.headers)


def test_a_given_content_type_stays() -> None:
    request = Request("https://a.example/", "POST", [("content-type", "application/json")], "{}")
    assert request.headers == (("content-type", "application/json"),)


@pytest.mark.parametrize(
    "url", ["/items", "items", "https://", "https://a b/", "ftp://a/", "data:,x", "https://u:p@a.example/", ""]
)
def test_urls_that_fetch_refuses(url: str) -> None:
    with pytest.raises(TypeError):
        Request(url)


@pytest.mark.parametrize("option", [{"mode": "navigate"}, {"credentials": "yes"}, {"redirect": "none"}])
def test_options_are_enumerations(option: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="write one of"):
        Request("https://a.example/", **option)
