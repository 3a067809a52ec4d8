"""`make demo`: deploy the quickstart to an embedded AWS with Terraform, and show what two web pages may read.

Exit status: 0 when every row of the table is as expected, 1 when one is not or something could not be started.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, redirect_stderr
from dataclasses import replace
from pathlib import Path
from types import FrameType

from demo.checks import CHECKS, Check, Row, judge
from demo.judges import Judge, open_judge
from demo.pages import Pages
from demo.steps import say, step
from demo.table import request_line, table
from embedded import BUILD, ROOT
from embedded.aws import EmbeddedAWS, EmbeddedAWSError
from embedded.terraform import Terraform, cli_environment
from embedded.versions import TerraformError
from lambda_cors_kit.local import Gateway, GatewayError

QUICKSTART = Path("examples/quickstart")
LEFTOVERS = shutil.ignore_patterns(".terraform*", "terraform.tfstate*", "__pycache__")


def main() -> int:
    """Run the demo and return its exit status."""
    end_on_signals()
    try:
        with ExitStack() as running:
            return demonstrate(running, serve=os.environ.get("SERVE", "0") not in ("", "0"))
    except (TerraformError, EmbeddedAWSError, GatewayError) as error:
        print(error, file=sys.stderr)
        return 1


def demonstrate(running: ExitStack, *, serve: bool) -> int:
    """Start everything on `running`, check, print the table; with `serve` stay up until a signal."""
    log = running.enter_context(function_log())
    gateway = deploy(running)
    # The cookie's host: a page on localhost and an API on localhost are one site, whatever their ports.
    api = gateway.url.replace("127.0.0.1", "localhost")
    pages = running.enter_context(Pages(api, CHECKS, lambda: gateway.invocations))
    with step("Browser") as current:
        browser, reason = open_judge(running, pages.origins)
        current.result = browser.name
    if reason:
        say(f"Without a browser the browser model judges: {reason}.")
    rows = check_all(browser, CHECKS, lambda: gateway.invocations, api)
    say(f"\n{table(rows, pages.origins)}")
    say(f'"What the browser showed" was seen by {browser.name}.')
    status = exit_status(rows)
    if status:
        say(f"The function's log is {log}.")
    if serve:
        stay(pages)
    return status


def deploy(running: ExitStack) -> Gateway:
    """Apply the quickstart, unchanged, to an embedded AWS, and start the gateway that it describes."""
    with step("Embedded AWS") as current:
        aws = running.enter_context(EmbeddedAWS())
        environment = cli_environment(aws.environment)
        # The gateway asks Terraform for its state, in the same environment.
        os.environ.clear()
        os.environ.update(environment)
        current.result = aws.endpoint
    directory = running.enter_context(workspace()) / QUICKSTART
    terraform = Terraform(directory, environment)
    with step("terraform init") as current:
        terraform.progress = lambda _: current.tick()
        terraform.init()
    with step("terraform apply") as current:
        terraform.progress = lambda line: current.tick() if "Creation complete" in line else None
        terraform.apply()
        managed = [each for each in terraform.state()["resources"] if each["mode"] == "managed"]
        current.result = f"{sum(len(each['instances']) for each in managed)} resources"
    with step("The deployed gateway, on this machine") as current:
        gateway = Gateway.from_terraform(directory, handler="app:handler", app_dir=directory, port=0)
        running.enter_context(gateway)
        current.result = gateway.url
    return gateway


def check_all(browser: Judge, checks: Sequence[Check], invocations: Callable[[], int], api: str) -> list[Row]:
    """Run the checks one after the other, each with its own count of invocations."""
    rows = []
    for check in checks:
        with step(f"The {check.page} page asks: {request_line(check.asked)}") as current:
            before = invocations()
            seen = browser.observe(check.page, api, check.asked)
            row = judge(check, replace(seen, invocations=invocations() - before))
            current.result = "DIFFERS" if row.differences else "ok"
        rows.append(row)
    return rows


def exit_status(rows: Sequence[Row]) -> int:
    """Return 0 only when there are rows and each is as expected."""
    return 0 if rows and not any(row.differences for row in rows) else 1


def stay(pages: Pages) -> None:
    """Wait for Ctrl-C."""
    say(f"\nThe page that the policy allows:  {pages.origins['allowed']}/")
    say(f"One that it does not:             {pages.origins['refused']}/")
    say("Ctrl-C ends the demo and everything it started.")
    try:
        while True:
            signal.pause()
    except Interrupted:
        say("\nEnding.")


@contextmanager
def workspace() -> Iterator[Path]:
    """A copy of the quickstart and the modules it calls, so that the clone stays as it is."""
    BUILD.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f"demo-{os.getpid()}-", dir=BUILD) as name:
        for part in (QUICKSTART, Path("modules")):
            shutil.copytree(ROOT / part, Path(name) / part, ignore=LEFTOVERS)
        yield Path(name)


@contextmanager
def function_log() -> Iterator[Path]:
    """Keep what the function and the gateway write to stderr in a file."""
    path = BUILD / "logs/demo-function.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as log, redirect_stderr(log):
        yield path


class Interrupted(BaseException):
    """A signal asked the demo to end."""

    def __init__(self, number: int) -> None:
        super().__init__(f"ended by {signal.Signals(number).name}")
        self.number = number


def end_on_signals() -> None:
    """Let the usual signals unwind the stack once, so that everything is ended in order."""
    handled = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def interrupt(number: int, _: FrameType | None) -> None:
        for each in handled:
            signal.signal(each, signal.SIG_IGN)
        raise Interrupted(number)

    for each in handled:
        signal.signal(each, interrupt)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Interrupted as interruption:
        print(interruption, file=sys.stderr)
        sys.exit(128 + interruption.number)
