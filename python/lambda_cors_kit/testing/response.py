"""What a page has in hand after fetch(): the response that its JavaScript may read, or the rule that hides it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..browser import Exchange, HeaderList, Request, ResponseType, Verdict, get_header


class Headers(Mapping[str, str]):
    """Headers as scripts see them: names in any case, duplicates combined with a comma and a space."""

    def __init__(self, pairs: HeaderList = ()) -> None:
        self._pairs = tuple(pairs)

    def __getitem__(self, name: str) -> str:
        value = get_header(self._pairs, name)
        if value is None:
            raise KeyError(name)
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name.lower() for name, _ in self._pairs))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and get_header(self._pairs, name) is not None

    def __repr__(self) -> str:
        return f"Headers({dict(self)!r})"


@dataclass(frozen=True, slots=True)
class Preflight:
    """The preflight that was sent before the request: what the browser asked, and the whole answer."""

    url: str
    request_headers: Headers
    status: int
    headers: Headers


@dataclass(frozen=True, slots=True)
class BrowserResponse:
    """What the page's JavaScript has in hand; `headers` holds only what the browser exposes.

    `type` is "cors", "basic" (same origin), "opaque" (mode "no-cors") or "opaqueredirect". `preflight` is for
    assertions (no script sees it): None when none was needed, or when the preflight cache had the answer.
    """

    type: ResponseType
    status: int
    headers: Headers
    url: str
    redirected: bool
    body: bytes | None
    preflight: Preflight | None = field(default=None, compare=False)
    exchanges: tuple[Exchange, ...] = field(default=(), compare=False, repr=False)

    @property
    def ok(self) -> bool:
        """Whether the status is 200 to 299."""
        return 200 <= self.status <= 299

    def text(self) -> str:
        """The body as text, decoded as UTF-8 whatever the headers say, as JavaScript's text() does."""
        return (self.body or b"").decode("utf-8-sig", "replace")

    def json(self) -> Any:
        """The body read as JSON. Raises ValueError when it is none."""
        return json.loads(self.text())


class CORSError(Exception):
    """The page's fetch() failed: `reason` names the rule, `message` says what was seen, `remedy` what to change.

    `step` says where (request, preflight, redirect, response), `header` names the response header at fault.
    What the application raised meanwhile, if anything, is the error's `__cause__`.
    """

    def __init__(self, request: Request, origin: str, verdict: Verdict) -> None:
        super().__init__(request, origin, verdict)
        assert verdict.refusal is not None
        self.reason = verdict.refusal.reason
        self.message = verdict.refusal.message
        self.remedy = verdict.refusal.remedy
        self.step = verdict.refusal.step
        self.header = verdict.refusal.header
        self.exchanges = verdict.exchanges
        self.preflight = preflight_of(verdict)
        self._what = f"{request.method} {request.url}, asked by a page on {origin}"

    def __str__(self) -> str:
        lines = [f"{self._what}: {self.message} ({self.reason})", f"To mend it: {self.remedy}"]
        return "\n".join([*lines, *map(_told, self.exchanges)])


def _told(exchange: Exchange) -> str:
    """One line on an exchange, with the headers that CORS looks at."""
    sent = [f"{n}: {v}" for n, v in exchange.headers if n.lower().startswith(("origin", "access-control-"))]
    if exchange.response is None:
        return f"  {exchange.method} {exchange.url} [{'; '.join(sent)}] -> no answer"
    seen = ("access-control-", "location", "vary")
    got = [f"{n}: {v}" for n, v in exchange.response.headers if n.lower().startswith(seen)]
    return (
        f"  {exchange.method} {exchange.url} [{'; '.join(sent)}] -> {exchange.response.status} [{'; '.join(got)}]"
    )


def preflight_of(verdict: Verdict) -> Preflight | None:
    """The preflight of a fetch, where one was sent and answered."""
    exchange = verdict.preflight
    if exchange is None or exchange.response is None:
        return None
    answer = exchange.response
    return Preflight(exchange.url, Headers(exchange.headers), answer.status, Headers(answer.headers))
