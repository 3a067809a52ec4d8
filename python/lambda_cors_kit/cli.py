"""The command `lambda-cors-kit`: one function and one parser per sub-command.

Exit codes: 0 done, 1 it could not be done (one or two sentences on stderr), 2 wrong usage.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import json
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from .check import add_command as _add_check
from .policy import CORSPolicy
from .problems import PolicyError

if TYPE_CHECKING:
    from .local import Gateway

MAX_POLICY_BYTES = 1_000_000
_EXTRA = ("airspeed", "awslambdaric", "h11")


class CommandError(Exception):
    """The command cannot do what was asked; the text is for a person."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(
        prog="lambda-cors-kit", description="One CORS policy for a Python API on AWS Lambda."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for add in _COMMANDS:
        add(commands)
    chosen = parser.parse_args(arguments)
    try:
        return int(chosen.run(chosen))
    except CommandError as error:
        print(f"lambda-cors-kit: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _add_serve(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
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
    parser.set_defaults(run=_serve)


def _serve(chosen: argparse.Namespace) -> int:
    if chosen.module and not chosen.terraform:
        raise CommandError("--module picks a module of a Terraform root: it goes with --terraform, not --policy.")
    for name in _EXTRA:
        if importlib.util.find_spec(name) is None:
            raise CommandError(f'{name} is missing, which serve needs: pip install "lambda-cors-kit[cli]"')
    from .local import GatewayError

    _stop_on_signals()
    try:
        with _gateway(chosen) as gateway, contextlib.suppress(KeyboardInterrupt):
            print(f"listening on {gateway.url}", flush=True)
            threading.Event().wait()
    except GatewayError as error:
        raise CommandError(str(error)) from None
    return 0


def _gateway(chosen: argparse.Namespace) -> Gateway:
    from .local import Gateway

    if chosen.terraform:
        return Gateway.from_terraform(
            chosen.terraform,
            chosen.handler,
            module=chosen.module,
            host=chosen.host,
            port=chosen.port,
            access_log=True,
        )
    text = _read(chosen.policy)
    try:
        return Gateway.from_policy(text, chosen.handler, host=chosen.host, port=chosen.port, access_log=True)
    except PolicyError as error:
        raise CommandError(_problems(chosen.policy, error)) from None


def _stop_on_signals() -> None:
    """Let Ctrl-C and SIGTERM interrupt, also where a shell started this in the background and ignores Ctrl-C."""

    def stop(number: int, frame: FrameType | None) -> None:
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.SIG_IGN)  # the end takes a moment, and must not be interrupted
        raise KeyboardInterrupt

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, stop)


def _add_policy(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "policy",
        help="check a policy file",
        description="Print the normalised policy, or every problem it has.",
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="a policy as JSON")
    parser.set_defaults(run=_policy)


def _policy(chosen: argparse.Namespace) -> int:
    try:
        policy = CORSPolicy.from_json(_read(chosen.file))
    except PolicyError as error:
        raise CommandError(_problems(chosen.file, error)) from None
    print(json.dumps(json.loads(policy.to_json()), indent=2, sort_keys=True))
    return 0


# One function per sub-command, in the order of the help text.
_COMMANDS: tuple[Callable[[argparse._SubParsersAction[argparse.ArgumentParser]], None], ...] = (
    _add_serve,
    _add_check,
    _add_policy,
)


def _read(file: Path) -> str:
    try:
        with file.open(encoding="utf-8") as text:
            content = text.read(MAX_POLICY_BYTES + 1)
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {(error.strerror or str(error)).lower()}.") from None
    except UnicodeDecodeError:
        raise CommandError(f"{file} is no UTF-8 text: a policy is JSON.") from None
    if len(content) > MAX_POLICY_BYTES:
        raise CommandError(f"{file} is longer than {MAX_POLICY_BYTES} characters: that is no policy.")
    return content


def _problems(file: Path, error: PolicyError) -> str:
    lines = [f"  {problem.code}: {problem.field} {problem.message}" for problem in error.problems]
    count = "1 problem" if len(lines) == 1 else f"{len(lines)} problems"
    return "\n".join([f"{file} has {count}.", *lines])


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: write a number from 0 to 65535")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
