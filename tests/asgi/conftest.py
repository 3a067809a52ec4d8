"""The loop, the cycle and the lifespan are tested by way of a handler."""

from tests.handler.conftest import serve

__all__ = ["serve"]
