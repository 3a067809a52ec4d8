"""`make demo`: deploy the app behind three gateways of an embedded AWS, and show what two web pages may read.

Beside it stands the same app without the kit, which shows what the kit saves.

Exit status: 0 when every cell of the table is as expected, 1 when one is not or something could not be started.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, redirect_stderr
from dataclasses import replace
from pathlib import Path
from types import FrameType

from demo.checks import CHECKS, Check, PageName, Row, judge
from demo.gateways import EXACT, QUICKSTART, Running, admit, deployments, running_gateway
from demo.judges import Judge, open_judge
from demo.pages import Pages, prepared
from demo.plain import PLAIN, plain_gateway
from demo.steps import say, step
from demo.table import legend, request_line, table
from embedded import BUILD, ROOT
from embedded.aws import EmbeddedAWS, EmbeddedAWSError
from embedded.terraform import Terraform, cli_environment
from embedded.versions import TerraformError
from lambda_cors_kit.local import Gateway, GatewayError

DEMO_ROOT = Path("demo/root")
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
    pages = running.enter_context(Pages())
    pages.gateways = [*deploy(running, pages.origins["allowed"]), plain(running)]
    with step("Browser") as current:
        browser, reason = open_judge(running, pages.origins)
        current.result = browser.name
    if reason:
        say(f"Without a browser the browser model judges: {reason}.")
    rows = check_all(browser, CHECKS, pages.gateways)
    show(rows, pages.origins, browser)
    status = exit_status(rows)
    if status:
        say(f"The functions' log is {log.relative_to(ROOT)}.")
    if serve:
        stay(pages)
    return status


def deploy(running: ExitStack, origin: str) -> list[Running]:
    """Apply the three examples to an embedded AWS, and start the gateways that they describe.

    `origin` is the page's: the quickstart's pattern allows it, the others' policies get it by an override.
    """
    with step("Embedded AWS") as current:
        aws = running.enter_context(EmbeddedAWS())
        environment = cli_environment(aws.environment)
        current.result = aws.endpoint
    directory = running.enter_context(workspace())
    admit(origin, directory)
    terraform = Terraform(directory / DEMO_ROOT, environment)
    with step("terraform init") as current:
        terraform.progress = lambda _: current.tick()
        terraform.init()
    with step("terraform apply") as current:
        terraform.progress = lambda line: current.tick() if "Creation complete" in line else None
        terraform.apply()
        state = terraform.state()
        managed = [each for each in state["resources"] if each["mode"] == "managed"]
        current.result = f"{sum(len(each['instances']) for each in managed)} resources"
    gateways = []
    for facts, deployment in deployments(state):
        with step(f"{facts.name}, as deployed, on this machine") as current:
            gateway = Gateway.of_deployment(deployment, "app:handler", app_dir=directory / QUICKSTART)
            running.enter_context(gateway)
            gateways.append(running_gateway(facts, gateway))
            current.result = gateway.url
    return gateways


def plain(running: ExitStack) -> Running:
    """Start the gateway that stands for a set-up without the kit."""
    with step("Without the kit, on this machine") as current:
        gateway = running.enter_context(plain_gateway())
        current.result = gateway.url
    return running_gateway(PLAIN, gateway)


def check_all(browser: Judge, checks: Sequence[Check], gateways: Sequence[Running]) -> list[Row]:
    """Run the checks one after the other, each through every gateway, with its own count of invocations."""
    rows = []
    for check in checks:
        with step(f"The {check.page} page asks: {request_line(check.asked)}") as current:
            cells = []
            for gateway in gateways:
                before = gateway.invocations()
                seen = browser.observe(check.page, gateway.url, prepared(check.asked, gateway))
                seen = replace(seen, invocations=gateway.invocations() - before)
                cells.append(judge(check, gateway.facts, seen))
            rows.append(Row(check, cells))
            current.result = "ok" if rows[-1].right else "WRONG"
    return rows


def show(rows: Sequence[Row], pages: Mapping[PageName, str], browser: Judge) -> None:
    """Print the table and how to read it."""
    say(f"\n{table(rows, pages)}\n")
    say(legend(rows))
    say(f"\nSeen by {browser.name}.")


def exit_status(rows: Sequence[Row]) -> int:
    """Return 0 only when there are rows and each is as expected."""
    return 0 if rows and all(row.right for row in rows) else 1


def stay(pages: Pages) -> None:
    """Wait for Ctrl-C."""
    say(f"\nThe page that the policies allow:  {pages.origins['allowed']}/")
    say(f"One that they do not:              {pages.origins['refused']}/")
    say("Ctrl-C ends the demo and everything it started.")
    try:
        while True:
            signal.pause()
    except Interrupted:
        say("\nEnding.")


@contextmanager
def workspace() -> Iterator[Path]:
    """A copy of what is applied and the modules it calls, so that the clone stays as it is."""
    BUILD.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f"demo-{os.getpid()}-", dir=BUILD) as name:
        for part in (DEMO_ROOT, QUICKSTART, *EXACT, Path("modules")):
            shutil.copytree(ROOT / part, Path(name) / part, ignore=LEFTOVERS)
        yield Path(name)


@contextmanager
def function_log() -> Iterator[Path]:
    """Keep what the functions and the gateways write to stderr in a file."""
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
