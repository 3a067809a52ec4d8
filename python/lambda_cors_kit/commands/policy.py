"""The sub-command `policy`: a policy file, normalised, or its problems."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from ..policy_file import PolicyFileError, read_policy_file
from .error import CommandError


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
        policy = read_policy_file(chosen.file)
    except PolicyFileError as error:
        raise CommandError(str(error)) from None
    print(json.dumps(json.loads(policy.to_json()), indent=2, sort_keys=True))
    return 0
