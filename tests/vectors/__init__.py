"""The vectors that both halves read: policies with their problems, origins against policies, requests.

policies.json: `problems` lists code, field and value of every problem, in the order of the rule book; none for a
valid policy. origins.json: what a list of origins names and what not. requests.json: whether a page on `origin`
may read the response to its request.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest


def read(name: str) -> list[dict[str, Any]]:
    data: list[dict[str, Any]] = json.loads(Path(__file__).with_name(f"{name}.json").read_text(encoding="utf-8"))
    return data


def parameters(name: str) -> list[Any]:
    return [pytest.param(case, id=case["name"]) for case in read(name)]
