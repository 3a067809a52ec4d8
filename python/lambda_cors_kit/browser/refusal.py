"""What a fetch is made of, and why one fails: a network error with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeAlias

#: Pairs of name and value as they stand on the wire, duplicates included; one character for one byte.
HeaderList: TypeAlias = Sequence[tuple[str, str]]
Mode = Literal["cors", "no-cors", "same-origin"]
Credentials = Literal["omit", "same-origin", "include"]
Redirect = Literal["follow", "error", "manual"]
Tainting = Literal["basic", "cors", "opaque"]
ResponseType = Literal["basic", "cors", "opaque", "opaqueredirect"]


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


def quoted(value: str) -> str:
    """`value` as a message shows it: in quotes, cut to 80 characters."""
    return repr(value if len(value) <= 80 else value[:80] + "…")
