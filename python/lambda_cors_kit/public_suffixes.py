"""Public suffixes: the names below which strangers register theirs (https://publicsuffix.org)."""

from __future__ import annotations

import json
import os
from functools import cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@cache
def _data() -> dict[str, Any]:
    with open(os.path.join(os.path.dirname(__file__), "public_suffixes.json"), encoding="ascii") as file:
        data: dict[str, Any] = json.load(file)
    return data


@cache
def _names() -> frozenset[str]:
    return frozenset(_data()["suffixes"] + _data()["parents"])


def list_date() -> str:
    """The day of the list that this release ships, as year-month-day."""
    return str(_data()["date"])


def spans_public_suffix(domain: str) -> bool:
    """Whether the sub-domains of `domain` belong to more than one owner.

    That is so where the domain is a public suffix, or one lies below it: `*.amazonaws.com` covers the
    names below `execute-api.us-east-1.amazonaws.com`, which belong to everyone.
    """
    _, _, parent = domain.partition(".")
    return domain in _names() or (f"*.{parent}" in _names() and f"!{domain}" not in _names())
