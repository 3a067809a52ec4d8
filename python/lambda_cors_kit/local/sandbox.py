"""One execution environment of the function: a process group, its Runtime API and its log."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from enum import Enum, auto
from pathlib import Path
from typing import Protocol

from ..deployed import Function
from .invocation import FunctionError, Invocation, Outcome
from .log import log
from .runtime_api import RuntimeAPI

INIT_SECONDS = 10.0
"""Lambda's limit for loading the handler; a function with a longer timeout gets that here."""

# `python -m awslambdaric HANDLER`, with a thread that ends the process group when the gateway is gone, even if
# it was killed: the pipe's other end closes with it.
_CHILD = """
import os, runpy, signal, sys, threading
def end_with_gateway(pipe):
    os.read(pipe, 1)
    os.killpg(0, signal.SIGKILL)
threading.Thread(target=end_with_gateway, args=(int(sys.argv.pop(1)),), daemon=True).start()
runpy.run_module("awslambdaric", run_name="__main__", alter_sys=True)
"""


class State(Enum):
    """What a sandbox is doing."""

    STARTING = auto()
    FREE = auto()
    BUSY = auto()
    ENDED = auto()


class Owner(Protocol):
    """Who starts sandboxes, hands out invocations and hears of their ends."""

    function: Function
    app_dir: Path
    handler: str

    def environment(self, runtime_api: str) -> dict[str, str]:
        """What the process sees of its environment."""

    def take(self, sandbox: Sandbox) -> Invocation | None:
        """Something to do; None when the sandbox has to end."""

    def finish(self, sandbox: Sandbox, request_id: str, outcome: Outcome) -> bool:
        """Its current invocation is over; False when `request_id` is another one."""

    def ended(self, sandbox: Sandbox, reason: FunctionError) -> None:
        """Its process is gone."""


class Sandbox:
    """One execution environment: a process group, its Runtime API and its log."""

    def __init__(self, owner: Owner, leash: int) -> None:
        self.state = State.STARTING  # guarded by the owner's condition
        self.current: Invocation | None = None
        self._owner = owner
        self._reason: FunctionError | None = None
        self._alive = threading.Lock()
        self._gone = False
        limit = max(INIT_SECONDS, owner.function.timeout)
        self._timer = self._kill_after(limit, f"Init timed out after {limit:.2f} seconds")
        self._api = RuntimeAPI(self, owner.function.arn)
        self._api.start()
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", _CHILD, str(leash), owner.handler],
            cwd=owner.app_dir,
            env=owner.environment(self._api.address),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=[leash],
            start_new_session=True,
        )
        self._logger = threading.Thread(target=self._relay_log, daemon=True)
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._logger.start()
        self._watcher.start()

    def next(self) -> Invocation | None:
        """The runtime is ready for an invocation."""
        self._timer.cancel()
        invocation = self._owner.take(self)
        if invocation is not None:
            invocation.begin()
            self._timer = self._kill_after(
                invocation.timeout,
                f"{invocation.request_id} Task timed out after {invocation.timeout:.2f} seconds",
            )
        return invocation

    def finish(self, request_id: str, outcome: Outcome) -> bool:
        """The runtime has a response or an error."""
        self._timer.cancel()
        return self._owner.finish(self, request_id, outcome)

    def fail_init(self, error: FunctionError) -> None:
        """The runtime could not load the handler; it ends by itself after this."""
        self._reason = error

    def kill(self) -> None:
        """End the process group."""
        with self._alive:
            if not self._gone:
                # Some systems refuse to signal a group whose leader has ended already.
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(self._process.pid, signal.SIGKILL)

    def join(self) -> None:
        """Wait until the process is gone, and its log written."""
        self._watcher.join(timeout=10)
        # A process that left the group may hold the log open for ever.
        self._logger.join(timeout=1)

    def _kill_after(self, seconds: float, words: str) -> threading.Timer:
        invocation = self.current

        def expire() -> None:
            if self.current is not invocation:  # it finished at the last moment
                return
            self._reason = FunctionError("Sandbox.Timedout", words)
            log(words, "function")
            self.kill()

        timer = threading.Timer(seconds, expire)
        timer.daemon = True
        timer.start()
        return timer

    def _watch(self) -> None:
        """Wait for the end of the process, then tell the owner and clear up."""
        if hasattr(os, "waitid"):  # not on every system: see the process end before its id can be given away
            os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT)
            self.kill()  # what the function left behind in its group
        else:
            self._process.wait()
        with self._alive:
            status = self._process.wait()
            self._gone = True
        self._timer.cancel()
        self._owner.ended(self, self._reason or FunctionError("Runtime.ExitError", _exit_words(status)))
        self._api.close()

    def _relay_log(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                # The runtime client separates the lines of one record with CR and indents with no-break spaces.
                for part in line.decode(errors="replace").rstrip("\n").split("\r"):
                    log(part.replace("\N{NO-BREAK SPACE}", " "), "function")


def _exit_words(status: int) -> str:
    how = f"signal: {signal.strsignal(-status)}" if status < 0 else f"exit status {status}"
    return f"Runtime exited with error: {how}"
