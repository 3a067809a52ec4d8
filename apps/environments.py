"""An environment for each application, in `.build/apps/NAME`: nobody's pins stand in another's way."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

from .model import Application

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / ".build" / "apps"
SERVER = "uvicorn>=0.34,<1"

# Each build of the editable kit writes the same metadata into the checkout.
_building = threading.Lock()


class InstallationError(Exception):
    """pip or npm could not make an environment; the text is theirs."""


def python_of(application: Application) -> Path:
    """The interpreter of an application's environment, which is made where it does not stand yet."""
    folder = BUILD / application.name
    python = folder / "bin" / "python"
    needed = (SERVER, *application.requirements, *application.npm)
    wanted = "\n".join((sys.version, (ROOT / "setup.cfg").read_text(), *needed))
    stamp = folder / ".ready"
    if stamp.is_file() and stamp.read_text() == wanted:
        return python
    _run(sys.executable, "-m", "venv", "--clear", str(folder))
    with _building:
        _pip(python, "--no-deps", "--editable", str(ROOT))
    _pip(python, "lambda-cors-kit[cli]", SERVER, *application.requirements)
    if application.npm:
        _run("npm", "install", "--no-save", "--no-audit", "--no-fund", "--prefix", str(folder), *application.npm)
    stamp.write_text(wanted)
    return python


def _pip(python: Path, *arguments: str) -> None:
    _run(str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments)


def _run(*command: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise InstallationError(f"{command[0]} is not on the PATH, and an application needs it") from None
    if done.returncode:
        raise InstallationError(f"{' '.join(command)}\n{done.stderr.strip()}")
