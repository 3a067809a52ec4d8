"""How large a request API Gateway takes, for REST and HTTP APIs alike.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
"""

from __future__ import annotations

from ..payloads.messages import Request

MAX_BODY_BYTES = 10 * 1024 * 1024
MAX_HEADER_BYTES = 10_240
"""Request line and headers together."""


def refuse_oversized(request: Request, *, head: Exception, body: Exception) -> None:
    """Raise `head` for a request whose line and headers are too large, `body` for one whose body was cut short."""
    if request.head_bytes > MAX_HEADER_BYTES:
        raise head
    if request.truncated:
        raise body
