"""The servers of one application, each a process that ends by its own handle."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from .environments import ROOT
from .model import STAGE, Application, Gateway, Target

Server = Gateway | Literal["uvicorn", "uvicorn-stage"]
"""A gateway, or a second uvicorn: the control, which a right comparison finds no difference in."""
GRACE = 10.0
"""Seconds between asking a server to end and killing it."""


@dataclass(frozen=True, slots=True)
class Servers:
    """What runs: the references by prefix, and what is compared with them."""

    references: dict[str, Target]
    targets: dict[Server, Target]


class ServerError(Exception):
    """A server that did not start; the text names its log."""


def prefix_of(server: Server) -> str:
    """The path of an application's root on a server."""
    return f"/{STAGE}" if server in ("rest", "http-stage", "uvicorn-stage") else ""


@contextmanager
def running(application: Application, python: Path, folder: Path) -> Iterator[Servers]:
    """The servers of an application; their logs and data are in `folder`. Raises ServerError."""
    with ExitStack() as stack:
        # All at once: on two cores their imports overlap.
        gateways = stack.enter_context(_gateways(application, python, folder))
        names = ("reference", "reference-stage", "uvicorn", "uvicorn-stage")
        started = {name: stack.enter_context(_uvicorn(application, python, folder, name)) for name in names}
        yield Servers(
            {"": started["reference"].target(), f"/{STAGE}": started["reference-stage"].target()},
            {
                "uvicorn": started["uvicorn"].target(),
                "uvicorn-stage": started["uvicorn-stage"].target(),
                **{kind: Target(url, prefix_of(kind), folder / kind) for kind, url in gateways.ready().items()},
            },
        )


class _Process:
    def __init__(self, command: Sequence[str], log: Path, environment: dict[str, str]) -> None:
        self.log = log
        with log.open("wb") as file:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=file,
                env={**os.environ, **environment},
                cwd=ROOT,
                start_new_session=True,
            )

    def ready(self) -> Any:
        """What it prints once it listens."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise ServerError(f"did not start; see {self.log}:\n{self.log.read_text(errors='replace')[-2000:]}")
        return json.loads(line)

    def end(self) -> None:
        """Let it end by itself, or kill it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@dataclass(frozen=True, slots=True)
class _Uvicorn:
    process: _Process
    prefix: str
    data: Path

    def target(self) -> Target:
        """Where it listens: below nothing, as behind a proxy that takes the prefix off."""
        address = str(self.process.ready())
        return Target(address, self.prefix, self.data)


@contextmanager
def _gateways(application: Application, python: Path, folder: Path) -> Iterator[_Process]:
    command = [str(python), "-m", "apps.serve_gateways", application.name, str(folder)]
    process = _Process(command, folder / "gateways.log", {})
    try:
        yield process
    finally:
        process.end()


@contextmanager
def _uvicorn(application: Application, python: Path, folder: Path, name: str) -> Iterator[_Uvicorn]:
    prefix = f"/{STAGE}" if name.endswith("-stage") else ""
    data = folder / name
    data.mkdir()
    command = [str(python), "-m", "apps.serve_uvicorn", application.name, prefix]
    process = _Process(command, folder / f"{name}.log", {"APPS_DATA": str(data), "APPS_PREFIX": prefix})
    try:
        yield _Uvicorn(process, prefix, data)
    finally:
        process.end()
