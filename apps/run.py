"""Runs one application on every server, and compares."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from .comparison import differences, parts
from .environments import BUILD, ROOT
from .exchange import Page
from .model import Answer, Application, Request, Target
from .servers import Server, running

CLIENT_SECONDS = 120.0
"""How long an application's own client may take."""


@dataclass(frozen=True, slots=True)
class Result:
    """What was compared of an application: how many requests, and what differed by server and request."""

    application: str
    requests: int
    differing: dict[Server, dict[str, list[str]]] = field(default_factory=dict)


def run(application: Application, python: Path) -> Result:
    """Ask every server, in processes of the interpreter `python`. Raises ServerError."""
    folder = BUILD / "run" / application.name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with running(application, python, folder) as servers, ThreadPoolExecutor(2) as pool:
        answered = pool.map(lambda target: _ask(application, python, target), servers.references.values())
        expected = dict(zip(servers.references, answered, strict=True))
        answered = pool.map(lambda target: _ask(application, python, target), servers.targets.values())
        actual = dict(zip(servers.targets, answered, strict=True))
    requests = (*application.requests, *_steps([*expected.values(), *actual.values()], application))
    differing = {
        server: _differing(
            application,
            requests,
            (servers.references[target.prefix], expected[target.prefix]),
            (target, actual[server]),
        )
        for server, target in servers.targets.items()
    }
    return Result(application.name, len(requests), differing)


_Answered = tuple[Target, Mapping[str, Answer]]


def _differing(
    application: Application, requests: tuple[Request, ...], expected: _Answered, actual: _Answered
) -> dict[str, list[str]]:
    def of(request: Request, answered: _Answered) -> dict[str, str]:
        target, answers = answered
        return parts(request, answers.get(request.name, Answer(0)), target, application.volatile)

    found = {each.name: differences(of(each, expected), of(each, actual)) for each in requests}
    return {name: lines for name, lines in found.items() if lines}


def _ask(application: Application, python: Path, target: Target) -> dict[str, Answer]:
    answers = Page(target.address, target.prefix, target.data).ask(application.requests)
    return answers if application.client is None else answers | _own_client(application.client, python, target)


def _own_client(module: str, python: Path, target: Target) -> dict[str, Answer]:
    """What an application's own client printed, step by step: a JSON object by the steps' names."""
    command = [str(python), "-m", module, target.address]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=CLIENT_SECONDS, check=False)
        steps = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        steps = {"client: its run": str(error)}
    except ValueError:
        steps = {"client: its run": done.stderr.decode(errors="replace")[-2000:]}
    return {name: Answer(200, (), json.dumps(value, indent=1).encode()) for name, value in steps.items()}


def _steps(answers: list[dict[str, Answer]], application: Application) -> tuple[Request, ...]:
    asked = {request.name for request in application.requests}
    names = dict.fromkeys(name for each in answers for name in each if name not in asked)
    return tuple(Request(name, origin=None) for name in names)
