"""The three engines and the model, each asked everything once."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from engines import bed as beds
from engines.bed import Bed
from engines.drivers import ENGINES, EngineError
from engines.drivers.firefox import find_firefox
from engines.drivers.webkit import find_webkit
from engines.matrix import Run, run
from engines.model import Model
from engines.question import Driven
from tests.conftest import TOOLS, require

TOOLS |= {
    "firefox": (find_firefox, "a Firefox on PATH (Debian: apt install firefox-esr)"),
    "webkit": (find_webkit, "WebKitWebDriver and Xvfb on PATH (Debian: apt install webkit2gtk-driver xvfb)"),
}


@dataclass(frozen=True)
class Engine:
    """An engine's run, and its manners: what a script that throws leads to, and what is left when it is closed."""

    key: str
    run: Run
    error: str
    left_over: list[str]


@pytest.fixture(scope="session")
def bed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bed]:
    with beds.made(tmp_path_factory.mktemp("engines")) as made:
        yield made


@pytest.fixture(scope="session")
def model(bed: Bed) -> Run:
    return run(Model(), bed)


@pytest.fixture(scope="session")
def engine_of(bed: Bed, model: Run, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Engine]:
    """Give an engine by its name; each is started once, and ended before the tests look at what it saw.

    The model comes first: it wakes the functions.
    """
    known: dict[str, Engine] = {}

    def engine(key: str) -> Engine:
        path = require(key)
        if key not in known:
            known[key] = asked(key, path, bed, tmp_path_factory.mktemp(key))
        return known[key]

    return engine


@pytest.fixture(params=[pytest.param(key, marks=pytest.mark.browser) for key in ENGINES])
def engine(request: pytest.FixtureRequest, engine_of: Callable[[str], Engine]) -> Engine:
    return engine_of(request.param)


def asked(key: str, path: Path, bed: Bed, temporary: Path) -> Engine:
    """Start an engine whose temporary files all lie in one folder, ask it everything, end it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(temporary))
        patch.setattr(tempfile, "tempdir", None)
        with ENGINES[key](path) as started:
            seen = run(Driven(started), bed)
            with pytest.raises(EngineError) as error:
                started.evaluate("throw new RangeError('too far')")
        started.close()
    return Engine(key, seen, str(error.value), left_in(temporary))


def left_in(folder: Path) -> list[str]:
    """The files and processes that are left, after a moment for those that are just ending."""
    for _ in range(50):
        left = [*map(str, folder.rglob("*")), *processes_with(folder)]
        if not left:
            break
        time.sleep(0.1)
    return left


def processes_with(folder: Path) -> list[str]:
    """The processes that still have this folder in their environment; a zombie has none.

    Those of functions that were started meanwhile have inherited it.
    """
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            environment, name = (process / "environ").read_bytes(), (process / "comm").read_text()
        except OSError:
            continue
        if os.fsencode(folder) in environment and b"AWS_LAMBDA_RUNTIME_API=" not in environment:
            found.append(name.strip())
    return found
