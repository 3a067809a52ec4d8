"""Runs clients.mjs in Node against a server: `python -m apps.clients.client ADDRESS`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from ..environments import BUILD

SCRIPT = Path(__file__).with_name("clients.mjs")


def main(address: str) -> None:
    """Become Node; it prints each step's result."""
    packages = BUILD / "clients" / "node_modules"
    os.execvp("node", ["node", str(SCRIPT), str(packages), address])


if __name__ == "__main__":
    main(sys.argv[1])
