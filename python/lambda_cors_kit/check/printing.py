"""The report as text for a person: colours only on a terminal, and nothing from a server unescaped."""

from __future__ import annotations

import os
import shutil
import textwrap
from typing import TextIO

from ..browser import HeaderList, Step
from .layers import OTHER
from .report import AnsweredStep, Drift, Finding, Outcome, Report, plain

MAX_LINE = 1000
MAX_HEADERS = 16
_SHOWN = ("access-control-", "origin", "vary", "location", "x-amzn-errortype", "x-cache")
_COLOURS = {"red": "31", "green": "32", "yellow": "33", "bold": "1", "dim": "2"}
_OF_OUTCOME = {
    Outcome.READABLE: "green",
    Outcome.BLOCKED: "red",
    Outcome.DRIFTED: "red",
    Outcome.CANNOT_TELL: "yellow",
}
_OF_SEVERITY = {"danger": "red", "problem": "yellow", "note": "dim"}


def print_report(report: Report, out: TextIO) -> None:
    """Write the report to `out`, wrapped to the terminal's width where it is one."""
    page = _Page(out)
    question = report.question
    headers = "".join(f", {name.lower()}" for name, _ in question.headers)
    asked = f"{question.method} {question.url} from a page on {question.origin}"
    page.line(
        asked
        + (", with credentials" if question.credentials else "")
        + (f"; headers{headers[1:]}" if headers else "")
    )
    for number, step in enumerate(report.steps, 1):
        _print_step(page, number, step)
    if report.refusal and not report.steps:
        page.line("")
        page.item("refused", "red", report.refusal.message, report.refusal.remedy)
    if report.findings:
        page.line("\nAlso seen", "bold")
        for finding in report.findings:
            page.item(str(finding.severity), _OF_SEVERITY[finding.severity], _words(finding), finding.remedy)
    if report.drift:
        _print_drift(page, report.drift)
    page.line("")
    page.item(str(report.outcome).upper(), _OF_OUTCOME[report.outcome], report.summary)


def _words(finding: Finding) -> str:
    return f"{finding.message} ({finding.code})"


def _print_step(page: _Page, number: int, step: AnsweredStep) -> None:
    exchange, response = step.exchange, step.exchange.response
    title = {Step.PREFLIGHT: "preflight", Step.REDIRECT: "redirect"}.get(exchange.step, "request")
    page.line(f"\n{number} {title}: {step.sent_method} {plain(exchange.url)}", "bold")
    if step.stands_in:
        page.line(f"    (a GET in place of the {exchange.method}, which was not sent)", "dim")
    for line in _header_lines(exchange.headers):
        page.line(f"    > {line}", "dim")
    if response is not None and step.layer is not None:
        evidence = "" if step.layer.gateway == OTHER else ", ".join(map(plain, step.layer.evidence))
        evidence = f" ({evidence})" if evidence else ""
        page.line(f"    < {response.status}, probably from {step.layer.words}{evidence}")
        for line in _header_lines(response.headers):
            page.line(f"    < {line}", "dim")
    if step.refusal is None:
        page.item("passed", "green", "")
    else:
        is_unknown = response is None
        page.item(
            "no answer" if is_unknown else "refused",
            "yellow" if is_unknown else "red",
            step.refusal.message,
            step.refusal.remedy,
        )


def _header_lines(headers: HeaderList) -> list[str]:
    """The headers that matter here, each as one line, bounded in number and length."""
    lines = [f"{plain(n, 60)}: {plain(v)}" for n, v in headers if n.lower().startswith(_SHOWN)]
    more = len(lines) - MAX_HEADERS
    return lines if more <= 0 else [*lines[:MAX_HEADERS], f"and {more} more"]


def _print_drift(page: _Page, drift: Drift) -> None:
    count = len(drift.differences)
    title = f"{count} difference{'s' if count > 1 else ''}" if count else "no difference"
    tried = f", {drift.origins} of {drift.named} origins tried" if drift.named else ""
    page.line(f"\nLive against {drift.source}: {title}{tried}", "bold")
    for each in drift.differences:
        page.item("drift", "red", each.message)
        page.line(f"            deployed: {each.deployed}; live: {each.live}", "dim")
    for remedy in drift.remedies:
        page.line(f"            {remedy}")
    if drift.unknown:
        page.item("unknown", "yellow", drift.unknown)


class _Page:
    """Lines on a stream, with colours and wrapped to a width where the stream is a terminal."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        terminal = out.isatty()
        # https://no-color.org: any value but an empty one.
        self._colours = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        self._width = shutil.get_terminal_size().columns if terminal else MAX_LINE * 2

    def line(self, text: str, colour: str = "") -> None:
        """One line; a line break at its beginning is an empty line before it."""
        if text.startswith("\n"):
            self._write("")
            text = text[1:]
        indent = " " * (len(text) - len(text.lstrip()) + 2)
        for each in textwrap.wrap(plain(text, MAX_LINE), self._width, subsequent_indent=indent) or [""]:
            self._write(self._coloured(each, colour))

    def item(self, label: str, colour: str, text: str, remedy: str = "") -> None:
        """A word in colour, what it says, and what to change, indented alike."""
        first, *rest = textwrap.wrap(plain(text, MAX_LINE), max(40, self._width - 12)) or [""]
        self._write(f"    {self._coloured(label, colour)}{' ' * max(1, 8 - len(label))}{first}".rstrip())
        for each in rest + textwrap.wrap(
            f"Change: {plain(remedy, MAX_LINE)}" if remedy else "", max(40, self._width - 12)
        ):
            self._write(f"            {each}")

    def _coloured(self, text: str, colour: str) -> str:
        return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m" if colour and self._colours and text else text

    def _write(self, text: str) -> None:
        encoding = self._out.encoding or "utf-8"
        self._out.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")
