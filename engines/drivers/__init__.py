"""Three real browsers behind one small interface: open a page, run a script in it, close."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from engines.drivers.chromium import Chromium
from engines.drivers.engine import Engine, EngineError
from engines.drivers.firefox import Firefox
from engines.drivers.webkit import WebKit

ENGINES: dict[str, Callable[[Path], Engine]] = {"chromium": Chromium, "firefox": Firefox, "webkit": WebKit}
"""By the name of the tool that a machine may lack; each takes the path that `require` finds."""

__all__ = ["ENGINES", "Engine", "EngineError"]
