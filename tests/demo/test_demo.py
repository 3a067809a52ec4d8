"""`python -m demo` as a person runs it, and that nothing of it is left."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from demo.checks import CHECKS
from demo.table import request_line
from embedded import BUILD, ROOT
from embedded.terraform import find_terraform
from tests.conftest import require

pytestmark = [pytest.mark.terraform]


@pytest.fixture
def short_path() -> Iterator[Path]:
    """A folder for temporary files whose path leaves room for Chromium's socket: 107 bytes is the limit."""
    with tempfile.TemporaryDirectory(prefix="kit-") as name:
        yield Path(name)


@contextmanager
def demo(temporary: Path, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Start the demo with a TMPDIR of its own, by which everything it starts can be told."""
    process = subprocess.Popen(
        [sys.executable, "-m", "demo"],
        cwd=ROOT,
        env=dict(os.environ) | {"TMPDIR": str(temporary)} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def printed_until(process: subprocess.Popen[str], words: str) -> str:
    """Read the output, character by character for a step's line grows, until it holds `words`."""
    assert process.stdout is not None
    text = ""
    while words not in text and (character := process.stdout.read(1)):
        text += character
    assert words in text, text
    return text


def processes(temporary: Path) -> list[str]:
    """Return the command lines of processes with this TMPDIR."""
    mark = f"TMPDIR={temporary}".encode()
    found: list[str] = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mark in (process / "environ").read_bytes().split(b"\0"):
                found.append((process / "cmdline").read_text().replace("\0", " "))
    return found


def left(temporary: Path) -> list[str]:
    """Return what still runs; a process that was just killed may need a moment."""
    return eventually(lambda: processes(temporary), lambda found: not found, 5)


def eventually(look: Callable[[], list[str]], enough: Callable[[list[str]], bool], seconds: float) -> list[str]:
    """Look until it is enough or the time is over, and return what was seen last."""
    end = time.monotonic() + seconds
    while not enough(found := look()) and time.monotonic() < end:
        time.sleep(0.1)
    return found


def workspaces(process: subprocess.Popen[str]) -> list[Path]:
    return list(BUILD.glob(f"demo-{process.pid}-*"))


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


@pytest.mark.browser
def test_the_demo_shows_its_table_stays_up_and_leaves_nothing(short_path: Path) -> None:
    require("chromium")
    with demo(short_path, SERVE="1") as process:
        text = printed_until(process, "Ctrl-C ends the demo")
        rows = re.findall(r"^((?:GET|PUT|POST) .+?)  .* (ok|WRONG)$", text, re.MULTILINE)
        assert rows == [(request_line(check.asked), "ok") for check in CHECKS], text
        assert max(map(len, text.partition("the page gets")[2].splitlines())) <= 80
        assert re.search(r"^Seen by Chromium [0-9.]+\.$", text, re.MULTILINE)
        addresses = re.findall(r"http://[a-z0-9.]+:[0-9]+(?:/live|/)?", text)
        # The embedded AWS, four gateways, and two pages, each as an origin and as an address.
        assert len(set(addresses)) == 9
        assert all(answers(address) for address in addresses)
        assert len(workspaces(process)) == 1
        # The demo, the embedded AWS, four functions, and the browser with its driver.
        assert len(processes(short_path)) > 7
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
        assert not any(answers(address) for address in addresses)
        assert workspaces(process) == []
    assert left(short_path) == []


def test_the_demo_without_chromium_ends_by_itself(short_path: Path) -> None:
    programs = short_path / "bin"
    programs.mkdir()
    (programs / "terraform").symlink_to(find_terraform().path)
    environment = {"PATH": str(programs), "HOME": str(short_path / "no-such-home")}
    with demo(short_path, **environment) as process:
        text, _ = process.communicate(timeout=180)
    assert process.returncode == 0, text
    assert "the browser model judges: there is no Chromium or Chrome on PATH." in text
    assert f"{len(CHECKS)} of {len(CHECKS)} rows are as expected, each through 3 gateways" in text
    assert "* Without the kit" in text
    assert left(short_path) == []


def test_a_signal_while_terraform_applies_leaves_nothing(short_path: Path) -> None:
    with demo(short_path) as process:
        printed_until(process, "terraform apply")
        # Terraform's provider is a process of its own, and comes and goes.
        running = eventually(lambda: processes(short_path), lambda found: "provider-aws" in str(found), 30)
        assert "provider-aws" in str(running)
        process.send_signal(signal.SIGTERM)
        text, _ = process.communicate(timeout=60)
        assert process.returncode == 128 + signal.SIGTERM
        assert text.endswith("ended by SIGTERM\n")
        assert workspaces(process) == []
    assert left(short_path) == []


def test_missing_terraform_is_one_sentence_and_no_traceback(short_path: Path) -> None:
    with demo(short_path, PATH=str(short_path)) as process:
        text, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Terraform 1.9 or newer is needed and there is no `terraform` on PATH" in text
    assert "Traceback" not in text
    assert left(short_path) == []
