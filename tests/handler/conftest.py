"""What the tests of the handler share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from lambda_cors_kit import CORSHandler
from tests.handler.samples import POLICY, App

Serve = Callable[..., CORSHandler]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Makes handlers, and closes them when the test is over."""
    made: list[CORSHandler] = []

    def make(app: App, **options: Any) -> CORSHandler:
        handler = CORSHandler(app, **{"policy": POLICY, **options})
        made.append(handler)
        return handler

    yield make
    for handler in made:
        handler.close()
