"""Methods and headers: lists of them, and which of them a script may send."""

from __future__ import annotations

import pytest

from lambda_cors_kit import browser
from lambda_cors_kit.browser import Request

ACAM = "Access-Control-Allow-Methods"


def test_several_lines_of_a_list_are_one_list() -> None:
    headers = [(ACAM, "GET"), (ACAM, ""), (ACAM, "PUT , DELETE")]
    assert browser.extract_list(headers, ACAM.lower()) == ["GET", "PUT", "DELETE"]
    assert browser.extract_list([], ACAM) is None
    assert browser.extract_list([(ACAM, ", ,\t,")], ACAM) == []
    with pytest.raises(browser.MalformedHeader):
        browser.extract_list([(ACAM, "GET"), (ACAM, "a b")], ACAM)


@pytest.mark.parametrize("method", ["get", "Head", "POST", "put", "dElEtE", "options"])
def test_six_methods_are_normalised(method: str) -> None:
    assert browser.normalize_method(method) == method.upper()


@pytest.mark.parametrize("method", ["patch", "Patch", "PATCH", "chicken", "eGg", "PROPFIND", "*"])
def test_every_other_method_keeps_its_case(method: str) -> None:
    assert browser.normalize_method(method) == method


@pytest.mark.parametrize("method", ["CONNECT", "trace", "Track"])
def test_forbidden_methods(method: str) -> None:
    assert browser.is_forbidden_method(method)
    with pytest.raises(TypeError, match="no script may send"):
        Request("https://api.example.com/", method)


@pytest.mark.parametrize("method", ["", "GET ", "PUT\r\n", "PÜT", "P(T", "GET,PUT"])
def test_a_method_is_a_token(method: str) -> None:
    with pytest.raises(TypeError, match="no HTTP method"):
        Request("https://api.example.com/", method)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Accept", "text/html, */*;q=0.1"),
        ("accept", "a" * 128),
        ("Accept", "\x80\xff\t"),
        ("Accept", ""),
        ("Accept-Language", "de-CH, fr;q=0.5, *"),
        ("Content-Language", "en=.; "),
        ("Content-Type", "text/plain"),
        ("content-type", "TEXT/Plain; Charset=utf-8"),
        ("content-type", " \ttext/plain\t"),
        ("content-type", "text/plain;"),
        ("content-type", "text/plain;garbage"),
        ("content-type", "text/plain ; charset=utf-8"),
        ("content-type", "multipart/form-data; boundary=----x"),
        ("content-type", "application/x-www-form-urlencoded;charset=UTF-8"),
        ("content-type", "text/plain; q=" + "a" * 114),
        ("Range", "bytes=0-"),
        ("range", "bytes=100-200"),
        ("range", "bytes=007-8"),
        ("range", "bytes=5-5"),
    ],
)
def test_safelisted_headers(name: str, value: str) -> None:
    assert browser.is_safelisted_request_header(name, value)
    assert not browser.needs_preflight("GET", [(name, value)])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Accept", "a" * 129),
        *[("Accept", f"text/html{byte}") for byte in '"():<>?@[\\]{}\x7f\x00\x01\x08\n\x0b\x1f'],
        *[("Accept-Language", f"de{byte}") for byte in "@_\t\x80/(+\x00"],
        ("Content-Language", "\x01"),
        ("Content-Type", "application/json"),
        ("Content-Type", "text/html"),
        ("Content-Type", "application/www-form-urlencoded"),
        ("Content-Type", "text/plain, text/plain"),
        ("Content-Type", "text/plain, x/x"),
        ("Content-Type", ", text/plain"),
        ("Content-Type", "text/plain,"),
        ("Content-Type", "text /plain"),
        ("Content-Type", "text/\tplain"),
        ("Content-Type", "text"),
        ("Content-Type", "text/"),
        ("Content-Type", "/plain"),
        ("Content-Type", ""),
        ("Content-Type", "text/plain\x0b"),
        ("Content-Type", "text/plain\x0c"),
        ("Content-Type", 'text/plain; q="x"'),
        ("Content-Type", "multipart/form-data; \x7f"),
        ("Content-Type", "text/plain; q=" + "a" * 115),
        ("Range", "bytes=-500"),
        ("Range", "bytes=-"),
        ("Range", "bytes=200-100"),
        ("Range", "bytes= 0-5"),
        ("Range", "bytes =0-5"),
        ("Range", "bytes=0 -5"),
        ("Range", "bytes=0- 5"),
        ("Range", "bytes=0-5,7-9"),
        ("Range", "bytes=0-5x"),
        ("Range", "Bytes=0-5"),
        ("Range", "items=0-5"),
        ("Range", "bytes 0-5"),
        ("Range", "bytes=٣-"),
        ("Range", f"bytes=1{'0' * 60}-2{'0' * 61}"),
        ("Last-Event-ID", "1"),
        ("Authorization", "Bearer x"),
        ("X-Requested-With", ""),
        ("DPR", "2"),
    ],
)
def test_headers_that_need_a_preflight(name: str, value: str) -> None:
    assert not browser.is_safelisted_request_header(name, value)
    assert browser.unsafe_request_header_names([(name, value)]) == [name.lower()]
    assert browser.needs_preflight("GET", [(name, value)])


def test_two_content_types_are_judged_one_by_one() -> None:
    headers = [("Content-Type", "text/plain"), ("Content-Type", "application/json")]
    assert browser.unsafe_request_header_names(headers) == ["content-type"]


def test_safelisted_values_count_together_up_to_1024_bytes() -> None:
    eight = [("Accept", "a" * 128)] * 7 + [("Accept-Language", "a" * 128)]
    assert browser.unsafe_request_header_names(eight) == []
    assert browser.unsafe_request_header_names([*eight, ("Accept", "a")]) == ["accept", "accept-language"]
    over = [*eight, ("Range", "bytes=0-"), ("X-A", "1")]
    assert browser.unsafe_request_header_names(over) == ["accept", "accept-language", "range", "x-a"]


def test_values_of_unsafe_headers_do_not_count() -> None:
    headers = [("X-Long", "a" * 5000), ("Accept", "a" * 128)]
    assert browser.unsafe_request_header_names(headers) == ["x-long"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Cookie", "a=1"),
        ("ORIGIN", "https://evil.example"),
        ("Host", "x"),
        ("Set-Cookie", "a=1"),
        ("Access-Control-Request-Method", "PUT"),
        ("Proxy-Authorization", "x"),
        ("Sec-Fetch-Mode", "cors"),
        ("Sec-", ""),
        ("DNT", "1"),
        ("X-HTTP-Method-Override", "TRACE"),
        ("x-method-override", "GET, track"),
        ("X-HTTP-Method", " , CONNECT ,"),
    ],
)
def test_forbidden_headers_are_dropped_without_a_word(name: str, value: str) -> None:
    assert browser.is_forbidden_request_header(name, value)
    request = Request("https://api.example.com/", headers=[(name, value), ("X-Kept", "1")])
    assert request.headers == (("X-Kept", "1"),)
    assert browser.unsafe_request_header_names(request.headers) == ["x-kept"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("User-Agent", "x"),
        ("Authorization", "x"),
        ("X-HTTP-Method-Override", "PUT"),
        ("X-HTTP-Method-Override", '"TRACE, TRACE"'),
        ("X-HTTP-Method-Override", "traces"),
        ("Proxy", "x"),
        ("Secret", "x"),
    ],
)
def test_headers_that_only_look_forbidden_are_sent(name: str, value: str) -> None:
    assert not browser.is_forbidden_request_header(name, value)
