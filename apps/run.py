"""Runs one application on every server, and compares."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from .comparison import Place, differences, parts
from .environments import BUILD, ROOT, python_of
from .exchange import Page
from .model import Answer, Application, Request
from .servers import Server, Target, prefix_of, running

CLIENT_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Result:
    """What was compared of an application: how many requests, and what differed by server and request."""

    application: str
    requests: int
    differing: dict[Server, dict[str, list[str]]] = field(default_factory=dict)


def run(application: Application) -> Result:
    """Ask every server. Raises InstallationError or ServerError."""
    python = python_of(application)
    folder = BUILD / "run" / application.name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with running(application, python, folder) as servers, ThreadPoolExecutor(2) as pool:
        targets: Mapping[str, Target] = {**servers.references, **servers.targets}
        answers = dict(
            zip(targets, pool.map(lambda target: _ask(application, python, target), targets.values()), strict=True)
        )
    requests = (*application.requests, *_steps(answers[""], application))
    result = Result(application.name, len(requests))
    for server, target in servers.targets.items():
        reference = prefix_of(server)
        result.differing[server] = {
            request.name: found
            for request in requests
            if (
                found := differences(
                    parts(
                        request,
                        answers[reference][request.name],
                        _place(servers.references[reference]),
                        application.volatile,
                    ),
                    parts(
                        request,
                        answers[server].get(request.name, Answer(0)),
                        _place(target),
                        application.volatile,
                    ),
                )
            )
        }
    return result


def _ask(application: Application, python: Path, target: Target) -> dict[str, Answer]:
    answers = Page(target.address, target.base, target.data).ask(application.requests)
    return answers if application.client is None else answers | _own_client(application.client, python, target)


def _own_client(module: str, python: Path, target: Target) -> dict[str, Answer]:
    """What an application's own client printed, step by step: a JSON object by the steps' names."""
    done = subprocess.run(
        [str(python), "-m", module, target.address],
        cwd=ROOT,
        env={**os.environ, "APPS_DATA": str(target.data)},
        capture_output=True,
        text=True,
        timeout=CLIENT_SECONDS,
        check=False,
    )
    try:
        steps = json.loads(done.stdout)
    except ValueError:
        steps = {"the client's run": done.stderr[-2000:]}
    return {name: Answer(200, (), json.dumps(value, indent=1).encode()) for name, value in steps.items()}


def _steps(answers: Mapping[str, Answer], application: Application) -> tuple[Request, ...]:
    asked = {request.name for request in application.requests}
    return tuple(Request(name, origin=None) for name in answers if name not in asked)


def _place(target: Target) -> Place:
    return Place(target.base, target.data)
