"""What the demo showed, as a report for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from demo import report
from demo.checks import Cell, PageName, Row
from demo.gateways import Facts
from demo.report import Column, Grid, Report, Section
from demo.table import request_line, result

PARTS = (
    ("shown", "what the page's script got"),
    ("preflight", "the status of the preflight's answer; a dot where the browser sends none"),
    ("ran", "how often the function ran, the preflight included"),
)
WRITERS = {
    "function": "the function writes the headers of its own responses",
    "gateway": "the gateway writes the headers and the function none",
}


def summary(rows: Sequence[Row], pages: Mapping[PageName, str], browser: str) -> Report:
    """Describe every cell, the page that asked, and what each gateway cannot do."""
    gateways = [cell.gateway for cell in rows[0].cells] if rows else []
    runs = sum(cell.observation.invocations or 0 for row in rows for cell in row.cells)
    preflights = sum(cell.observation.preflight is not None for row in rows for cell in row.cells)
    return Report(
        title="What two pages may read",
        lead="Terraform deployed one app behind three gateways of an embedded AWS. Two pages then asked each of "
        "them on this machine: one on an origin that the policies name, one on an origin that they do not.",
        facts=[
            (f"{len(gateways)}", "gateways, one app"),
            (f"{preflights}", "preflights"),
            (f"{runs}", "invocations of the function"),
            (browser.removeprefix("the ").partition(" (")[0], "was the judge"),
        ],
        sections=[
            Section(
                "One verdict",
                "The same request, gateway by gateway. Green and red is what the page's script got, the same "
                "everywhere. Grey is what it never learns: the preflight's status, how often the function ran.",
                [_grid(page, pages[page], rows, gateways, browser) for page in pages],
            ),
            *(_about(gateway) for gateway in gateways),
        ],
    )


def _grid(
    page: PageName, origin: str, rows: Sequence[Row], gateways: Sequence[Facts], browser: str
) -> Grid:
    columns = [Column(name, words, _heading(gateway)) for gateway in gateways for name, words in PARTS]
    lines = [_row(row, browser) for row in rows if row.check.page == page]
    words = "The policies name its origin." if page == "allowed" else "The policies do not name its origin."
    return Grid(f"The page on {origin}", columns, lines, words)


def _row(row: Row, browser: str) -> report.Row:
    title = row.check.title[:1].upper() + row.check.title[1:]
    cells = [part for cell in row.cells for part in _cells(row, cell, browser)]
    return report.Row(title, request_line(row.check.asked), cells)


def _heading(gateway: Facts) -> str:
    return f"{gateway.name}, signed" if gateway.signed else gateway.name


def _cells(row: Row, cell: Cell, browser: str) -> list[report.Cell | None]:
    seen, asked = cell.observation, f"{request_line(row.check.asked)}, {_heading(cell.gateway)}"
    preflight, ran = str(seen.preflight or "none"), f"{seen.invocations}x"
    got = f"{result(seen)} {' '.join(seen.body.split())}".strip()
    judges = [(browser, got[:300]), ("preflight", preflight), ("the function ran", ran)]
    reason = cell.answer or seen.hidden
    return [
        report.Cell(result(seen), seen.status is not None, not cell.answer, asked, reason, judges),
        None
        if preflight == "none" and not cell.preflight
        else report.Cell(preflight, False, not cell.preflight, f"The preflight of {asked}", cell.preflight),
        report.Cell(ran, False, not cell.invocations, f"Invocations for {asked}", cell.invocations),
    ]


def _about(gateway: Facts) -> Section:
    words = [f"Here {WRITERS.get(gateway.writer, gateway.writer)}."]
    if gateway.signed:
        words.append(
            "The pages sign their requests as one with AWS credentials of its own does, which makes every request "
            "one with a preflight. This machine looks whether there is a signature, not whose."
        )
    return Section(gateway.name, " ".join([*words, *gateway.limits]), [])
