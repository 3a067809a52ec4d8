"""The application that the clients ask: everything's."""

from __future__ import annotations

from ..fastapi_everything.app import app

__all__ = ["app"]
