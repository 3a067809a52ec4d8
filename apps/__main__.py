"""Asks every application through every gateway and in uvicorn: `python -m apps`, some minutes.

The exit code is 1 where an answer differs and the list of differences does not say so, or the reverse; 2 where an
application could not be installed or started.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from .catalogue import APPLICATIONS
from .differences import LISTED, surprises
from .environments import InstallationError, python_of
from .model import Application
from .run import Result, run
from .servers import ServerError
from .table import table


def chosen(names: Sequence[str], short: bool) -> list[Application]:
    """The applications of these names; without any, all, or those of the short form."""
    return [each for each in APPLICATIONS if (each.name in names if names else each.short or not short)]


def results_of(applications: Sequence[Application]) -> list[Result]:
    """What was found of each. Raises InstallationError or ServerError."""
    # The next environment is made while one application answers.
    with ThreadPoolExecutor(1) as installer:
        ready = [installer.submit(python_of, application) for application in applications]
        found = []
        for application, python in zip(applications, ready, strict=True):
            found.append(run(application, python.result()))
            print(f"asked: {application.name}", file=sys.stderr, flush=True)
    return found


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m apps", description=__doc__)
    parser.add_argument("--short", action="store_true", help="the applications that fit a few minutes")
    parser.add_argument(
        "--only", action="append", default=[], choices=[each.name for each in APPLICATIONS], metavar="NAME",
        help="this application; may be repeated",
    )  # fmt: skip
    options = parser.parse_args(arguments)
    try:
        results = results_of(chosen(options.only, options.short))
    except (InstallationError, ServerError) as error:
        print(error, file=sys.stderr)
        return 2
    found = list(surprises(results))
    print(table(results))
    asked = {result.application for result in results}
    for each in LISTED:
        if each.application in asked:
            where = f"{each.application}, {each.request} ({', '.join(each.gateways)})"
            print(f"differs, as listed: {where}: {each.reason}")
    for line in found:
        print(f"not as listed: {line}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
