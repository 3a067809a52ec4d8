"""One request of a TestClient, as a sender of events sees it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from .kit import Fields, Request

PORTS = {"http": 80, "https": 443}


class Call(NamedTuple):
    """A request, and what its URL says besides.

    `request.target` is the whole path of the URL with its query; `root_path` is what of it stands before the
    app's own path, without a slash at its end.
    """

    request: Request
    scheme: str = "http"
    host: str = "testserver"
    port: int = 80
    root_path: str = ""

    @property
    def own_path(self) -> str:
        """The path below `root_path`, with a slash at its beginning, as the client encoded it."""
        return self.request.path[len(self.root_path) :] or "/"


def call_to(
    method: str,
    url: tuple[str, str, int | None, str],
    headers: Iterable[tuple[str, str]],
    body: bytes,
    *,
    client: str,
    root_path: str,
) -> Call:
    """The call for a request of a TestClient to `url`: scheme, host, port, path with query.

    TestClient's `root_path` is that of a proxy which took it off the path: in front of a gateway the client asks
    for the whole path, so that it is put back where it is missing.
    """
    scheme, host, port, target = url
    prefix = root_path.rstrip("/")
    if not f"{target.partition('?')[0]}/".startswith(f"{prefix}/"):
        target = prefix + target
    fields: Fields = tuple(headers)
    if not any(name.lower() == "host" for name, _ in fields):
        fields = (("host", host), *fields)
    request = Request(method, target, fields, body, source_ip=client)
    return Call(request, scheme, host, PORTS[scheme] if port is None else port, prefix)
