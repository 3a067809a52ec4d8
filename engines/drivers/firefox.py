"""Firefox, driven over its own WebDriver BiDi socket: https://w3c.github.io/webdriver-bidi/

Playwright drives a patched Firefox only, and Debian has no geckodriver.
"""

from __future__ import annotations

import itertools
import json
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from embedded.process import end, start
from engines.drivers.engine import (
    NO_PROXY_HOST,
    NO_PROXY_PORT,
    SCRIPT_SECONDS,
    START_SECONDS,
    Engine,
    EngineError,
    environment_in,
    on_path,
    wait_for,
)

PREFERENCES: dict[str, object] = {
    # Off the network.
    "network.proxy.type": 1,
    "network.proxy.http": NO_PROXY_HOST,
    "network.proxy.http_port": NO_PROXY_PORT,
    "network.proxy.ssl": NO_PROXY_HOST,
    "network.proxy.ssl_port": NO_PROXY_PORT,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.safebrowsing.update.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.topsites.contile.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.getAddons.cache.enabled": False,
    "extensions.systemAddon.update.enabled": False,
    "extensions.update.enabled": False,
    "toolkit.telemetry.server": "data:,",
    # Nothing but the page.
    "browser.startup.page": 0,
    "browser.aboutwelcome.enabled": False,
    "browser.newtabpage.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.tabs.firefox-view": False,
    "browser.warnOnQuit": False,
}
_LISTENING = re.compile(r"WebDriver BiDi listening on (ws://127\.0\.0\.1:[0-9]+)")


def find_firefox() -> Path | None:
    """Return the first Firefox on PATH, None without one."""
    return on_path("firefox-esr", "firefox")


class Firefox(Engine):
    """A stock Firefox at `path`, with a profile of its own."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._numbers = itertools.count(1)
        try:
            self._socket = self._start(path)
            self._context = self._open_session()
        except BaseException:
            self.close()
            raise

    def _start(self, path: Path) -> ClientConnection:
        home = self.temporary_folder()
        lines = (f"user_pref({json.dumps(k)}, {json.dumps(v)});\n" for k, v in PREFERENCES.items())
        (home / "user.js").write_text("".join(lines))
        log = home / "output.log"
        process = start(
            [str(path), "--headless", "--no-remote", "--profile", str(home), "--remote-debugging-port", "0"],
            output=self.running.enter_context(log.open("w")).fileno(),
            environment=environment_in(home),
        )
        self.running.callback(end, process)
        found = wait_for(
            str(path), lambda: _LISTENING.search(log.read_text()), lambda: process.poll() is None
        )
        # No proxy of the caller's environment, no limit on the size of an answer.
        socket = connect(f"{found[1]}/session", proxy=None, max_size=None, open_timeout=START_SECONDS)
        self.running.enter_context(socket)
        return socket

    def _open_session(self) -> str:
        session = self._call("session.new", capabilities={})
        self.running.callback(self._quit)
        self.name = f"Firefox {session['capabilities']['browserVersion']}"
        contexts = self._call("browsingContext.getTree")["contexts"]
        return str(contexts[0]["context"])

    def _quit(self) -> None:
        with suppress(ConnectionClosed, TimeoutError, EngineError):
            self._call("browser.close")

    def _call(self, method: str, **parameters: object) -> dict[str, Any]:
        """Send one command and wait for its answer; events in between are of no interest."""
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self._socket.recv(timeout=SCRIPT_SECONDS))
            if answer.get("id") == number:
                break
        if answer["type"] == "error":
            raise EngineError(f"{method}: {answer['error']}, {answer['message']}")
        return dict(answer["result"])

    def open(self, url: str) -> None:
        """Navigate the page and wait until it is loaded."""
        self._call("browsingContext.navigate", context=self._context, url=url, wait="complete")

    def run(self, function: str) -> str:
        """Call an async function without arguments that gives a string. Raises EngineError where it throws."""
        answer = self._call(
            "script.callFunction",
            functionDeclaration=function,
            awaitPromise=True,
            target={"context": self._context},
        )
        if answer["type"] != "success":
            raise EngineError(f"{self.name}: {answer['exceptionDetails']['text']}")
        return str(answer["result"]["value"])
