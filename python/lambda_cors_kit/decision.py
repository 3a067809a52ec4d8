"""The decision: a policy and a request give the headers to write. No framework, no I/O.

The server's half of the CORS protocol, https://fetch.spec.whatwg.org/#http-cors-protocol
"""

from __future__ import annotations

import json
import logging

from .standard import AUTHORIZATION, PREFIX, SAFELISTED_METHODS, TOKEN_CHARACTERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .policy import CORSPolicy

    HeaderList = tuple[tuple[str, str], ...]

# What a wildcard takes: four times what a browser sends for a page with a hundred headers of its own.
MAX_REQUEST_HEADERS_LENGTH = 4096
LOGGED_LENGTH = 200
# Patterns name any number of origins; few come often.
MAX_KEPT = 100

logger = logging.getLogger("lambda_cors_kit")


class Decision:
    """Everything that a policy says about responses, worked out once.

    Header names are lower case; values are ASCII.
    """

    __slots__ = (
        "_any_header",
        "_any_method",
        "_authorization",
        "_headers",
        "_kept",
        "_methods",
        "_of_actual",
        "_of_preflight",
        "_of_refused",
        "_origins",
        "_reported",
        "_request_headers_length",
        "any_origin",
        "vary",
    )

    def __init__(self, policy: CORSPolicy) -> None:
        self._origins = policy.origins
        self.any_origin = policy.origins.any
        self._any_method = "*" in policy.allow_methods
        self._methods = SAFELISTED_METHODS.union(policy.allow_methods)
        self._any_header = "*" in policy.allow_headers
        self._authorization = AUTHORIZATION in policy.allow_headers
        # Empty elements of a list count for nothing (https://www.rfc-editor.org/rfc/rfc9110#section-5.6.1.2).
        self._headers = frozenset({*policy.allow_headers, ""} - {"*"})
        joined = ",".join(policy.allow_headers)
        # A browser sends each name once, sorted; a proxy may add a space behind each comma.
        self._request_headers_length = MAX_REQUEST_HEADERS_LENGTH if self._any_header else 2 * len(joined) + 64
        credentials = (("access-control-allow-credentials", "true"),) if policy.allow_credentials else ()
        exposed = ",".join(policy.expose_headers)
        self._of_actual: HeaderList = (
            *credentials,
            *((("access-control-expose-headers", exposed),) if exposed else ()),
        )
        #: What an actual response varies by; None for a policy that answers every origin alike.
        self.vary = None if self.any_origin else "Origin"
        asked = ("Access-Control-Request-Method", "Access-Control-Request-Headers")
        self._of_refused: HeaderList = (("vary", ", ".join(asked if self.any_origin else ("Origin", *asked))),)
        methods = ",".join(policy.allow_methods)
        self._of_preflight: HeaderList = (
            *credentials,
            *((("access-control-allow-methods", methods),) if methods else ()),
            *((("access-control-allow-headers", joined),) if joined else ()),
            ("access-control-max-age", str(policy.max_age)),
            *self._of_refused,
        )
        self._kept: dict[str | None, dict[str, str]] = {}
        self._reported: set[str] = set()

    def actual(self, origin: str | None) -> HeaderList:
        """The Access-Control-* headers of a response that is not a preflight's; none if the origin is refused.

        Source: https://fetch.spec.whatwg.org/#cors-check
        """
        if self.any_origin:
            return (("access-control-allow-origin", "*"), *self._of_actual)
        if origin is None:
            return ()
        if origin in self._origins:
            return (("access-control-allow-origin", origin), *self._of_actual)
        self._report(
            "request.origin_not_allowed",
            origin,
            "is not in allow_origins, so the page could not read the response",
        )
        return ()

    def response(self, origin: str | None) -> dict[str, str]:
        """The headers of `actual` and Vary in one dictionary, which is shared: not to be changed."""
        if self.any_origin:
            origin = None
        kept = self._kept.get(origin)
        if kept is not None:
            return kept
        actual = self.actual(origin)
        headers = {"vary": self.vary, **dict(actual)} if self.vary else dict(actual)
        # Only what the policy names, so that nobody else decides what is kept.
        if (actual or origin is None) and len(self._kept) < MAX_KEPT:
            self._kept[origin] = headers
        return headers

    def preflight(self, origin: str, method: str, headers: str | None) -> tuple[int, HeaderList]:
        """Status and headers of the answer to a preflight: 204, or 403 without a word on the policy.

        `method` and `headers` are the values of Access-Control-Request-Method and -Headers.

        Source: https://fetch.spec.whatwg.org/#cors-preflight-fetch
        """
        if not (self._allows_origin(origin) and self._allows_method(method) and self._allows_headers(headers)):
            return 403, self._of_refused
        return 204, (("access-control-allow-origin", "*" if self.any_origin else origin), *self._of_preflight)

    def _allows_origin(self, origin: str) -> bool:
        if origin in self._origins:
            return True
        self._report("request.origin_not_allowed", origin, "is not in allow_origins, so its preflight was refused")
        return False

    def _allows_method(self, method: str) -> bool:
        if method in self._methods and method != "*":
            return True
        if self._any_method and method and not method.strip(TOKEN_CHARACTERS):
            return True
        self._report("request.method_not_allowed", method, "is not in allow_methods, so its preflight was refused")
        return False

    def _allows_headers(self, headers: str | None) -> bool:
        if not headers:
            return True
        if len(headers) > self._request_headers_length:
            self._report("request.headers_too_long", headers, "is longer than any list of allow_headers")
            return False
        lower = headers.lower()
        if self._any_header and (self._authorization or AUTHORIZATION not in lower):
            return True
        names = lower.split(",")
        if self._headers.issuperset(names):
            return True
        # Each once: of a long line of commas and spaces not much is left.
        for name in dict.fromkeys(name.strip(" \t") for name in names):
            if name not in self._headers and (name == AUTHORIZATION or not self._any_header):
                self._report(
                    "request.header_not_allowed", name, "is not in allow_headers, so its preflight was refused"
                )
                return False
        return True

    def _report(self, code: str, value: str, message: str) -> None:
        """One line of JSON for the operator, once per container and code: the browser tells nobody."""
        if code in self._reported:
            return
        self._reported.add(code)
        cut = value if len(value) <= LOGGED_LENGTH else value[:LOGGED_LENGTH] + "…"
        # JSON in ASCII: whatever the value holds, it stays one line and one string.
        logger.warning(json.dumps({"code": code, "value": cut, "message": message}))


class GatewayWrites:
    """Where the gateway writes the headers: what the function keeps out, and the Vary that no gateway adds.

    Args:
        vary: false where the gateway writes a static `*`, so that no response depends on the origin.
    """

    __slots__ = ("_headers", "vary")

    def __init__(self, vary: bool) -> None:
        #: What responses vary by.
        self.vary = "Origin" if vary else None
        self._headers = {"vary": self.vary} if self.vary else {}

    def actual(self, origin: str | None) -> HeaderList:
        """No Access-Control-* header, whoever asks."""
        return ()

    def response(self, origin: str | None) -> dict[str, str]:
        """Vary alone, in a dictionary that is shared: not to be changed."""
        return self._headers


def replaced(lines: Iterable[tuple[str, str]], headers: Mapping[str, str]) -> list[tuple[str, str]]:
    """The app's header lines with `headers`, what `response` gives, in place of any Access-Control-* of its own.

    An app's own Vary is kept, beside the policy's.
    """
    kept: list[tuple[str, str]] = []
    varied: list[str] = []
    for line in lines:
        name = line[0].lower()
        if name == "vary" and "vary" in headers:
            varied.append(line[1])
        elif not name.startswith(PREFIX):
            kept.append(line)
    if varied:
        headers = {**headers, "vary": merge_vary(varied, headers["vary"])}
    kept.extend(headers.items())
    return kept


def merge_vary(values: Iterable[str], name: str) -> str:
    """The Vary header of the app, all its values, with `name` in it exactly once.

    Source: https://www.rfc-editor.org/rfc/rfc9110#field.vary
    """
    listed = (part.strip() for value in values for part in value.split(","))
    return ", ".join([part for part in listed if part and part.lower() != name.lower()] + [name])
