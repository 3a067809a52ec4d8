"""What importing costs after the Lambda runtime's own imports: each in a new process, in turn."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from .statistics import Rounds, interleave
from .warm import ROOT

#: What is imported, as a program; the first is the reference.
PROGRAMS = {
    "kit": "import lambda_cors_kit; lambda_cors_kit.CORSHandler; lambda_cors_kit.CORSMiddleware",
    "kit-again": "import lambda_cors_kit; lambda_cors_kit.CORSHandler; lambda_cors_kit.CORSMiddleware",
    "starlette": "import starlette.middleware.cors",
    "mangum": "import mangum",
    "asgi-cors": "import asgi_cors",
    "flask-cors": "import flask_cors",
    "fastapi": "import fastapi, fastapi.middleware.cors",
    "powertools": "from aws_lambda_powertools.event_handler import APIGatewayRestResolver, CORSConfig",
}
#: What the kit may not import before the app asks for it.
NOT_BEFORE_THE_APP = ("asyncio", "mangum", "starlette", "typing_extensions")

_CHILD = """
import json, sys, time
import awslambdaric.bootstrap, awslambdaric.lambda_runtime_client
before = set(sys.modules)
start = time.perf_counter()
{program}
seconds = time.perf_counter() - start
print(json.dumps([seconds, sorted(set(sys.modules) - before)]))
"""


def with_bytecode(environment: dict[str, str]) -> dict[str, str]:
    """A process environment in which Python keeps what it compiles, as an image that was built with care does."""
    return {name: value for name, value in environment.items() if name != "PYTHONDONTWRITEBYTECODE"}


def run(name: str) -> tuple[float, list[str]]:
    """Seconds that one import takes, and the modules that it loaded."""
    return execute(PROGRAMS[name])


def execute(program: str) -> tuple[float, list[str]]:
    """As `run`, for any program."""
    command = [sys.executable, "-c", _CHILD.replace("{program}", program)]
    path = os.pathsep.join(filter(None, (str(ROOT / "python"), os.environ.get("PYTHONPATH"))))
    environment = with_bytecode({**os.environ, "PYTHONPATH": path})
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    answer: Any = json.loads(done.stdout)
    return answer[0], answer[1]


def measure(rounds: int, names: Sequence[str] = tuple(PROGRAMS)) -> Rounds:
    """Seconds of each import, round by round; the first of each, which writes bytecode, is left out."""
    for name in names:
        run(name)
    return interleave(names, lambda name: run(name)[0], rounds)


def too_early() -> list[str]:
    """The modules that importing the kit loads and must not."""
    return [module for module in run("kit")[1] if module.split(".")[0] in NOT_BEFORE_THE_APP]
