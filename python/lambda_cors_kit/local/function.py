"""The function, run as Lambda runs it: AWS's own runtime client in a process that has only Lambda's environment.

Sandboxes are started as concurrent invocations need them, at most `max_sandboxes`; beyond that an invocation
waits. One that exceeds the function's timeout is killed and replaced, one that crashes too.
"""

from __future__ import annotations

import contextlib
import importlib.machinery
import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable, Mapping
from pathlib import Path

from .deployment import Function
from .errors import GatewayError
from .invocation import EVENT_TOO_LARGE, MAX_EVENT_BYTES, FunctionError, Invocation, Outcome
from .log import log
from .runtime_api import RuntimeAPI

INIT_SECONDS = 10.0
"""Lambda's limit for loading the handler; a function with a longer timeout gets that here."""

# What a process needs to run at all. Nothing else of the caller's environment reaches the function.
_FROM_CALLER = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")

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


class LambdaFunction:
    """A deployed function on this machine, between `start()` and `close()`.

    Args:
        handler: `MODULE:HANDLER`, found in `app_dir`.
        function: what was deployed; its environment variables are the ones the handler sees.
        app_dir: the folder that stands for /var/task; default the current one.
        max_sandboxes: how many invocations run at once.

    Raises:
        GatewayError: where `handler` names nothing, or the extra `[cli]` is not installed.
    """

    def __init__(
        self, handler: str, function: Function, *, app_dir: Path | None = None, max_sandboxes: int = 4
    ) -> None:
        self.function = function
        self.app_dir = (app_dir or Path.cwd()).resolve()
        if not self.app_dir.is_dir():
            raise GatewayError(f"{self.app_dir} is no directory: name the folder that holds the app.")
        self.handler = _runtime_handler(handler, self.app_dir)
        self.invocations = 0
        self._max_sandboxes = max_sandboxes
        self._sandboxes: list[_Sandbox] = []
        self._waiting: deque[Invocation] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._leash: tuple[int, int] | None = None

    def start(self) -> None:
        """Start a first sandbox, without waiting for it."""
        # The read end lives in every sandbox; the write end here, and the kernel closes it with this process.
        self._leash = os.pipe()
        with self._changed:
            self._start_sandbox()

    def close(self) -> None:
        """Kill what runs, at once: Lambda gives a function without extensions no notice either."""
        with self._changed:
            self._closed = True
            sandboxes = list(self._sandboxes)
            self._fail_waiting(FunctionError("Sandbox.Shutdown", "the gateway ends"))
            self._changed.notify_all()
        for sandbox in sandboxes:
            sandbox.kill()
        for sandbox in sandboxes:
            sandbox.join()
        for end in self._leash or ():
            os.close(end)
        self._leash = None

    def invoke(self, event: Mapping[str, object]) -> Invocation:
        """Hand over an event and return at once; `Invocation.result()` waits for the outcome."""
        invocation = Invocation(_encoded(event), self.function.timeout)
        if len(invocation.event) > MAX_EVENT_BYTES:
            words = f"{len(invocation.event)} bytes are more than {MAX_EVENT_BYTES}"
            invocation.complete(FunctionError(EVENT_TOO_LARGE, words))
            return invocation
        with self._changed:
            self.invocations += 1
            self._waiting.append(invocation)
            self._start_what_is_needed()
            self._changed.notify_all()
        return invocation

    def environment(self, runtime_api: str) -> dict[str, str]:
        """What the function's process sees: Lambda's reserved variables and the deployed ones.

        Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
        """
        path = [self.function.environment.get("PYTHONPATH"), os.environ.get("PYTHONPATH")]
        return {
            **{name: os.environ[name] for name in _FROM_CALLER if name in os.environ},
            "TZ": ":UTC",
            **self.function.environment,
            "PYTHONPATH": os.pathsep.join([str(self.app_dir), *filter(None, path)]),
            "LAMBDA_TASK_ROOT": str(self.app_dir),
            "_HANDLER": self.handler,
            "AWS_REGION": self.function.region,
            "AWS_DEFAULT_REGION": self.function.region,
            "AWS_LAMBDA_FUNCTION_NAME": self.function.name,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(self.function.memory_size),
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{self.function.name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": "local",
            "AWS_LAMBDA_LOG_FORMAT": self.function.log_format,
            "AWS_LAMBDA_RUNTIME_API": runtime_api,
        }

    def take(self, sandbox: _Sandbox) -> Invocation | None:
        """Give a sandbox something to do; blocks until there is, None when it ends."""
        with self._changed:
            if sandbox.state == "ended":  # killed while it asked
                return None
            sandbox.state = "free"
            self._changed.wait_for(lambda: self._waiting or self._closed or sandbox.state == "ended")
            if self._closed or sandbox.state == "ended":
                return None
            sandbox.state, sandbox.current = "busy", self._waiting.popleft()
            return sandbox.current

    def finish(self, sandbox: _Sandbox, request_id: str, outcome: Outcome) -> bool:
        """The current invocation of a sandbox is over; False when `request_id` is another one."""
        with self._changed:
            invocation = sandbox.current
            if invocation is None or request_id != invocation.request_id:
                return False
            sandbox.current = None
            if sandbox.state == "busy":
                # The runtime asks for more in a moment: a follow-up must not start a further sandbox.
                sandbox.state = "free"
        invocation.complete(outcome)
        return True

    def ended(self, sandbox: _Sandbox, reason: FunctionError) -> None:
        """A sandbox's process is gone, whatever the cause."""
        with self._changed:
            never_ready = sandbox.state == "starting"
            sandbox.state = "ended"
            if sandbox in self._sandboxes:
                self._sandboxes.remove(sandbox)
            if never_ready and not self._closed:
                log(f"did not start: {reason}", "function")
            if never_ready and self._waiting:
                # It was started on account of one invocation, so that one learns why there is no answer.
                self._waiting.popleft().complete(reason)
            self._start_what_is_needed()
            self._changed.notify_all()
        if sandbox.current is not None:
            sandbox.current.complete(reason)

    def _start_what_is_needed(self) -> None:
        free = sum(sandbox.state in ("starting", "free") for sandbox in self._sandboxes)
        wanted = min(len(self._waiting) - free, self._max_sandboxes - len(self._sandboxes))
        for _ in range(0 if self._closed else wanted):
            self._start_sandbox()

    def _start_sandbox(self) -> None:
        if self._leash is None:
            raise RuntimeError("the function is not started")
        self._sandboxes.append(_Sandbox(self, self._leash[0]))

    def _fail_waiting(self, error: FunctionError) -> None:
        while self._waiting:
            self._waiting.popleft().complete(error)


class _Sandbox:
    """One execution environment: a process group, its Runtime API and its log."""

    def __init__(self, owner: LambdaFunction, leash: int) -> None:
        self.state = "starting"  # starting, free, busy, ended; guarded by the owner's condition
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


def _encoded(event: Mapping[str, object]) -> bytes:
    return json.dumps(event, separators=(",", ":"), ensure_ascii=False).encode(errors="replace")


def _exit_words(status: int) -> str:
    how = f"signal: {signal.strsignal(-status)}" if status < 0 else f"exit status {status}"
    return f"Runtime exited with error: {how}"


def _runtime_handler(handler: str, app_dir: Path) -> str:
    """`package.module:handler` as the runtime client writes it: `package.module.handler`."""
    if not re.fullmatch(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*", handler):
        raise GatewayError(
            f"{handler!r} is no handler: write MODULE:HANDLER, for example app:handler for the name handler "
            "in app.py."
        )
    if importlib.util.find_spec("awslambdaric") is None:
        raise GatewayError('awslambdaric is missing: pip install "lambda-cors-kit[cli]"')
    module, _, name = handler.partition(":")
    top = module.partition(".")[0]
    if not _importable(top, [str(app_dir), *sys.path]):
        raise GatewayError(
            f"There is no module {top} in {app_dir}: run this in the folder that holds it, "
            "or name another module in MODULE:HANDLER."
        )
    return f"{module}.{name}"


def _importable(name: str, path: Iterable[str]) -> bool:
    return importlib.machinery.PathFinder.find_spec(name, list(path)) is not None
