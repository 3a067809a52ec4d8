"""Main fetch, and what it calls: HTTP fetch, CORS-preflight fetch, HTTP-network-or-cache fetch.

They stand in one file because a redirect leads from HTTP fetch back to main fetch. Each takes the fetch's
parameters and is a generator of HTTP requests.

Source: https://fetch.spec.whatwg.org/#concept-main-fetch
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

from ..standard import (
    ALLOW_CREDENTIALS,
    ALLOW_HEADERS,
    ALLOW_METHODS,
    ALLOW_ORIGIN,
    BAD_PORTS,
    NULL_BODY_STATUSES,
    REDIRECT_STATUSES,
    SAFELISTED_METHODS,
)
from .cors_check import cors_check
from .fetch_params import FetchParams, Outgoing, Steps
from .headers import extract_list, header_lines, unsafe_request_header_names
from .preflight import needs_preflight, preflight_check, preflight_headers, preflight_max_age
from .redirect import next_request, refuse_redirect_mode
from .refusal import Reason, Refusal, Step, quoted
from .response import RawResponse, Response, Verdict, exposed_headers


def run(fetch: FetchParams) -> Generator[Outgoing, RawResponse, Verdict]:
    """Fetch from the request to what the page may read of it (https://fetch.spec.whatwg.org/#concept-fetch)."""
    result = yield from main_fetch(fetch)
    if isinstance(result, Refusal):
        return Verdict(None, _explained(fetch, result), tuple(fetch.exchanges))
    return Verdict(_filtered(fetch, result), None, tuple(fetch.exchanges))


def main_fetch(fetch: FetchParams) -> Steps:
    """Fetch, "main fetch": which kind of request it is to be, by mode and origin.

    Source: https://fetch.spec.whatwg.org/#concept-main-fetch
    """
    blocked = _blocked(fetch)
    if blocked is not None:
        return blocked
    if fetch.url.origin == fetch.origin and fetch.tainting == "basic":
        return (yield from http_fetch(fetch))
    if fetch.request.mode == "same-origin":
        return _refuse_same_origin_mode(fetch)
    if fetch.request.mode == "no-cors":
        if fetch.request.redirect != "follow":
            return _refuse_no_cors_redirect_mode(fetch.request.redirect)
        fetch.tainting = "opaque"
        return (yield from http_fetch(fetch))
    fetch.tainting = "cors"
    if not needs_preflight(fetch.method, fetch.headers, use_cors_preflight=fetch.request.use_cors_preflight):
        return (yield from http_fetch(fetch))
    result = yield from http_fetch(fetch, make_preflight=True)
    if isinstance(result, Refusal):
        fetch.cache.clear(fetch.sent_origin, fetch.url.href)
    return result


def _blocked(fetch: FetchParams) -> Refusal | None:
    # https://fetch.spec.whatwg.org/#block-bad-port
    if fetch.url.port in BAD_PORTS:
        return Refusal(
            Reason.URL_BAD_PORT,
            f"browsers never connect to port {fetch.url.port}, which belongs to another protocol",
            "Serve the API on another port.",
            fetch.step,
        )
    # https://w3c.github.io/webappsec-mixed-content/#should-block-fetch
    if fetch.origin.startswith("https:") and fetch.url.scheme == "http" and not fetch.url.is_loopback:
        return Refusal(
            Reason.URL_MIXED_CONTENT,
            f"a page on {quoted(fetch.origin)} may not call {quoted(fetch.url.origin)}: mixed content",
            "Call the API by https.",
            fetch.step,
        )
    return None


def http_fetch(fetch: FetchParams, *, make_preflight: bool = False) -> Steps:
    """Fetch, "HTTP fetch" (https://fetch.spec.whatwg.org/#concept-http-fetch)."""
    if make_preflight and not _preflight_is_cached(fetch):
        preflight = yield from cors_preflight_fetch(fetch)
        if isinstance(preflight, Refusal):
            return preflight
    response = yield from network_fetch(fetch)
    if isinstance(response, Refusal):
        return response
    is_redirect = response.status in REDIRECT_STATUSES
    if fetch.tainting == "cors":
        step = Step.REDIRECT if is_redirect else Step.RESPONSE
        refusal = cors_check(
            fetch.sent_origin, fetch.request.credentials, response.headers, step=step, status=response.status
        )
        if refusal is not None:
            return refusal
    if not is_redirect:
        return response
    if fetch.request.redirect == "error":
        return refuse_redirect_mode(response)
    if fetch.request.redirect == "manual":
        fetch.opaque_redirect = True
        return response
    end = next_request(fetch, response)
    return end if end is not None else (yield from main_fetch(fetch))


def _preflight_is_cached(fetch: FetchParams) -> bool:
    # https://fetch.spec.whatwg.org/#concept-cache-match-method, #concept-cache-match-header
    key = (fetch.sent_origin, fetch.url.href, fetch.request.credentials)
    asks_for_method = fetch.method not in SAFELISTED_METHODS or fetch.request.use_cors_preflight
    if asks_for_method and not fetch.cache.has_method(*key, fetch.method):
        return False
    return all(fetch.cache.has_header_name(*key, n) for n in unsafe_request_header_names(fetch.headers))


def cors_preflight_fetch(fetch: FetchParams) -> Steps:
    """Fetch, "CORS-preflight fetch". No credentials go with it, whatever the mode of the request.

    Source: https://fetch.spec.whatwg.org/#cors-preflight-fetch-0
    """
    origin, url, credentials = fetch.sent_origin, fetch.url.href, fetch.request.credentials
    sent = preflight_headers(origin, fetch.method, fetch.headers)
    response = yield from fetch.exchange(Step.PREFLIGHT, "OPTIONS", sent, None)
    if isinstance(response, Refusal):
        return response
    refusal = preflight_check(
        origin, credentials, fetch.method, fetch.headers, response.status, response.headers
    )
    if refusal is not None:
        return refusal
    methods = extract_list(response.headers, ALLOW_METHODS)
    if methods is None:
        methods = [fetch.method] if fetch.request.use_cors_preflight else []
    names = extract_list(response.headers, ALLOW_HEADERS) or []
    fetch.cache.store(origin, url, credentials, methods, names, preflight_max_age(response.headers))
    return response


def network_fetch(fetch: FetchParams) -> Steps:
    """Fetch, "HTTP-network-or-cache fetch": the Origin header, and cookies where they are included.

    Source: https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch
    """
    headers = list(fetch.headers)
    origin = fetch.sent_origin
    # https://fetch.spec.whatwg.org/#append-a-request-origin-header
    if fetch.tainting == "cors":
        headers.append(("Origin", origin))
    elif fetch.method not in ("GET", "HEAD"):
        # The default referrer policy hides the origin of a secure page from an insecure URL.
        downgrade = fetch.request.mode != "cors" and origin.startswith("https:") and fetch.url.scheme == "http"
        headers.append(("Origin", "null" if downgrade else origin))
    jar = fetch.cookies if fetch.includes_credentials else None
    cookie = jar.cookie_header(fetch.url.href) if jar is not None else None
    if cookie:
        headers.append(("Cookie", cookie))
    response = yield from fetch.exchange(Step.RESPONSE, fetch.method, headers, fetch.body)
    if jar is not None and isinstance(response, RawResponse):
        jar.store(fetch.url.href, header_lines(response.headers, "set-cookie"))
    return response


def _filtered(fetch: FetchParams, response: RawResponse) -> Response:
    # https://fetch.spec.whatwg.org/#concept-filtered-response
    redirected = len(fetch.urls) > 1
    if fetch.opaque_redirect:
        return Response("opaqueredirect", 0, (), None, fetch.url.href, False)
    if fetch.tainting == "opaque":
        return Response("opaque", 0, (), None, "", False)
    headers = exposed_headers(fetch.request.credentials, response.headers, tainting=fetch.tainting)
    no_body = fetch.method == "HEAD" or response.status in NULL_BODY_STATUSES
    body = None if no_body else response.body
    return Response(fetch.tainting, response.status, tuple(headers), body, fetch.url.href, redirected)


def _explained(fetch: FetchParams, refusal: Refusal) -> Refusal:
    """A refused Origin: null is the redirect's doing, which the bare rule does not say."""
    if fetch.sent_origin == fetch.origin or refusal.header not in (ALLOW_ORIGIN, ALLOW_CREDENTIALS):
        return refusal
    path = " to ".join(quoted(url.origin) for url in fetch.urls)
    return replace(
        refusal,
        message=f"{refusal.message}; the browser sends Origin: null because of the redirect from {path}",
        remedy="Do not redirect calls from pages across origins: let the page call the final URL. "
        "Never allow the origin null.",
    )


def _refuse_no_cors_redirect_mode(redirect: str) -> Refusal:
    return Refusal(
        Reason.REDIRECT_MODE,
        f'mode "no-cors" across origins works with redirect: "follow" alone, not with {quoted(redirect)}',
        'Use mode "cors".',
        Step.REQUEST,
    )


def _refuse_same_origin_mode(fetch: FetchParams) -> Refusal:
    return Refusal(
        Reason.MODE_SAME_ORIGIN,
        f'the page set mode: "same-origin", but {quoted(fetch.url.origin)} is not its origin, '
        f"{quoted(fetch.origin)}",
        'Use mode "cors", the default.',
        fetch.step,
    )
