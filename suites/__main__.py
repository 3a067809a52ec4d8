"""Runs the suites of Starlette, FastAPI and Mangum through events, and prints what came of it.

    python -m suites                        each sender for Starlette, two for FastAPI, Mangum's own events
    python -m suites --all                  each sender, and the control, for both
    python -m suites --suite fastapi --sender rest --words

The exit code is 0 where every failure is in reasons.toml and everything in reasons.toml fails, 1 where not, and 2
where the suites could not be installed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys

from . import mangums, reasons
from .control import CONTROL
from .install import install
from .runs import Run, RunError, run
from .senders import SENDERS

_ALL = (CONTROL.name, *SENDERS)
_PLAN = {"starlette": _ALL, "fastapi": ("http_api", "rest"), "mangum": (mangums.NAME,)}


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m suites", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--all", action="store_true", help="every sender for every suite")
    parser.add_argument("--suite", action="append", choices=tuple(_PLAN), help="only this suite")
    parser.add_argument("--sender", action="append", choices=(*_ALL, mangums.NAME), help="only this sender")
    parser.add_argument("--jobs", type=int, default=2, help="processes at a time (default: 2)")
    parser.add_argument("--words", action="store_true", help="what pytest said of each failure")
    options = parser.parse_args(arguments)

    listed = reasons.read(reasons.FILE.read_text())
    try:
        folders = install()
    except subprocess.CalledProcessError:
        print("The suites could not be installed; what pip said stands above.", file=sys.stderr)
        return 2
    runs, broken = [], False
    for suite in options.suite or _PLAN:
        for sender in _senders(suite, options.sender, every=options.all):
            try:
                runs.append(run(suite, folders[suite], sender, listed, options.jobs))
            except RunError as error:
                print(error, flush=True)
                broken = True
                continue
            print(_line(runs[-1]), flush=True)
            if options.words:
                print(*runs[-1].words.values(), sep="\n\n")
    red = [each for each in runs if each.complaints]
    for each in red:
        print(f"\n{each.suite} behind {each.sender}:", *each.complaints, sep="\n  ")
    return 1 if red or broken or not runs else 0


def _senders(suite: str, asked: list[str] | None, *, every: bool) -> tuple[str, ...]:
    can_be = _PLAN[suite] if suite == "mangum" else _ALL
    if asked:
        return tuple(each for each in can_be if each in asked)
    return can_be if every else _PLAN[suite]


def _line(done: Run) -> str:
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(done.kinds.items()))
    counts = f"{done.passed:5} passed ({done.events} by events), {done.failed} failed"
    own = f", {done.own} by the suite itself" if done.own else ""
    return f"{done.suite:10} {done.sender:20} {counts}; skipped: {kinds or 'none'}{own} ({done.seconds:.0f} s)"


if __name__ == "__main__":
    sys.exit(main())
