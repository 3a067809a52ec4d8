"""What the three drivers share."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

T = TypeVar("T")

START_SECONDS = 60.0
"""For a browser to answer at all, on a machine that is busy."""
SCRIPT_SECONDS = 120.0
"""For one script, which may run hundreds of fetches."""

# Where nothing listens: a browser's own calls home end there, loopback is never sent through a proxy.
NO_PROXY_HOST, NO_PROXY_PORT = "127.0.0.1", 9


class EngineError(Exception):
    """The browser did not start, or a script in it threw."""


class Engine(ABC):
    """One browser with one page. It starts when it is made and ends with `close`, or at the end of a `with`.

    `name` is the engine's and its version's; `console` holds what the page's console said, where the driver
    can tell.
    """

    name: str

    def __init__(self) -> None:
        self.console: list[str] = []
        self.running = ExitStack()

    @abstractmethod
    def open(self, url: str) -> None:
        """Navigate the page and wait until it is loaded."""

    @abstractmethod
    def run(self, function: str) -> str:
        """Call an async function without arguments that gives a string. Raises EngineError where it throws."""

    def evaluate(self, script: str) -> Any:
        """Run the body of an async function in the page and return its result, anything that JSON can hold."""
        return json.loads(
            self.run(f"async () => JSON.stringify(await (async () => {{\n{script}\n}})() ?? null)")
        )

    def temporary_folder(self) -> Path:
        """A folder that ends with the browser, for all that it keeps."""
        # The browser's last processes may still write while it is removed.
        folder = tempfile.TemporaryDirectory(prefix="engine-", ignore_cleanup_errors=True)
        return Path(self.running.enter_context(folder))

    def close(self) -> None:
        """End the browser and remove its profile; a second time does nothing."""
        self.running.close()

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def on_path(*names: str) -> Path | None:
    """The first of these programs on PATH."""
    found = (shutil.which(name) for name in names)
    return next((Path(path) for path in found if path), None)


def environment_in(home: Path) -> Mapping[str, str]:
    """The caller's environment, but every file that a browser keeps lands in `home`."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "DBUS_", "MOZ_"))
    }
    return kept | {"HOME": str(home), "XDG_RUNTIME_DIR": str(home)}


def wait_for(what: str, attempt: Callable[[], T | None], alive: Callable[[], bool]) -> T:
    """Try until `attempt` gives something; raises EngineError when `alive` says no, or after a minute."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        found = attempt()
        if found is not None:
            return found
        if not alive():
            raise EngineError(f"{what} ended before it answered")
        time.sleep(0.02)
    raise EngineError(f"{what} did not answer within {START_SECONDS:.0f} s")
