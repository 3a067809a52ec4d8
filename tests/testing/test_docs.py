"""docs/testing.md: its examples run as they are printed, and its table lists every reason."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from lambda_cors_kit.browser import Reason

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "testing.md").read_text(encoding="utf-8")

APP = """
from fastapi import FastAPI
from lambda_cors_kit import CORSHandler

app = FastAPI()

@app.get("/items")
async def items() -> list[int]:
    return [1]

handler = CORSHandler(app)
"""


def test_the_examples_run(tmp_path: Path) -> None:
    for block in re.findall(r"```python\n(# (\S+\.py)\n.*?)```", TEXT, re.DOTALL):
        (tmp_path / block[1]).write_text(block[0], encoding="utf-8")
    assert {path.name for path in tmp_path.iterdir()} >= {"conftest.py", "test_cors.py", "test_app.py"}
    (tmp_path / "app.py").write_text(APP, encoding="utf-8")
    environ = {name: value for name, value in os.environ.items() if name != "LAMBDA_CORS_KIT_POLICY"}
    environ |= {"PYTHONPATH": str(ROOT / "python"), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "."],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "4 passed" in run.stdout


def test_every_reason_is_in_the_table_once() -> None:
    listed = re.findall(r"^\| `([a-z_.]+)` \|", TEXT.partition("| reason |")[2], re.MULTILINE)
    assert sorted(listed) == sorted(Reason)
