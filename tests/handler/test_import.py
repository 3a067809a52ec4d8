"""Importing a module that makes a handler is harmless anywhere, and starts the app inside Lambda."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from lambda_cors_kit.environment import VARIABLE
from lambda_cors_kit.handler import RUNTIME_API

ROOT = Path(__file__).resolve().parents[2]
APP = '''
import contextlib
from fastapi import FastAPI
from lambda_cors_kit import CORSHandler

@contextlib.asynccontextmanager
async def lifespan(app):
    print("started", flush=True)
    yield
    print("ended", flush=True)

app = FastAPI(lifespan=lifespan)

@app.get("/items")
def items():
    return "from the app"

handler = CORSHandler(app)
'''
CURRENT = """
def current():
    return vars(asyncio.get_event_loop_policy()._local)
"""
IMPORTS = {
    "plainly": "import module",
    "in a loop": """
import asyncio
async def main():
    import module
    assert asyncio.get_running_loop()
asyncio.run(main())
""",
    "in a loop, which others use after that": """
import asyncio
loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
async def main():
    import module
loop.run_until_complete(main())
assert asyncio.get_event_loop() is loop
loop.run_until_complete(asyncio.sleep(0))
loop.close()
""",
    "in a loop of a thread": """
import asyncio, threading
async def main():
    import module
thread = threading.Thread(target=asyncio.run, args=[main()])
thread.start()
thread.join()
""",
    "by an export of its description": """
import json, module
assert "/items" in json.dumps(module.app.openapi())
""",
    "which leaves the thread without a loop as it was": f"""
import asyncio
{CURRENT}
before = dict(current())
import module
assert current() == before == {{}}, current()
""",
    "which leaves the thread's loop as it was": f"""
import asyncio
{CURRENT}
loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
before = dict(current())
import module
assert current() == before
assert asyncio.get_event_loop() is loop
loop.close()
""",
}


@pytest.fixture
def module(tmp_path: Path) -> Path:
    """A folder with a module that makes an app and its handler."""
    (tmp_path / "module.py").write_text(APP)
    return tmp_path


def environment(folder: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in (VARIABLE, RUNTIME_API)}
    return {**kept, "PYTHONPATH": os.pathsep.join([str(ROOT / "python"), str(folder)]), **more}


def run(program: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        env=environment(folder, **more),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("how", IMPORTS)
def test_it_is_imported(how: str, module: Path) -> None:
    program = run(IMPORTS[how], module)
    assert (program.returncode, program.stdout, program.stderr) == (0, "", "")


@pytest.mark.parametrize("options", [["--workers", "2"], ["--reload"], ["--loop", "asyncio"]], ids=" ".join)
def test_a_web_server_serves_the_app_beside_it(options: list[str], module: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "module:app", "--port", str(port), *options]
    output = module / "output"
    with (
        output.open("w") as out,
        subprocess.Popen(command, env=environment(module), cwd=module, stdout=out, stderr=out) as server,
    ):
        try:
            body, deadline = "", time.monotonic() + 60
            while not body and server.poll() is None and time.monotonic() < deadline:
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/items", timeout=10) as response:
                        body = response.read().decode()
                except OSError:
                    time.sleep(0.1)
        finally:
            server.terminate()
            server.wait(30)
    assert body == '"from the app"', output.read_text()
    assert "Traceback" not in output.read_text()


def policy(origin: str = "https://app.example.com") -> str:
    return f'{{"policy":{{"allow_origins":["{origin}"]}},"version":1,"writer":"function"}}'


class TestInsideLambda:
    def test_the_app_starts_at_init(self, module: Path) -> None:
        program = run("import module", module, **{RUNTIME_API: "127.0.0.1:9001", VARIABLE: policy()})
        assert (program.returncode, program.stdout, program.stderr) == (0, "started\nended\n", "")

    @pytest.mark.parametrize("value", ["", "{", policy("https://app.example.com/")])
    @pytest.mark.parametrize("how", ["plainly", "in a loop"])
    def test_a_policy_that_cannot_be_used_fails_the_init(self, value: str, how: str, module: Path) -> None:
        program = run(IMPORTS[how], module, **{RUNTIME_API: "127.0.0.1:9001", VARIABLE: value})
        assert program.returncode == 1
        assert "PolicyError" in program.stderr
        assert program.stdout == ""

    def test_under_a_loop_the_app_starts_with_the_first_event(self, module: Path) -> None:
        program = run(
            IMPORTS["in a loop"]
            + f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from tests.handler.samples import event
import module
print("made", flush=True)
print(module.handler(event("rest"), None)["body"], flush=True)
""",
            module,
            **{RUNTIME_API: "127.0.0.1:9001", VARIABLE: policy()},
        )
        assert program.stdout.splitlines() == ["made", "started", '"from the app"', "ended"]
        assert (program.returncode, program.stderr) == (0, "")


def test_outside_lambda_nothing_is_demanded_before_the_first_event(module: Path) -> None:
    program = run(
        """
import module
from lambda_cors_kit import PolicyError
for _ in range(2):
    try:
        module.handler({}, None)
    except PolicyError as error:
        print("PolicyError", flush=True)
""",
        module,
    )
    assert (program.returncode, program.stdout, program.stderr) == (0, "PolicyError\nPolicyError\n", "")
