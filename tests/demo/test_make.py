"""The Makefile's own decisions; its targets run wherever the project is used."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from embedded import ROOT


def make(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    shutil.copy(ROOT / "Makefile", directory)
    return subprocess.run(["make", "-s", *arguments], cwd=directory, capture_output=True, text=True, check=False)


def test_make_alone_lists_the_targets(tmp_path: Path) -> None:
    listed = make(tmp_path).stdout
    assert [line.split()[1] for line in listed.splitlines()][:3] == ["help", "demo", "test"]
    assert "SERVE=1" in listed


def test_a_python_that_is_too_old_is_named(tmp_path: Path) -> None:
    old = tmp_path / "python3.9"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2 || exit 1\n')
    old.chmod(0o755)
    answer = make(tmp_path, ".venv/.python", f"PYTHON={old}", f"PYTHONS={old}")
    assert answer.returncode == 2
    sentence = answer.stderr.splitlines()[0]
    assert re.fullmatch(rf"Python 3\.11 or newer is needed, and {old} is Python 3\.9\.2: .*", sentence)
    assert not (tmp_path / ".venv").exists()


def test_clean_removes_what_was_made_and_nothing_else(tmp_path: Path) -> None:
    for made in (".venv/bin", ".build/logs", "tests/x/__pycache__", "python/kit.egg-info"):
        (tmp_path / made).mkdir(parents=True)
    kept = tmp_path / "examples/quickstart/terraform.tfstate"
    kept.parent.mkdir(parents=True)
    kept.touch()
    assert make(tmp_path, "clean").returncode == 0
    assert sorted(entry.name for entry in tmp_path.rglob("*")) == [
        "Makefile",
        "examples",
        "python",
        "quickstart",
        "terraform.tfstate",
        "tests",
        "x",
    ]
