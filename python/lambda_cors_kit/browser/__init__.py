"""The browser's half of CORS: what a page on an origin may send, and what it may read of the answer.

Every step is named after its section of the Fetch standard (https://fetch.spec.whatwg.org/), and says no more
than that section. `fetch` runs the whole of it over any transport; the other functions are pure, and return
a `Refusal` where Fetch returns a network error or failure, None where it returns success.

A header list is a sequence of (name, value) pairs as they stand on the wire, duplicates included; values are
text in which one character stands for one byte (ISO 8859-1).

Not judged, because a server cannot mend it or it is not CORS: cookies' SameSite, third-party cookie blocking,
Content Security Policy, service workers, the HTTP cache, Cross-Origin-Resource-Policy.
"""

from __future__ import annotations

from ..standard import (
    ALLOW_CREDENTIALS,
    ALLOW_HEADERS,
    ALLOW_METHODS,
    ALLOW_ORIGIN,
    BAD_PORTS,
    EXPOSE_HEADERS,
    FORBIDDEN_METHODS,
    FORBIDDEN_REQUEST_HEADERS,
    FORBIDDEN_RESPONSE_HEADERS,
    MAX_AGE,
    METHOD_OVERRIDE_HEADERS,
    NORMALIZED_METHODS,
    NULL_BODY_STATUSES,
    REDIRECT_STATUSES,
    REQUEST_BODY_HEADERS,
    SAFELISTED_CONTENT_TYPES,
    SAFELISTED_METHODS,
    SAFELISTED_RESPONSE_HEADERS,
)
from .cors_check import cors_check
from .fetch_params import CookieJar
from .fetching import AsyncSend, Send, fetch, fetch_async
from .headers import (
    MAX_SAFELISTED_TOTAL,
    MAX_SAFELISTED_VALUE,
    extract_list,
    get_header,
    is_forbidden_method,
    is_forbidden_request_header,
    is_safelisted_request_header,
    normalize_method,
    unsafe_request_header_names,
)
from .preflight import DEFAULT_MAX_AGE, needs_preflight, preflight_check, preflight_headers, preflight_max_age
from .preflight_cache import CHROMIUM_MAX_AGE, PreflightCache
from .redirect import MAX_REDIRECTS
from .refusal import (
    Credentials,
    HeaderList,
    MalformedHeader,
    Mode,
    NetworkError,
    Reason,
    Redirect,
    Refusal,
    ResponseType,
    Step,
    Tainting,
)
from .request import CREDENTIALS, MODES, REDIRECTS, Request
from .response import Exchange, RawResponse, Response, Verdict, exposed_headers
from .url import resolve_url, serialized_origin, url_origin

__all__ = [
    "ALLOW_CREDENTIALS",
    "ALLOW_HEADERS",
    "ALLOW_METHODS",
    "ALLOW_ORIGIN",
    "BAD_PORTS",
    "CHROMIUM_MAX_AGE",
    "CREDENTIALS",
    "DEFAULT_MAX_AGE",
    "EXPOSE_HEADERS",
    "FORBIDDEN_METHODS",
    "FORBIDDEN_REQUEST_HEADERS",
    "FORBIDDEN_RESPONSE_HEADERS",
    "MAX_AGE",
    "MAX_REDIRECTS",
    "MAX_SAFELISTED_TOTAL",
    "MAX_SAFELISTED_VALUE",
    "METHOD_OVERRIDE_HEADERS",
    "MODES",
    "NORMALIZED_METHODS",
    "NULL_BODY_STATUSES",
    "REDIRECTS",
    "REDIRECT_STATUSES",
    "REQUEST_BODY_HEADERS",
    "SAFELISTED_CONTENT_TYPES",
    "SAFELISTED_METHODS",
    "SAFELISTED_RESPONSE_HEADERS",
    "AsyncSend",
    "CookieJar",
    "Credentials",
    "Exchange",
    "HeaderList",
    "MalformedHeader",
    "Mode",
    "NetworkError",
    "PreflightCache",
    "RawResponse",
    "Reason",
    "Redirect",
    "Refusal",
    "Request",
    "Response",
    "ResponseType",
    "Send",
    "Step",
    "Tainting",
    "Verdict",
    "cors_check",
    "exposed_headers",
    "extract_list",
    "fetch",
    "fetch_async",
    "get_header",
    "is_forbidden_method",
    "is_forbidden_request_header",
    "is_safelisted_request_header",
    "needs_preflight",
    "normalize_method",
    "preflight_check",
    "preflight_headers",
    "preflight_max_age",
    "resolve_url",
    "serialized_origin",
    "unsafe_request_header_names",
    "url_origin",
]
