"""An HTTP request and a response as the gateways see them; header names keep the case and order of the wire."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

# A host with its port: a name, or an IPv6 address in brackets, https://www.rfc-editor.org/rfc/rfc3986#section-3.2
_AUTHORITY = re.compile(r"([^:\[\]]+|\[[^\]]*\]):([0-9]{0,5})")

Fields = tuple[tuple[str, str], ...]
"""Header fields in the order of the wire: a name may come more than once."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it arrived.

    `target` is the path and query as sent, still percent-encoded. `truncated` says that the body was longer than
    the server keeps, and that `body` is only its beginning.
    """

    method: str
    target: str
    headers: Fields = ()
    body: bytes = b""
    source_ip: str = "127.0.0.1"
    protocol: str = "HTTP/1.1"
    truncated: bool = False
    scheme: str = "http"

    @property
    def path(self) -> str:
        """The path as sent, percent-encoded, without the query."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """The query as sent, without its question mark."""
        return self.target.partition("?")[2]

    @property
    def domain_name(self) -> str:
        """The host that was asked for, without its port; an IPv6 address keeps its brackets."""
        host = self.header("host") or "127.0.0.1"
        found = _AUTHORITY.fullmatch(host)
        return found[1] if found else host

    @property
    def port(self) -> str:
        """The port that was asked for: that of Host, or the scheme's."""
        found = _AUTHORITY.fullmatch(self.header("host") or "")
        return found[2] if found and found[2] else "443" if self.scheme == "https" else "80"

    @property
    def head_bytes(self) -> int:
        """The size of request line and headers, as API Gateway's quota counts it."""
        fields = sum(len(name) + len(value) for name, value in self.headers)
        return fields + len(self.method) + len(self.target)

    def header(self, name: str) -> str | None:
        """The last value of a header, whatever the case of its name; None when it was not sent."""
        return last_value(self.headers, name)


@dataclass(frozen=True, slots=True)
class Response:
    """A response to write as it stands; the server adds Content-Length and Date."""

    status: int
    headers: Fields = ()
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """The last value of a header, whatever the case of its name; None when it is absent."""
        return last_value(self.headers, name)


def last_value(fields: Iterable[tuple[str, str]], name: str) -> str | None:
    """The last value of the header `name`, compared without regard to case."""
    found = None
    for key, value in fields:
        if key.lower() == name.lower():
            found = value
    return found
