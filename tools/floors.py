"""The floors: every dependency that setup.cfg declares, at exactly the lowest version it admits.

    python -m tools.floors dev > requirements.txt

pip then either installs that environment or says which two floors exclude each other.
"""

from __future__ import annotations

import configparser
import re
import sys
from collections.abc import Iterator
from pathlib import Path

SETUP = Path(__file__).resolve().parent.parent / "setup.cfg"
FLOOR = re.compile(r"(?P<name>[A-Za-z0-9._-]+(?:\[[A-Za-z0-9,._-]+\])?)>=(?P<version>[0-9]+(?:\.[0-9]+)*)")


class FloorError(ValueError):
    """A requirement that has no lowest version."""


def declared(text: str, extra: str) -> Iterator[str]:
    """The requirements of a setup.cfg given as `text`: what is always installed, then what `extra` adds.

    Raises:
        KeyError: where there is no such extra.
    """
    settings = configparser.ConfigParser()
    settings.read_string(text)
    for part in (settings["options"]["install_requires"], settings["options.extras_require"][extra]):
        yield from filter(None, part.splitlines())


def pinned(requirement: str) -> str:
    """`h11>=0.16` as `h11==0.16`.

    Raises:
        FloorError: where the requirement is not a name and one `>=`.
    """
    found = FLOOR.fullmatch(requirement)
    if found is None:
        raise FloorError(f"{requirement!r} in setup.cfg has no floor to test; write name>=version")
    return f"{found['name']}=={found['version']}"


def floors(text: str, extra: str) -> list[str]:
    """Every requirement of an extra at its floor, each once, in the order of setup.cfg."""
    return list(dict.fromkeys(pinned(requirement) for requirement in declared(text, extra)))


def main() -> None:
    """Prints one pinned requirement a line."""
    print(*floors(SETUP.read_text(encoding="utf-8"), sys.argv[1]), sep="\n")


if __name__ == "__main__":
    main()
