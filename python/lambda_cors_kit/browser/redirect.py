"""Redirects: where one may lead, and what of the request goes along.

Source: https://fetch.spec.whatwg.org/#concept-http-redirect-fetch
"""

from __future__ import annotations

from ..standard import AUTHORIZATION, REQUEST_BODY_HEADERS
from .fetch_params import FetchParams
from .headers import get_header, header_lines
from .refusal import Reason, Refusal, Step, quoted
from .response import RawResponse
from .url import PORTS, URL, parse_url

MAX_REDIRECTS = 20


def next_request(fetch: FetchParams, response: RawResponse) -> RawResponse | Refusal | None:
    """Fetch, "HTTP-redirect fetch", up to its main fetch, which is the caller's: None asks for it.

    `fetch` then stands at the URL of the redirect. A response without Location is no redirect, and is returned.
    """
    lines = header_lines(response.headers, "location")
    if not lines:
        return response
    # https://fetch.spec.whatwg.org/#concept-response-location-url
    target = parse_url(lines[0], fetch.url) if len(lines) == 1 else None
    refusal = _refused(fetch, target, ", ".join(lines))
    if target is None or refusal is not None:
        return refusal or response
    to_get = (response.status in (301, 302) and fetch.method == "POST") or (
        response.status == 303 and fetch.method not in ("GET", "HEAD")
    )
    if to_get:
        fetch.method, fetch.body = "GET", None
        fetch.headers = [(n, v) for n, v in fetch.headers if n.lower() not in REQUEST_BODY_HEADERS]
    if target.origin != fetch.url.origin:
        fetch.headers = [(n, v) for n, v in fetch.headers if n.lower() != AUTHORIZATION]
    fetch.urls.append(target)
    return None


def _refused(fetch: FetchParams, target: URL | None, location: str) -> Refusal | None:
    if target is None:
        return _refuse(
            Reason.REDIRECT_LOCATION,
            f"the redirect's Location, {quoted(location)}, is not one URL",
            "Send one Location header with one URL.",
        )
    if target.scheme not in PORTS:
        return _refuse(
            Reason.REDIRECT_SCHEME,
            f"the redirect goes to {quoted(location)}, which is neither http nor https",
            "Redirect to an http or https URL.",
        )
    if len(fetch.urls) > MAX_REDIRECTS:
        return _refuse(
            Reason.REDIRECT_LIMIT,
            f"there were more than {MAX_REDIRECTS} redirects",
            "Look for a loop between http and https, or with and without a trailing slash.",
        )
    foreign = fetch.request.mode == "cors" and target.origin != fetch.origin
    if target.has_userinfo and (foreign or fetch.tainting == "cors"):
        return _refuse(
            Reason.REDIRECT_USERINFO,
            f"the redirect to {quoted(target.origin)} holds a user name or password",
            "Redirect to a URL without user information.",
        )
    return None


def refuse_redirect_mode(response: RawResponse) -> Refusal:
    """The redirect that a request of redirect mode "error" met (https://fetch.spec.whatwg.org/#concept-http-fetch)."""
    location = get_header(response.headers, "location") or ""
    return _refuse(
        Reason.REDIRECT_MODE,
        f"the answer is a redirect (status {response.status} to {quoted(location)}), and the page set redirect: "
        '"error"',
        "Call the final URL.",
    )


def _refuse(reason: Reason, message: str, remedy: str) -> Refusal:
    return Refusal(reason, message, remedy, Step.REDIRECT, "Location")
