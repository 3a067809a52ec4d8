"""The browser's half of CORS: what a page on an origin may send, and what it may read of the answer.

Every step is named after its section of the Fetch standard (https://fetch.spec.whatwg.org/), and says no more
than that section. `fetch` runs the whole of it over any transport; the functions below it are pure, and return
a `Refusal` where Fetch returns a network error or failure, None where it returns success.

A header list is a sequence of (name, value) pairs as they stand on the wire, duplicates included; values are
text in which one character stands for one byte (ISO 8859-1).

Not judged, because a server cannot mend it or it is not CORS: cookies' SameSite, third-party cookie blocking,
Content Security Policy, service workers, the HTTP cache, Cross-Origin-Resource-Policy.
"""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal, NamedTuple, Protocol, TypeAlias
from urllib.parse import quote, unquote

HeaderList: TypeAlias = Sequence[tuple[str, str]]
Mode = Literal["cors", "no-cors", "same-origin"]
Credentials = Literal["omit", "same-origin", "include"]
Redirect = Literal["follow", "error", "manual"]
Tainting = Literal["basic", "cors", "opaque"]
ResponseType = Literal["basic", "cors", "opaque", "opaqueredirect"]

MODES = ("cors", "no-cors", "same-origin")
CREDENTIALS = ("omit", "same-origin", "include")
REDIRECTS = ("follow", "error", "manual")

SAFELISTED_METHODS = frozenset({"GET", "HEAD", "POST"})
NORMALIZED_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"})
FORBIDDEN_METHODS = frozenset({"CONNECT", "TRACE", "TRACK"})
FORBIDDEN_REQUEST_HEADERS = frozenset(
    {
        "accept-charset", "accept-encoding", "access-control-request-headers", "access-control-request-method",
        "connection", "content-length", "cookie", "cookie2", "date", "dnt", "expect", "host", "keep-alive",
        "origin", "referer", "set-cookie", "te", "trailer", "transfer-encoding", "upgrade", "via",
    }
)  # fmt: skip
METHOD_OVERRIDE_HEADERS = frozenset({"x-http-method", "x-http-method-override", "x-method-override"})
SAFELISTED_RESPONSE_HEADERS = frozenset(
    {
        "cache-control", "content-language", "content-length", "content-type", "expires", "last-modified",
        "pragma",
    }
)  # fmt: skip
FORBIDDEN_RESPONSE_HEADERS = frozenset({"set-cookie", "set-cookie2"})
REQUEST_BODY_HEADERS = frozenset({"content-encoding", "content-language", "content-location", "content-type"})
SAFELISTED_CONTENT_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data", "text/plain"})
REDIRECT_STATUSES = frozenset({301, 302, 303, 307, 308})
NULL_BODY_STATUSES = frozenset({101, 103, 204, 205, 304})
BAD_PORTS = frozenset(
    {
        0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104,
        109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515,
        526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049,
        3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
    }
)  # fmt: skip

MAX_SAFELISTED_VALUE = 128
MAX_SAFELISTED_TOTAL = 1024
MAX_REDIRECTS = 20
DEFAULT_MAX_AGE = 5
CHROMIUM_MAX_AGE = 7200

ALLOW_ORIGIN = "Access-Control-Allow-Origin"
ALLOW_CREDENTIALS = "Access-Control-Allow-Credentials"
ALLOW_METHODS = "Access-Control-Allow-Methods"
ALLOW_HEADERS = "Access-Control-Allow-Headers"
EXPOSE_HEADERS = "Access-Control-Expose-Headers"
MAX_AGE = "Access-Control-Max-Age"

_HTTP_WHITESPACE = " \t\n\r"
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_UNSAFE_BYTE = re.compile(r'[\x00-\x08\x0a-\x1f"():<>?@\[\\\]{}\x7f]')
_LANGUAGE = re.compile(r"[0-9A-Za-z *,\-.;=]*")
_MIME_TYPE = re.compile(rf"({_TOKEN.pattern})/({_TOKEN.pattern})[ \t\n\r]*(;.*)?", re.DOTALL)
_SINGLE_RANGE = re.compile(r"bytes=([0-9]+)-([0-9]*)")
_DELTA_SECONDS = re.compile(r"[0-9]+")
_ORIGIN = re.compile(r"[a-z][a-z0-9+.\-]*://(\[[0-9a-f:]+\]|[a-z0-9_.\-]+)(:[0-9]{1,5})?")
_SPLIT_VALUE = re.compile(r'(?:[^",]|"(?:[^"\\]|\\.)*(?:"|\\?\Z))*', re.DOTALL)


class Step(StrEnum):
    """Where in a fetch a refusal fell."""

    REQUEST = "request"
    PREFLIGHT = "preflight"
    RESPONSE = "response"
    REDIRECT = "redirect"


class Reason(StrEnum):
    """Why a page gets a network error: one stable name for each rule of Fetch that can fail."""

    ALLOW_ORIGIN_MISSING = "allow_origin.missing"
    ALLOW_ORIGIN_MULTIPLE = "allow_origin.multiple"
    ALLOW_ORIGIN_WILDCARD = "allow_origin.wildcard_with_credentials"
    ALLOW_ORIGIN_MALFORMED = "allow_origin.malformed"
    ALLOW_ORIGIN_MISMATCH = "allow_origin.mismatch"
    ALLOW_CREDENTIALS_MISSING = "allow_credentials.missing"
    ALLOW_CREDENTIALS_NOT_TRUE = "allow_credentials.not_true"
    PREFLIGHT_REDIRECT = "preflight.redirect"
    PREFLIGHT_STATUS = "preflight.status"
    ALLOW_METHODS_MALFORMED = "allow_methods.malformed"
    ALLOW_METHODS_WILDCARD = "allow_methods.wildcard_with_credentials"
    ALLOW_METHODS_CASE = "allow_methods.case"
    ALLOW_METHODS_MISSING = "allow_methods.missing"
    ALLOW_HEADERS_MALFORMED = "allow_headers.malformed"
    ALLOW_HEADERS_WILDCARD = "allow_headers.wildcard_with_credentials"
    ALLOW_HEADERS_AUTHORIZATION = "allow_headers.wildcard_authorization"
    ALLOW_HEADERS_MISSING = "allow_headers.missing"
    REDIRECT_LOCATION = "redirect.location"
    REDIRECT_SCHEME = "redirect.scheme"
    REDIRECT_USERINFO = "redirect.userinfo"
    REDIRECT_LIMIT = "redirect.limit"
    REDIRECT_MODE = "redirect.mode"
    MODE_SAME_ORIGIN = "mode.same_origin"
    URL_BAD_PORT = "url.bad_port"
    URL_MIXED_CONTENT = "url.mixed_content"
    NETWORK = "network"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One rule that failed: its name, what was seen, and what to change (`remedy`), each for a person.

    `header` is the response header at fault, where there is one.
    """

    reason: Reason
    message: str
    remedy: str
    step: Step = Step.RESPONSE
    header: str | None = None


class NetworkError(Exception):
    """Raised by a `send` that gets no HTTP response; its text becomes the refusal's message."""


class MalformedHeader(ValueError):
    """A header value that its ABNF does not allow: Fetch's "failure"."""


# --- Fetch 2.2.2, Headers --------------------------------------------------------------------------------------


def get_header(headers: HeaderList, name: str) -> str | None:
    """Fetch, "get" a header: all values of `name`, combined with a comma and a space; None when absent."""
    values = _header_lines(headers, name)
    return ", ".join(values) if values else None


def extract_list(headers: HeaderList, name: str) -> list[str] | None:
    """Fetch, "extract header list values" for a list of tokens (`#field-name`, `#method`); None when absent.

    Empty items and optional white space are allowed (RFC 9110, section 5.6.1.2).
    Raises MalformedHeader when an item is not a token; Fetch then ignores the whole header or fails.
    """
    lines = _header_lines(headers, name)
    if not lines:
        return None
    items = [item for line in lines for part in line.split(",") if (item := part.strip(" \t"))]
    for item in items:
        if not _TOKEN.fullmatch(item):
            raise MalformedHeader(f"{name}: {_shown(item)} is not a token")
    return items


def _header_lines(headers: HeaderList, name: str) -> list[str]:
    name = name.lower()
    return [value.strip(_HTTP_WHITESPACE) for key, value in headers if key.lower() == name]


def _split_value(value: str) -> list[str]:
    """Fetch, "get, decode, and split" a header value: at commas outside of quoted strings."""
    parts, position = [], 0
    while True:
        match = _SPLIT_VALUE.match(value, position)
        end = match.end() if match else len(value)
        parts.append(value[position:end].strip(" \t"))
        if end >= len(value):
            return parts
        position = end + 1


def _shown(value: str) -> str:
    return repr(value if len(value) <= 80 else value[:80] + "…")


# --- Fetch 2.2.1, Methods, and 2.2.2, Headers: what a script may send ------------------------------------------


def normalize_method(method: str) -> str:
    """Fetch, "normalize" a method: DELETE, GET, HEAD, OPTIONS, POST, PUT in any case; `patch` stays `patch`."""
    return upper if (upper := method.upper()) in NORMALIZED_METHODS and method.isascii() else method


def is_forbidden_method(method: str) -> bool:
    """Fetch, "forbidden method": a script that asks for one gets a TypeError."""
    return method.upper() in FORBIDDEN_METHODS


def is_forbidden_request_header(name: str, value: str = "") -> bool:
    """Fetch, "forbidden request-header": what a script sets of these is dropped without a word."""
    name = name.lower()
    if name in FORBIDDEN_REQUEST_HEADERS or name.startswith(("proxy-", "sec-")):
        return True
    return name in METHOD_OVERRIDE_HEADERS and any(map(is_forbidden_method, _split_value(value)))


def is_safelisted_request_header(name: str, value: str) -> bool:
    """Fetch, "CORS-safelisted request-header": one that an HTML form could send as well."""
    if len(value) > MAX_SAFELISTED_VALUE:
        return False
    match name.lower():
        case "accept":
            return not _UNSAFE_BYTE.search(value)
        case "accept-language" | "content-language":
            return _LANGUAGE.fullmatch(value) is not None
        case "content-type":
            return not _UNSAFE_BYTE.search(value) and _mime_essence(value) in SAFELISTED_CONTENT_TYPES
        case "range":
            return _is_simple_range(value)
    return False


def _mime_essence(value: str) -> str | None:
    """MIME Sniffing, "parse a MIME type": type/subtype in lower case, None on failure."""
    match = _MIME_TYPE.fullmatch(value.strip(_HTTP_WHITESPACE))
    return f"{match[1]}/{match[2]}".lower() if match else None


def _is_simple_range(value: str) -> bool:
    """Fetch, "parse a single range header value" without white space; a range without a start is unsafe."""
    match = _SINGLE_RANGE.fullmatch(value)
    return match is not None and (not match[2] or int(match[1]) <= int(match[2]))


def unsafe_request_header_names(headers: HeaderList) -> list[str]:
    """Fetch, "CORS-unsafe request-header names": lower case, sorted, each once.

    When the safelisted values together are longer than 1,024 bytes, their names count as unsafe too.
    """
    unsafe, safelisted, size = set(), set(), 0
    for name, value in headers:
        if is_safelisted_request_header(name, value):
            safelisted.add(name.lower())
            size += len(value)
        else:
            unsafe.add(name.lower())
    return sorted(unsafe | safelisted if size > MAX_SAFELISTED_TOTAL else unsafe)


def needs_preflight(method: str, headers: HeaderList = (), *, use_cors_preflight: bool = False) -> bool:
    """Fetch 4.1, Main fetch: whether a cross-origin request in mode "cors" is preflighted.

    `use_cors_preflight` is Fetch's flag of that name: an upload listener on XMLHttpRequest, or a stream as body.
    """
    return use_cors_preflight or method not in SAFELISTED_METHODS or bool(unsafe_request_header_names(headers))


def preflight_headers(origin: str, method: str, headers: HeaderList = ()) -> list[tuple[str, str]]:
    """Fetch 4.8, CORS-preflight fetch, steps 1 to 5: the header list of the OPTIONS request.

    The names are sorted, lower case and separated by a comma alone; without any, the header is absent.
    """
    sent = [("Accept", "*/*"), ("Access-Control-Request-Method", method)]
    if names := unsafe_request_header_names(headers):
        sent.append(("Access-Control-Request-Headers", ",".join(names)))
    return [*sent, ("Origin", origin)]


# --- Fetch 4.10, CORS check ------------------------------------------------------------------------------------


def cors_check(
    origin: str,
    credentials: Credentials,
    headers: HeaderList,
    *,
    step: Step = Step.RESPONSE,
    status: int | None = None,
) -> Refusal | None:
    """Fetch 4.10, CORS check: may a response with these headers be shared with `origin`? None means yes.

    `origin` is the Origin header as it was sent ("null" included), `credentials` the request's mode.
    `step` and `status` (of the response) only serve the wording of the refusal.
    """
    allowed = get_header(headers, ALLOW_ORIGIN)
    if allowed is None:
        return _allow_origin_missing(origin, step, status)
    if credentials != "include" and allowed == "*":
        return None
    if allowed != origin:
        return _allow_origin_refused(origin, allowed, len(_header_lines(headers, ALLOW_ORIGIN)), step)
    if credentials != "include":
        return None
    value = get_header(headers, ALLOW_CREDENTIALS)
    return None if value == "true" else _allow_credentials_refused(value, step)


_ANSWER = {
    Step.PREFLIGHT: "the answer to the preflight",
    Step.REDIRECT: "the redirect",
    Step.RESPONSE: "the response",
    Step.REQUEST: "the request",
}


def _allow_origin_missing(origin: str, step: Step, status: int | None) -> Refusal:
    answer = _ANSWER[step] + (f" (status {status})" if status is not None else "")
    if step is Step.PREFLIGHT:
        remedy = "Let whatever answers OPTIONS write it: no authorizer, API key or missing route may answer first."
    elif status is not None and status >= 400:
        remedy = "Let the outermost layer write it on errors too, and look for the error itself in the log."
    elif step is Step.REDIRECT:
        remedy = "Let the page call the final URL, or write the header on redirects too."
    else:
        remedy = "Let one layer write it on every response."
    return Refusal(
        Reason.ALLOW_ORIGIN_MISSING,
        f"{answer} has no {ALLOW_ORIGIN} header, so it is not shared with {_shown(origin)}",
        f"{remedy} The origin {_shown(origin)} has to be in allow_origins.",
        step,
        ALLOW_ORIGIN,
    )


def _allow_origin_refused(origin: str, allowed: str, lines: int, step: Step) -> Refusal:
    seen = f"{_ANSWER[step]} has {ALLOW_ORIGIN}: {_shown(allowed)}"
    if lines > 1 or "," in allowed:
        reason = Reason.ALLOW_ORIGIN_MULTIPLE
        message = f"{seen}, and more than one value never matches"
        remedy = (
            "Send exactly one value: the request's own origin, chosen from the list. Two layers that both write "
            "the header (gateway and application, application and CDN) must become one."
        )
    elif allowed == "*":
        reason = Reason.ALLOW_ORIGIN_WILDCARD
        message = f"{seen}, which does not count for a request with credentials"
        remedy = (
            f"Send the origin itself ({origin}) and {ALLOW_CREDENTIALS}: true: list the origins in "
            'allow_origins. Or let the page drop credentials: "include", if it needs no cookies.'
        )
    elif allowed != "null" and not _ORIGIN.fullmatch(allowed):
        reason = Reason.ALLOW_ORIGIN_MALFORMED
        message = f"{seen}, which is no origin as browsers write them, so it never matches"
        remedy = (
            f"Write {_shown(origin)}: scheme, host and port alone, in lower case, without a default port, "
            "without a slash at the end; a pattern is for the server to match, never to be sent."
        )
    else:
        reason = Reason.ALLOW_ORIGIN_MISMATCH
        message = f"{seen}, but the page's origin is {_shown(origin)}"
        remedy = (
            f"Add {_shown(origin)} to allow_origins. If it is there, a cache answered with another page's "
            "response: send Vary: Origin."
        )
    return Refusal(reason, message, remedy, step, ALLOW_ORIGIN)


def _allow_credentials_refused(value: str | None, step: Step) -> Refusal:
    if value is None:
        reason = Reason.ALLOW_CREDENTIALS_MISSING
        message = f"{_ANSWER[step]} has no {ALLOW_CREDENTIALS} header, and the request includes credentials"
    else:
        reason = Reason.ALLOW_CREDENTIALS_NOT_TRUE
        message = f"{_ANSWER[step]} has {ALLOW_CREDENTIALS}: {_shown(value)}; only true counts, in lower case"
    remedy = (
        f"Send {ALLOW_CREDENTIALS}: true, once (allow_credentials), on the preflight and on the response. Or let "
        'the page drop credentials: "include", if it needs no cookies.'
    )
    return Refusal(reason, message, remedy, step, ALLOW_CREDENTIALS)


# --- Fetch 4.8, CORS-preflight fetch ---------------------------------------------------------------------------


def preflight_check(
    origin: str,
    credentials: Credentials,
    method: str,
    request_headers: HeaderList,
    status: int,
    headers: HeaderList,
) -> Refusal | None:
    """Fetch 4.8, CORS-preflight fetch, step 7: does this answer allow the actual request? None means yes.

    `credentials`, `method` and `request_headers` are the actual request's; `status` and `headers` are of the
    answer to the OPTIONS request.
    """
    # A redirect is never an ok status; it is named first because nothing else about the answer matters then.
    if status in REDIRECT_STATUSES:
        return Refusal(
            Reason.PREFLIGHT_REDIRECT,
            f"the preflight was redirected (status {status} to {_shown(get_header(headers, 'Location') or '')}), "
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
    seen = f"{ALLOW_METHODS}: {_shown(', '.join(methods))}" if methods else f"no {ALLOW_METHODS}"
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
    # "CORS non-wildcard request-header name": * never stands for it, although every engine of 2026 lets it.
    missing = sorted((asked_for & {"authorization"} if wildcard else asked_for) - listed)
    if not missing:
        return None
    asked = ", ".join(missing)
    seen = f"{ALLOW_HEADERS}: {_shown(', '.join(names))}" if names else f"no {ALLOW_HEADERS}"
    if "*" not in listed:
        reason, why = Reason.ALLOW_HEADERS_MISSING, f"which does not allow {_shown(asked)}"
    elif missing == ["authorization"]:
        reason, why = Reason.ALLOW_HEADERS_AUTHORIZATION, "and * never stands for authorization"
    else:
        reason, why = Reason.ALLOW_HEADERS_WILDCARD, "and with credentials * stands for no header"
    return Refusal(
        reason,
        f"the answer to the preflight has {seen}, {why}",
        f"List {_shown(asked)} in {ALLOW_HEADERS} (allow_headers).",
        Step.PREFLIGHT,
        ALLOW_HEADERS,
    )


def preflight_max_age(headers: HeaderList) -> int:
    """Fetch 4.8, CORS-preflight fetch: seconds that the answer may be reused, 5 when absent or malformed.

    Exactly one line of digits counts.
    """
    lines = _header_lines(headers, MAX_AGE)
    if len(lines) != 1 or not _DELTA_SECONDS.fullmatch(lines[0]):
        return DEFAULT_MAX_AGE
    # More digits than any limit needs; int() of very long input is slow and may raise.
    return int(lines[0].lstrip("0")[:18] or "0")


# --- Fetch 4.9, CORS-preflight cache ---------------------------------------------------------------------------


@dataclass(slots=True)
class _CacheEntry:
    credentials: bool
    method: str | None
    header_name: str | None
    expires: float

    def serves(self, credentials: Credentials) -> bool:
        """Fetch, "cache entry match" (its key, origin and URL aside)."""
        return self.credentials or credentials != "include"

    def names(self, value: str, entry: str | None) -> bool:
        # With credentials * was a literal when it was stored, and engines keep it one.
        return entry == value or (entry == "*" and not self.credentials)


class PreflightCache:
    """Fetch 4.9, CORS-preflight cache, of one page's network partition.

    `clock` gives seconds that never run backwards; `limit` is the most a server's Max-Age counts for
    (7,200 s in Chromium, 86,400 s in Firefox, 600 s in WebKit).
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic, limit: int = CHROMIUM_MAX_AGE) -> None:
        self._clock = clock
        self._limit = limit
        self._entries: dict[tuple[str, str], list[_CacheEntry]] = {}

    def clear(self, origin: str | None = None, url: str | None = None) -> None:
        """Fetch, "clear cache entries" of one origin and URL; without arguments, all of them."""
        if origin is None or url is None:
            self._entries.clear()
        else:
            self._entries.pop((origin, url), None)

    def has_method(self, origin: str, url: str, credentials: Credentials, method: str) -> bool:
        """Fetch, "method cache entry match"."""
        return bool(self._methods(self._live(origin, url), credentials, method))

    def has_header_name(self, origin: str, url: str, credentials: Credentials, name: str) -> bool:
        """Fetch, "header-name cache entry match"; * never stands for Authorization."""
        return bool(self._names(self._live(origin, url), credentials, name))

    def store(
        self,
        origin: str,
        url: str,
        credentials: Credentials,
        methods: Iterable[str],
        header_names: Iterable[str],
        max_age: int,
    ) -> None:
        """Fetch 4.8, CORS-preflight fetch, its last steps: matching entries get a new age, others are new."""
        expires = self._clock() + min(max_age, self._limit)
        included = credentials == "include"
        live = self._live(origin, url)
        for method in methods:
            found = self._methods(live, credentials, method)
            live += [] if found else [_CacheEntry(included, method, None, expires)]
            for entry in found:
                entry.expires = expires
        for name in header_names:
            found = self._names(live, credentials, name)
            live += [] if found else [_CacheEntry(included, None, name.lower(), expires)]
            for entry in found:
                entry.expires = expires
        self._entries[origin, url] = live

    def _live(self, origin: str, url: str) -> list[_CacheEntry]:
        now = self._clock()
        return [entry for entry in self._entries.get((origin, url), ()) if entry.expires > now]

    @staticmethod
    def _methods(entries: list[_CacheEntry], credentials: Credentials, method: str) -> list[_CacheEntry]:
        return [e for e in entries if e.serves(credentials) and e.names(method, e.method)]

    @staticmethod
    def _names(entries: list[_CacheEntry], credentials: Credentials, name: str) -> list[_CacheEntry]:
        name = name.lower()
        return [
            e
            for e in entries
            if e.serves(credentials)
            and (e.header_name == name if name == "authorization" else e.names(name, e.header_name))
        ]


# --- Fetch 4.1, Main fetch: what of a response a script may read -----------------------------------------------


def exposed_headers(
    credentials: Credentials, headers: HeaderList, *, tainting: Tainting = "cors"
) -> list[tuple[str, str]]:
    """Fetch 2.2.6, filtered responses: the headers that a script sees, in the order in which it sees them.

    Names are lower case and sorted, duplicates combined. A malformed Access-Control-Expose-Headers exposes
    nothing; Set-Cookie is never seen.
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


# --- URL standard: as much of it as origins and redirects need -------------------------------------------------

_DEFAULT_PORTS = {"http": 80, "https": 443}
_C0_CONTROL_OR_SPACE = "".join(map(chr, range(33)))
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_AUTHORITY = re.compile(r"[/\\]{2}")
_FORBIDDEN_HOST = re.compile(r"[\x00-\x20#%/:<>?@\[\\\]^|\x7f]")
_NUMERIC_HOST = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)\.?")
_LOOPBACK_IPV4 = re.compile(r"127(?:\.[0-9]+){3}")
_PATH_SAFE = "!$%&'()*+,/:;=@[]|"
_QUERY_SAFE = "!$%&()*+,/:;=?@[\\]^`{|}"


class _URL(NamedTuple):
    scheme: str
    host: str = ""
    port: int | None = None
    path: str = ""
    query: str = ""
    has_userinfo: bool = False

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.host}" + (f":{self.port}" if self.port is not None else "")

    @property
    def href(self) -> str:
        """Serialised without user information and fragment, which are never sent."""
        return self.origin + self.path + self.query

    @property
    def is_loopback(self) -> bool:
        """Secure Contexts, "potentially trustworthy origin", for hosts that never leave the machine."""
        name = self.host.removesuffix(".")
        return (
            name in ("localhost", "[::1]")
            or name.endswith(".localhost")
            or _LOOPBACK_IPV4.fullmatch(name) is not None
        )


def resolve_url(url: str, base: str | None = None) -> str:
    """URL standard, "URL parser" and "URL serializer": an absolute http(s) URL without fragment.

    Raises TypeError, as `new Request()` does, when the result is no URL, or has user information, or is not
    http or https.
    """
    return _script_url(url, base).href


def url_origin(url: str) -> str:
    """URL standard, "origin" of an http(s) URL, serialised. Raises TypeError as `resolve_url` does."""
    return _script_url(url, None).origin


def _script_url(url: str, base: str | None) -> _URL:
    parsed = _parse_url(url, _parse_url(base) if base is not None else None)
    if parsed is None:
        raise TypeError(f"{_shown(url)} is no URL; write it as https://host/path")
    if parsed.scheme not in _DEFAULT_PORTS:
        raise TypeError(f"{_shown(url)} is neither http nor https, so there is nothing to ask for CORS headers")
    if parsed.has_userinfo:
        raise TypeError("the URL holds a user name or password, which fetch() refuses; send a header instead")
    return parsed


def _parse_url(text: str, base: _URL | None = None) -> _URL | None:
    text = text.strip(_C0_CONTROL_OR_SPACE).translate({9: None, 10: None, 13: None}).partition("#")[0]
    match = _SCHEME.match(text)
    scheme, rest = (match[1].lower(), text[match.end() :]) if match else (None, text)
    if scheme is not None and scheme not in _DEFAULT_PORTS:
        return _URL(scheme, path=rest)
    if base is not None and scheme in (None, base.scheme) and not _AUTHORITY.match(rest):
        return _relative(rest, base)
    scheme = scheme or (base.scheme if base is not None else None)
    if scheme is None:
        return None
    before_query, mark, query = rest.lstrip("/\\").partition("?")
    authority, slash, path = before_query.replace("\\", "/").partition("/")
    userinfo, _, host_and_port = authority.rpartition("@")
    endpoint = _host_and_port(host_and_port, scheme)
    if endpoint is None:
        return None
    return _URL(scheme, *endpoint, _path(slash + path), _query(mark, query), userinfo not in ("", ":"))


def _relative(rest: str, base: _URL) -> _URL:
    path, mark, query = rest.partition("?")
    path = path.replace("\\", "/")
    if not path:
        return base._replace(query=_query(mark, query) if mark else base.query, has_userinfo=False)
    if not path.startswith("/"):
        path = base.path[: base.path.rfind("/") + 1] + path
    return base._replace(path=_path(path), query=_query(mark, query), has_userinfo=False)


def _path(path: str) -> str:
    output: list[str] = []
    segments = path.split("/")[1:] or [""]
    for index, segment in enumerate(segments):
        plain = segment.lower().replace("%2e", ".")
        if plain == "..":
            del output[-1:]
        elif plain != ".":
            output.append(quote(segment, safe=_PATH_SAFE, errors="replace"))
            continue
        if index == len(segments) - 1:
            output.append("")
    return "/" + "/".join(output)


def _query(mark: str, query: str) -> str:
    return mark + quote(query, safe=_QUERY_SAFE, errors="replace")


def _host_and_port(text: str, scheme: str) -> tuple[str, int | None] | None:
    match = re.fullmatch(r"(\[[^\]]*\]|[^:]*)(?::([0-9]*))?", text)
    host = _host(match[1]) if match else None
    if match is None or host is None:
        return None
    digits = (match[2] or "").lstrip("0") or ("0" if match[2] else "")
    if len(digits) > 5 or int(digits or 0) > 65535:
        return None
    port = int(digits) if digits else None
    return host, None if port == _DEFAULT_PORTS[scheme] else port


def _host(text: str) -> str | None:
    """URL standard, "host parser" and "host serializer"; None on failure."""
    if text.startswith("["):
        from ipaddress import IPv6Address

        try:
            return f"[{IPv6Address(text[1:-1]).compressed}]" if "%" not in text else None
        except ValueError:
            return None
    host = unquote(text, errors="replace")
    host = host.lower() if host.isascii() else _domain_to_ascii(host)
    if not host or _FORBIDDEN_HOST.search(host):
        return None
    return _ipv4(host) if _NUMERIC_HOST.fullmatch(host) else host


def _domain_to_ascii(host: str) -> str:
    # Unicode TS 46 in short: the standard library's codec "idna" knows IDNA 2003 only, which no browser uses.
    from unicodedata import normalize

    labels = normalize("NFKC", normalize("NFKC", host).lower()).replace("\u3002", ".").split(".")
    return ".".join(
        label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii") for label in labels
    )


def _ipv4(host: str) -> str | None:
    # The C library reads the same short, octal and hexadecimal forms as the URL standard's IPv4 parser.
    from socket import inet_aton, inet_ntoa

    try:
        return inet_ntoa(inet_aton(host.removesuffix(".")))
    except OSError:
        return None


# --- Fetch 5.4, Request class ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Request:
    """Fetch 5.4, `new Request(url, init)`: what a script asks for, checked and cleaned as a browser does it.

    The method is normalised, the URL resolved to its serialised form, forbidden headers are dropped without a
    word. A body of text gets the content type that fetch() gives it.
    Raises TypeError where fetch() throws one: a forbidden method, a header that is none, a body with GET or
    HEAD, user information in the URL, a method beyond GET, HEAD and POST in mode "no-cors".
    """

    url: str
    method: str = "GET"
    headers: HeaderList = ()
    body: bytes | str | None = None
    mode: Mode = "cors"
    credentials: Credentials = "same-origin"
    redirect: Redirect = "follow"
    use_cors_preflight: bool = False

    def __post_init__(self) -> None:
        for name, values in (("mode", MODES), ("credentials", CREDENTIALS), ("redirect", REDIRECTS)):
            if getattr(self, name) not in values:
                raise TypeError(f"{name} is {getattr(self, name)!r}; write one of {', '.join(values)}")
        method = _script_method(self.method)
        if self.mode == "no-cors" and method not in SAFELISTED_METHODS:
            raise TypeError(f'mode "no-cors" allows GET, HEAD and POST, not {_shown(method)}')
        if self.body is not None and method in ("GET", "HEAD"):
            raise TypeError(f"a {method} request has no body; drop it, or ask with POST")
        headers = _script_headers(self.headers, self.mode)
        body = self.body
        if isinstance(body, str):
            body = body.encode("utf-8", "replace")
            if get_header(headers, "content-type") is None:
                headers.append(("Content-Type", "text/plain;charset=UTF-8"))
        for name, value in {
            "url": resolve_url(self.url),
            "method": method,
            "headers": tuple(headers),
            "body": body,
        }.items():
            object.__setattr__(self, name, value)


def _script_method(method: str) -> str:
    if not _TOKEN.fullmatch(method):
        raise TypeError(f"{_shown(method)} is no HTTP method")
    if is_forbidden_method(method):
        raise TypeError(f"{_shown(method)} is a method that no script may send")
    return normalize_method(method)


def _script_headers(headers: HeaderList, mode: Mode) -> list[tuple[str, str]]:
    """Fetch 5.1, Headers class, "append" under the guards "request" and "request-no-cors"."""
    kept: list[tuple[str, str]] = []
    for name, raw in headers:
        value = raw.strip(_HTTP_WHITESPACE)
        if not _TOKEN.fullmatch(name):
            raise TypeError(f"{_shown(name)} is no header name")
        if re.search(r"[\0\r\n]|[^\0-\xff]", value):
            raise TypeError(f"the value of {name} has a character that no header can carry: {_shown(value)}")
        if is_forbidden_request_header(name, value):
            continue
        if mode == "no-cors":
            combined = get_header([*kept, (name, value)], name) or ""
            # "no-CORS-safelisted request-header": Range is safelisted for CORS only.
            if name.lower() == "range" or not is_safelisted_request_header(name, combined):
                continue
        kept.append((name, value))
    return kept


# --- Fetch 4, Fetching -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RawResponse:
    """What a `send` gives back: the response as it stood on the wire."""

    status: int
    headers: HeaderList = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Response:
    """What a script reads: a filtered response (Fetch 2.2.6)."""

    type: ResponseType
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    url: str
    redirected: bool

    @property
    def ok(self) -> bool:
        """Whether the status is 200 to 299."""
        return 200 <= self.status <= 299


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
    def readable(self) -> bool:
        """Whether the page's promise is fulfilled."""
        return self.response is not None

    @property
    def preflight(self) -> Exchange | None:
        """The last preflight that was sent; None when none was needed or the cache answered."""
        return next((e for e in reversed(self.exchanges) if e.step is Step.PREFLIGHT), None)


class CookieJar(Protocol):
    """Where a browser keeps cookies. `fetch` asks it only where the credentials mode includes them."""

    def cookie_header(self, url: str) -> str | None:
        """The value of the Cookie header for `url`, None for no cookies."""

    def store(self, url: str, set_cookie: Sequence[str]) -> None:
        """Keep what the values of Set-Cookie headers, received from `url`, say."""


Send: TypeAlias = Callable[[str, str, HeaderList, bytes | None], RawResponse]
AsyncSend: TypeAlias = Callable[[str, str, HeaderList, bytes | None], Awaitable[RawResponse]]


def fetch(
    request: Request,
    origin: str,
    send: Send,
    cache: PreflightCache | None = None,
    cookies: CookieJar | None = None,
) -> Verdict:
    """Fetch 4, Fetching: run `request` for a page on `origin` and say what the page may read.

    `send(method, url, headers, body)` makes one HTTP request, without following redirects, and raises
    NetworkError or OSError when there is no HTTP answer; the transport adds Host and Content-Length.
    `cache` is the preflight cache to read and fill; without one, nothing is cached.
    `cookies` is used where the credentials mode says so; without one, no cookies are sent or kept.
    Raises ValueError when `origin` is no serialised origin; whatever else `send` raises passes through.
    """
    steps = _Fetch(request, origin, cache, cookies).run()
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
    steps = _Fetch(request, origin, cache, cookies).run()
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


_Outgoing: TypeAlias = tuple[str, str, HeaderList, bytes | None]
_Steps: TypeAlias = Generator[_Outgoing, RawResponse, RawResponse | Refusal]


class _Fetch:
    """One fetch: Fetch's "request" and the state that its algorithms keep on it.

    The algorithms are generators that yield each HTTP request and receive its answer, so that one text serves
    `fetch` and `fetch_async`.
    """

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
        self.urls = [_script_url(request.url, None)]
        self.tainting: Tainting = "basic"
        self.opaque_redirect = False
        self.exchanges: list[Exchange] = []

    @property
    def url(self) -> _URL:
        """Fetch, "current URL"."""
        return self.urls[-1]

    @property
    def sent_origin(self) -> str:
        """Fetch, "serializing a request origin": null once a redirect has left a foreign origin."""
        tainted = any(
            after.origin != before.origin and self.origin != before.origin
            for before, after in zip(self.urls, self.urls[1:], strict=False)
        )
        return "null" if tainted else self.origin

    def run(self) -> Generator[_Outgoing, RawResponse, Verdict]:
        result = yield from self.main_fetch()
        if isinstance(result, Refusal):
            return Verdict(None, self.explained(result), tuple(self.exchanges))
        return Verdict(self.filtered(result), None, tuple(self.exchanges))

    def main_fetch(self) -> _Steps:
        """Fetch 4.1, Main fetch."""
        blocked = self.blocked()
        if blocked is not None:
            return blocked
        if self.url.origin == self.origin and self.tainting == "basic":
            return (yield from self.http_fetch())
        if self.request.mode == "same-origin":
            return _refuse_same_origin_mode(self.url, self.origin, self.step)
        if self.request.mode == "no-cors":
            if self.request.redirect != "follow":
                return _refuse_no_cors_redirect_mode(self.request.redirect)
            self.tainting = "opaque"
            return (yield from self.http_fetch())
        self.tainting = "cors"
        if not needs_preflight(self.method, self.headers, use_cors_preflight=self.request.use_cors_preflight):
            return (yield from self.http_fetch())
        result = yield from self.http_fetch(make_preflight=True)
        if isinstance(result, Refusal):
            self.cache.clear(self.sent_origin, self.url.href)
        return result

    @property
    def step(self) -> Step:
        return Step.REDIRECT if len(self.urls) > 1 else Step.REQUEST

    def blocked(self) -> Refusal | None:
        """Fetch 4.1, Main fetch, step 7: bad ports (Fetch 2.9) and mixed content."""
        if self.url.port in BAD_PORTS:
            return Refusal(
                Reason.URL_BAD_PORT,
                f"browsers never connect to port {self.url.port}, which belongs to another protocol",
                "Serve the API on another port.",
                self.step,
            )
        if self.origin.startswith("https:") and self.url.scheme == "http" and not self.url.is_loopback:
            return Refusal(
                Reason.URL_MIXED_CONTENT,
                f"a page on {_shown(self.origin)} may not call {_shown(self.url.origin)}: mixed content",
                "Call the API by https.",
                self.step,
            )
        return None

    def http_fetch(self, *, make_preflight: bool = False) -> _Steps:
        """Fetch 4.4, HTTP fetch."""
        if make_preflight and not self.preflight_is_cached():
            preflight = yield from self.cors_preflight_fetch()
            if isinstance(preflight, Refusal):
                return preflight
        response = yield from self.network_fetch()
        if isinstance(response, Refusal):
            return response
        is_redirect = response.status in REDIRECT_STATUSES
        if self.tainting == "cors":
            step = Step.REDIRECT if is_redirect else Step.RESPONSE
            refusal = cors_check(
                self.sent_origin, self.request.credentials, response.headers, step=step, status=response.status
            )
            if refusal is not None:
                return refusal
        if not is_redirect:
            return response
        if self.request.redirect == "error":
            return _refuse_redirect_mode(response)
        if self.request.redirect == "manual":
            self.opaque_redirect = True
            return response
        return (yield from self.redirect_fetch(response))

    def preflight_is_cached(self) -> bool:
        """Fetch 4.4, HTTP fetch, step 4.1."""
        key = (self.sent_origin, self.url.href, self.request.credentials)
        if (
            self.method not in SAFELISTED_METHODS or self.request.use_cors_preflight
        ) and not self.cache.has_method(*key, self.method):
            return False
        return all(self.cache.has_header_name(*key, n) for n in unsafe_request_header_names(self.headers))

    def cors_preflight_fetch(self) -> _Steps:
        """Fetch 4.8, CORS-preflight fetch. No credentials go with it, whatever the mode of the request."""
        origin, url, credentials = self.sent_origin, self.url.href, self.request.credentials
        sent = preflight_headers(origin, self.method, self.headers)
        response = yield from self.exchange(Step.PREFLIGHT, "OPTIONS", sent, None)
        if isinstance(response, Refusal):
            return response
        refusal = preflight_check(
            origin, credentials, self.method, self.headers, response.status, response.headers
        )
        if refusal is not None:
            return refusal
        methods = extract_list(response.headers, ALLOW_METHODS)
        if methods is None:
            methods = [self.method] if self.request.use_cors_preflight else []
        names = extract_list(response.headers, ALLOW_HEADERS) or []
        self.cache.store(origin, url, credentials, methods, names, preflight_max_age(response.headers))
        return response

    def network_fetch(self) -> _Steps:
        """Fetch 4.6, HTTP-network-or-cache fetch: the Origin header, and cookies where they are included."""
        headers = list(self.headers)
        origin = self.sent_origin
        if self.tainting == "cors":
            headers.append(("Origin", origin))
        elif self.method not in ("GET", "HEAD"):
            # The default referrer policy hides the origin of a secure page from an insecure URL.
            downgrade = self.request.mode != "cors" and origin.startswith("https:") and self.url.scheme == "http"
            headers.append(("Origin", "null" if downgrade else origin))
        included = self.request.credentials == "include" or (
            self.request.credentials == "same-origin" and self.tainting == "basic"
        )
        jar = self.cookies if included else None
        cookie = jar.cookie_header(self.url.href) if jar is not None else None
        if cookie:
            headers.append(("Cookie", cookie))
        response = yield from self.exchange(Step.RESPONSE, self.method, headers, self.body)
        if jar is not None and isinstance(response, RawResponse):
            jar.store(self.url.href, _header_lines(response.headers, "set-cookie"))
        return response

    def exchange(self, step: Step, method: str, headers: HeaderList, body: bytes | None) -> _Steps:
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
            f"there was no HTTP answer from {_shown(self.url.origin)}: {failure}",
            "Browsers show this like a CORS error, but no header can mend it: look at the server and the network.",
            step,
        )

    def redirect_fetch(self, response: RawResponse) -> _Steps:
        """Fetch 4.5, HTTP-redirect fetch."""
        lines = _header_lines(response.headers, "location")
        if not lines:
            return response
        target = _parse_url(lines[0], self.url) if len(lines) == 1 else None
        refusal = self.redirect_refused(target, ", ".join(lines))
        if target is None or refusal is not None:
            return refusal or response
        to_get = (response.status in (301, 302) and self.method == "POST") or (
            response.status == 303 and self.method not in ("GET", "HEAD")
        )
        if to_get:
            self.method, self.body = "GET", None
            self.headers = [(n, v) for n, v in self.headers if n.lower() not in REQUEST_BODY_HEADERS]
        if target.origin != self.url.origin:
            self.headers = [(n, v) for n, v in self.headers if n.lower() != "authorization"]
        self.urls.append(target)
        return (yield from self.main_fetch())

    def redirect_refused(self, target: _URL | None, location: str) -> Refusal | None:
        if target is None:
            return _refuse_redirect(
                Reason.REDIRECT_LOCATION,
                f"the redirect's Location, {_shown(location)}, is not one URL",
                "Send one Location header with one URL.",
            )
        if target.scheme not in _DEFAULT_PORTS:
            return _refuse_redirect(
                Reason.REDIRECT_SCHEME,
                f"the redirect goes to {_shown(location)}, which is neither http nor https",
                "Redirect to an http or https URL.",
            )
        if len(self.urls) > MAX_REDIRECTS:
            return _refuse_redirect(
                Reason.REDIRECT_LIMIT,
                f"there were more than {MAX_REDIRECTS} redirects",
                "Look for a loop between http and https, or with and without a trailing slash.",
            )
        foreign = self.request.mode == "cors" and target.origin != self.origin
        if target.has_userinfo and (foreign or self.tainting == "cors"):
            return _refuse_redirect(
                Reason.REDIRECT_USERINFO,
                f"the redirect to {_shown(target.origin)} holds a user name or password",
                "Redirect to a URL without user information.",
            )
        return None

    def filtered(self, response: RawResponse) -> Response:
        """Fetch 4.1, Main fetch, steps 14 and 21: the filtered response for the request's tainting."""
        redirected = len(self.urls) > 1
        if self.opaque_redirect:
            return Response("opaqueredirect", 0, (), None, self.url.href, False)
        if self.tainting == "opaque":
            return Response("opaque", 0, (), None, "", False)
        headers = exposed_headers(self.request.credentials, response.headers, tainting=self.tainting)
        no_body = self.method == "HEAD" or response.status in NULL_BODY_STATUSES
        body = None if no_body else response.body
        return Response(self.tainting, response.status, tuple(headers), body, self.url.href, redirected)

    def explained(self, refusal: Refusal) -> Refusal:
        """A refused Origin: null is the redirect's doing, which the bare rule does not say."""
        if self.sent_origin == self.origin or refusal.header not in (ALLOW_ORIGIN, ALLOW_CREDENTIALS):
            return refusal
        path = " to ".join(_shown(url.origin) for url in self.urls)
        return replace(
            refusal,
            message=f"{refusal.message}; the browser sends Origin: null because of the redirect from {path}",
            remedy="Do not redirect calls from pages across origins: let the page call the final URL. "
            "Never allow the origin null.",
        )


def serialized_origin(origin: str) -> str:
    """`origin` itself, if it is an origin as browsers serialise them, or "null". Raises ValueError otherwise."""
    parsed = _parse_url(origin) if origin.startswith(("http:", "https:")) else None
    if origin == "null" or (_ORIGIN.fullmatch(origin) and (parsed is None or parsed.origin == origin)):
        return origin
    guess = _parse_url(origin)
    is_better = guess is not None and _ORIGIN.fullmatch(guess.origin)
    hint = guess.origin if guess is not None and is_better else "https://app.example.com"
    raise ValueError(f"{_shown(origin)} is no origin as a browser writes it; write {_shown(hint)}")


def _refuse_redirect(reason: Reason, message: str, remedy: str) -> Refusal:
    return Refusal(reason, message, remedy, Step.REDIRECT, "Location")


def _refuse_redirect_mode(response: RawResponse) -> Refusal:
    location = get_header(response.headers, "location") or ""
    return _refuse_redirect(
        Reason.REDIRECT_MODE,
        f"the answer is a redirect (status {response.status} to {_shown(location)}), and the page set redirect: "
        '"error"',
        "Call the final URL.",
    )


def _refuse_no_cors_redirect_mode(redirect: str) -> Refusal:
    return Refusal(
        Reason.REDIRECT_MODE,
        f'mode "no-cors" across origins works with redirect: "follow" alone, not with {_shown(redirect)}',
        'Use mode "cors".',
        Step.REQUEST,
    )


def _refuse_same_origin_mode(url: _URL, origin: str, step: Step) -> Refusal:
    return Refusal(
        Reason.MODE_SAME_ORIGIN,
        f'the page set mode: "same-origin", but {_shown(url.origin)} is not its origin, {_shown(origin)}',
        'Use mode "cors", the default.',
        step,
    )
