"""Whether a request carries what an authorizer looks for. Nothing here verifies it."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import parse_qsl

from ..deployed import IdentitySource
from ..payloads.messages import Request


def is_signed(request: Request) -> bool:
    """Whether the Authorization header holds a signature of AWS, Signature Version 4 or its successors.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html
    """
    return (request.header("authorization") or "").startswith("AWS4-")


def carries_all(request: Request, sources: Iterable[IdentitySource]) -> bool:
    """Whether every identity source of an authorizer is there, and not empty."""
    query = dict(parse_qsl(request.query))
    found = (request.header(each.name) if each.place == "header" else query.get(each.name) for each in sources)
    return all(found)
