"""Who may call a method or a route: what an authorizer looks for in a request."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IdentitySource:
    """A part of the request that an authorizer needs: a `header` or a `querystring` parameter by its name."""

    place: str
    name: str


AUTHORIZATION = (IdentitySource("header", "Authorization"),)

# method.request.header.NAME on a REST API, $request.header.NAME on an HTTP API. What they may name besides
# (the context, stage variables) is not for a client to send.
_SOURCE = re.compile(r"(?:method\.|\$)request\.(header|querystring)\.(.+)")


def identity_sources(expressions: Sequence[str]) -> tuple[IdentitySource, ...]:
    """What an authorizer's `identity_source` says; the Authorization header where it says nothing."""
    if not expressions:
        return AUTHORIZATION
    matches = [_SOURCE.fullmatch(each.strip()) for each in expressions]
    return tuple(IdentitySource(match.group(1), match.group(2)) for match in matches if match)
