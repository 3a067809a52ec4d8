"""One root planned and applied step by step: the actions of the plan and the events of the apply."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embedded.terraform import Terraform


@dataclass(frozen=True)
class Event:
    """Something that an apply began or finished: `action` is create, update or delete, `seconds` when."""

    done: bool
    action: str
    address: str
    seconds: float

    @property
    def type(self) -> str:
        """The resource's type."""
        return type_of(self.address)


def type_of(address: str) -> str:
    """The type of a resource, inside a module or beside it."""
    parts = address.split(".")
    return parts[2] if parts[0] == "module" else parts[0]


@dataclass(frozen=True)
class Step:
    """A plan, what its apply did in order, and what a plan after it would do."""

    planned: dict[str, list[str]]
    events: tuple[Event, ...]
    afterwards: dict[str, list[str]]

    def of(self, instance: str) -> Step:
        """The same for one instance."""
        begins = f"module.{instance}."
        return Step(
            {address: actions for address, actions in self.planned.items() if address.startswith(begins)},
            tuple(event for event in self.events if event.address.startswith(begins)),
            {address: actions for address, actions in self.afterwards.items() if address.startswith(begins)},
        )


class ApplyError(Exception):
    """A plan or an apply failed; the message has Terraform's own errors."""


def step(folder: Path, environment: dict[str, str]) -> Step:
    """Plan, apply and plan again; raises `ApplyError`."""
    planned = _plan(folder, environment)
    lines = _run(folder, environment, "apply", "-json", "-input=false", "plan.bin")
    events = tuple(_events(json.loads(line) for line in lines if line.startswith("{")))
    return Step(planned, events, _plan(folder, environment))


def init(folder: Path, environment: dict[str, str]) -> None:
    """Make the root ready."""
    Terraform(folder, environment).init()


def destroy(folder: Path, environment: dict[str, str]) -> None:
    """Remove what the root created."""
    _run(folder, environment, "destroy", "-auto-approve", "-input=false", "-no-color")


def _plan(folder: Path, environment: dict[str, str]) -> dict[str, list[str]]:
    _run(folder, environment, "plan", "-out=plan.bin", "-input=false", "-no-color")
    [text] = _run(folder, environment, "show", "-json", "plan.bin")
    changes = json.loads(text).get("resource_changes", [])
    found = {each["address"]: each["change"]["actions"] for each in changes if each["mode"] == "managed"}
    return {address: actions for address, actions in found.items() if actions != ["no-op"]}


def _events(messages: Iterable[dict[str, Any]]) -> Iterable[Event]:
    for message in messages:
        kind = re.fullmatch("apply_(start|complete)", message["type"])
        if kind:
            hook = message["hook"]
            _, _, clock = message["@timestamp"].partition("T")
            hours, minutes, seconds = clock.rstrip("Z").split(":")
            at = int(hours) * 3600 + int(minutes) * 60 + float(re.split("[-+]", seconds)[0])
            yield Event(kind[1] == "complete", hook["action"], hook["resource"]["addr"], at)


def _run(folder: Path, environment: dict[str, str], *arguments: str) -> list[str]:
    answer = subprocess.run(
        ["terraform", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if answer.returncode:
        said = [json.loads(line) for line in answer.stdout.splitlines() if line.startswith("{")]
        errors = [each["diagnostic"] for each in said if each.get("diagnostic", {}).get("severity") == "error"]
        text = "\n".join(f"{e.get('address', '')}: {e['summary']}\n{e['detail']}" for e in errors)
        raise ApplyError(f"terraform {arguments[0]} failed:\n{text or answer.stderr or answer.stdout}")
    return answer.stdout.splitlines()
