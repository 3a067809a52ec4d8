"""Warm invocations: every stack in its own process, in turn, a few milliseconds at a time."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from .stacks import STACKS
from .statistics import Rounds, interleave

ROOT = Path(__file__).resolve().parents[1]
BATCH_SECONDS = 0.005

_STARLETTE = ("floor", "kit", "kit-again", "starlette", "starlette-off", "asgi-cors")
_ALL = (*_STARLETTE, "kit-fastapi", "fastapi", "powertools", "flask")
_KINDS = ("kit", "kit-again", "starlette", "starlette-off", "kit-fastapi", "fastapi", "powertools", "flask")
_WITHOUT = ("kit-without-cors", "mangum-off")
_ALONE = ("alone", "alone-fastapi")
_DEF = ("kit", "kit-again", "starlette", "mangum-off", "kit-fastapi", "fastapi")

Pair = tuple[str, str]


def _each(case: str, stacks: Sequence[str]) -> list[Pair]:
    return [(stack, case) for stack in stacks]


#: What is measured in turn: pairs of a stack and a case; the first pair is the reference.
GROUPS: dict[str, list[Pair]] = {
    "preflight": _each("preflight", ("kit", *_ALL)),
    "refused": _each("refused", ("kit", *_ALL)),
    "get": _each("get", ("kit", *_ALL, *_WITHOUT, *_ALONE)),
    "same": _each("same", ("kit", *_ALL, *_WITHOUT, *_ALONE)),
    "preflight-rest": _each("preflight-rest", _KINDS),
    "get-rest": _each("get-rest", (*_KINDS, *_WITHOUT, *_ALONE)),
    "preflight-alb": _each("preflight-alb", _KINDS),
    "get-alb": _each("get-alb", (*_KINDS, *_WITHOUT, *_ALONE)),
    "def": _each("def", _DEF),
    **{
        f"hostile-{stack}": [(stack, case) for case in ("preflight", "origin-8k", "names-8k", "commas-8k")]
        for stack in ("kit", "starlette-off", "powertools")
    },
}


class Worker:
    """A stack in a process of its own."""

    def __init__(self, stack: str) -> None:
        command = [sys.executable, "-m", "benchmarks.worker", stack]
        self._stack = stack
        self._calls: dict[str, int] = {}
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def measure(self, case: str) -> float:
        """Seconds per call, over a few milliseconds."""
        if case not in self._calls:
            self._run(case, 20)
            self._calls[case] = max(1, round(BATCH_SECONDS / self._run(case, 20)))
        return self._run(case, self._calls[case])

    def _run(self, case: str, calls: int) -> float:
        pipe_in, pipe_out = self._process.stdin, self._process.stdout
        if pipe_in is None or pipe_out is None:
            raise RuntimeError("the worker has no pipes")
        pipe_in.write(json.dumps([case, calls]) + "\n")
        line = pipe_out.readline()
        if not line:
            raise RuntimeError(f"the stack {self._stack!r} failed at {case!r}; its message is above")
        return float(line)

    def close(self) -> None:
        """Ends the process."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait(timeout=10)


@contextmanager
def workers(names: Sequence[str]) -> Iterator[dict[str, Worker]]:
    """One process for each stack; they end with the block."""
    with ExitStack() as stack:
        started = {}
        for name in names:
            started[name] = Worker(name)
            stack.callback(started[name].close)
        yield started


def measure(rounds: int, only: Sequence[str] = tuple(STACKS)) -> dict[str, Rounds]:
    """Seconds per call by group and `stack case`, round by round."""
    with workers([name for name in STACKS if name in only]) as started:

        def call(pair: Pair) -> float:
            return started[pair[0]].measure(pair[1])

        taken = {}
        for name, pairs in GROUPS.items():
            wanted = list(dict.fromkeys(pair for pair in pairs if pair[0] in only))
            rounds_of = interleave(wanted, call, rounds)
            taken[name] = {" ".join(pair): values for pair, values in rounds_of.items()}
        return taken
