"""The headers that AWS writes by the CORS configuration of an HTTP API or a Function URL.

The configured lists are written whole, whatever a preflight asks for, and no Vary is added: AWS's guides say
neither, and a browser judges the lists the same way.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..deployed import CORSConfiguration
from ..payloads.messages import Fields, Request

PREFIX = "access-control-"


def is_preflight(request: Request) -> bool:
    """Whether it is a CORS-preflight request: https://fetch.spec.whatwg.org/#cors-preflight-request."""
    asked = request.header("access-control-request-method")
    return request.method == "OPTIONS" and request.header("origin") is not None and asked is not None


def preflight_headers(cors: CORSConfiguration, allowed: str | None) -> Fields:
    """For the answer to a preflight; `allowed` is its Access-Control-Allow-Origin, None for a refused origin."""
    return tuple(_origin(cors, allowed)) + tuple(_preflight(cors)) if allowed else ()


def response_headers(cors: CORSConfiguration, allowed: str | None) -> Fields:
    """For the response to an actual request."""
    exposed = _listed("Expose-Headers", cors.expose_headers)
    return tuple(_origin(cors, allowed)) + tuple(exposed) if allowed else ()


def _origin(cors: CORSConfiguration, allowed: str) -> Iterator[tuple[str, str]]:
    yield "Access-Control-Allow-Origin", allowed
    if cors.allow_credentials:
        yield "Access-Control-Allow-Credentials", "true"


def _preflight(cors: CORSConfiguration) -> Iterator[tuple[str, str]]:
    yield from _listed("Allow-Methods", cors.allow_methods)
    yield from _listed("Allow-Headers", cors.allow_headers)
    yield "Access-Control-Max-Age", str(cors.max_age)


def _listed(name: str, values: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if values:
        yield f"Access-Control-{name}", ",".join(values)
