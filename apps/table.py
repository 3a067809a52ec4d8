"""How many answers were the same, by application and server."""

from __future__ import annotations

from collections.abc import Sequence

from .run import Result

_TITLES = {
    "uvicorn": "control",
    "uvicorn-stage": "control /v1",
    "rest": "REST /v1",
    "http": "HTTP API",
    "http-stage": "HTTP API /v1",
    "url": "Function URL",
}


def table(results: Sequence[Result]) -> str:
    """A line for each application: same of asked, for the control (a second uvicorn) and each gateway."""
    rows = [["application", *_TITLES.values()]]
    rows += [[result.application, *(_cell(result, server) for server in _TITLES)] for result in results]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def _cell(result: Result, server: str) -> str:
    differing = next((found for name, found in result.differing.items() if name == server), {})
    return f"{result.requests - len(differing)} of {result.requests}"
