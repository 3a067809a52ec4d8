"""The browser's cookies: sent and kept with credentials only."""

from __future__ import annotations

from lambda_cors_kit.testing import BrowserClient


def test_cookies_need_credentials(page: BrowserClient) -> None:
    assert page.fetch("/login").ok
    assert page.cookies.get("session") is None
    assert page.fetch("/login", credentials="include").ok
    assert page.cookies.get("session") == "abc"
    assert page.fetch("/me", credentials="include").json()["headers"]["cookie"] == "session=abc"
    assert "cookie" not in page.fetch("/me").json()["headers"]


def test_a_cookie_may_be_given(page: BrowserClient) -> None:
    page.cookies.set("theme", "dark")
    assert page.fetch("/me", credentials="include").json()["headers"]["cookie"] == "theme=dark"
