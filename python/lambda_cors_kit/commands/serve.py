"""The sub-command `serve`: the deployed gateway, or one for a policy file, on this machine."""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import signal
import threading
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from ..policy_file import PolicyFileError, read_policy_file
from .error import CommandError

if TYPE_CHECKING:
    from ..local import Gateway

_EXTRA = ("airspeed", "awslambdaric", "h11")


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `serve` to the command's parsers."""
    parser = commands.add_parser(
        "serve",
        help="run the API that Terraform deployed, on this machine",
        description="Run the gateway that a Terraform root deployed, or one for a policy file, on this machine. "
        "Ctrl-C ends it and everything it started.",
    )
    parser.add_argument("handler", metavar="MODULE:HANDLER", help="the Lambda handler, for example app:handler")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--terraform", metavar="DIR", type=Path, help="an applied Terraform root")
    source.add_argument(
        "--policy", metavar="FILE", type=Path, help="a policy as JSON; the function writes all headers"
    )
    parser.add_argument("--module", metavar="ADDRESS", help="module.api, where the root calls several")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default %(default)s)")
    parser.add_argument(
        "--port", type=_port, default=8000, help="the port, 0 for any free one (default %(default)s)"
    )
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Serve until interrupted, and return the exit code."""
    if chosen.module and not chosen.terraform:
        raise CommandError("--module picks a module of a Terraform root: it goes with --terraform, not --policy.")
    for name in _EXTRA:
        if importlib.util.find_spec(name) is None:
            raise CommandError(f'{name} is missing, which serve needs: pip install "lambda-cors-kit[cli]"')
    from ..local import GatewayError

    _stop_on_signals()
    try:
        gateway = _gateway(chosen).start(host=chosen.host, port=chosen.port, access_log=True)
        with contextlib.closing(gateway), contextlib.suppress(KeyboardInterrupt):
            print(f"listening on {gateway.url}", flush=True)
            threading.Event().wait()
    except GatewayError as error:
        raise CommandError(str(error)) from None
    return 0


def _gateway(chosen: argparse.Namespace) -> Gateway:
    from ..local import Gateway

    if chosen.terraform:
        return Gateway.from_terraform(chosen.terraform, chosen.handler, module=chosen.module)
    try:
        return Gateway.from_policy(read_policy_file(chosen.policy).to_json(), chosen.handler)
    except PolicyFileError as error:
        raise CommandError(str(error)) from None


def _stop_on_signals() -> None:
    """Let Ctrl-C and SIGTERM interrupt, also where a shell started this in the background and ignores Ctrl-C."""

    def stop(number: int, frame: FrameType | None) -> None:
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.SIG_IGN)  # the end takes a moment, and must not be interrupted
        raise KeyboardInterrupt

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, stop)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: write a number from 0 to 65535")
    return int(text)
