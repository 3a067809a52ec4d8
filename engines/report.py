"""The report a person can look at: one HTML page with a matrix of verdicts, and its screenshot.

Whoever has results describes them with the classes below, which hold nothing but text, numbers and lists; the
page carries them as JSON and draws them itself, without anything from the network.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from demo.chromium import FLAGS, find_chromium

TEMPLATE = Path(__file__).with_name("report.html")
_PLACE = "/* the report */"
WIDTH = 1440
"""Of the screenshot, in CSS pixels; its height is the page's."""


@dataclass(frozen=True)
class Cell:
    """One request of one page.

    `shown` is the verdict in a word (`200`, `blocked`, `opaque`), green where `readable`, red where blocked;
    `right` is False where it is not what was expected. On hover: `asked`, the request in words; `reason`, why
    the browser hides the answer; `judges`, what each browser saw, by its name; `note`, a deviation that is
    excused, which is marked.
    """

    shown: str
    readable: bool
    right: bool
    asked: str
    reason: str = ""
    judges: Sequence[tuple[str, str]] = ()
    note: str = ""


@dataclass(frozen=True)
class Row:
    """`title` and `detail` in front of cells, one for each column, None where nothing was asked.

    Rows that follow each other with the same title show it once.
    """

    title: str
    detail: str
    cells: Sequence[Cell | None]
    hint: str = ""


@dataclass(frozen=True)
class Column:
    """`name` heads the column, `words` explain it; columns of the same `group` stand together below its name."""

    name: str
    words: str
    group: str = ""


@dataclass(frozen=True)
class Grid:
    """A table under a heading, with `lead` beside it.

    One with a single row is drawn as a list of its columns' words.
    """

    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    lead: str = ""


@dataclass(frozen=True)
class Section:
    """Grids that belong together, such as those of one gateway."""

    title: str
    lead: str
    grids: Sequence[Grid]


@dataclass(frozen=True)
class Report:
    """The whole page. `facts` are (figure, what it counts), shown large at the top."""

    title: str
    lead: str
    facts: Sequence[tuple[str, str]]
    sections: Sequence[Section]

    @property
    def cells(self) -> list[Cell]:
        """Every cell that was asked."""
        rows = (row for section in self.sections for grid in section.grids for row in grid.rows)
        return [cell for row in rows for cell in row.cells if cell is not None]


def write_report(report: Report, page: Path) -> Path:
    """Write the report to `page`, one file that needs no other; return its path."""
    # In a script element, only "<" could end it early.
    data = json.dumps(asdict(report), ensure_ascii=False).replace("<", "\\u003c")
    before, after = TEMPLATE.read_text(encoding="utf-8").split(_PLACE)
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(before + data + after, encoding="utf-8")
    return page


def screenshot(page: Path, image: Path, *, dark: bool = False) -> Path | None:
    """Take a picture of the whole of `page` as PNG; None where there is no Chromium or no Playwright."""
    path = find_chromium()
    if path is None:
        return None
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        return None
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
            opened = browser.new_page(
                viewport={"width": WIDTH, "height": 800},
                color_scheme="dark" if dark else "light",
                device_scale_factor=1.5,
            )
            opened.goto(page.absolute().as_uri())
            opened.screenshot(path=image, full_page=True)
            browser.close()
    except Error:
        return None
    return image
