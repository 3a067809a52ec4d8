"""Writes tests/browser/urls.json from the web platform's own vectors, which it is given.

    python -m tools.url_vectors DATE urltestdata.json urltestdata-javascript-only.json toascii.json

The files are those of https://github.com/web-platform-tests/wpt, folder url/resources, as of DATE. Kept are URLs
that are http or https, those relative to one, and those that must fail.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parent.parent / "tests/browser/urls.json"
SOURCE = "https://github.com/web-platform-tests/wpt, url/resources/: urltestdata.json, toascii.json"


def cases(path: str) -> list[dict[str, Any]]:
    """The cases of one file, without its comments."""
    return [case for case in json.loads(Path(path).read_text(encoding="utf-8")) if isinstance(case, dict)]


def is_kept(case: dict[str, Any]) -> bool:
    """Whether http or https has a part in it, or it must fail."""
    return bool(case.get("failure")) or any((case[key] or "").startswith("http") for key in ("base", "href"))


def document(date: str, urls: list[dict[str, Any]], domains: list[dict[str, Any]]) -> str:
    """One line a case: input, base, and href, which is null for failure; domains: input and output."""
    rows = [[case["input"], case["base"], case.get("href")] for case in urls if is_kept(case)]
    names = [[c["input"], c["output"]] for c in domains]
    parts = {"source": SOURCE, "date": date, "urls": rows, "domains": names}
    lines = [
        f"{json.dumps(name)}: "
        + (json.dumps(part) if isinstance(part, str) else "[\n" + ",\n".join(map(json.dumps, part)) + "\n]")
        for name, part in parts.items()
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    day, first, second, third = sys.argv[1:]
    FILE.write_text(document(day, cases(first) + cases(second), cases(third)), encoding="ascii")
