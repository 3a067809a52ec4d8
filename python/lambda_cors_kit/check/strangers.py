"""Origins made up from a given one: those that no careful API allows, and those that a pattern has to allow."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from ..origins import ANY_PORT, SUBDOMAINS, Entry
from ..policy import CORSPolicy
from ..public_suffixes import spans_public_suffix

NAME = "lambda-cors-kit-probe"
FOREIGN = f"https://{NAME}.invalid"
"""No page can have this origin, for .invalid is reserved (RFC 6761): an API that allows it allows every site."""
NULL = "null"
ANY_PORT_PROBE = "5173"


class Likeness(StrEnum):
    """How a made-up origin resembles the given one, and so which mistake it finds."""

    SUFFIX = "suffix"
    PREFIX = "prefix"
    DOT = "dot"
    SUBDOMAIN = "subdomain"
    INSECURE = "insecure"


class Lookalike(NamedTuple):
    """An origin of somebody else that a careless comparison takes for the given one."""

    likeness: Likeness
    origin: str


def lookalikes(origin: str) -> list[Lookalike]:
    """Origins that resemble `origin`; few where its host is an address or a name without a dot."""
    entry = Entry(origin)
    if not entry.host or entry.host.startswith("["):
        return []
    return [Lookalike(likeness, made) for likeness, made in _made_up(entry) if made != origin]


def _made_up(entry: Entry) -> Iterator[tuple[Likeness, str]]:
    port = f":{entry.port}" if entry.port else ""
    yield Likeness.SUFFIX, f"{entry.scheme}://{entry.host}.{NAME}.invalid{port}"
    if entry.is_address or "." not in entry.domain:
        return
    registrable = _registrable(entry.domain)
    yield Likeness.PREFIX, f"{entry.scheme}://{NAME}{registrable}{port}"
    before = entry.domain.removesuffix(registrable).rstrip(".")
    merged = f"{before}x{registrable}" if before else registrable.replace(".", "x", 1)
    yield Likeness.DOT, f"{entry.scheme}://{merged}{port}"
    yield Likeness.SUBDOMAIN, f"{entry.scheme}://{NAME}.{entry.host}{port}"
    if entry.scheme == "https":
        yield Likeness.INSECURE, f"http://{entry.host}{port}"


def _registrable(domain: str) -> str:
    """The part of a domain that its owner registered: two labels at least, none of it a public suffix."""
    labels = domain.split(".")
    for start in range(len(labels) - 2, -1, -1):
        name = ".".join(labels[start:])
        if not spans_public_suffix(name):
            return name
    return domain


def named_origins(policy: CORSPolicy, given: str) -> list[str]:
    """The origins to try: each exact one, and one for each pattern; for `*`, `given` and a foreign one."""
    if policy.origins.any:
        return [given, FOREIGN]
    return [_derived(Entry(text)) for text in policy.allow_origins]


def _derived(entry: Entry) -> str:
    """The origin of an exact entry, or one that a pattern names."""
    host = entry.host
    if host.startswith(SUBDOMAINS):
        label = NAME if len(NAME) + len(host) <= 253 else "p"
        host = f"{label}.{entry.base}"
    port = ANY_PORT_PROBE if entry.port == ANY_PORT else entry.port
    return f"{entry.scheme}://{host}" + (f":{port}" if port else "")


def apexes(policy: CORSPolicy) -> list[str]:
    """The domain above each pattern's sub-domains, which the pattern itself does not name."""
    entries = [Entry(text) for text in policy.allow_origins]
    patterns = [entry for entry in entries if entry.is_subdomain_pattern]
    ports = {entry.text: "" if entry.port in (None, ANY_PORT) else f":{entry.port}" for entry in patterns}
    return [f"{entry.scheme}://{entry.base}{ports[entry.text]}" for entry in patterns]
