"""Origins: the grammar of one entry of `allow_origins`, and the set that answers for a request.

An origin is scheme, host and port as a browser serialises them
(https://html.spec.whatwg.org/multipage/browsers.html#ascii-serialisation-of-an-origin);
an entry may also be a pattern: `https://*.example.com`, `http://localhost:*`, or both.
"""

from __future__ import annotations

import re
from functools import cached_property

from .standard import DEFAULT_PORTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

# 64 for the scheme, 3 for "://", 253 for the host, 6 for ":65535": no browser sends a longer Origin.
MAX_ORIGIN_LENGTH = 326

ANY_PORT = "*"
SUBDOMAINS = "*."
WHITESPACE = " \t\n\r\f\v"
LABEL_CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789_-"

# Text, which `re` compiles when a rule first needs it: importing the kit stays cheap.
_PARTS = r"(?s)([^:/?#]*)://(?:([^/?#]*)@)?(\[[^\]/?#]*\]|[^:/?#]*)(?::([^/?#]*))?([/?#].*)?"
_SCHEME = r"[a-z][a-z0-9+.-]{0,63}"
_PORT = r"[1-9][0-9]{0,4}"
# Labels that claim to be Punycode have a rule of their own.
_LABEL = r"xn--[a-z0-9-]{0,59}|[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_NUMERIC_HOST = r"(.*\.)?([0-9]+|0x[0-9a-f]*)\.?"
_OCTET = r"(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_IPV4 = rf"({_OCTET}\.){{3}}{_OCTET}"
# The first number of a Punycode label must end (https://www.rfc-editor.org/rfc/rfc3492#section-6.2), and the last.
_PUNYCODE = r"xn--(.*-)?([b-z0-9]{2}[0-9]*[a-z]|[b-z0-9]?a)([a-z0-9]*[a-z])?"


class Entry:
    """One entry of `allow_origins`, taken apart leniently, so that every rule can look at its own part.

    The parts (`scheme`, `host`, …) are lower case and None where the entry has no such part.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.trimmed = text.strip(WHITESPACE)
        self.is_null = self.trimmed.lower() == "null"
        self.is_list = self.trimmed.count("://") > 1
        # Structure is judged only where one origin is to be seen; the rest has a problem of its own.
        self.is_plain = re.fullmatch(r"[!-~]*", self.trimmed) is not None
        parts = None
        if self.is_plain and not self.is_list and not self.is_null and self.trimmed != "*":
            parts = re.fullmatch(_PARTS, self.trimmed)
        self.has_parts = parts is not None
        self.as_written = (parts[1] + "://" + parts[3]) if parts else ""
        self.scheme: str = parts[1].lower() if parts else ""
        self.userinfo: str | None = parts[2] if parts else None
        self.host: str = parts[3].lower() if parts else ""
        self.port: str | None = parts[4] if parts else None
        self.rest: str = (parts[5] or "") if parts else ""

    @cached_property
    def suggestion(self) -> str:
        """The nearest entry a browser would match: lower case, no path, no user, no default port."""
        port = "" if self.port in (None, "", DEFAULT_PORTS.get(self.scheme)) else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}"

    @cached_property
    def is_subdomain_pattern(self) -> bool:
        """`*.` in front of a base domain that has no other wildcard and can have sub-domains."""
        return (
            self.host.startswith(SUBDOMAINS)
            and "*" not in self.base
            and self.base.strip(".") != ""
            and not self.base.startswith("[")
            and re.fullmatch(_NUMERIC_HOST, self.base) is None
        )

    @property
    def base(self) -> str:
        """The host without a leading `*.`."""
        return self.host.removeprefix(SUBDOMAINS)

    @property
    def domain(self) -> str:
        """The base without the dot of an absolute domain name."""
        return self.base.removesuffix(".")

    @cached_property
    def is_address(self) -> bool:
        """An IPv6 address in brackets, or a host that browsers parse as an IPv4 address."""
        return self.host.startswith("[") or re.fullmatch(_NUMERIC_HOST, self.host) is not None

    @cached_property
    def is_canonical_address(self) -> bool:
        """An address as browsers serialise it (https://url.spec.whatwg.org/#host-serializing)."""
        if not self.host.startswith("["):
            return re.fullmatch(_IPV4, self.host) is not None
        # Not loaded by the runtime, and needed by few.
        from ipaddress import IPv6Address

        try:
            address = IPv6Address(self.host[1:-1])
        except ValueError:
            return False
        return address.ipv4_mapped is None and "%" not in self.host and self.host == f"[{address.compressed}]"

    @cached_property
    def is_domain(self) -> bool:
        """Labels of 1 to 63 bytes that neither start nor end with a hyphen, at most 253 bytes in all."""
        return len(self.host.removesuffix(".")) <= 253 and all(
            re.fullmatch(_LABEL, label) for label in self.domain.split(".")
        )

    @property
    def has_broken_punycode(self) -> bool:
        """A label that says it is Punycode (`xn--`) and cannot be."""
        return any(
            label.startswith("xn--") and not re.fullmatch(_PUNYCODE, label) for label in self.domain.split(".")
        )

    @property
    def is_loopback(self) -> bool:
        """localhost and its sub-domains (RFC 6761), 127.0.0.0/8, ::1: never on the network."""
        return (
            self.domain == "localhost"
            or self.domain.endswith(".localhost")
            or self.host == "[::1]"
            or (self.host.startswith("127.") and re.fullmatch(_IPV4, self.host) is not None)
        )

    @property
    def is_scheme(self) -> bool:
        """At most 64 bytes (https://www.rfc-editor.org/rfc/rfc3986#section-3.1)."""
        return re.fullmatch(_SCHEME, self.scheme) is not None

    @property
    def is_port(self) -> bool:
        """None, `*`, or 1 to 65535 without a leading zero."""
        return self.port in (None, ANY_PORT) or (
            re.fullmatch(_PORT, self.port or "") is not None and int(self.port or "") <= 65535
        )


class _Node:
    """A label in the tree of patterns: what follows it to the left, and which ports end here."""

    __slots__ = ("children", "host_ports", "subdomain_ports")

    def __init__(self) -> None:
        self.children: dict[str, _Node] = {}
        self.host_ports: set[str] = set()
        self.subdomain_ports: set[str] = set()


class OriginSet:
    """The origins that a valid list of entries names.

    Exact origins are found by hash; patterns by a walk over the labels of the host from right to left, which
    stops at the first unknown label. No regular expression sees a request, and the cost does not depend on
    the number of entries.
    """

    __slots__ = ("_exact", "_schemes", "any")

    def __init__(self, entries: Iterable[str]) -> None:
        exact: set[str] = set()
        self._schemes: dict[str, _Node] = {}
        for text in entries:
            if text.endswith(":*") or "://*." in text:
                self._add(Entry(text))
            else:
                exact.add(text)
        self.any = "*" in exact
        self._exact = frozenset(exact - {"*"})

    def _add(self, pattern: Entry) -> None:
        node = self._schemes.setdefault(pattern.scheme, _Node())
        for label in reversed(pattern.base.split(".")):
            node = node.children.setdefault(label, _Node())
        ports = node.subdomain_ports if pattern.host.startswith(SUBDOMAINS) else node.host_ports
        ports.add(pattern.port or "")

    def __contains__(self, origin: str) -> bool:
        """Whether `origin`, the value of an Origin header, is named."""
        if self.any or origin in self._exact:
            return True
        if not self._schemes or len(origin) > MAX_ORIGIN_LENGTH:
            return False
        scheme, _, authority = origin.partition("://")
        node = self._schemes.get(scheme)
        if node is None:
            return False
        host, port = _split_port(authority)
        return _is_serialised_port(port, scheme) and _walk(node, host, port)


def _walk(node: _Node, host: str, port: str) -> bool:
    end = len(host)
    while True:
        start = host.rfind(".", 0, end)
        child = node.children.get(host[start + 1 : end])
        if child is None:
            return False
        if start < 0:
            return port in child.host_ports or ANY_PORT in child.host_ports
        if port in child.subdomain_ports or ANY_PORT in child.subdomain_ports:
            return _are_labels(host[:start])
        node, end = child, start


def _split_port(authority: str) -> tuple[str, str]:
    if authority.endswith("]"):
        return authority, ""
    host, colon, port = authority.rpartition(":")
    # A colon with nothing behind it stays in the host, where it matches no label.
    return (host, port) if colon and port else (authority, "")


def _is_serialised_port(port: str, scheme: str) -> bool:
    if not port:
        return True
    return (
        port.isascii()
        and port.isdigit()
        and port[0] != "0"
        and len(port) <= 5
        and int(port) <= 65535
        and port != DEFAULT_PORTS.get(scheme)
    )


def _are_labels(host: str) -> bool:
    # strip() leaves nothing only if every character is allowed, and runs in C.
    lengths = set(map(len, host.split(".")))
    return not host.strip(LABEL_CHARACTERS + ".") and 0 not in lengths and max(lengths) < 64
