"""Chromium and the browser model see the same of one small API, each through the demo's own page."""

from __future__ import annotations

import http.server
import json
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from demo.checks import CHECKS, Asked, Check, Observation, PageName, Without
from demo.chromium import Chromium, NoChromium, find_chromium
from demo.gateways import Facts, Running
from demo.judges import Judge, open_judge
from demo.model import Model
from demo.pages import Pages, as_json
from demo.plain import PLAIN
from tests.conftest import require

Observe = Callable[[PageName, Asked], Observation]
ObserveAt = Callable[[PageName, str, Asked], Observation]


class API(http.server.BaseHTTPRequestHandler):
    """Allows pages on localhost, with credentials, PUT and Content-Type."""

    protocol_version = "HTTP/1.1"

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        origin = self.headers.get("Origin", "")
        self.send_response(status)
        if origin.startswith("http://localhost:") and status != 413:
            self.send_header("Access-Control-Allow-Origin", origin)
            self.send_header("Access-Control-Allow-Credentials", "true")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_OPTIONS(self) -> None:
        allowed = self.headers.get("Origin", "").startswith("http://localhost:")
        names = {"Access_Control_Allow_Methods": "PUT", "Access_Control_Allow_Headers": "content-type"}
        self.answer(204 if allowed else 403, b"", **(names if allowed else {}))

    def do_GET(self) -> None:
        if self.path == "/hang-up":
            self.close_connection = True
        elif self.path == "/cookie":
            cookie = "visits=1; Secure; HttpOnly; SameSite=None"
            self.answer(200, self.headers.get("Cookie", "none").encode(), Set_Cookie=cookie)
        else:
            self.answer(500 if self.path == "/crash" else 200, b"hello")

    def do_PUT(self) -> None:
        self.answer(200, self.rfile.read(int(self.headers["Content-Length"])))

    def do_POST(self) -> None:
        size = len(self.rfile.read(int(self.headers["Content-Length"])))
        self.answer(413, str(size).encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def api() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), API) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://localhost:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def pages(api: str) -> Iterator[Pages]:
    with Pages() as pages:
        http = Running(Facts("http", "gateway", False, ("A limit.",)), api, lambda: 42)
        url = Running(Facts("function_url", "gateway", False, signed=True), api, lambda: 7)
        pages.gateways = (http, url, Running(PLAIN, f"{api}/plain", lambda: 9))
        yield pages


@pytest.fixture(scope="module", params=["model", pytest.param("chromium", marks=pytest.mark.browser)])
def observe_at(request: pytest.FixtureRequest, pages: Pages) -> Iterator[ObserveAt]:
    if request.param == "chromium":
        require("chromium")
    judge: type[Model | Chromium] = Chromium if request.param == "chromium" else Model
    with judge(pages.origins) as opened:
        yield opened.observe


@pytest.fixture
def observe(observe_at: ObserveAt, api: str) -> Observe:
    return lambda page, asked: observe_at(page, api, asked)


@pytest.mark.parametrize(("path", "status"), [("/items", 200), ("/crash", 500)])
def test_an_allowed_page_reads_success_and_errors(observe: Observe, path: str, status: int) -> None:
    assert observe("allowed", Asked(path)) == Observation(status=status, body="hello")


def test_a_refused_page_reads_nothing_and_learns_which_rule(observe: Observe) -> None:
    seen = observe("refused", Asked("/items"))
    assert (seen.status, seen.body, seen.failure, seen.preflight) == (None, "", "", None)
    assert "Access-Control-Allow-Origin" in seen.hidden


def test_a_preflight_that_is_granted(observe: Observe) -> None:
    seen = observe("allowed", Asked("/items/1", "PUT", {"Content-Type": "application/json"}, "{}"))
    assert seen == Observation(status=200, body="{}", preflight=204)


def test_a_preflight_that_is_refused(observe: Observe) -> None:
    seen = observe("refused", Asked("/items/1", "PUT", {"Content-Type": "application/json"}, "{}"))
    assert (seen.status, seen.failure, seen.preflight) == (None, "", 403)
    assert "preflight" in seen.hidden


def test_a_header_that_is_not_allowed(observe: Observe) -> None:
    seen = observe("allowed", Asked("/items", headers={"X-Trace-Id": "1"}))
    assert (seen.status, seen.failure, seen.preflight) == (None, "", 204)
    assert "x-trace-id" in seen.hidden


def test_a_large_body_is_sent_whole_without_a_preflight(observe: Observe) -> None:
    seen = observe("allowed", Asked("/items", "POST", padding=300_000))
    assert (seen.status, seen.failure, seen.preflight) == (None, "", None)
    assert "Access-Control-Allow-Origin" in seen.hidden


def test_cookies_come_back_with_credentials_only(observe: Observe) -> None:
    observe("allowed", Asked("/cookie", credentials="include"))
    assert observe("allowed", Asked("/cookie", credentials="include")).body == "visits=1"
    assert observe("allowed", Asked("/cookie")).body == "none"


def test_every_api_has_cookies_of_its_own(observe_at: ObserveAt, api: str) -> None:
    observe_at("allowed", f"{api}/.", Asked("/cookie", credentials="include"))
    assert observe_at("allowed", f"{api}/.", Asked("/cookie", credentials="include")).body == "visits=1"
    assert observe_at("allowed", f"{api}/./.", Asked("/cookie", credentials="include")).body == "none"


def test_an_api_that_hangs_up_is_a_failure_and_no_cors_error(observe: Observe) -> None:
    seen = observe("allowed", Asked("/hang-up"))
    assert seen.failure
    assert (seen.status, seen.hidden) == (None, "")


def read(url: str) -> tuple[str, bytes]:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.headers["Content-Type"], answer.read()


def test_the_pages_serve_what_a_person_needs(pages: Pages, api: str) -> None:
    kind, page = read(f"{pages.origins['allowed']}/")
    assert kind == "text/html; charset=utf-8"
    assert b"async function observe(api, asked)" in page
    setting = json.loads(read(f"{pages.origins['refused']}/demo.json")[1])
    assert setting["pages"] == pages.origins
    unsigned, signed, plain = setting["gateways"]
    assert (unsigned["key"], unsigned["name"], unsigned["url"]) == ("http", "HTTP API", api)
    assert (unsigned["writer"], unsigned["limits"], unsigned["signed"]) == ("gateway", ["A limit."], False)
    assert (plain["key"], plain["name"], plain["limits"]) == ("plain", "Without the kit", [])
    assert len(unsigned["checks"]) == len(signed["checks"]) == len(plain["checks"]) == len(CHECKS)
    for each in (unsigned, plain):
        assert all("Authorization" not in check["asked"]["headers"] for check in each["checks"])
    assert all(check["asked"]["headers"]["Authorization"].startswith("AWS4-") for check in signed["checks"])
    assert read(f"{pages.origins['allowed']}/invocations?gateway=http") == ("application/json", b"42")
    assert read(f"{pages.origins['allowed']}/invocations?gateway=function_url") == ("application/json", b"7")
    assert read(f"{pages.origins['allowed']}/invocations?gateway=plain") == ("application/json", b"9")


def test_the_page_gets_all_that_fetch_needs() -> None:
    asked = Asked("/a", "PUT", {"A": "b", "Content-Type": "text/plain"}, "{}", "include", 3)
    check = Check("allowed", "t", asked, 200, "x", preflight="passes")
    gateway = Running(Facts("http", "function", True), "http://api", lambda: 0)
    assert as_json(check, gateway) == {
        "page": "allowed",
        "title": "t",
        "named": ["A"],
        "asked": {
            "path": "/a",
            "method": "PUT",
            "headers": {"A": "b", "Content-Type": "text/plain"},
            "body": "{}",
            "credentials": "include",
            "padding": 3,
        },
        "expected": {"status": 200, "text": "x", "invocations": 2},
    }


def test_the_page_says_why_it_gets_something_else_without_the_kit() -> None:
    check = Check("allowed", "as it should be", Asked("/"), 200, without=Without(None, "for want of a header"))
    with_kit = Running(Facts("rest", "function", False), "http://api", lambda: 0)
    without = replace(with_kit, facts=PLAIN)
    assert [as_json(check, each)["title"] for each in (with_kit, without)] == [check.title, "for want of a header"]
    assert as_json(check, without)["expected"] == {"status": None, "text": "", "invocations": 1}
    same = replace(check, without=None)
    assert as_json(same, without) == as_json(same, with_kit)


@pytest.mark.browser
def test_a_person_sees_every_request_and_what_came_of_it(pages: Pages) -> None:
    from playwright.sync_api import sync_playwright

    from demo.chromium import FLAGS

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=require("chromium"), args=FLAGS)
        page = browser.new_page()
        page.goto(f"{pages.origins['refused']}/")
        page.wait_for_function("document.querySelectorAll('.chip.blocked').length === 4", timeout=20_000)
        assert page.locator("article").count() == 4
        assert page.locator("#here").inner_text() == pages.origins["refused"]
        page.click("#other")
        page.wait_for_url(f"{pages.origins['allowed']}/?gateway=http")
        page.wait_for_selector("text=readable, status 200", timeout=20_000)
        assert page.locator("#gateways [aria-current]").inner_text().startswith("HTTP API")
        assert page.locator("#limits li").all_text_contents() == ["A limit."]
        assert page.locator("#limits").is_visible()
        page.click("text=Function URL")
        page.wait_for_url(f"{pages.origins['allowed']}/?gateway=function_url")
        page.wait_for_selector("#gateways [aria-current] >> text=this page signs its requests", timeout=20_000)
        page.click("#gateways >> text=Without the kit")
        page.wait_for_url(f"{pages.origins['allowed']}/?gateway=plain")
        page.wait_for_selector("#standing >> text=Without the kit there is no list of origins", timeout=20_000)
        assert not page.locator("#limits").is_visible()
        browser.close()


def test_chromium_is_found_on_path(tmp_path: Path) -> None:
    assert find_chromium({"PATH": str(tmp_path)}) is None
    (tmp_path / "google-chrome").touch(mode=0o755)
    assert find_chromium({"PATH": str(tmp_path)}) == tmp_path / "google-chrome"


def judged_with(path: Path, pages: Pages, monkeypatch: pytest.MonkeyPatch) -> tuple[Judge, str]:
    monkeypatch.setenv("PATH", str(path))
    with ExitStack() as running:
        return open_judge(running, pages.origins)


def test_without_chromium_the_model_judges_and_says_so(
    tmp_path: Path, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge, reason = judged_with(tmp_path, pages, monkeypatch)
    assert isinstance(judge, Model)
    assert reason == "there is no Chromium or Chrome on PATH"


def test_a_chromium_that_does_not_start_is_named(
    tmp_path: Path, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    judge, reason = judged_with(tmp_path, pages, monkeypatch)
    assert isinstance(judge, Model)
    assert f"{broken} cannot be driven" in reason


def test_without_playwright_the_model_judges(
    tmp_path: Path, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "chromium").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(__import__("sys").modules, "playwright.async_api", None)
    with pytest.raises(NoChromium, match="Playwright is not installed"):
        Chromium(pages.origins)
