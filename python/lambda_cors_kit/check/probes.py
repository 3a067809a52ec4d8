"""The extra requests of a check: GET and OPTIONS only, each at most once, bounded in number and in time."""

from __future__ import annotations

import secrets
import time
from urllib.parse import urlsplit, urlunsplit

from ..browser import HeaderList, NetworkError, RawResponse, preflight_headers
from .strangers import NAME
from .transport import Transport

MAX_PROBES = 150
PATIENCE = 6.0
"""How many times the timeout of one request all probes together may take."""

_Key = tuple[str, str, tuple[tuple[str, str], ...], str | None]


class Probes:
    """Asks the API what it would answer to other pages. `headers` are those of the page's request.

    Once the API stops answering, or the limits are reached, every further answer is None and `left_out` counts it.
    """

    def __init__(self, transport: Transport, url: str, headers: HeaderList) -> None:
        self.url = url
        self.headers = tuple(headers)
        self.sent = 0
        self.left_out = 0
        self.failure: str | None = None
        self._transport = transport
        self._deadline = time.monotonic() + PATIENCE * transport.timeout
        self._answers: dict[_Key, RawResponse] = {}

    def actual(self, origin: str, *, url: str | None = None) -> RawResponse | None:
        """The answer to a GET from a page on `origin`."""
        return self._answer("GET", url or self.url, self._of_actual(origin))

    def with_other_spelling(self, origin: str) -> RawResponse | None:
        """As `actual`, with the header's name as HTTP/1.1 spells it where HTTP/2's was sent, and the reverse."""
        return self._answer("GET", self.url, self._of_actual(origin), other_spelling="origin")

    def preflight(self, origin: str, method: str, headers: HeaderList = ()) -> RawResponse | None:
        """The answer to the preflight of a request with `method` and `headers` from a page on `origin`."""
        return self._answer("OPTIONS", self.url, preflight_headers(origin, method, headers))

    def knows(self, origin: str, response: RawResponse) -> None:
        """Take the answer to the page's own GET for that of `actual`, to spare a request."""
        self._answers["GET", self.url, self._of_actual(origin), None] = response

    def missing_url(self) -> str:
        """An address below the given one that no API has."""
        parts = urlsplit(self.url)
        path = f"{parts.path.rstrip('/')}/{NAME}-{secrets.token_hex(4)}"
        return urlunsplit((parts.scheme, parts.netloc, path, "", ""))

    def _of_actual(self, origin: str) -> tuple[tuple[str, str], ...]:
        return (*self.headers, ("Accept", "*/*"), ("Origin", origin))

    def _answer(
        self, method: str, url: str, headers: HeaderList, other_spelling: str | None = None
    ) -> RawResponse | None:
        key = (method, url, tuple(headers), other_spelling)
        if key in self._answers:
            return self._answers[key]
        if self.failure is None and (self.sent >= MAX_PROBES or time.monotonic() > self._deadline):
            self.failure = f"{self.sent} extra requests were sent, which is the limit in number or time"
        if self.failure is not None:
            self.left_out += 1
            return None
        self.sent += 1
        try:
            self._answers[key] = self._transport.send(method, url, headers, other_spelling=other_spelling)
        except NetworkError as error:
            self.failure = str(error)
            self.left_out += 1
            return None
        return self._answers[key]
