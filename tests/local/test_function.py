"""The function in real sandboxes: awslambdaric in child processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from lambda_cors_kit.deployed import Function
from lambda_cors_kit.local import GatewayError
from lambda_cors_kit.local.function import LambdaFunction
from lambda_cors_kit.local.invocation import EVENT_TOO_LARGE, FunctionError, Invocation
from tests.local.support import APPS, FUNCTION_ARN

DEPLOYED = Function("orders", FUNCTION_ARN, {"GREETING": "hello", "LANG": "xx"}, timeout=1, memory_size=512)


@pytest.fixture(scope="module")
def function() -> Iterator[LambdaFunction]:
    """One function for the tests that leave it as it was, or as good as new."""
    with running("plain:handler") as started:
        yield started


class running:
    """A function between start and close."""

    def __init__(self, handler: str, deployed: Function = DEPLOYED, **options: Any) -> None:
        self.function = LambdaFunction(handler, deployed, app_dir=APPS, **options)

    def __enter__(self) -> LambdaFunction:
        self.function.start()
        return self.function

    def __exit__(self, *error: object) -> None:
        self.function.close()


def event(path: str = "/") -> dict[str, Any]:
    return {"path": path, "text": "é\u2028🙂"}


def body(invocation: Invocation, patience: float = 10) -> Any:
    return json.loads(json.loads(invocation.result(patience))["body"])


def gone(pid: int) -> bool:
    """Whether a process has ended; it may need a moment."""
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if Path(f"/proc/{pid}/stat").exists() and Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z":
            return True  # ended, and whoever inherited it has not looked yet
        time.sleep(0.02)
    return False


def test_the_handler_sees_event_and_context(function: LambdaFunction) -> None:
    seen = body(function.invoke(event()))

    assert seen["event"] == event()
    context = seen["context"]
    assert (context["function"], context["arn"], int(context["memory"])) == ("orders", FUNCTION_ARN, 512)
    assert 0 < context["remaining"] <= 1000


def test_the_environment_is_lambdas_and_the_deployed_one(
    function: LambdaFunction, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_OF_THE_CALLER", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    with running("plain:handler") as fresh:
        environment = body(fresh.invoke(event()))["environment"]

    assert environment["GREETING"] == "hello"
    assert environment["LANG"] == "xx"
    assert environment["AWS_LAMBDA_FUNCTION_NAME"] == "orders"
    assert environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "512"
    assert environment["AWS_LAMBDA_FUNCTION_VERSION"] == "$LATEST"
    assert environment["AWS_REGION"] == "us-east-1"
    assert environment["_HANDLER"] == "plain.handler"
    assert environment["LAMBDA_TASK_ROOT"] == str(APPS)
    assert environment["TZ"] == ":UTC"
    assert environment["PYTHONPATH"].split(os.pathsep)[0] == str(APPS)
    lambdas = {name for name in environment if name.startswith(("AWS_", "LAMBDA_", "_"))}
    needed = {"GREETING", "TZ", "PYTHONPATH", "PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR"}
    assert set(environment) - lambdas <= needed | {"LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"}
    assert "AWS_SECRET_ACCESS_KEY" not in environment


def test_a_sandbox_is_kept_for_the_next_invocation(function: LambdaFunction) -> None:
    before = function.invocations
    first, second = body(function.invoke(event())), body(function.invoke(event()))

    assert (second["pid"], second["count"]) == (first["pid"], first["count"] + 1)
    assert function.invocations == before + 2


def test_concurrent_invocations_get_sandboxes_of_their_own_up_to_the_limit() -> None:
    with running("plain:handler", max_sandboxes=2) as function:
        started = time.monotonic()
        with ThreadPoolExecutor(4) as pool:
            pids = [
                each["pid"] for each in pool.map(lambda _: body(function.invoke(event("/sleep/0.3"))), range(4))
            ]

        assert len(set(pids)) == 2
        assert time.monotonic() - started >= 0.6


def test_an_exception_is_an_error_with_its_message(
    function: LambdaFunction, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(FunctionError, match="ValueError: the app crashed"):
        function.invoke(event("/crash")).result(10)

    assert body(function.invoke(event()))["count"] > 1, "the sandbox lives on"


def test_the_log_goes_to_stderr(function: LambdaFunction, capsys: pytest.CaptureFixture[str]) -> None:
    body(function.invoke(event("/log")))
    with pytest.raises(FunctionError):
        function.invoke(event("/crash")).result(10)
    log = ""
    for _ in range(100):
        log += capsys.readouterr().err
        if "raise ValueError" in log:
            break
        time.sleep(0.02)

    assert "[function] a line of the app's log\n" in log
    assert "[function] [ERROR] ValueError: the app crashed\n[function] Traceback" in log
    assert "\r" not in log


def test_a_timeout_kills_and_replaces_the_sandbox(function: LambdaFunction) -> None:
    first = body(function.invoke(event()))["pid"]
    started = time.monotonic()
    with pytest.raises(FunctionError, match=r"Task timed out after 1\.00 seconds"):
        function.invoke(event("/sleep/30")).result(10)

    assert time.monotonic() - started < 3
    assert gone(first)
    assert body(function.invoke(event()))["count"] == 1


def test_a_caller_that_gives_up_does_not_stop_the_function(function: LambdaFunction) -> None:
    first = body(function.invoke(event()))
    invocation = function.invoke(event("/sleep/0.3"))
    with pytest.raises(TimeoutError):
        invocation.result(0.01)

    assert body(invocation)["pid"] == first["pid"]


def test_a_crash_of_the_process_is_an_error(function: LambdaFunction) -> None:
    with pytest.raises(FunctionError, match=r"Runtime\.ExitError: Runtime exited with error: exit status 3"):
        function.invoke(event("/exit")).result(10)

    assert body(function.invoke(event()))["count"] == 1


def test_a_response_may_have_6291556_bytes(function: LambdaFunction) -> None:
    overhead = len(json.dumps({"statusCode": 200, "body": ""}))
    largest = 6_291_556 - overhead
    assert len(function.invoke(event(f"/large/{largest}")).result(10)) == 6_291_556
    with pytest.raises(FunctionError, match="exceeded maximum allowed payload size"):
        function.invoke(event(f"/large/{largest + 1}")).result(10)


def test_an_event_may_have_6_mb(function: LambdaFunction) -> None:
    before = function.invocations
    with pytest.raises(FunctionError) as caught:
        function.invoke({"path": "/", "body": "x" * 6 * 1024 * 1024}).result(10)

    assert caught.value.kind == EVENT_TOO_LARGE
    assert function.invocations == before


@pytest.mark.parametrize(
    ("handler", "words"),
    [
        (
            "broken:handler",
            r"Runtime\.ImportModuleError: Unable to import module 'broken': .*a_module_that_nobody_has",
        ),
        ("plain:absent", r"Runtime\.HandlerNotFound: Handler 'absent' missing on module 'plain'"),
        ("leaving:handler", r"Runtime\.ExitError: .*exit status 7"),
    ],
)
def test_a_function_that_does_not_start_says_why_to_every_caller(handler: str, words: str) -> None:
    with running(handler) as function:
        for _ in range(2):
            with pytest.raises(FunctionError, match=words):
                function.invoke(event()).result(10)


@pytest.mark.parametrize(
    ("handler", "words"),
    [
        ("app", "is no handler: write MODULE:HANDLER"),
        ("app:", "is no handler"),
        ("app:a.b", "is no handler"),
        ("../app:handler", "is no handler"),
        ("absent_module:handler", "There is no module absent_module in "),
    ],
)
def test_a_handler_that_names_nothing(handler: str, words: str) -> None:
    with pytest.raises(GatewayError, match=words):
        LambdaFunction(handler, DEPLOYED, app_dir=APPS)


def test_an_app_folder_that_is_none() -> None:
    with pytest.raises(GatewayError, match="is no directory"):
        LambdaFunction("app:handler", DEPLOYED, app_dir=APPS / "absent")


def test_closing_ends_everything_at_once() -> None:
    with running("plain:handler") as function:
        spawned = body(function.invoke(event("/spawn")))
        busy = function.invoke(event("/sleep/30"))
        waiting = time.monotonic()

    assert time.monotonic() - waiting < 2
    assert gone(spawned["own"])
    assert gone(spawned["pid"]), "what the function started ends too"
    with pytest.raises(FunctionError):
        busy.result(2)


@pytest.mark.parametrize(
    "last", ["", 'function.invoke({"path": "/sleep/60"}); time.sleep(0.2)'], ids=["idle", "busy"]
)
def test_the_sandboxes_end_with_a_gateway_that_was_killed(last: str) -> None:
    script = f"""
import json, time
from pathlib import Path
from lambda_cors_kit.deployed import Function
from lambda_cors_kit.local.function import LambdaFunction
deployed = Function("orders", {FUNCTION_ARN!r}, timeout=60)
function = LambdaFunction("plain:handler", deployed, app_dir=Path({str(APPS)!r}))
function.start()
pid = json.loads(json.loads(function.invoke({{"path": "/"}}).result())["body"])["pid"]
{last}
print(pid, flush=True)
time.sleep(60)
"""
    gateway = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    with gateway:
        assert gateway.stdout is not None
        pid = int(gateway.stdout.readline())
        gateway.kill()

    assert gone(pid)
