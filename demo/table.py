"""The table at the end: what each page asked, what the browser let it see, and whether that is right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from demo.checks import Asked, Observation, PageName, Row

HEADINGS = ("page", "request", "what the browser showed", "expected", "preflight", "function ran", "verdict")
WIDEST = 52


def table(rows: Sequence[Row], pages: Mapping[PageName, str]) -> str:
    """Return the rows as text in aligned columns; a verdict is `ok` or `DIFFERS`, explained below the table."""
    lines = [HEADINGS, *map(_cells, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    text = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines]
    text.insert(1, "  ".join("-" * width for width in widths))
    wrong = [row for row in rows if row.differences]
    for row in wrong:
        text += ["", f"DIFFERS: {row.check.page} page, {request_line(row.check.asked)} ({row.check.title})"]
        text += [f"  - {difference}" for difference in row.differences]
    legend = f"The policy allows the page on {pages['allowed']} and refuses the one on {pages['refused']}."
    summary = f"{len(rows) - len(wrong)} of {len(rows)} rows are as expected."
    return "\n".join(line.rstrip() for line in (*text, "", legend, summary))


def request_line(asked: Asked) -> str:
    """Return a request in a few words: `PUT /items/1, JSON`."""
    words = [f"{asked.method} {asked.path}"]
    if asked.body is not None:
        words.append("JSON")
    if asked.padding:
        words.append(f"{asked.padding // 1024**2} MB")
    if asked.credentials == "include":
        words.append("with credentials")
    words += [name for name in asked.headers if name != "Content-Type"]
    return ", ".join(words)


def _cells(row: Row) -> tuple[str, ...]:
    seen, status = row.observation, row.check.expected.status
    return (
        row.check.page,
        request_line(row.check.asked),
        shown(seen),
        "blocked" if status is None else str(status),
        str(seen.preflight or "none"),
        f"{seen.invocations}x",
        "DIFFERS" if row.differences else "ok",
    )


def shown(seen: Observation) -> str:
    """Return what the page's script got: status and body, or why it got nothing."""
    if seen.failure:
        return _cut(f"no answer: {seen.failure}")
    return _cut(f"blocked: {seen.hidden}" if seen.hidden else f"{seen.status} {seen.body}")


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"
