"""The differences that no kit can cure: each with its reason, each of them found in every run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .model import GATEWAYS, Gateway
from .run import Result

MOST = 10
"""How many there may be in all."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A request of an application that is answered otherwise by these gateways than by uvicorn, and why."""

    application: str
    request: str
    gateways: tuple[Gateway, ...]
    reason: str


LISTED = (
    Difference(
        "fastapi_everything",
        "401",
        GATEWAYS,
        "AWS renames WWW-Authenticate to x-amzn-Remapped-WWW-Authenticate "
        "(api-gateway-known-issues.html in API Gateway's guide).",
    ),
    Difference(
        "fastapi_everything",
        "%2F in a path",
        ("http", "http-stage"),
        "An HTTP API decodes the path before it makes the event: %2F cannot be told from / there.",
    ),
    Difference(
        "fastapi_everything",
        "reserved characters",
        ("rest",),
        "A REST API decodes the query before it makes the event: a space that came as + is encoded as %20.",
    ),
    Difference(
        "datasette",
        "a path in percent encoding",
        ("http", "http-stage"),
        "As above, in the name of a table.",
    ),
    Difference(
        "mcp",
        "another type",
        GATEWAYS,
        "The gateways write Content-Type: application/json where the function says none; the SDK says none.",
    ),
)


def surprises(results: Iterable[Result], listed: Iterable[Difference] = LISTED) -> Iterator[str]:
    """What a run found and the list does not say, and what the list says and the run did not find."""
    excused = {
        (each.application, gateway, each.request): each.reason for each in listed for gateway in each.gateways
    }
    for result in results:
        for server, requests in result.differing.items():
            for name, found in requests.items():
                if (result.application, server, name) not in excused:
                    yield f"{result.application}, {server}, {name}: {'; '.join(found)}"
        for application, server, name in excused:
            if application == result.application and name not in result.differing.get(server, {}):
                yield f"{application}, {server}, {name}: is listed as a difference, and is none"
