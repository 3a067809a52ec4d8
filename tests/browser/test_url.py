"""URLs as far as origins, cache keys and redirects need them (https://url.spec.whatwg.org/)."""

from __future__ import annotations

import pytest

from lambda_cors_kit import browser

# An e and its accent, which are one character wherever a name is written as it must be.
PUNYCODE_OF_TWO_FOR_ONE = "e\u0301".encode("punycode").decode("ascii")


@pytest.mark.parametrize(
    ("url", "serialised"),
    [
        ("https://API.Example.com", "https://api.example.com/"),
        ("https://api.example.com:443/a", "https://api.example.com/a"),
        ("http://api.example.com:80", "http://api.example.com/"),
        ("http://api.example.com:0443/", "http://api.example.com:443/"),
        ("https://a.example:/x", "https://a.example/x"),
        (" https://a.example/\n", "https://a.example/"),
        ("ht\ttps://a.ex\name/", "https://a.exame/"),
        ("https:a.example/x", "https://a.example/x"),
        ("https:////a.example/x", "https://a.example/x"),
        ("https:\\\\a.example\\x\\y?a\\b", "https://a.example/x/y?a\\b"),
        ("https://a.example/a/./b/../c", "https://a.example/a/c"),
        ("https://a.example/../../x", "https://a.example/x"),
        ("https://a.example/a/%2E%2e/", "https://a.example/"),
        ("https://a.example/a/..", "https://a.example/"),
        ("https://a.example/ä b?ü 'x'#frag", "https://a.example/%C3%A4%20b?%C3%BC%20%27x%27"),
        ("https://a.example?", "https://a.example/?"),
        ("https://a.example/%zz", "https://a.example/%zz"),
        ("https://BÜCHER.example/", "https://xn--bcher-kva.example/"),
        ("https://faß.example/", "https://xn--fa-hia.example/"),
        ("https://a。example/", "https://a.example/"),
        ("https://%61.example/", "https://a.example/"),
        ("http://127.1/", "http://127.0.0.1/"),
        ("http://0x7f.0.0.1./", "http://127.0.0.1/"),
        ("http://[0:0:0::1]:8080/", "http://[::1]:8080/"),
        ("https://a_b.example./", "https://a_b.example./"),
        ("https://@a.example/", "https://a.example/"),
        ("https://a\u00adb.example/", "https://ab.example/"),
        ("https://a%C2%ADb.example/", "https://ab.example/"),
        ("https://B\u00ad\u00dc\u200bcher.example/", "https://xn--bcher-kva.example/"),
        ("https://ex\ufe0fample\uff0eorg/", "https://example.org/"),
        ("https://\u0645\u062b\u0627\u0644.example/", "https://xn--mgbh0fb.example/"),
        ("https://\u1e9e.example/", "https://xn--zca.example/"),
        ("https://1\u00ad27.1/", "https://127.0.0.1/"),
        ("https://0x/", "https://0.0.0.0/"),
        ("https://017700000001/", "https://127.0.0.1/"),
        ("http://[::ffff:192.0.2.1]/", "http://[::ffff:c000:201]/"),
        ("https://a.example/\ud800", "https://a.example/%EF%BF%BD"),
    ],
)
def test_serialisation(url: str, serialised: str) -> None:
    assert browser.resolve_url(url) == serialised
    assert browser.resolve_url(serialised) == serialised


@pytest.mark.parametrize(
    ("reference", "resolved"),
    [
        ("", "https://a.example/x/y?q"),
        ("#f", "https://a.example/x/y?q"),
        ("?z", "https://a.example/x/y?z"),
        ("?", "https://a.example/x/y?"),
        ("z", "https://a.example/x/z"),
        ("./z/../w", "https://a.example/x/w"),
        ("../z", "https://a.example/z"),
        ("/z?a=/../b", "https://a.example/z?a=/../b"),
        ("//b.example", "https://b.example/"),
        ("\\\\b.example\\z", "https://b.example/z"),
        ("/\\b.example", "https://b.example/"),
        ("\\z", "https://a.example/z"),
        ("https:z", "https://a.example/x/z"),
        ("http:z", "http://z/"),
        ("http://b.example/z", "http://b.example/z"),
    ],
)
def test_resolution(reference: str, resolved: str) -> None:
    assert browser.resolve_url(reference, "https://a.example/x/y?q") == resolved


@pytest.mark.parametrize(
    "url",
    [
        "https://",
        "https:///",
        "https://:80/",
        "https://a:65536/",
        "https://a:9999999999/",
        "https://a:8x/",
        "https://a:-1/",
        "https://a b/",
        "https://a%00b/",
        "https://a%2fb/",
        "https://a<b/",
        "https://a|b/",
        "https://1.2.3.4.5/",
        "https://1.2.3.999/",
        "https://0xg.1/",
        "https://[::1/",
        "https://[::g]/",
        "https://[fe80::1%25eth0]/",
        "//a.example/",
        "https://\u00ad/",
        "https://a\u202eb.example/",
        "https://a\ufffdb.example/",
        "https://a%80.example/",
        "https://a\u2024b/",
        "https://a\ufe12b/",
        "https://\u2100/",
        "https://a\u31efb.example/",
        "https://\u0301a.example/",
        "https://a\u200db.example/",
        "https://\u05d0a.example/",
        "https://\u05d01\u0661.example/",
        "https://\u05d0+.example/",
        "https://1a.\u05d0/",
        "https://a+.\u05d0/",
        f"https://xn--{PUNYCODE_OF_TWO_FOR_ONE}.\u00e9/",
        "https://xn--\u00e9/",
        "https://xn--a.\u00e9/",
        "https://xn--abc-.\u00e9/",
        "https://08.1/",
        "https://1..2/",
        "https://1.2.3.4.0/",
        "https://0x100000000/",
        f"https://{'9' * 5000}/",
        "mailto:a@b.example",
        "javascript:alert(1)",
    ],
)
def test_what_is_no_http_url(url: str) -> None:
    with pytest.raises(TypeError):
        browser.resolve_url(url)


@pytest.mark.parametrize("base", ["about:blank", "data:,x", "file:///x", "mailto:a@b.example", "no base"])
@pytest.mark.parametrize("reference", ["//a.example/x", "/x", "x", "?x", "#x", ""])
def test_beside_a_base_that_is_not_http_nothing_relative_is(reference: str, base: str) -> None:
    with pytest.raises(TypeError):
        browser.resolve_url(reference, base)


def test_user_information_of_the_base_goes_along() -> None:
    with pytest.raises(TypeError, match="user name or password"):
        browser.resolve_url("/x", "https://u:p@a.example/")
    assert browser.resolve_url("//b.example/x", "https://u:p@a.example/") == "https://b.example/x"


@pytest.mark.parametrize("url", ["https://u@a.example/", "https://:p@a.example/", "https://u:@a.example/"])
def test_user_information_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(TypeError, match="user name or password") as caught:
        browser.resolve_url(url)
    assert "u@" not in str(caught.value)


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "https://app.example.com",
        "http://localhost:3000",
        "http://[::1]:8080",
        "https://xn--bcher-kva.example",
        "chrome-extension://abcdefghijklmnop",
        "capacitor://localhost",
        "https://a_b.example",
    ],
)
def test_origins_of_pages(origin: str) -> None:
    assert browser.serialized_origin(origin) == origin


@pytest.mark.parametrize(
    ("origin", "hint"),
    [
        ("https://app.example.com/", "https://app.example.com"),
        ("https://app.example.com/path?x", "https://app.example.com"),
        ("https://APP.example.com", "https://app.example.com"),
        ("https://app.example.com:443", "https://app.example.com"),
        ("https://u:p@app.example.com", "https://app.example.com"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("https://app\u00ad.example.com", "https://app.example.com"),
        ("http://127.1", "http://127.0.0.1"),
        ("app.example.com", "https://app.example.com"),
        ("https://*.example.com", "https://app.example.com"),
        ("*", "https://app.example.com"),
        ("", "https://app.example.com"),
        ("NULL", "https://app.example.com"),
        ("https://a.example https://b.example", "https://app.example.com"),
    ],
)
def test_what_is_no_origin_is_told_what_to_write(origin: str, hint: str) -> None:
    with pytest.raises(ValueError, match="no origin as a browser writes it") as caught:
        browser.serialized_origin(origin)
    assert f"write {hint!r}" in str(caught.value)
