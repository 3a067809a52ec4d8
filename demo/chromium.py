"""The system's Chromium as judge, driven by Playwright."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import threading
from collections.abc import Coroutine, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from demo.checks import Asked, Observation, PageName

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright

T = TypeVar("T")
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
# No sandbox: containers have no user namespaces. The rest keeps the browser off the network.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Seconds: for one fetch() (API Gateway answers after 29 at most), and for the browser to end.
FETCH, CLOSE = 40.0, 10.0
# Only Chromium's console has the rule in words: "Access to fetch at … has been blocked by CORS policy: …".
_BLOCKED = re.compile(r"has been blocked by CORS policy: (.+)", re.DOTALL)


def find_chromium(environ: Mapping[str, str] = os.environ) -> Path | None:
    """Return the first Chromium or Chrome on PATH, None without one."""
    search = environ.get("PATH", os.defpath)
    found = (shutil.which(name, path=search) for name in NAMES)
    return next((Path(path) for path in found if path), None)


class NoChromium(Exception):
    """There is no Chromium to drive; the message says what is missing."""


class Chromium:
    """A page on each origin, each with its own cookies and caches; raises `NoChromium` where there is none.

    Playwright runs in a thread of its own: a signal then interrupts the caller, and never Playwright, which
    could not be ended in order any more.
    """

    def __init__(self, pages: Mapping[PageName, str]) -> None:
        path = find_chromium()
        if path is None:
            raise NoChromium("there is no Chromium or Chrome on PATH")
        try:
            import playwright.async_api  # noqa: F401 (only asked for)
        except ImportError:
            raise NoChromium('Playwright is not installed: pip install "lambda-cors-kit[demo]"') from None
        self.name = f"Chromium ({path})"
        self._path = path
        self._origins = dict(pages)
        self._tabs: dict[PageName, _Tab] = {}
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Chromium:
        self._thread.start()
        try:
            self._run(self._open())
        except BaseException as error:
            self._end()
            from playwright.async_api import Error

            if isinstance(error, Error):
                raise NoChromium(f"{self._path} cannot be driven: {error.message.splitlines()[0]}") from error
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._end()

    def observe(self, page: PageName, api: str, asked: Asked) -> Observation:
        """Run one fetch() in a page."""
        return self._run(self._tabs[page].observe(api, asked))

    def _submit(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._submit(work).result()

    async def _open(self) -> None:
        from playwright.async_api import async_playwright

        self._playwright = await async_playwright().start()
        self._browser = await self._playwright.chromium.launch(
            executable_path=self._path,
            args=FLAGS,
            # Signals are the caller's business.
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
        )
        self.name = f"Chromium {self._browser.version}"
        for page, origin in self._origins.items():
            self._tabs[page] = await _Tab.open(await self._browser.new_context(), origin)

    async def _close(self) -> None:
        if self._browser is not None:
            await self._browser.close()
        if self._playwright is not None:
            await self._playwright.stop()

    def _end(self) -> None:
        # The driver may be gone already: a terminal's Ctrl-C reaches it as well.
        with suppress(Exception):
            self._submit(self._close()).result(CLOSE)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(CLOSE)
        self._loop.close()


class _Tab:
    """One page: what it fetches, what its console says, and which preflights the browser sent for it."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._console: list[str] = []
        self._preflights: list[int] = []
        page.on("console", self._listen)

    @classmethod
    async def open(cls, context: BrowserContext, origin: str) -> _Tab:
        page = await context.new_page()
        tab = cls(page)
        # A script never learns of its preflight; the network panel does.
        devtools = await context.new_cdp_session(page)
        devtools.on("Network.responseReceived", tab._watch)
        await devtools.send("Network.enable")
        await page.goto(f"{origin}/?quiet")
        return tab

    def _listen(self, message: ConsoleMessage) -> None:
        if match := _BLOCKED.search(message.text):
            self._console.append(match[1])

    def _watch(self, event: dict[str, Any]) -> None:
        if event.get("type") == "Preflight":
            self._preflights.append(int(event["response"]["status"]))

    async def observe(self, api: str, asked: Asked) -> Observation:
        self._console.clear()
        self._preflights.clear()
        script = "([api, asked]) => observe(api, asked)"
        try:
            seen = await asyncio.wait_for(self._page.evaluate(script, [api, asdict(asked)]), FETCH)
        except TimeoutError:
            return Observation(failure=f"no answer within {FETCH:.0f} seconds")
        preflight = self._preflights[-1] if self._preflights else None
        if not seen["failure"]:
            return Observation(status=seen["status"], body=seen["body"], preflight=preflight)
        reason = await self._reason()
        # The events of one fetch() come in order: after the console's line no preflight is to follow.
        preflight = self._preflights[-1] if self._preflights else None
        return Observation(hidden=reason, failure="" if reason else seen["failure"], preflight=preflight)

    async def _reason(self) -> str:
        """Wait for the console's line about the request; empty when CORS had nothing to do with its failure."""
        for _ in range(100):
            if self._console:
                break
            await asyncio.sleep(0.02)
        return self._console[-1] if self._console else ""
