"""One stack in a process of its own: `python -m benchmarks.worker STACK`, driven by lines of JSON on its input."""

from __future__ import annotations

import json
import logging
import sys
import time
from typing import Any

from .alone import AppAlone
from .cases import CASES, Case
from .stacks import STACKS, Handler, Stack


class WrongAnswerError(Exception):
    """A stack that does not do what is measured."""


def check(stack: str, handler: Handler, case: Case) -> None:
    """Makes sure that the stack answers the request as it should.

    Raises:
        WrongAnswerError: where it does not.
    """
    answer = handler(case.event, None)
    if isinstance(handler, AppAlone):
        if answer["statusCode"] != 200:
            raise WrongAnswerError(f"{stack} answers {case.title} with {answer['statusCode']}")
        return
    headers = {**(answer.get("headers") or {}), **(answer.get("multiValueHeaders") or {})}
    allowed = "access-control-allow-origin" in {name.lower() for name in headers}
    # Some peers let in more than they should; the kit and the floor may not.
    strict = stack.startswith(("kit", "floor"))
    right = allowed == case.readable if strict else allowed or not case.readable
    if STACKS[stack].writes and (not right or answer["statusCode"] >= 500):
        raise WrongAnswerError(f"{stack} answers {case.title} with {json.dumps(answer)[:300]}")


def batch(handler: Handler, event: Any, calls: int) -> float:
    """Seconds per call; an app alone measures itself, in a loop that runs."""
    if isinstance(handler, AppAlone):
        return handler.batch(event, calls)
    start = time.perf_counter()
    for _ in range(calls):
        handler(event, None)
    return (time.perf_counter() - start) / calls


def main(name: str) -> None:
    """Answers `[case, calls]` with the seconds per call."""
    logging.disable(logging.CRITICAL)
    stack: Stack = STACKS[name]
    handler = stack.build()
    checked: set[str] = set()
    for line in sys.stdin:
        key, calls = json.loads(line)
        case = CASES[key]
        if key not in checked:
            check(name, handler, case)
            checked.add(key)
        print(batch(handler, case.event, calls), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
