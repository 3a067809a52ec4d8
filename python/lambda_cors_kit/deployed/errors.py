"""What is told to a person when there is no gateway to run."""

from __future__ import annotations


class GatewayError(Exception):
    """There is nothing to serve, or it cannot be served here; the text says why and what to do."""
