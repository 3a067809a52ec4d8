"""The environment of the suites and their sources: `.build/suites/venv` and `.build/suites/src`.

Each suite is that of the version which the project's own environment has: its sdist, unpacked without the package,
which is the installed one.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".build" / "suites"
PYTHON = HOME / "venv" / "bin" / "python"
MANGUM_ONLY = HOME / "mangum"
"""What only Mangum's tests need: Brotli changes the Accept-Encoding that the other suites look at."""

PACKAGES = ("starlette", "fastapi", "mangum")

# What the suites import, from the pyproject.toml of each.
_REQUIREMENTS = (
    "starlette[full]",
    "a2wsgi>=1.9,<=2",
    "anyio[trio]>=4.1,<5",
    "blockbuster>=1.5.23,<2",
    "boto3>=1.43,<2",
    "coverage>=7.13,<8",
    "dirty-equals>=0.9,<1",
    "email-validator>=2,<3",
    "fastapi-cli>=0.0.32,<1",
    "flask>=3,<4",
    "httpx2[zstd]>=2,<3",
    "importlib-metadata>=8",
    "inline-snapshot>=0.21.1,<1",
    "logfire>=5.1,<6",
    "opentelemetry-exporter-otlp-proto-http>=1.44,<2",
    "opentelemetry-instrumentation-fastapi>=0.65b0,<1",
    "opentelemetry-sdk>=1.44,<2",
    "orjson>=3,<4",
    "pwdlib[argon2]>=0.2.1,<1",
    "pydantic-extra-types>=2,<3",
    "pydantic-settings>=2,<3",
    "pyjwt>=2.9,<3",
    "pytest-codspeed>=4.3,<5",
    "pytest-timeout>=2.4,<3",
    "pytest-xdist>=3.5,<4",
    "pytest>=9,<9.2",
    "quart>=0.20,<1",
    "sentry-sdk>=2.70,<3",
    "sqlmodel>=0.0.31,<1",
    "strawberry-graphql>=0.200,<1",
    "typer>=0.26,<1",
    "ujson>=5,<6",
    "uvicorn>=0.30,<1",
)
_MANGUM_REQUIREMENTS = ("brotli>=1,<2", "brotli-asgi>=1.6,<2")


def install() -> dict[str, Path]:
    """Makes what is missing; the folder of each suite by its name.

    Raises:
        subprocess.CalledProcessError: where pip cannot install or download; its words are on stderr.
    """
    pinned = tuple(f"{name}=={version(name)}" for name in PACKAGES)
    wanted = hashlib.sha256(repr((sys.version, pinned, _REQUIREMENTS, _MANGUM_REQUIREMENTS)).encode()).hexdigest()
    mark = HOME / ".ready"
    if not mark.exists() or mark.read_text() != wanted:
        print("Installing what the suites need into .build/suites (once; a minute or two)", flush=True)
        shutil.rmtree(HOME, ignore_errors=True)
        _make(pinned)
        mark.write_text(wanted)
    return {name: _folder(name) for name in PACKAGES}


def _make(pinned: tuple[str, ...]) -> None:
    subprocess.run([sys.executable, "-m", "venv", HOME / "venv"], check=True)
    _pip("install", "--editable", f"{ROOT}[cli]", *pinned, *_REQUIREMENTS)
    _pip("install", "--no-deps", "--target", MANGUM_ONLY, *_MANGUM_REQUIREMENTS)
    for requirement, name in zip(pinned, PACKAGES, strict=True):
        with tempfile.TemporaryDirectory() as folder:
            # pip asks the sdist for its metadata, and builds nothing.
            _pip("download", "--no-deps", "--no-binary", name, "--dest", folder, requirement)
            (archive,) = Path(folder).glob("*.tar.gz")
            with tarfile.open(archive) as file:
                file.extractall(HOME / "src", filter="data")
        shutil.rmtree(_folder(name) / name)


def _folder(name: str) -> Path:
    return HOME / "src" / f"{name}-{version(name)}"


def _pip(*arguments: str | Path) -> None:
    quiet = ("--quiet", "--disable-pip-version-check")
    subprocess.run([PYTHON, "-m", "pip", arguments[0], *quiet, *arguments[1:]], check=True)
