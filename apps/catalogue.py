"""The applications."""

from __future__ import annotations

from . import fastapi_everything
from .model import Application

APPLICATIONS: tuple[Application, ...] = (fastapi_everything.APPLICATION,)
