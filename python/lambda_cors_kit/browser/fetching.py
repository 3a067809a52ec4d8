"""Fetching: a whole fetch over any transport (https://fetch.spec.whatwg.org/#fetching)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from .fetch_params import CookieJar, FetchParams
from .main_fetch import run
from .preflight_cache import PreflightCache
from .refusal import HeaderList, NetworkError
from .request import Request
from .response import RawResponse, Verdict

Send: TypeAlias = Callable[[str, str, HeaderList, bytes | None], RawResponse]
AsyncSend: TypeAlias = Callable[[str, str, HeaderList, bytes | None], Awaitable[RawResponse]]


def fetch(
    request: Request,
    origin: str,
    send: Send,
    cache: PreflightCache | None = None,
    cookies: CookieJar | None = None,
) -> Verdict:
    """Run `request` for a page on `origin` and say what the page may read.

    `send(method, url, headers, body)` makes one HTTP request, without following redirects, and raises
    NetworkError or OSError when there is no HTTP answer; the transport adds Host and Content-Length.
    `cache` is the preflight cache to read and fill; without one, nothing is cached.
    `cookies` is used where the credentials mode says so; without one, no cookies are sent or kept.
    Raises ValueError when `origin` is no serialised origin; whatever else `send` raises passes through.

    Source: https://fetch.spec.whatwg.org/#concept-fetch
    """
    steps = run(FetchParams(request, origin, cache, cookies))
    try:
        outgoing = next(steps)
        while True:
            try:
                received = send(*outgoing)
            except (NetworkError, OSError) as error:
                outgoing = steps.throw(error)
            else:
                outgoing = steps.send(received)
    except StopIteration as end:
        return _verdict(end)


async def fetch_async(
    request: Request,
    origin: str,
    send: AsyncSend,
    cache: PreflightCache | None = None,
    cookies: CookieJar | None = None,
) -> Verdict:
    """`fetch` with a `send` that is awaited."""
    steps = run(FetchParams(request, origin, cache, cookies))
    try:
        outgoing = next(steps)
        while True:
            try:
                received = await send(*outgoing)
            except (NetworkError, OSError) as error:
                outgoing = steps.throw(error)
            else:
                outgoing = steps.send(received)
    except StopIteration as end:
        return _verdict(end)


def _verdict(end: StopIteration) -> Verdict:
    verdict = end.value
    assert isinstance(verdict, Verdict)
    return verdict
