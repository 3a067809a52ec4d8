"""What one fetch carries along: the request as it stands, and every HTTP request made for it.

Source: https://fetch.spec.whatwg.org/#fetch-params
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Protocol, TypeAlias

from .headers import get_header
from .preflight_cache import PreflightCache
from .refusal import HeaderList, NetworkError, Reason, Refusal, Step, Tainting, quoted
from .request import Request
from .response import Exchange, RawResponse
from .url import URL, script_url, serialized_origin

#: Method, URL, headers and body of one HTTP request.
Outgoing: TypeAlias = tuple[str, str, HeaderList, bytes | None]
#: An algorithm yields each HTTP request and receives its answer: one text serves `fetch` and `fetch_async`.
Steps: TypeAlias = Generator[Outgoing, RawResponse, RawResponse | Refusal]


class CookieJar(Protocol):
    """Where a browser keeps cookies. `fetch` asks it only where the credentials mode includes them."""

    def cookie_header(self, url: str) -> str | None:
        """The value of the Cookie header for `url`, None for no cookies."""

    def store(self, url: str, set_cookie: Sequence[str]) -> None:
        """Keep what the values of Set-Cookie headers, received from `url`, say."""


class FetchParams:
    """Fetch's "request" and the state that its algorithms keep on it. Raises ValueError as `serialized_origin`."""

    def __init__(
        self, request: Request, origin: str, cache: PreflightCache | None, cookies: CookieJar | None
    ) -> None:
        self.request = request
        self.origin = serialized_origin(origin)
        self.cache = cache if cache is not None else PreflightCache(limit=0)
        self.cookies = cookies
        self.method = request.method
        self.body = request.body if isinstance(request.body, bytes) else None
        self.headers = list(request.headers)
        if get_header(self.headers, "accept") is None:
            self.headers.append(("Accept", "*/*"))
        self.urls = [script_url(request.url, None)]
        self.tainting: Tainting = "basic"
        self.opaque_redirect = False
        self.exchanges: list[Exchange] = []

    @property
    def url(self) -> URL:
        """Fetch, "current URL" (https://fetch.spec.whatwg.org/#concept-request-current-url)."""
        return self.urls[-1]

    @property
    def sent_origin(self) -> str:
        """The value of the Origin header: null once a redirect has left a foreign origin.

        Source: https://fetch.spec.whatwg.org/#serializing-a-request-origin
        """
        tainted = any(
            after.origin != before.origin and self.origin != before.origin
            for before, after in zip(self.urls, self.urls[1:], strict=False)
        )
        return "null" if tainted else self.origin

    @property
    def step(self) -> Step:
        """Where a refusal falls that comes before the request is sent."""
        return Step.REDIRECT if len(self.urls) > 1 else Step.REQUEST

    @property
    def includes_credentials(self) -> bool:
        """Whether cookies go with the request (https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch)."""
        mode = self.request.credentials
        return mode == "include" or (mode == "same-origin" and self.tainting == "basic")

    def exchange(self, step: Step, method: str, headers: HeaderList, body: bytes | None) -> Steps:
        """One HTTP request to the current URL."""
        url, response, failure = self.url.href, None, ""
        try:
            response = yield method, url, headers, body
        except (NetworkError, OSError) as error:
            failure = str(error) or type(error).__name__
        self.exchanges.append(Exchange(step, method, url, tuple(headers), body, response))
        if response is not None:
            return response
        return Refusal(
            Reason.NETWORK,
            f"there was no HTTP answer from {quoted(self.url.origin)}: {failure}",
            "Browsers show this like a CORS error, but no header can mend it: look at the server and the network.",
            step,
        )
