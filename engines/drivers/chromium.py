"""The system's Chromium, driven by Playwright."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from demo.chromium import FLAGS
from engines.drivers.engine import NO_PROXY_HOST, NO_PROXY_PORT, SCRIPT_SECONDS, Engine, EngineError

if TYPE_CHECKING:
    from playwright.sync_api import Page


class Chromium(Engine):
    """Chromium or Chrome at `path`. Its console names the CORS rule that failed, as no other engine's does."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        try:
            self._page = self._start(path)
        except BaseException:
            self.close()
            raise

    def _start(self, path: Path) -> Page:
        from playwright.sync_api import sync_playwright

        playwright = self.running.enter_context(sync_playwright())
        browser = playwright.chromium.launch(
            executable_path=path, args=[*FLAGS, f"--proxy-server={NO_PROXY_HOST}:{NO_PROXY_PORT}"]
        )
        self.running.callback(browser.close)
        self.name = f"Chromium {browser.version}"
        page = browser.new_page()
        page.set_default_timeout(SCRIPT_SECONDS * 1000)
        page.on("console", lambda message: self.console.append(message.text))
        return page

    def open(self, url: str) -> None:
        """Navigate the page and wait until it is loaded."""
        self._page.goto(url)

    def run(self, function: str) -> str:
        """Call an async function without arguments that gives a string. Raises EngineError where it throws."""
        from playwright.sync_api import Error

        try:
            return str(self._page.evaluate(function))
        except Error as error:
            raise EngineError(f"{self.name}: {error.message}") from None
