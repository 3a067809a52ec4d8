"""The headers of a function's response as lines to write."""

from __future__ import annotations

import re

from .messages import Fields

# What API Gateway keeps for itself: it renames these, and drops Transfer-Encoding.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
_REMAPPED = {"connection", "content-length", "date", "server", "www-authenticate"}

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\U0010ffff]*")


class MalformedResponse(ValueError):
    """What the function returned makes no HTTP response."""


def field_lines(single: object, multi: object) -> Fields:
    """`headers` and `multiValueHeaders` merged: a value of `headers` that the list has too is written once.

    Raises MalformedResponse for other types, and for names or values that are no header.
    """
    lines: list[tuple[str, str]] = []
    for name, values in _items(multi):
        if not isinstance(values, list):
            values = [values]
        lines += [(name, _text(name, value)) for value in values]
    known = {(name.lower(), value) for name, value in lines}
    for name, value in _items(single):
        if (name.lower(), _text(name, value)) not in known:
            lines.append((name, _text(name, value)))
    return tuple(
        (f"x-amzn-Remapped-{name}" if name.lower() in _REMAPPED else name, value)
        for name, value in lines
        if name.lower() != "transfer-encoding"
    )


def _items(headers: object) -> list[tuple[str, object]]:
    if headers is None:
        return []
    if not isinstance(headers, dict):
        raise MalformedResponse(f"headers are {type(headers).__name__} and not an object")
    for name in headers:
        if not _NAME.fullmatch(name):
            raise MalformedResponse(f"{name!r} is no header name")
    return list(headers.items())


def _text(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        raise MalformedResponse(f"the header {name} is {type(value).__name__} and not a string")
    if not _VALUE.fullmatch(value):
        raise MalformedResponse(f"the header {name} has a control character in {value!r}")
    # Outer white space is no part of a value.
    return value.strip(" \t")
