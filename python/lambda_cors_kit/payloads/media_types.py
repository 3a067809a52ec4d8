"""Matching a Content-Type or an Accept entry against binary media types."""

from __future__ import annotations

from collections.abc import Iterable


def essence(value: str) -> str:
    """`text/html` of `Text/HTML; charset=utf-8`."""
    return value.partition(";")[0].strip().lower()


def matches_any(value: str, binary_media_types: Iterable[str]) -> bool:
    """Whether a media type is one of the API's binary ones; `*/*` and `image/*` are wildcards there."""
    kind = essence(value)
    family = kind.partition("/")[0]
    return any(each.lower() in (kind, f"{family}/*", "*/*") for each in binary_media_types)
