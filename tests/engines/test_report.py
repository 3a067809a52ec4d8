"""The report's page and picture, of small results that hold something unusual."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engines.report import Cell, Column, Grid, Report, Row, Section, screenshot, write_report
from tests.conftest import require


def small(*cells: Cell) -> Report:
    columns = [Column(f"column {number}", f"words {number}") for number, _ in enumerate(cells)]
    grid = Grid("Requests", columns, [Row("a", "page", cells)])
    twice = Grid("Again", grid.columns, [*grid.rows, *grid.rows])
    return Report("Small", "A lead.", [("1", "fact")], [Section("Gateway", "About it.", [grid, twice])])


GOOD = Cell("200", True, True, "GET", judges=[("Chromium", "200")])
BLOCKED = Cell("blocked", False, True, "PUT", reason="no header </script><b>& more", note="an excuse")
WRONG = Cell("200", True, False, "POST")


def test_the_page_is_one_file_that_asks_for_nothing(tmp_path: Path) -> None:
    text = write_report(small(GOOD, BLOCKED), tmp_path / "new/report.html").read_text()
    assert "http://" not in text
    assert "https://" not in text
    assert "src=" not in text
    assert text.count("</script>") == 2


def test_the_page_carries_what_it_was_given(tmp_path: Path) -> None:
    text = write_report(small(GOOD, BLOCKED), tmp_path / "report.html").read_text()
    data = text.partition('id="report">')[2].partition("</script>")[0]
    [first, second] = json.loads(data)["sections"][0]["grids"][0]["rows"][0]["cells"]
    assert (first["shown"], first["judges"]) == ("200", [["Chromium", "200"]])
    assert second["reason"] == BLOCKED.reason


@pytest.mark.browser
def test_the_page_draws_every_cell_and_says_why(tmp_path: Path) -> None:
    from playwright.sync_api import sync_playwright

    from demo.chromium import FLAGS

    page = write_report(small(GOOD, BLOCKED, WRONG), tmp_path / "report.html")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=require("chromium"), args=FLAGS)
        opened = browser.new_page()
        opened.goto(page.as_uri())
        assert opened.locator("#sections .cell").count() == 9
        assert opened.locator("#sections .cell.wrong").count() == 3
        assert opened.locator("#sections .cell.bad.note").count() == 3
        assert opened.locator(".facts .verdict").inner_text() == "3 of 9\ncells are not as expected"
        opened.locator("#sections .cell.bad").first.hover()
        tip = opened.locator("#tip")
        assert tip.is_visible()
        for words in (BLOCKED.reason, BLOCKED.note, "blocked by the browser"):
            assert words in tip.inner_text()
        opened.mouse.move(0, 0)
        assert not tip.is_visible()
        browser.close()


@pytest.mark.browser
def test_there_is_a_picture_for_either_taste(tmp_path: Path) -> None:
    require("chromium")
    page = write_report(small(GOOD), tmp_path / "report.html")
    light = screenshot(page, tmp_path / "light.png")
    dark = screenshot(page, tmp_path / "dark.png", dark=True)
    assert light is not None
    assert dark is not None
    assert light.read_bytes()[:4] == b"\x89PNG"
    assert light.read_bytes() != dark.read_bytes()


def test_without_chromium_there_is_no_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = write_report(small(GOOD), tmp_path / "report.html")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert screenshot(page, tmp_path / "report.png") is None


def test_without_playwright_there_is_no_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = write_report(small(GOOD), tmp_path / "report.html")
    (tmp_path / "chromium").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(__import__("sys").modules, "playwright.sync_api", None)
    assert screenshot(page, tmp_path / "report.png") is None
