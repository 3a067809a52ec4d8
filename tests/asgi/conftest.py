"""The loop, the cycle and the lifespan are tested by way of a handler, as it is inside Lambda."""

import pytest

from lambda_cors_kit.handler import RUNTIME_API
from tests.handler.conftest import serve

__all__ = ["serve"]


@pytest.fixture(autouse=True)
def _inside_lambda(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(RUNTIME_API, "127.0.0.1:9001")
