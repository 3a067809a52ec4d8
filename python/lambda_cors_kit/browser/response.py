"""Responses: as they stood on the wire, and what of them a script may read.

Source: https://fetch.spec.whatwg.org/#concept-filtered-response
"""

from __future__ import annotations

from dataclasses import dataclass

from ..standard import EXPOSE_HEADERS, FORBIDDEN_RESPONSE_HEADERS, SAFELISTED_RESPONSE_HEADERS
from .headers import extract_list, get_header
from .refusal import Credentials, HeaderList, MalformedHeader, Refusal, ResponseType, Step, Tainting


@dataclass(frozen=True, slots=True)
class RawResponse:
    """What a `send` gives back: the response as it stood on the wire."""

    status: int
    headers: HeaderList = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Response:
    """What a script reads (https://fetch.spec.whatwg.org/#concept-filtered-response)."""

    type: ResponseType
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    url: str
    redirected: bool


@dataclass(frozen=True, slots=True)
class Exchange:
    """One HTTP request that the browser made, and its answer (None when there was none)."""

    step: Step
    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    response: RawResponse | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The end of a fetch: either `response`, which the page may read, or `refusal`, the rule that failed.

    `exchanges` holds every HTTP request in order, preflights included: what the network panel would show.
    """

    response: Response | None
    refusal: Refusal | None
    exchanges: tuple[Exchange, ...] = ()

    @property
    def preflight(self) -> Exchange | None:
        """The last preflight that was sent; None when none was needed or the cache answered."""
        return next((e for e in reversed(self.exchanges) if e.step is Step.PREFLIGHT), None)


def exposed_headers(
    credentials: Credentials, headers: HeaderList, *, tainting: Tainting = "cors"
) -> list[tuple[str, str]]:
    """Fetch, "filtered response": the headers that a script sees, in the order in which it sees them.

    Names are lower case and sorted, duplicates combined. A malformed Access-Control-Expose-Headers exposes
    nothing; Set-Cookie is never seen.

    Source: https://fetch.spec.whatwg.org/#concept-filtered-response-cors
    """
    if tainting == "opaque":
        return []
    names = {name.lower() for name, _ in headers} - FORBIDDEN_RESPONSE_HEADERS
    if tainting == "cors":
        try:
            listed = {name.lower() for name in extract_list(headers, EXPOSE_HEADERS) or ()}
        except MalformedHeader:
            listed = set()
        if credentials == "include" or "*" not in listed:
            names &= SAFELISTED_RESPONSE_HEADERS | listed
    return [(name, get_header(headers, name) or "") for name in sorted(names)]
