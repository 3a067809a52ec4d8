"""Mangum's own tests, with the kit's handler in Mangum's place; they bring their own events."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from starlette.types import Receive, Scope, Send

from .kit import CORSHandler

NAME = "its_own"


_open: list[CORSHandler] = []


class CountingHandler(CORSHandler):
    """The kit's handler, which counts what it is asked; it lives until `close_all`."""

    asked = 0

    def __init__(self, app: Any, **options: Any) -> None:
        super().__init__(app, **options)
        _open.append(self)

    def __call__(self, event: Any, context: Any) -> Any:
        """The result for one event."""
        CountingHandler.asked += 1
        return super().__call__(event, context)


def asked() -> int:
    """How many events Mangum's tests made so far."""
    return CountingHandler.asked


def close_all() -> None:
    """Ends the handlers of a test, which itself drops them, with whatever its app thinks of that."""
    while _open:
        with suppress(Exception):
            _open.pop().close()


def install() -> None:
    """Lets `from mangum import Mangum` give the kit's handler to what is imported from now on."""
    import mangum

    # The kit takes from Mangum what it needs with its first handler.
    CORSHandler(_nothing, lifespan="off").close()
    mangum.Mangum = CountingHandler  # type: ignore[misc, assignment]  # what is replaced here


async def _nothing(scope: Scope, receive: Receive, send: Send) -> None: ...
