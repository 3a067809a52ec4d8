"""examples/quickstart/Dockerfile, built without a daemon, and its entry point at work on Lambda's Runtime API.

buildah builds it with chroot isolation, on a base made by debootstrap in place of the public image. The base
brings the packages as wheels, the kit's own built from this checkout: the build itself needs no network.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from embedded import BUILD, ROOT
from embedded.process import end, start
from lambda_cors_kit.environment import VARIABLE, write_environment
from lambda_cors_kit.local.invocation import FunctionError, Invocation, Outcome
from lambda_cors_kit.local.runtime_api import RuntimeAPI

QUICKSTART = ROOT / "examples/quickstart"
PLACE = BUILD / "image"
STORAGE = ["--storage-driver=vfs", f"--root={PLACE}/storage", f"--runroot={PLACE}/run"]
# The release of Debian for the base, and its Python.
RELEASE, PYTHON = "bookworm", "3.11"
SYSTEM, BASE, IMAGE = (f"localhost/lambda-cors-kit/{name}" for name in ("debian", "base", "quickstart"))
PAGE = "https://app.example.com"
TOOLS = ("buildah", "debootstrap")


def run(*command: str | Path) -> str:
    """Run a command and return its output; its error text fails the test."""
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, f"{' '.join(map(str, command))}\n{answer.stdout[-2000:]}{answer.stderr[-3000:]}"
    return answer.stdout.strip()


def buildah(command: str, *arguments: str | Path) -> str:
    """Run a command of buildah, with images and containers of our own."""
    trust = [f"--signature-policy={PLACE}/policy.json"] if command in ("build", "commit", "from") else []
    return run("buildah", *STORAGE, command, *trust, *arguments)


@pytest.fixture(scope="module")
def system() -> str:
    """Debian with Python and pip, as an image; kept for the next run."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None] + (["root"] if os.geteuid() else [])
    if missing:
        stop = pytest.fail if os.environ.get("CI", "").lower() in ("true", "1") else pytest.skip
        stop(f"needs {', '.join(missing)} (Debian: sudo apt install buildah debootstrap)")
    PLACE.mkdir(parents=True, exist_ok=True)
    (PLACE / "policy.json").write_text('{"default": [{"type": "insecureAcceptAnything"}]}')
    if SYSTEM not in buildah("images", "--format", "{{.Name}}").split():
        folder = PLACE / "rootfs"
        shutil.rmtree(folder, ignore_errors=True)
        packages = "python3,python3-pip,python-is-python3,ca-certificates"
        run("debootstrap", "--variant=minbase", f"--include={packages}", RELEASE, folder)
        commit(buildah("from", "scratch"), SYSTEM, folder, "/")
        shutil.rmtree(folder)
    return SYSTEM


def commit(container: str, name: str, source: Path, target: str, *configuration: str) -> None:
    """Make an image of a container with one more folder in it, and remove the container."""
    try:
        buildah("copy", container, source, target)
        if configuration:
            buildah("config", *configuration, container)
        buildah("commit", container, name)
    finally:
        buildah("rm", container)


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What requirements.txt asks for, the kit as it is in this checkout."""
    folder, source = tmp_path_factory.mktemp("wheels"), tmp_path_factory.mktemp("source")
    for name in ("setup.cfg", "pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, source)
    shutil.copytree(ROOT / "python", source / "python", ignore=shutil.ignore_patterns("*.egg-info", "__pycache__"))
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    run(*pip, "wheel", "--no-deps", "--wheel-dir", folder, source)
    only = ["--only-binary=:all:", f"--python-version={PYTHON}", "--implementation=cp"]
    run(*pip, "download", *only, f"--find-links={folder}", "--dest", folder, "-r", QUICKSTART / "requirements.txt")
    return folder


@pytest.fixture(scope="module")
def image(system: str, wheels: Path) -> Iterator[str]:
    """The image that the Dockerfile builds."""
    found = ["--env", "PIP_NO_INDEX=1", "--env", "PIP_FIND_LINKS=/wheels"]
    commit(buildah("from", system), BASE, wheels, "/wheels", *found)
    try:
        options = ["--isolation", "chroot", "--pull-never", "--no-cache", "--build-arg", f"BASE={BASE}"]
        buildah("build", *options, "--tag", IMAGE, QUICKSTART)
        yield IMAGE
    finally:
        for name in (IMAGE, BASE):
            if name in buildah("images", "--format", "{{.Name}}").split():
                buildah("rmi", "--force", name)
        buildah("rmi", "--prune", "--force")


@pytest.fixture(scope="module")
def configuration(image: str) -> dict[str, Any]:
    """What the image says about how to run it."""
    return dict(json.loads(buildah("inspect", "--type", "image", image))["OCIv1"]["config"])


class Sandbox:
    """One container's queue of invocations."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[Invocation | None] = queue.SimpleQueue()
        self._current: Invocation | None = None

    def invoke(self, event: dict[str, Any]) -> dict[str, Any]:
        """Wait for the answer to an event."""
        invocation = Invocation(json.dumps(event).encode(), timeout=30)
        self._waiting.put(invocation)
        return dict(json.loads(invocation.result(60)))

    def close(self) -> None:
        """Let the runtime client go."""
        self._waiting.put(None)

    def next(self) -> Invocation | None:
        self._current = self._waiting.get()
        if self._current:
            self._current.begin()
        return self._current

    def finish(self, request_id: str, outcome: Outcome) -> bool:
        known = self._current is not None and self._current.request_id == request_id
        if self._current and known:
            self._current.complete(outcome)
        return known

    def fail_init(self, error: FunctionError) -> None:
        self._waiting.get().complete(error)  # type: ignore[union-attr]  # a sandbox waits


@pytest.fixture(scope="module")
def function(image: str, configuration: dict[str, Any]) -> Iterator[Sandbox]:
    """The image's entry point, running; Lambda sets the address of its Runtime API in the environment."""
    sandbox = Sandbox()
    api = RuntimeAPI(sandbox, "arn:aws:lambda:us-east-1:123456789012:function:items-api")
    api.start()
    container = buildah("from", image)
    policy = {"allow_origins": [PAGE], "allow_credentials": True}
    environment = {
        VARIABLE: write_environment("function", policy),
        "AWS_LAMBDA_RUNTIME_API": api.address,
        "AWS_LAMBDA_FUNCTION_NAME": "items-api",
        "AWS_REGION": "us-east-1",
    }
    settings = [word for name, value in environment.items() for word in ("--env", f"{name}={value}")]
    command = [*configuration["Entrypoint"], *configuration["Cmd"]]
    with (PLACE / "function.log").open("w") as log:
        process = start(
            ["buildah", *STORAGE, "run", "--isolation", "chroot", *settings, container, "--", *command],
            output=log,
            environment=os.environ,
        )
    try:
        yield sandbox
    finally:
        sandbox.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        end(process)
        api.close()
        buildah("rm", container)


def event(method: str, path: str, **headers: str) -> dict[str, Any]:
    """A REST API's event, as far as the app looks."""
    return {
        "version": "1.0",
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "requestContext": {"stage": "live", "identity": {"sourceIp": "203.0.113.7"}, "httpMethod": method},
        "body": None,
        "isBase64Encoded": False,
    }


def headers_of(response: dict[str, Any]) -> dict[str, str]:
    several = {name.lower(): ", ".join(values) for name, values in response.get("multiValueHeaders", {}).items()}
    return {name.lower(): value for name, value in response.get("headers", {}).items()} | several


def test_the_entry_point_is_lambdas_runtime_client_and_not_root(configuration: dict[str, Any]) -> None:
    assert configuration["Entrypoint"] == ["python", "-m", "awslambdaric"]
    assert configuration["Cmd"] == ["app.handler"]
    assert configuration["User"] == "65534:65534"
    assert configuration["WorkingDir"] == "/app"


def test_everything_in_it_is_compiled(image: str) -> None:
    container = buildah("from", image)
    try:
        folder = Path(buildah("mount", container)) / "app"
        sources = list(folder.rglob("*.py"))
        assert folder / "app.py" in sources
        compiled = {path.name.partition(".")[0] for path in folder.glob("lambda_cors_kit/__pycache__/*.pyc")}
        assert compiled == {path.stem for path in folder.glob("lambda_cors_kit/*.py")}
        assert list(folder.glob("__pycache__/app.*.pyc"))
    finally:
        buildah("rm", container)


def test_a_page_of_the_policy_is_answered(function: Sandbox) -> None:
    response = function.invoke(event("GET", "/items", Origin=PAGE))
    assert response["statusCode"] == 200
    assert json.loads(response["body"])["1"] == {"name": "Lamp", "price": 29.5}
    assert headers_of(response)["access-control-allow-origin"] == PAGE


def test_a_crash_is_readable(function: Sandbox) -> None:
    response = function.invoke(event("GET", "/crash", Origin=PAGE))
    assert response["statusCode"] == 500
    assert headers_of(response)["access-control-allow-origin"] == PAGE


def test_a_stranger_gets_no_header(function: Sandbox) -> None:
    response = function.invoke(event("GET", "/items", Origin="https://evil.example"))
    assert not [name for name in headers_of(response) if name.startswith("access-control-")]
