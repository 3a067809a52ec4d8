"""The cookies of the browser."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class Cookies:
    """The browser's cookies: host, path, Secure and expiry decide; SameSite is not judged."""

    def __init__(self, base_url: str) -> None:
        from http.cookiejar import CookieJar

        self._base_url = base_url
        self._jar = CookieJar()

    def set(self, name: str, value: str) -> None:
        """Give the browser a cookie for every path of the API, as if the API had set it."""
        self.store(self._base_url, [f"{name}={value}; Path=/"])

    def get(self, name: str) -> str | None:
        """The value of a cookie that the browser holds; None when it holds none of that name."""
        return next((cookie.value for cookie in self._jar if cookie.name == name), None)

    def clear(self) -> None:
        """Forget all of them."""
        self._jar.clear()

    def cookie_header(self, url: str) -> str | None:
        """The Cookie header for `url` (browser.CookieJar)."""
        from urllib.request import Request

        request = Request(url)
        self._jar.add_cookie_header(request)
        return request.get_header("Cookie")

    def store(self, url: str, set_cookie: Sequence[str]) -> None:
        """Keep the cookies of a response (browser.CookieJar)."""
        from email.message import Message
        from io import BytesIO
        from urllib.request import Request
        from urllib.response import addinfourl

        message = Message()
        for line in set_cookie:
            message["Set-Cookie"] = line
        # The jar looks at info() alone, which every response of urllib has.
        response: Any = addinfourl(BytesIO(), message, url)
        self._jar.extract_cookies(response, Request(url))
