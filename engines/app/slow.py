"""The app under test, slower than its gateway waits."""

from __future__ import annotations

import time
from typing import Any

from app import handler as quick  # type: ignore[import-not-found]  # beside it, on Lambda

SECONDS = 0.25


def handler(event: Any, context: Any) -> Any:
    """Answer when nobody listens any more."""
    time.sleep(SECONDS)
    return quick(event, context)
