"""What is asked of an application, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

ALLOWED_ORIGIN = "https://app.example.com"
"""The one origin of the policy that every server of this program obeys."""
REFUSED_ORIGIN = "https://evil.example.net"
HOST = "api.example.org:8080"
"""What every server is asked for, so that addresses and the sums over them are the same everywhere."""
STAGE = "v1"
"""The named stage, and what `uvicorn --root-path` is given to stand for it."""

Gateway = Literal["rest", "http", "http-stage", "url"]
GATEWAYS: tuple[Gateway, ...] = ("rest", "http", "http-stage", "url")

Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Request:
    """A request of a page to an application.

    `target` is the path below the application's root and the query, as they go over the wire. In it, in header
    values and in the body `${base}` stands for the root's address, `${data}` for the server's own folder,
    `${cookie:NAME}` for a cookie and `${header:NAME}` for the last answer's header of that name. `name` is unique
    within an application. Cookies of earlier answers are sent along.
    """

    name: str
    target: str = "/"
    method: str = "GET"
    headers: Fields = ()
    body: bytes = b""
    origin: str | None = ALLOWED_ORIGIN


@dataclass(frozen=True, slots=True)
class Answer:
    """A response as it stood on the wire, or the result of one step of an application's own client."""

    status: int
    headers: Fields = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Target:
    """A server to ask: where it listens, the application's root in its own URLs, the folder of its data."""

    address: str
    prefix: str
    data: Path


@dataclass(frozen=True, slots=True)
class Application:
    """An application of `apps/NAME/app.py`.

    `requirements`, and the packages `npm`, go into an environment of its own. `volatile` are patterns of what
    differs between two runs of the same server: where one has groups, these are blanked, otherwise the whole of
    it. `client` is a module with the application's own client, run in its environment. `short` says whether
    `--short` asks it.
    """

    name: str
    requirements: tuple[str, ...]
    requests: tuple[Request, ...]
    volatile: tuple[str, ...] = ()
    client: str | None = None
    npm: tuple[str, ...] = ()
    short: bool = False
