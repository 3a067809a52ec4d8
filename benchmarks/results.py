"""What a run measured, kept as JSON so that a part can be measured again."""

from __future__ import annotations

import json
import os
import platform
import re
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from .statistics import Figure, Rounds, figure

PACKAGES = (
    "starlette",
    "mangum",
    "fastapi",
    "aws-lambda-powertools",
    "asgi-cors",
    "flask-cors",
    "apig-wsgi",
    "awslambdaric",
)


@dataclass
class Results:
    """Seconds, round by round: warm by group and `stack case`, the others by what they measure."""

    warm: dict[str, Rounds] = field(default_factory=dict)
    cold: Rounds = field(default_factory=dict)
    imports: Rounds = field(default_factory=dict)
    scale: dict[str, Rounds] = field(default_factory=dict)
    machine: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> Results:
        """What was kept; nothing where there is no file."""
        return cls(**json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else cls()

    def save(self, path: Path) -> None:
        """Keeps everything."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")

    def of(self, group: str, stack: str, reference: str, case: str = "") -> Figure:
        """The figure of a stack in a group of warm measurements, relative to another stack."""
        rounds = self.warm[group]
        case = case or group
        return figure(rounds[f"{stack} {case}"], rounds[f"{reference} {case}"])

    @property
    def steps(self) -> bool:
        """Whether the loop of that Python steps into a request without a turn: from 3.12."""
        found = re.search(r"3\.(\d+)", self.machine.get("python", ""))
        return found is not None and int(found[1]) >= 12

    def control(self) -> list[float]:
        """The ratios of the A/A control: two processes of one and the same stack, warm."""
        groups = [group for group, rounds in self.warm.items() if f"kit-again {group}" in rounds]
        return [self.of(group, "kit-again", "kit").ratio for group in groups]

    def cors_part(self, group: str) -> tuple[float, float]:
        """What the policy adds to a request: seconds, and as a part of the request."""
        # From the ratio, because of a difference of times that a busy machine blurs not much would be left.
        part = 1 - self.of(group, "kit-without-cors", "kit").ratio
        return part * self.of(group, "kit", "kit").best, part


def machine() -> dict[str, Any]:
    """What the figures depend on: processors, Python, packages."""
    model = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.is_file():
        names = [line for line in information.read_text(encoding="utf-8").splitlines() if "model name" in line]
        model = names[0].partition(":")[2].strip() if names else model
    packages = {}
    for name in PACKAGES:
        try:
            packages[name] = version(name)
        except PackageNotFoundError:
            continue
    return {
        "processors": f"{os.cpu_count()} x {model}",
        "python": f"{platform.python_implementation()} {platform.python_version()}, {platform.system()}",
        "packages": packages,
    }
