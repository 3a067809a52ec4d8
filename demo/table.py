"""The table at the end: what each page got with the kit and without it, what it took, and if that is right."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from itertools import groupby

from demo.checks import Asked, Observation, PageName, Row

WIDTH = 80
"""Columns of a terminal that the table and the lines below it fit in."""
PAGES: Mapping[PageName, str] = {
    "allowed": "The page on {}, which the policies allow:",
    "refused": "The page on {}, which they do not:",
}
_GAP = "  "


def table(rows: Sequence[Row], pages: Mapping[PageName, str]) -> str:
    """Return the rows as text in aligned columns, page by page; a cell that is wrong is explained below.

    What a page got has one column for all gateways with the kit, for it is the same: where it is not, a cell is
    wrong and says so. `*` marks what the page got without the kit where that is something else.
    """
    gateways = [cell.gateway for cell in rows[0].cells] if rows else []
    heads = [_two_lines(gateway.name) for gateway in gateways]
    above, below = (list(line) for line in zip(("with", "the kit"), ("without", "the kit"), *heads, strict=True))
    lines = [["", *above, ""], ["request", *below, ""], *map(_line, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    first, second, *body = (_GAP.join(map(str.ljust, line, widths)).rstrip() for line in lines)
    request, gets = widths[0] + len(_GAP), sum(widths[1:3]) + 2 * len(_GAP)
    groups = f"{'':{request}}{'the page gets':{gets}}preflight, runs of the function"
    text = [groups, first, second, _GAP.join("-" * width for width in widths)]
    for page, group in groupby(zip(rows, body, strict=True), key=lambda pair: pair[0].check.page):
        text += [PAGES[page].format(pages[page]), *(written for _, written in group)]
    return "\n".join([*text, *_wrong(rows), "", *_wrapped(_summary(rows))])


def legend(rows: Sequence[Row]) -> str:
    """Return what the kit saves, how to read the table, and what each gateway cannot do."""
    gateways = [cell.gateway for cell in rows[0].cells] if rows else []
    lines = _saved(rows)
    lines += _wrapped(
        '"204 1x": the status of the preflight\'s answer, "-" where the browser sends none, and how often the '
        "function ran; 2x answered the preflight as well, 0x is what the gateway or the browser stopped. Blocked: "
        "the browser hides the answer from the page's script."
    )
    lines += _wrapped(
        "Applied: examples/quickstart as it is, examples/http_api and examples/function_url with the page's "
        "origin in their policies, for these gateways know no patterns."
    )
    if any(gateway.signed for gateway in gateways):
        lines += _wrapped(
            "The Function URL wants signed requests (AWS_IAM): the pages sign as one with AWS credentials does, "
            "so every request has a preflight. This machine looks whether there is a signature, not whose."
        )
    for gateway in gateways:
        if gateway.kit:
            words = f"{gateway.name}: the {gateway.writer} writes the headers. {' '.join(gateway.limits)}"
            lines += textwrap.wrap(words, WIDTH, max_lines=3, subsequent_indent="  ", placeholder=" …")
    return "\n".join(lines)


def request_line(asked: Asked) -> str:
    """Return a request in a few words: `PUT /items/1, JSON`."""
    words = [f"{asked.method} {asked.path}"]
    if asked.body is not None:
        words.append("JSON")
    if asked.padding:
        words.append(f"{asked.padding // 1024**2} MB")
    if asked.credentials == "include":
        words.append("cookies")
    words += [name for name in asked.headers if name != "Content-Type"]
    return ", ".join(words)


def result(seen: Observation) -> str:
    """Return what the page's script got in a word: a status, `blocked` by CORS, or `failed`."""
    return "failed" if seen.failure else "blocked" if seen.hidden else str(seen.status)


def _line(row: Row) -> list[str]:
    got, without = (_got(row, kit=kit) for kit in (True, False))
    mark = "*" if got != without else ""
    took = [f"{cell.observation.preflight or '-':<3} {cell.observation.invocations}x" for cell in row.cells]
    return [request_line(row.check.asked), got, without + mark, *took, "ok" if row.right else "WRONG"]


def _got(row: Row, *, kit: bool) -> str:
    """What the page got in a word; `mixed` where the gateways do not agree."""
    found = {result(cell.observation) for cell in row.cells if cell.gateway.kit == kit}
    return found.pop() if len(found) == 1 else "mixed" if found else "-"


def _two_lines(name: str) -> tuple[str, str]:
    first, _, rest = name.partition(" ")
    return first, rest


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH)


def _item(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="- ", subsequent_indent="  ")


def _wrong(rows: Sequence[Row]) -> list[str]:
    text = []
    for row in rows:
        for cell in row.cells:
            if cell.differences:
                asked = f"{row.check.page} page, {request_line(row.check.asked)}"
                text += ["", *_wrapped(f"WRONG: {cell.gateway.name}, {asked} ({row.check.title})")]
                text += [line for difference in cell.differences for line in _item(difference)]
    return text


def _saved(rows: Sequence[Row]) -> list[str]:
    """The rows in which the page got something else without the kit, by the reason."""
    reasons: dict[tuple[PageName, str], list[str]] = {}
    for row in rows:
        if row.check.without and _got(row, kit=True) != _got(row, kit=False):
            reason = (row.check.page, row.check.without.why)
            reasons.setdefault(reason, []).append(request_line(row.check.asked))
    if not reasons:
        return []
    lines = _wrapped(
        '* Without the kit is the same app with FastAPI\'s CORSMiddleware (allow_origins=["*"], '
        "allow_credentials=True) and Mangum, behind a REST API without gateway responses. What the kit saves:"
    )
    for (page, why), asked in reasons.items():
        lines += _item(f"{page} page, {'; '.join(asked)}: {why}.")
    return [*lines, ""]


def _summary(rows: Sequence[Row]) -> str:
    right = sum(row.right for row in rows)
    gateways = [cell.gateway for cell in rows[0].cells] if rows else []
    through = f"through {sum(each.kit for each in gateways)} gateways and without the kit"
    return f"{right} of {len(rows)} rows are as expected, each {through}."
