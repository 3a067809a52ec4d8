"""What a script may ask for, and when a browser asks the server first (Fetch 2.2, 4.8, 5.4)."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from typing import Any

import pytest

from lambda_cors_kit import browser
from lambda_cors_kit.browser import Request


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


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_safelisted_methods_need_no_preflight(method: str) -> None:
    assert not browser.needs_preflight(method)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "patch", "DELETE", "OPTIONS", "get", "QUERY"])
def test_other_methods_need_one(method: str) -> None:
    assert browser.needs_preflight(method)


def test_the_flag_of_upload_listeners_needs_a_preflight() -> None:
    assert browser.needs_preflight("POST", use_cors_preflight=True)


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
    over = [*eight, ("Range", "bytes=0-"), ("X-A", "1")]
    assert browser.unsafe_request_header_names(over) == ["accept", "accept-language", "range", "x-a"]


def test_values_of_unsafe_headers_do_not_count() -> None:
    headers = [("X-Long", "a" * 5000), ("Accept", "a" * 128)]
    assert browser.unsafe_request_header_names(headers) == ["x-long"]


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


def test_importing_it_loads_no_framework_and_no_event_loop() -> None:
    code = "import sys, lambda_cors_kit.browser; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "lambda_cors_kit.browser" in loaded
    assert not {"asyncio", "starlette", "mangum", "http.client", "ssl", "socket"} & set(loaded)


def test_it_imports_nothing_of_the_rest_of_the_kit() -> None:
    tree = ast.parse(inspect.getsource(browser))
    imported = [
        module
        for node in ast.walk(tree)
        for module in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else ["." * node.level + (node.module or "")]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    ]
    assert imported
    assert [name for name in imported if name.partition(".")[0] not in sys.stdlib_module_names] == []
