"""The web platform's own vectors for URLs and domains (tools/url_vectors.py writes them)."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from lambda_cors_kit import browser
from lambda_cors_kit.browser.url import URL, parse_url

VECTORS: dict[str, Any] = json.loads((Path(__file__).parent / "urls.json").read_text(encoding="ascii"))

_JOINED = "\u0646\u0627\u0645\u0647\u200c\u0627\u06cc"
#: Input and reason of each vector that has another result here: always none instead of some, never another one.
DIFFERENCES = dict.fromkeys(
    (_JOINED, f"{_JOINED}.com"), "whether letters join around a non-joiner is not in the standard library"
)


def parsed(text: str, base: str | None) -> URL | None:
    """The http or https URL, None for any other end."""
    url = parse_url(text, parse_url(base) if base is not None else None)
    return url if url is not None and url.scheme in ("http", "https") else None


@pytest.mark.parametrize(("text", "base", "href"), VECTORS["urls"])
def test_a_url_is_what_the_web_platform_makes_of_it(text: str, base: str | None, href: str | None) -> None:
    url = parsed(text, base)
    if href is None or not href.startswith(("http:", "https:")):
        assert url is None
        with pytest.raises(TypeError):
            browser.resolve_url(text, base)
        return
    parts = re.fullmatch(r"(https?://)(?:([^/?#]*)@)?([^#]*)(?:#.*)?", href)
    assert parts is not None
    scheme, userinfo, rest = parts.groups()
    assert url is not None
    assert url.href == scheme + rest
    assert url.origin == scheme + re.split(r"[/?]", rest)[0]
    assert url.has_userinfo is (userinfo is not None)
    if userinfo is None:
        assert browser.resolve_url(text, base) == url.href
        assert browser.url_origin(url.href) == url.origin
    else:
        with pytest.raises(TypeError, match="user name"):
            browser.resolve_url(text, base)


@pytest.mark.parametrize(("domain", "ascii_form"), VECTORS["domains"])
def test_a_domain_is_what_the_web_platform_makes_of_it(domain: str, ascii_form: str | None) -> None:
    url = parsed(f"https://{domain}/x", None)
    if domain in DIFFERENCES:
        assert ascii_form is not None
        assert url is None
    else:
        assert (url.host if url is not None else None) == ascii_form


def test_every_listed_difference_is_a_vector_once() -> None:
    inputs = [domain for domain, _ in VECTORS["domains"]]
    assert [inputs.count(domain) for domain in DIFFERENCES] == [1] * len(DIFFERENCES)


def test_the_vectors_are_all_there() -> None:
    assert VECTORS["source"].startswith("https://github.com/web-platform-tests/wpt")
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", VECTORS["date"])
    assert len(VECTORS["urls"]) > 500
    assert len(VECTORS["domains"]) > 80
    failures = [href for _, _, href in VECTORS["urls"] if href is None]
    assert len(failures) > 150
