"""The browser model in the engines' place: lambda_cors_kit.browser over real HTTP."""

from __future__ import annotations

import http.client
import itertools
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from engines.pages import cookie_of
from engines.question import Question, Seen
from lambda_cors_kit import browser


class Model:
    """A page's fetches, as the Fetch standard describes them. `open` and `ask` as in `Driven`."""

    name = "lambda_cors_kit.browser"

    def __init__(self) -> None:
        self._origin = ""
        self._cache = browser.PreflightCache()

    def open(self, origin: str) -> None:
        """Be a page on `origin`."""
        self._origin = origin
        self._cache = browser.PreflightCache()

    def ask(self, lists: Sequence[Sequence[Question]]) -> dict[str, Seen]:
        """Ask every list in order, all of them at once."""
        with ThreadPoolExecutor(max(1, len(lists))) as pool:
            answers = pool.map(lambda questions: [(q.key, self._seen(q)) for q in questions], lists)
            return dict(itertools.chain.from_iterable(answers))

    def _seen(self, question: Question) -> Seen:
        verdicts = [self._fetch(question) for _ in range(question.times)]
        return verdicts[-1]

    def _fetch(self, question: Question) -> Seen:
        init = {**question.init, "headers": tuple(question.init.get("headers", ()))}
        request = browser.Request(question.url, **init)
        cookies = _Cookies(self._origin)
        verdict = browser.fetch(request, self._origin, send, self._cache, cookies)
        if verdict.refusal is not None:
            return Seen.blocked(
                f"{verdict.refusal.message}. {verdict.refusal.remedy}", verdict.refusal.reason
            )
        response = verdict.response
        assert response is not None
        return Seen(
            True,
            response.type,
            response.status,
            response.redirected,
            tuple(sorted(name for name, _ in response.headers)),
            (response.body or b"").decode(),
        )


class _Cookies:
    """The cookie that the page's host has set; Lax, so that it goes to no other site."""

    def __init__(self, origin: str) -> None:
        self._host = urlsplit(origin).hostname

    def cookie_header(self, url: str) -> str | None:
        return cookie_of(url) if urlsplit(url).hostname == self._host else None

    def store(self, url: str, set_cookie: Sequence[str]) -> None:
        """The API sets none."""


def send(method: str, url: str, headers: browser.HeaderList, body: bytes | None) -> browser.RawResponse:
    """One HTTP request to loopback, whatever the host is called, and the answer as it stood on the wire."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection("127.0.0.1", parts.port, timeout=60)
    try:
        connection.putrequest(
            method, f"{parts.path}?{parts.query}", skip_host=True, skip_accept_encoding=True
        )
        connection.putheader("Host", parts.netloc)
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
