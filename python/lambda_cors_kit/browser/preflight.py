"""The preflight: when one is sent, what it asks, and whether its answer allows the actual request.

Source: https://fetch.spec.whatwg.org/#cors-preflight-fetch
"""

from __future__ import annotations

import re

from ..standard import (
    ALLOW_HEADERS,
    ALLOW_METHODS,
    AUTHORIZATION,
    MAX_AGE,
    REDIRECT_STATUSES,
    SAFELISTED_METHODS,
)
from .cors_check import cors_check
from .headers import extract_list, get_header, header_lines, unsafe_request_header_names
from .refusal import Credentials, HeaderList, MalformedHeader, Reason, Refusal, Step, quoted

_DELTA_SECONDS = re.compile(r"[0-9]+")
# Seconds, where the answer does not say (https://fetch.spec.whatwg.org/#cors-preflight-fetch-0).
DEFAULT_MAX_AGE = 5


def needs_preflight(method: str, headers: HeaderList = (), *, use_cors_preflight: bool = False) -> bool:
    """Whether a cross-origin request in mode "cors" is preflighted (https://fetch.spec.whatwg.org/#concept-main-fetch).

    `use_cors_preflight` is Fetch's flag of that name: an upload listener on XMLHttpRequest, or a stream as body
    (https://fetch.spec.whatwg.org/#use-cors-preflight-flag).
    """
    return use_cors_preflight or method not in SAFELISTED_METHODS or bool(unsafe_request_header_names(headers))


def preflight_headers(origin: str, method: str, headers: HeaderList = ()) -> list[tuple[str, str]]:
    """Fetch, "CORS-preflight fetch": the header list of the OPTIONS request.

    The names are sorted, lower case and separated by a comma alone; without any, the header is absent.

    Source: https://fetch.spec.whatwg.org/#cors-preflight-fetch-0
    """
    sent = [("Accept", "*/*"), ("Access-Control-Request-Method", method)]
    if names := unsafe_request_header_names(headers):
        sent.append(("Access-Control-Request-Headers", ",".join(names)))
    return [*sent, ("Origin", origin)]


def preflight_check(
    origin: str,
    credentials: Credentials,
    method: str,
    request_headers: HeaderList,
    status: int,
    headers: HeaderList,
) -> Refusal | None:
    """Fetch, "CORS-preflight fetch": does this answer allow the actual request? None means yes.

    `credentials`, `method` and `request_headers` are the actual request's; `status` and `headers` are of the
    answer to the OPTIONS request.

    Source: https://fetch.spec.whatwg.org/#cors-preflight-fetch-0
    """
    # A redirect is never an ok status; it is named first because nothing else about the answer matters then.
    if status in REDIRECT_STATUSES:
        return Refusal(
            Reason.PREFLIGHT_REDIRECT,
            f"the preflight was redirected (status {status} to {quoted(get_header(headers, 'Location') or '')}), "
            "which browsers do not follow",
            "Call the final URL (https, the exact path, with or without its trailing slash), or answer OPTIONS "
            "before whatever redirects.",
            Step.PREFLIGHT,
        )
    refusal = cors_check(origin, credentials, headers, step=Step.PREFLIGHT, status=status)
    if refusal is not None:
        return refusal
    refusal = _check_lists(credentials, method, request_headers, headers)
    return refusal if 200 <= status <= 299 else _status_refused(status, refusal)


def _status_refused(status: int, other: Refusal | None) -> Refusal:
    # Some servers refuse a method or a header by status; what they list tells which.
    message = f"the preflight was answered with status {status}, and only 200 to 299 passes"
    remedy = (
        "Answer OPTIONS with 204 before authorization, routing and validation see it: browsers send no cookies, "
        "no Authorization header and no body with a preflight."
    )
    if other is not None:
        message, remedy = f"{message}; moreover, {other.message}", f"{other.remedy} {remedy}"
    return Refusal(Reason.PREFLIGHT_STATUS, message, remedy, Step.PREFLIGHT)


def _check_lists(
    credentials: Credentials, method: str, request_headers: HeaderList, headers: HeaderList
) -> Refusal | None:
    try:
        methods = extract_list(headers, ALLOW_METHODS) or []
    except MalformedHeader as error:
        return _malformed(Reason.ALLOW_METHODS_MALFORMED, ALLOW_METHODS, error)
    try:
        names = extract_list(headers, ALLOW_HEADERS) or []
    except MalformedHeader as error:
        return _malformed(Reason.ALLOW_HEADERS_MALFORMED, ALLOW_HEADERS, error)
    return _check_method(credentials, method, methods) or _check_names(credentials, request_headers, names)


def _malformed(reason: Reason, header: str, error: MalformedHeader) -> Refusal:
    return Refusal(
        reason,
        f"the answer to the preflight has a malformed {error}, so the preflight fails",
        f"Write {header} as names separated by commas, without quotes or brackets.",
        Step.PREFLIGHT,
        header,
    )


def _check_method(credentials: Credentials, method: str, methods: list[str]) -> Refusal | None:
    if method in methods or method in SAFELISTED_METHODS or (credentials != "include" and "*" in methods):
        return None
    seen = f"{ALLOW_METHODS}: {quoted(', '.join(methods))}" if methods else f"no {ALLOW_METHODS}"
    if "*" in methods:
        reason = Reason.ALLOW_METHODS_WILDCARD
        message = f"the answer to the preflight has {seen}, and with credentials * stands for no method"
    elif method.upper() in [listed.upper() for listed in methods]:
        reason = Reason.ALLOW_METHODS_CASE
        message = f"the answer to the preflight has {seen}; methods are compared with their case"
    else:
        reason = Reason.ALLOW_METHODS_MISSING
        message = f"the answer to the preflight has {seen}, which does not allow {method}"
    remedy = f"List {method} in {ALLOW_METHODS} (allow_methods)."
    if method != method.upper() and method.upper() == "PATCH":
        remedy = "Let the page ask for 'PATCH': browsers send 'patch' as it is written, unlike get, put or delete."
    return Refusal(reason, message, remedy, Step.PREFLIGHT, ALLOW_METHODS)


def _check_names(credentials: Credentials, request_headers: HeaderList, names: list[str]) -> Refusal | None:
    listed = {name.lower() for name in names}
    wildcard = credentials != "include" and "*" in listed
    asked_for = set(unsafe_request_header_names(request_headers))
    # * never stands for authorization, although every engine of 2026 lets it:
    # https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name
    missing = sorted((asked_for & {AUTHORIZATION} if wildcard else asked_for) - listed)
    if not missing:
        return None
    asked = ", ".join(missing)
    seen = f"{ALLOW_HEADERS}: {quoted(', '.join(names))}" if names else f"no {ALLOW_HEADERS}"
    if "*" not in listed:
        reason, why = Reason.ALLOW_HEADERS_MISSING, f"which does not allow {quoted(asked)}"
    elif missing == [AUTHORIZATION]:
        reason, why = Reason.ALLOW_HEADERS_AUTHORIZATION, "and * never stands for authorization"
    else:
        reason, why = Reason.ALLOW_HEADERS_WILDCARD, "and with credentials * stands for no header"
    return Refusal(
        reason,
        f"the answer to the preflight has {seen}, {why}",
        f"List {quoted(asked)} in {ALLOW_HEADERS} (allow_headers).",
        Step.PREFLIGHT,
        ALLOW_HEADERS,
    )


def preflight_max_age(headers: HeaderList) -> int:
    """Fetch, "CORS-preflight fetch": seconds that the answer may be reused, 5 when absent or malformed.

    Exactly one line of digits counts (https://fetch.spec.whatwg.org/#cors-preflight-fetch-0).
    """
    lines = header_lines(headers, MAX_AGE)
    if len(lines) != 1 or not _DELTA_SECONDS.fullmatch(lines[0]):
        return DEFAULT_MAX_AGE
    # More digits than any limit needs; int() of very long input is slow and may raise.
    return int(lines[0].lstrip("0")[:18] or "0")
