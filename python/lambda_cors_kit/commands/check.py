"""The sub-command `check`: its arguments, its exit codes, its words when there is nothing to check."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..check.report import Question
    from ..deployed.policy import Deployed

MAX_TIMEOUT = 120.0

# Values for --header NAME without one: such that the header is not safelisted, where it ever needs a preflight.
_PLACEHOLDERS = {
    "accept": "*/*",
    "accept-language": "en",
    "authorization": "Bearer lambda-cors-kit",
    "content-language": "en",
    "content-type": "application/json",
    "range": "bytes=0-0",
}


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `check` to the command's parsers."""
    parser = commands.add_parser(
        "check",
        help="say what a page may read of a live API, and which layer should change what",
        description="Send what a browser would send, judge the answers as it would, and say what to change. "
        "Extra requests to other origins are GET and OPTIONS only.",
        epilog="Exit codes: 0 readable, 1 blocked or drifted, 2 cannot tell.",
    )
    parser.add_argument("url", metavar="URL", help="what the page fetches")
    parser.add_argument("--origin", required=True, help="the page's origin, for example https://app.example.com")
    parser.add_argument("--method", default="GET", metavar="M", help="the page's method (default %(default)s)")
    parser.add_argument(
        "--header",
        action="append",
        default=[],
        metavar="NAME[: VALUE]",
        help="a header that the page sets; repeat",
    )
    parser.add_argument(
        "--credentials",
        action="store_true",
        help='as with fetch(url, {credentials: "include"}); no cookies are sent',
    )
    parser.add_argument(
        "--send",
        action="store_true",
        help="really send a method that may change data; without it, a GET stands in",
    )
    source = parser.add_mutually_exclusive_group()
    source.add_argument(
        "--policy", metavar="FILE", type=Path, help="a policy as JSON, to compare with what is live"
    )
    source.add_argument("--terraform", metavar="DIR", type=Path, help="an applied Terraform root, to compare with")
    parser.add_argument("--module", metavar="ADDRESS", help="module.api, where the root calls several")
    parser.add_argument(
        "--timeout", type=_seconds, default=10.0, metavar="SECONDS", help="for each request (default %(default)g)"
    )
    parser.add_argument("--json", action="store_true", help="print the report as one JSON object")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Check, print, and return the exit code."""
    from ..check.examination import BadQuestion, examine
    from ..check.printing import print_report
    from ..check.report import Outcome, Report, as_json
    from ..deployed.policy import NotDeployed

    question = _question(chosen)
    try:
        report = examine(question, _deployed(chosen))
    except (BadQuestion, NotDeployed) as error:
        report = Report(question, Outcome.CANNOT_TELL, str(error))
        if not chosen.json:
            _print_error(report.summary)
            return report.outcome.exit_code
    if chosen.json:
        print(json.dumps(as_json(report), indent=2))
    else:
        print_report(report, sys.stdout)
    return report.outcome.exit_code


def _question(chosen: argparse.Namespace) -> Question:
    from ..check.report import Question

    headers, placeholders = [], []
    for given in chosen.header:
        name, colon, value = given.partition(":")
        name = name.strip()
        if not colon:
            placeholders.append(name)
            value = _PLACEHOLDERS.get(name.lower(), "lambda-cors-kit")
        headers.append((name, value.strip()))
    return Question(
        chosen.url,
        chosen.origin,
        chosen.method,
        tuple(headers),
        chosen.credentials,
        chosen.send,
        chosen.timeout,
        tuple(placeholders),
    )


def _deployed(chosen: argparse.Namespace) -> Deployed | None:
    from ..deployed.policy import NotDeployed, from_file, from_terraform

    if chosen.module and not chosen.terraform:
        raise NotDeployed("--module picks a module of a Terraform root: it goes with --terraform.")
    if chosen.terraform:
        return from_terraform(chosen.terraform, chosen.module)
    return from_file(chosen.policy) if chosen.policy else None


def _print_error(words: str) -> None:
    from ..check.report import plain

    for line in f"lambda-cors-kit: {words}".splitlines():
        print(plain(line, 1000), file=sys.stderr)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds <= MAX_TIMEOUT:
        raise argparse.ArgumentTypeError(f"{text!r} is no time limit: write seconds, up to {MAX_TIMEOUT:g}")
    return seconds
