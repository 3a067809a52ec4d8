from __future__ import annotations

import importlib.util
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

import lambda_cors_kit
from lambda_cors_kit import CORSPolicy, PolicyError
from lambda_cors_kit.cli import main
from tests.local.support import APPS, require_terraform, state

POLICY = {"allow_origins": ["https://app.example.com"], "allow_methods": ["get", "PUT"]}


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    file = tmp_path / "policy.json"
    file.write_text(json.dumps(POLICY))
    return file


@pytest.fixture
def failed(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Run the command, which fails with exit code 1 and prints nothing else; its words."""

    def run(*arguments: object) -> str:
        assert main([str(each) for each in arguments]) == 1
        printed = capsys.readouterr()
        assert printed.out == ""
        assert "Traceback" not in printed.err
        assert printed.err.startswith("lambda-cors-kit: ")
        return printed.err

    return run


class TestPolicy:
    def test_the_normalised_policy(self, policy: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["policy", str(policy)]) == 0

        printed = json.loads(capsys.readouterr().out)
        assert printed["allow_methods"] == ["GET", "PUT"]
        assert printed["max_age"] == 7200

    def test_all_problems(self, policy: Path, failed: Callable[..., str]) -> None:
        policy.write_text('{"allow_origins": ["https://app.example.com/", "null"], "max_age": -1}')

        words = failed("policy", policy)
        head, *listed = words.splitlines()
        assert head == f"lambda-cors-kit: {policy} has 3 problems:"
        with pytest.raises(PolicyError) as caught:
            CORSPolicy.from_json(policy.read_text())
        assert listed == str(caught.value).splitlines()[1:]
        assert listed[1].startswith('- allow_origins: "https://app.example.com/" ends with a slash')
        assert listed[1].endswith(" (origin.trailing_slash)")

    @pytest.mark.parametrize("text", ["", "{", "[]", "null", "[" * 100_000])
    def test_what_is_no_policy(self, text: str, policy: Path, failed: Callable[..., str]) -> None:
        policy.write_text(text)
        assert "has 1 problem:\n- policy: " in failed("policy", policy)

    def test_what_cannot_be_read(self, tmp_path: Path, failed: Callable[..., str]) -> None:
        assert "cannot be read: no such file or directory" in failed("policy", tmp_path / "absent")
        assert "cannot be read: is a directory" in failed("policy", tmp_path)
        (tmp_path / "binary").write_bytes(b"\xff\xfe")
        assert "is not UTF-8 text" in failed("policy", tmp_path / "binary")
        (tmp_path / "long").write_bytes(b" " * 1_000_001)
        assert "longer than" in failed("policy", tmp_path / "long")


class TestUsage:
    @pytest.mark.parametrize(
        "arguments",
        [
            [],
            ["unknown"],
            ["serve", "app:handler"],
            ["serve", "app:handler", "--policy", "p", "--terraform", "d"],
            ["serve", "app:handler", "--policy", "p", "--port", "65536"],
            ["serve", "app:handler", "--policy", "p", "--port", "http"],
        ],
    )
    def test_wrong_usage_is_2(self, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as caught:
            main(arguments)

        assert caught.value.code == 2
        assert "usage: lambda-cors-kit" in capsys.readouterr().err

    def test_the_version(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as caught:
            main(["--version"])
        line = f"lambda-cors-kit {lambda_cors_kit.__version__}\n"
        assert (caught.value.code, capsys.readouterr().out) == (0, line)

        command = [sys.executable, "-m", "lambda_cors_kit", "--version"]
        assert subprocess.run(command, capture_output=True, text=True).stdout == line

    def test_help_names_every_command(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as caught:
            main(["--help"])

        assert caught.value.code == 0
        help_text = capsys.readouterr().out
        assert "serve" in help_text
        assert "policy" in help_text

    @pytest.mark.parametrize("module", ["lambda_cors_kit", "lambda_cors_kit.cli"])
    def test_it_is_a_module_too(self, module: str, policy: Path) -> None:
        command = [sys.executable, "-m", module, "policy", str(policy)]
        done = subprocess.run(command, capture_output=True, text=True)
        assert (done.returncode, json.loads(done.stdout)["max_age"]) == (0, 7200)


class TestServeRefuses:
    @pytest.fixture(autouse=True)
    def in_app_folder(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(APPS)
        # These commands run in this process, whose own signal handlers have to stay.
        monkeypatch.setattr("lambda_cors_kit.commands.serve._stop_on_signals", lambda: None)

    def test_a_handler_that_names_nothing(self, policy: Path, failed: Callable[..., str]) -> None:
        assert "is no handler: write MODULE:HANDLER" in failed("serve", "app", "--policy", policy)
        assert "There is no module absent in" in failed("serve", "absent:handler", "--policy", policy)

    def test_a_policy_with_problems(self, policy: Path, failed: Callable[..., str]) -> None:
        policy.write_text('{"allow_origins": []}')
        words = failed("serve", "plain:handler", "--policy", policy)
        assert f"{policy} has 1 problem:\n- allow_origins: " in words
        assert words.endswith(" (origin.missing)\n")
        assert "cannot be read" in failed("serve", "plain:handler", "--policy", "absent.json")

    def test_a_root_without_anything_applied(self, tmp_path: Path, failed: Callable[..., str]) -> None:
        require_terraform()
        assert "Nothing is applied" in failed("serve", "plain:handler", "--terraform", tmp_path)
        assert "is no directory" in failed("serve", "plain:handler", "--terraform", tmp_path / "absent")

    def test_a_choice_of_modules(self, tmp_path: Path, policy: Path, failed: Callable[..., str]) -> None:
        require_terraform()
        (tmp_path / "terraform.tfstate").write_text(json.dumps(state("module.a", "module.b") | {"lineage": "x"}))

        assert "module.a, module.b" in failed("serve", "plain:handler", "--terraform", tmp_path)
        wrong = ["--terraform", tmp_path, "--module", "module.c"]
        assert "module.c has no REST API" in failed("serve", "plain:handler", *wrong)
        assert "goes with --terraform" in failed("serve", "plain:handler", "--policy", policy, "--module", "m")

    def test_terraform_is_missing(
        self, tmp_path: Path, failed: Callable[..., str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        assert "terraform was not found" in failed("serve", "plain:handler", "--terraform", tmp_path)

    def test_a_port_that_is_taken(self, policy: Path, failed: Callable[..., str]) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            words = failed("serve", "plain:handler", "--policy", policy, "--port", port)
        assert f"port {port}: address already in use" in words

    def test_a_host_that_is_none(self, policy: Path, failed: Callable[..., str]) -> None:
        assert "Cannot listen on" in failed("serve", "plain:handler", "--policy", policy, "--host", "not a host")

    @pytest.mark.parametrize("name", ["airspeed", "awslambdaric", "h11"])
    def test_the_extra_is_missing(
        self, name: str, policy: Path, failed: Callable[..., str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        find = importlib.util.find_spec
        monkeypatch.setattr("importlib.util.find_spec", lambda wanted: None if wanted == name else find(wanted))

        words = failed("serve", "plain:handler", "--policy", policy)
        assert f'{name} is missing, which serve needs: pip install "lambda-cors-kit[cli]"' in words


class Served:
    """The command in a process of its own, until it listens."""

    def __init__(self, *arguments: object, cwd: Path = APPS) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "lambda_cors_kit.cli", "serve", *map(str, arguments), "--port", "0"],
            cwd=cwd,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.line = self.process.stdout.readline()
        self.url = self.line.removeprefix("listening on ").strip()

    def stop(self, number: int) -> tuple[int, str]:
        """Send a signal; the exit code and what was written to stderr."""
        self.process.send_signal(number)
        _, log = self.process.communicate(timeout=10)
        return self.process.returncode, log


@pytest.fixture
def serve() -> Iterator[Callable[..., Served]]:
    started: list[Served] = []

    def start(*arguments: object) -> Served:
        started.append(Served(*arguments))
        return started[-1]

    yield start
    for each in started:
        if each.process.poll() is None:
            each.process.kill()
            each.process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serving_a_policy_until_a_signal(serve: Callable[..., Served], policy: Path, number: int) -> None:
    served = serve("plain:handler", "--policy", policy)
    assert served.line.startswith("listening on http://127.0.0.1:")
    with urlopen(served.url + "/log") as response:
        pid = json.load(response)["pid"]

    code, log = served.stop(number)
    assert code == 0
    assert "GET /log 200" in log
    assert "[function] a line of the app's log" in log
    assert "Traceback" not in log
    for _ in range(50):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            break
        time.sleep(0.02)
    else:
        pytest.fail("the function's process is still there")


def test_serving_on_ipv6(serve: Callable[..., Served], policy: Path) -> None:
    served = serve("plain:handler", "--policy", policy, "--host", "::1")
    assert re.fullmatch(r"listening on http://\[::1\]:[0-9]+\n", served.line)
    with urlopen(served.url + "/log") as response:
        assert response.status == 200
    assert served.stop(signal.SIGINT)[0] == 0


def test_serving_what_terraform_deployed(serve: Callable[..., Served], tmp_path: Path) -> None:
    require_terraform()
    (tmp_path / "terraform.tfstate").write_text(json.dumps(state(timeout=1) | {"lineage": "x"}))
    served = serve("plain:handler", "--terraform", tmp_path)
    assert served.url.endswith("/prod")

    preflight = Request(served.url + "/items", method="OPTIONS", headers={"Origin": "https://app.example.com"})
    with urlopen(preflight) as response:
        assert (response.status, response.headers["Vary"]) == (204, "Origin")
    with pytest.raises(HTTPError) as caught:
        urlopen(served.url + "/crash")
    assert (caught.value.code, json.load(caught.value)) == (502, {"message": "Internal server error"})
    assert served.stop(signal.SIGINT)[0] == 0
