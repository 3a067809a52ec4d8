"""Public suffixes: the names below which strangers register theirs (https://publicsuffix.org)."""

from __future__ import annotations

import os
from functools import cache


@cache
def _text() -> str:
    """The list as it is shipped, one name a line: to search in it costs less than to read 11,000 names."""
    with open(os.path.join(os.path.dirname(__file__), "public_suffixes.json"), encoding="ascii") as file:
        return file.read()


def _lists(name: str) -> bool:
    return f'\n"{name}",' in _text() or f'\n"{name}"\n' in _text()


def spans_public_suffix(domain: str) -> bool:
    """Whether the sub-domains of `domain` belong to more than one owner.

    That is so where the domain is a public suffix, or one lies below it: `*.amazonaws.com` covers the
    names below `execute-api.us-east-1.amazonaws.com`, which belong to everyone. A top-level domain that the list
    does not have is one too: "If no rules match, the prevailing rule is `*`."

    Source: https://publicsuffix.org/list/
    """
    _, dot, parent = domain.partition(".")
    return not dot or _lists(domain) or (_lists(f"*.{parent}") and not _lists(f"!{domain}"))
