"""The function, run as Lambda runs it: AWS's own runtime client in a process that has only Lambda's environment.

Sandboxes are started as concurrent invocations need them, at most `max_sandboxes`; beyond that an invocation
waits. One that exceeds the function's timeout is killed and replaced, one that crashes too.
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
import json
import os
import re
import sys
import threading
from collections import deque
from collections.abc import Iterable, Mapping
from pathlib import Path

from ..deployed import Function
from ..deployed.errors import GatewayError
from .invocation import EVENT_TOO_LARGE, MAX_EVENT_BYTES, FunctionError, Invocation, Outcome
from .log import log
from .sandbox import Sandbox, State

# What a process needs to run at all. Nothing else of the caller's environment reaches the function.
_FROM_CALLER = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


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
        self._sandboxes: list[Sandbox] = []
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

    def take(self, sandbox: Sandbox) -> Invocation | None:
        """Give a sandbox something to do; blocks until there is, None when it ends."""
        with self._changed:
            if sandbox.state == State.ENDED:  # killed while it asked
                return None
            sandbox.state = State.FREE
            self._changed.wait_for(lambda: self._waiting or self._closed or sandbox.state == State.ENDED)
            if self._closed or sandbox.state == State.ENDED:
                return None
            sandbox.state, sandbox.current = State.BUSY, self._waiting.popleft()
            return sandbox.current

    def finish(self, sandbox: Sandbox, request_id: str, outcome: Outcome) -> bool:
        """The current invocation of a sandbox is over; False when `request_id` is another one."""
        with self._changed:
            invocation = sandbox.current
            if invocation is None or request_id != invocation.request_id:
                return False
            sandbox.current = None
            if sandbox.state == State.BUSY:
                # The runtime asks for more in a moment: a follow-up must not start a further sandbox.
                sandbox.state = State.FREE
        invocation.complete(outcome)
        return True

    def ended(self, sandbox: Sandbox, reason: FunctionError) -> None:
        """A sandbox's process is gone, whatever the cause."""
        with self._changed:
            never_ready = sandbox.state == State.STARTING
            sandbox.state = State.ENDED
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
        free = sum(sandbox.state in (State.STARTING, State.FREE) for sandbox in self._sandboxes)
        wanted = min(len(self._waiting) - free, self._max_sandboxes - len(self._sandboxes))
        for _ in range(0 if self._closed else wanted):
            self._start_sandbox()

    def _start_sandbox(self) -> None:
        if self._leash is None:
            raise RuntimeError("the function is not started")
        self._sandboxes.append(Sandbox(self, self._leash[0]))

    def _fail_waiting(self, error: FunctionError) -> None:
        while self._waiting:
            self._waiting.popleft().complete(error)


def _encoded(event: Mapping[str, object]) -> bytes:
    return json.dumps(event, separators=(",", ":"), ensure_ascii=False).encode(errors="replace")


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
