"""Progress on the terminal: one line per step, a dot for each sign of life, the seconds at the end."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Step:
    """The line of the step that is going on."""

    def __init__(self) -> None:
        self.result = ""

    def tick(self) -> None:
        """Show that something happened."""
        print(".", end="", flush=True)


@contextmanager
def step(title: str) -> Iterator[Step]:
    """Print `title` when the step begins, and its seconds and `Step.result` when it ends or fails."""
    # stdout is line-buffered at best: a step that takes long must show its title at once.
    print(title, end=" ", flush=True)
    started = time.monotonic()
    current = Step()
    try:
        yield current
    except BaseException as error:
        fate = "failed" if isinstance(error, Exception) else "interrupted"
        print(f" {fate} after {time.monotonic() - started:.1f} s", flush=True)
        raise
    print(f" {time.monotonic() - started:.1f} s" + (f", {current.result}" if current.result else ""), flush=True)


def say(text: str = "") -> None:
    """Print one line."""
    print(text, flush=True)
