"""The applications."""

from __future__ import annotations

from . import (
    clients,
    datasette,
    django_rest,
    falcon,
    fastapi_everything,
    litestar,
    mcp,
    starlette_admin,
    strawberry,
    titiler,
)
from .model import Application

APPLICATIONS: tuple[Application, ...] = (
    fastapi_everything.APPLICATION,
    django_rest.APPLICATION,
    datasette.APPLICATION,
    falcon.APPLICATION,
    litestar.APPLICATION,
    mcp.APPLICATION,
    starlette_admin.APPLICATION,
    strawberry.APPLICATION,
    titiler.APPLICATION,
    clients.APPLICATION,
)
"""The short ones first."""
