"""The table at the end: what each page asked, what came of it through each gateway, and whether that is right."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

from demo.checks import Asked, Cell, Observation, PageName, Row
from demo.gateways import Facts

HEADINGS = ("page", "request")
PARTS = ("shown", "preflight", "ran")
WIDTH = 120
"""Columns of a terminal that the table and the lines below it fit in."""
_BAR = " | "


def table(rows: Sequence[Row]) -> str:
    """Return the rows as text in aligned columns, three a gateway; a cell that is wrong is explained below."""
    gateways = [cell.gateway for cell in rows[0].cells] if rows else []
    lines = [[HEADINGS, *(PARTS for _ in gateways)], *([_request(row), *map(_parts, row.cells)] for row in rows)]
    groups = [_aligned(group) for group in zip(*lines, strict=True)]
    for group, gateway in zip(groups[1:], gateways, strict=True):
        title = f"{gateway.name}, signed" if gateway.signed else gateway.name
        group.insert(0, title.ljust(len(group[0])))
    groups[0].insert(0, " " * len(groups[0][0]))
    for group in groups:
        group.insert(2, "-" * len(group[0]))
    verdicts = ["", "verdict", "-------", *("ok" if row.right else "DIFFERS" for row in rows)]
    text = [f"{_BAR.join(line)}  {end}".rstrip() for *line, end in zip(*groups, verdicts, strict=True)]
    return "\n".join([*text, *_wrong(rows), "", _summary(rows)])


def legend(pages: Mapping[PageName, str], gateways: Sequence[Facts]) -> str:
    """Return how to read the table, and what each gateway cannot do."""
    sentences = [
        "Applied: examples/quickstart as it is, examples/http_api and examples/function_url with the page's "
        "origin in their policies, for these gateways know no patterns.",
        f"The policies allow the page on {pages['allowed']} and refuse the one on {pages['refused']}. Shown is "
        "what the page's script got: a status, or nothing because the browser blocked it.",
        '"Ran" counts how often the function ran for the request, its preflight included: 0x is a preflight that '
        "the gateway refused without it, or a request that the gateway refused itself.",
    ]
    signed = " and ".join(gateway.name for gateway in gateways if gateway.signed)
    if signed:
        sentences.append(
            f"The {signed} wants signed requests (AWS_IAM): the pages sign as one with AWS credentials of its own "
            "does, so every request has a preflight. This machine looks whether there is a signature, not whose."
        )
    lines = [line for sentence in sentences for line in textwrap.wrap(sentence, WIDTH)]
    for gateway in gateways:
        words = f"{gateway.name}: the {gateway.writer} writes the headers. {' '.join(gateway.limits)}"
        lines += textwrap.wrap(words, WIDTH, max_lines=2, subsequent_indent="  ", placeholder=" …")
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


def _request(row: Row) -> tuple[str, ...]:
    return (row.check.page, request_line(row.check.asked))


def _parts(cell: Cell) -> tuple[str, ...]:
    seen = cell.observation
    return (result(seen), str(seen.preflight or "none"), f"{seen.invocations}x")


def _aligned(lines: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return ["  ".join(map(str.ljust, line, widths)) for line in lines]


def _wrong(rows: Sequence[Row]) -> list[str]:
    text = []
    for row in rows:
        for cell in row.cells:
            if cell.differences:
                asked = f"{row.check.page} page, {request_line(row.check.asked)}"
                text += ["", f"DIFFERS: {cell.gateway.name}, {asked} ({row.check.title})"]
                text += [f"  - {difference}" for difference in cell.differences]
    return text


def _summary(rows: Sequence[Row]) -> str:
    gateways = len(rows[0].cells) if rows else 0
    right = sum(row.right for row in rows)
    return f"{right} of {len(rows)} rows are as expected, each through {gateways} gateways."
