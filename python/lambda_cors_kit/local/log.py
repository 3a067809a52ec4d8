"""Lines on stderr: the function's log, the gateway's remarks, the access log."""

from __future__ import annotations

import sys


def log(line: str, source: str = "") -> None:
    """Write one line in one piece; `source` says whose it is."""
    sys.stderr.write(f"[{source}] {line}\n" if source else f"{line}\n")
    sys.stderr.flush()
