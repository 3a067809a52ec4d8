"""Writes public_suffixes.json, the same file for both halves, from the package publicsuffixlist.

The file lists the public suffixes in ASCII (`com`, `*.ck` for every name below ck, `!www.ck` for an exception)
and, as `parents`, the domains that are no suffix but have one somewhere below them (`amazonaws.com`).
"""

from __future__ import annotations

import importlib.metadata
import json
from pathlib import Path

from publicsuffixlist import PSLFILE

ROOT = Path(__file__).resolve().parent.parent
COPIES = (
    ROOT / "python/lambda_cors_kit/public_suffixes.json",
    ROOT / "modules/cors_policy/public_suffixes.json",
)


def rules() -> set[str]:
    """The rules of the list, in ASCII, comments left out."""
    lines = (line.strip() for line in Path(PSLFILE).read_text(encoding="utf-8").splitlines())
    return {ascii_form(line.split()[0]) for line in lines if line and not line.startswith("//")}


def ascii_form(rule: str) -> str:
    """A rule with every label as Punycode where it is not ASCII."""
    return ".".join(
        label if label.isascii() else "xn--" + label.lower().encode("punycode").decode()
        for label in rule.split(".")
    )


def parents(suffixes: set[str]) -> set[str]:
    """The domains above a suffix that are no suffix themselves."""
    above: set[str] = set()
    for rule in suffixes:
        if not rule.startswith("!"):
            labels = rule.split(".")
            above |= {".".join(labels[i:]) for i in range(1, len(labels))}
    return above - suffixes


def list_date() -> str:
    """The day of the list: the last part of the package's version."""
    day = importlib.metadata.version("publicsuffixlist").split(".")[-1]
    return f"{day[:4]}-{day[4:6]}-{day[6:]}"


def document() -> str:
    """The file's text: one name a line, so that a refresh reads well as a difference."""
    suffixes = rules()
    data = {"date": list_date(), "parents": sorted(parents(suffixes)), "suffixes": sorted(suffixes)}
    return json.dumps(data, indent=0, separators=(",", ":")) + "\n"


def main() -> None:
    """Writes both copies."""
    text = document()
    for copy in COPIES:
        copy.write_text(text, encoding="ascii")
        print(f"{copy.relative_to(ROOT)}: {len(text)} bytes, list of {list_date()}")


if __name__ == "__main__":
    main()
