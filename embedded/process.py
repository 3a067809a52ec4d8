"""Child processes that end by their own handle, together with what they started themselves."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

# Seconds between asking a child to stop and killing it.
GRACE = 10.0


def start(
    command: Sequence[str],
    *,
    output: IO[str] | int,
    environment: Mapping[str, str],
    directory: Path | None = None,
    leash: bool = False,
) -> subprocess.Popen[str]:
    """Start `command` in a session of its own, standard error merged into `output`.

    The session keeps a terminal's Ctrl-C from the child, so that its parent ends it in order. With `leash` the
    child's standard input ends when the parent does, even if that was killed.
    """
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE if leash else subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        env=dict(environment),
        cwd=directory,
        text=True,
        errors="replace",
        start_new_session=True,
    )


def end(process: subprocess.Popen[str]) -> int:
    """Ask the child to stop, wait a while, then kill its whole session; return its exit status."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(GRACE)
    # A provider plugin may outlive Terraform: what is left of the session goes with it.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()
    return process.wait()
