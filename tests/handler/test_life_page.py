"""docs/handler_life.md: what it shows is run as it stands there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from lambda_cors_kit.environment import VARIABLE
from tests.handler.test_import import ROOT, environment, policy

PAGE = (ROOT / "docs" / "handler_life.md").read_text(encoding="utf-8")
EVENTS = """
import sys
sys.path.insert(0, ROOT)
from tests.handler.samples import event
import main

print(main.handler({"source": "aws.events"}, None))
print(main.handler({"warmer": True}, None))
print(main.handler(event("http_v2", path="/cleaned"), None)["body"])
print(main.handler({"source": "aws.events"}, None))
"""


def test_the_branch_for_schedules_and_warmers(tmp_path: Path) -> None:
    [code] = re.findall(r"```python\n# main\.py\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "main.py").write_text(code)
    program = subprocess.run(
        [sys.executable, "-W", "error", "-c", EVENTS.replace("ROOT", repr(str(ROOT)))],
        env=environment(tmp_path, **{VARIABLE: policy()}),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert program.stdout.splitlines() == ["{'cleaned': 1}", "{'warm': True}", "1", "{'cleaned': 2}"]
    assert (program.returncode, program.stderr) == (0, "")
