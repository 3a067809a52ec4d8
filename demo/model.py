"""The browser model as judge: lambda_cors_kit.browser over real HTTP."""

from __future__ import annotations

import http.client
from collections import defaultdict
from collections.abc import Mapping, Sequence
from http.cookies import SimpleCookie
from types import TracebackType
from urllib.parse import urlsplit

from demo.checks import Asked, Observation, PageName
from lambda_cors_kit import browser

TIMEOUT = 40.0
Kept = tuple[PageName, str]


class Model:
    """A page on each origin for each API, as the Fetch standard describes it, with its own cookies and caches."""

    name = "the browser model (lambda_cors_kit.browser)"

    def __init__(self, pages: Mapping[PageName, str]) -> None:
        self._origins = dict(pages)
        # Cookies know no ports: two APIs on one host would share them.
        self._caches: defaultdict[Kept, browser.PreflightCache] = defaultdict(browser.PreflightCache)
        self._cookies: defaultdict[Kept, Cookies] = defaultdict(Cookies)

    def __enter__(self) -> Model:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Nothing to end: every connection is closed with its answer."""

    def observe(self, page: PageName, api: str, asked: Asked) -> Observation:
        """Run one fetch() for a page."""
        request = browser.Request(
            api + asked.path,
            method=asked.method,
            headers=tuple(asked.headers.items()),
            body=asked.content,
            credentials=asked.credentials,
        )
        kept = (page, api)
        verdict = browser.fetch(request, self._origins[page], send, self._caches[kept], self._cookies[kept])
        preflight = verdict.preflight.response if verdict.preflight else None
        status = preflight.status if preflight else None
        if verdict.response is not None:
            body = (verdict.response.body or b"").decode(errors="replace")
            return Observation(status=verdict.response.status, body=body, preflight=status)
        refusal = verdict.refusal
        assert refusal is not None, "a verdict has a response or a refusal"
        if refusal.reason is browser.Reason.NETWORK:
            return Observation(failure=refusal.message, preflight=status)
        return Observation(hidden=refusal.message, preflight=status)


class Cookies:
    """A page's cookies by host. Loopback is a secure context, so `Secure` does not keep one back."""

    def __init__(self) -> None:
        self._hosts: dict[str, dict[str, str]] = {}

    def cookie_header(self, url: str) -> str | None:
        """Return the Cookie header for `url`."""
        kept = self._hosts.get(urlsplit(url).hostname or "", {})
        return "; ".join(f"{name}={value}" for name, value in kept.items()) or None

    def store(self, url: str, set_cookie: Sequence[str]) -> None:
        """Keep the cookies that a response sets."""
        kept = self._hosts.setdefault(urlsplit(url).hostname or "", {})
        for line in set_cookie:
            kept |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}


def send(method: str, url: str, headers: browser.HeaderList, body: bytes | None) -> browser.RawResponse:
    """Send one HTTP request to loopback and return the answer as it stood on the wire."""
    parts = urlsplit(url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=TIMEOUT)
    try:
        connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in headers:
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        answer = connection.getresponse()
        return browser.RawResponse(answer.status, answer.getheaders(), answer.read())
    except http.client.HTTPException as error:
        raise browser.NetworkError(str(error) or type(error).__name__) from error
    finally:
        connection.close()
