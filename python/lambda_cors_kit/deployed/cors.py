"""The CORS configuration that an HTTP API and a Function URL have alike."""

from __future__ import annotations

from dataclasses import dataclass

from .state import Attributes, block


@dataclass(frozen=True, slots=True)
class CORSConfiguration:
    """`cors_configuration` of an aws_apigatewayv2_api, or `cors` of an aws_lambda_function_url.

    `max_age` is in seconds.
    """

    allow_origins: tuple[str, ...] = ()
    allow_methods: tuple[str, ...] = ()
    allow_headers: tuple[str, ...] = ()
    expose_headers: tuple[str, ...] = ()
    allow_credentials: bool = False
    max_age: int = 0


def read_cors(attributes: Attributes, name: str) -> CORSConfiguration | None:
    """The block `name` of a resource; None where it does not stand."""
    found = block(attributes, name)
    if found is None:
        return None
    return CORSConfiguration(
        allow_origins=tuple(found.get("allow_origins") or ()),
        allow_methods=tuple(found.get("allow_methods") or ()),
        allow_headers=tuple(found.get("allow_headers") or ()),
        expose_headers=tuple(found.get("expose_headers") or ()),
        allow_credentials=bool(found.get("allow_credentials")),
        max_age=int(found.get("max_age") or 0),
    )
