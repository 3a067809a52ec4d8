"""WebKitGTK's MiniBrowser, driven by WebKitWebDriver (https://www.w3.org/TR/webdriver2/) on a screen of Xvfb's."""

from __future__ import annotations

import http.client
import json
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from socket import socket
from typing import IO, Any

from embedded.process import end, start
from engines.drivers.engine import (
    SCRIPT_SECONDS,
    START_SECONDS,
    Engine,
    EngineError,
    environment_in,
    on_path,
    wait_for,
)

_OPTIONS = {"webkitgtk:browserOptions": {"args": ["--automation"]}}
# WebDriver's async script ends with a call of its last argument.
_ASYNC = (
    "const [done] = arguments; ({})().then(text => done({{text}}), error => done({{error: String(error)}}));"
)


def find_webkit() -> Path | None:
    """Return WebKitWebDriver, None where it or Xvfb is missing."""
    return on_path("WebKitWebDriver") if on_path("Xvfb") else None


class WebKit(Engine):
    """MiniBrowser behind the WebKitWebDriver at `path`; its session is ephemeral, as automation's always are."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        try:
            self._port = self._start(path)
            self._session = self._open_session()
        except BaseException:
            self.close()
            raise

    def _start(self, path: Path) -> int:
        home = self.temporary_folder()
        log = self.running.enter_context((home / "output.log").open("w"))
        display = {"DISPLAY": self._screen(home), "GDK_BACKEND": "x11"}
        # No settings daemon, no accessibility bus: nothing is started that would stay.
        quiet = {"GSETTINGS_BACKEND": "memory", "GIO_USE_VFS": "local", "NO_AT_BRIDGE": "1"}
        return self._driver(path, {**environment_in(home), **display, **quiet}, log)

    def _screen(self, home: Path) -> str:
        """A screen with a number that Xvfb finds free and prints when it is ready."""
        process = start(
            ["Xvfb", "-displayfd", "1", "-nolisten", "tcp", "-screen", "0", "1024x768x24"],
            output=subprocess.PIPE,
            environment=environment_in(home),
        )
        self.running.callback(end, process)
        for line in process.stdout or ():
            if line.strip().isdigit():
                return f":{line.strip()}"
        raise EngineError("Xvfb ended before it had a screen")

    def _driver(self, path: Path, environment: Mapping[str, str], log: IO[str]) -> int:
        """The driver takes no port 0, so that another process may be faster: then it is tried again."""
        for _ in range(5):
            with socket() as free:
                free.bind(("127.0.0.1", 0))
                port = int(free.getsockname()[1])
            process = start(
                [str(path), "--host=127.0.0.1", f"--port={port}"],
                output=log.fileno(),
                environment=environment,
            )
            self.running.callback(end, process)
            if self._answers(process, port):
                return port
        raise EngineError(f"{path} finds no port")

    def _answers(self, process: subprocess.Popen[str], port: int) -> bool:
        self._port = port
        try:
            wait_for("WebKitWebDriver", self._status, lambda: process.poll() is None)
        except EngineError:
            return False
        return True

    def _status(self) -> Any:
        with suppress(ConnectionRefusedError):
            return self._call("GET", "/status")
        return None

    def _open_session(self) -> str:
        wanted = {"alwaysMatch": {**_OPTIONS, "timeouts": {"script": int(SCRIPT_SECONDS * 1000)}}}
        created = self._call("POST", "/session", {"capabilities": wanted})
        self._session = str(created["sessionId"])
        self.running.callback(self._quit)
        self.name = f"WebKitGTK {created['capabilities']['browserVersion']}"
        return self._session

    def _quit(self) -> None:
        # The driver hangs up instead of answering when the browser is faster than itself.
        with suppress(OSError, ValueError, http.client.HTTPException, EngineError):
            self._call("DELETE", f"/session/{self._session}")

    def _call(self, method: str, path: str, body: object = None) -> Any:
        connection = http.client.HTTPConnection(
            "127.0.0.1", self._port, timeout=SCRIPT_SECONDS + START_SECONDS
        )
        try:
            connection.request(method, path, None if body is None else json.dumps(body))
            answer = connection.getresponse()
            value = json.loads(answer.read())["value"]
        finally:
            connection.close()
        if answer.status != 200:
            raise EngineError(f"{path}: {value['error']}, {value['message']}")
        return value

    def open(self, url: str) -> None:
        """Navigate the page and wait until it is loaded."""
        self._call("POST", f"/session/{self._session}/url", {"url": url})

    def run(self, function: str) -> str:
        """Call an async function without arguments that gives a string. Raises EngineError where it throws."""
        script = _ASYNC.format(f"({function})")
        answer = self._call("POST", f"/session/{self._session}/execute/async", {"script": script, "args": []})
        if "error" in answer:
            raise EngineError(f"{self.name}: {answer['error']}")
        return str(answer["text"])
