"""The HTTP clients that pages use, each with six requests to everything's application."""

from __future__ import annotations

from .. import fastapi_everything
from ..model import Application

APPLICATION = Application(
    "clients",
    fastapi_everything.APPLICATION.requirements,
    (),
    client="apps.clients.client",
    npm=("axios@^1.7", "ky@^1.7", "superagent@^10", "jquery@^3.7", "jsdom@^24"),
)
