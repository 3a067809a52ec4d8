"""Both halves ship one list, and it is what the package of the list says."""

from __future__ import annotations

import importlib.metadata
import json
import re
from typing import Any

import pytest

from tools import public_suffixes as tool


def test_both_halves_ship_the_same_bytes() -> None:
    first, second = (copy.read_bytes() for copy in tool.COPIES)
    assert first == second


def shipped() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(tool.COPIES[0].read_text(encoding="ascii"))
    return data


def test_the_date_is_recorded() -> None:
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", shipped()["date"])


def test_the_list_is_the_packages() -> None:
    if shipped()["date"].replace("-", "") != importlib.metadata.version("publicsuffixlist").split(".")[-1]:
        pytest.skip("another release of publicsuffixlist is installed; make public-suffixes refreshes the list")
    assert tool.COPIES[0].read_text(encoding="ascii") == tool.document()


def test_wildcards_exceptions_and_parents_are_there() -> None:
    data = shipped()
    assert {"com", "*.ck", "!www.ck", "github.io", "xn--p1ai"} <= set(data["suffixes"])
    assert "amazonaws.com" in data["parents"]
    assert not set(data["parents"]) & set(data["suffixes"])
