"""The sub-command `policy`: a policy file, normalised, or its problems."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from ..policy import CORSPolicy
from ..problems import PolicyError
from .error import CommandError

MAX_POLICY_BYTES = 1_000_000


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `policy` to the command's parsers."""
    parser = commands.add_parser(
        "policy",
        help="check a policy file",
        description="Print the normalised policy, or every problem it has.",
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="a policy as JSON")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Print the normalised policy, and return the exit code."""
    try:
        policy = CORSPolicy.from_json(read_text(chosen.file))
    except PolicyError as error:
        raise CommandError(problems_of(chosen.file, error)) from None
    print(json.dumps(json.loads(policy.to_json()), indent=2, sort_keys=True))
    return 0


def read_text(file: Path) -> str:
    """The text of a policy file. Raises CommandError where it cannot be one."""
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


def problems_of(file: Path, error: PolicyError) -> str:
    """What to print of a policy file that has problems."""
    lines = [f"  {problem.code}: {problem.field} {problem.message}" for problem in error.problems]
    count = "1 problem" if len(lines) == 1 else f"{len(lines)} problems"
    return "\n".join([f"{file} has {count}.", *lines])
