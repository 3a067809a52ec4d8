"""The system's Chromium as judge, driven by Playwright."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import threading
from collections.abc import Callable, Coroutine, Mapping
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
    """A page on each origin for each API, each with its own cookies and caches.

    Raises `NoChromium` where there is none.

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
        self._tabs: dict[tuple[PageName, str], _Tab] = {}
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Chromium:
        self._thread.start()
        try:
            self._run(self._open)
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
        return self._run(lambda: self._observe(page, api, asked))

    async def _observe(self, page: PageName, api: str, asked: Asked) -> Observation:
        # Cookies know no ports: two APIs on one host would share them.
        if (page, api) not in self._tabs:
            assert self._browser is not None, "a browser is driven in its `with` statement"
            self._tabs[page, api] = await _Tab.open(await self._browser.new_context(), self._origins[page])
        return await self._tabs[page, api].observe(api, asked)

    def _submit(self, work: Callable[[], Coroutine[Any, Any, T]]) -> Future[T]:
        """Begin `work` in Playwright's thread, where no signal comes between its making and its start."""
        done: Future[T] = Future()
        self._loop.call_soon_threadsafe(lambda: self._loop.create_task(_fulfil(done, work)))
        return done

    def _run(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
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

    async def _close(self) -> None:
        if self._browser is not None:
            await self._browser.close()
        if self._playwright is not None:
            await self._playwright.stop()

    def _end(self) -> None:
        # The driver may be gone already: a terminal's Ctrl-C reaches it as well.
        with suppress(Exception):
            self._submit(self._close).result(CLOSE)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(CLOSE)
        self._loop.close()


async def _fulfil(done: Future[T], work: Callable[[], Coroutine[Any, Any, T]]) -> None:
    try:
        done.set_result(await work())
    except Exception as error:
        done.set_exception(error)


class _Tab:
    """One page: what it fetches, what its console says, and which preflights the browser sent for it."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._console: list[str] = []
        self._preflights: list[int] = []
        self._fetched: set[str] = set()
        self._answered: set[str] = set()
        page.on("console", self._listen)

    @classmethod
    async def open(cls, context: BrowserContext, origin: str) -> _Tab:
        page = await context.new_page()
        tab = cls(page)
        # A script never learns of its preflight; the network panel does.
        devtools = await context.new_cdp_session(page)
        devtools.on("Network.requestWillBeSent", tab._watch_request)
        devtools.on("Network.responseReceived", tab._watch_response)
        devtools.on("Network.responseReceivedExtraInfo", tab._watch_wire)
        await devtools.send("Network.enable")
        await page.goto(f"{origin}/?quiet")
        return tab

    def _listen(self, message: ConsoleMessage) -> None:
        if match := _BLOCKED.search(message.text):
            self._console.append(match[1])

    def _watch_request(self, event: dict[str, Any]) -> None:
        if event.get("type") == "Fetch":
            self._fetched.add(event["requestId"])

    def _watch_response(self, event: dict[str, Any]) -> None:
        if event.get("type") == "Preflight":
            self._preflights.append(int(event["response"]["status"]))

    def _watch_wire(self, event: dict[str, Any]) -> None:
        self._answered.add(event["requestId"])

    async def observe(self, api: str, asked: Asked) -> Observation:
        self._console.clear()
        self._preflights.clear()
        self._fetched.clear()
        script = "([api, asked]) => observe(api, asked)"
        try:
            seen = await asyncio.wait_for(self._page.evaluate(script, [api, asdict(asked)]), FETCH)
        except TimeoutError:
            return Observation(failure=f"no answer within {FETCH:.0f} seconds")
        reason = await self._reason() if seen["failure"] else ""
        preflight = await self._preflight(reason)
        if not seen["failure"]:
            return Observation(status=seen["status"], body=seen["body"], preflight=preflight)
        return Observation(hidden=reason, failure="" if reason else seen["failure"], preflight=preflight)

    async def _reason(self) -> str:
        """Wait for the console's line about the request; empty when CORS had nothing to do with its failure."""
        await _until(lambda: bool(self._console))
        return self._console[-1] if self._console else ""

    async def _preflight(self, reason: str) -> int | None:
        """Wait until the network has told all, and return the preflight's status, None where there was none.

        Network events come from another process than a script's results and its console, sooner or later than
        these, but in order among themselves: once the request itself is answered, its preflight is known.
        """
        if "preflight" in reason.lower():
            await _until(lambda: bool(self._preflights))
        else:
            await _until(lambda: bool(self._fetched & self._answered))
        return self._preflights[-1] if self._preflights else None


async def _until(done: Callable[[], bool]) -> None:
    """Wait for what browsers do in no time; two seconds are for a machine that is busy."""
    for _ in range(100):
        if done():
            return
        await asyncio.sleep(0.02)
