"""The one line that takes an application to Lambda; `APPLICATION` names which."""

from __future__ import annotations

import importlib
import os

from lambda_cors_kit import CORSHandler

app = importlib.import_module(f"apps.{os.environ['APPLICATION']}.app").app
handler = CORSHandler(app)
