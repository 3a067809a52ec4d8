"""The paths of an API: the part below its stage, and how well a resource's or a route's path fits."""

from __future__ import annotations


def below_stage(path: str, stage: str) -> str | None:
    """The path without the stage at its start, with a slash; None when it names another stage or none."""
    first, _, rest = path.removeprefix("/").partition("/")
    return f"/{rest}" if first == stage else None


def fit(pattern: str, path: str) -> tuple[list[int], dict[str, str]] | None:
    """How well a path fits `/items`, `/items/{id}` or `/{name+}`, and the values of its parameters.

    None where it does not. The lesser list of numbers is the better fit: a literal segment beats `{name}`, that
    beats `{name+}`, which takes one segment at least. Values stay percent-encoded. A slash at the end counts for
    nothing.
    """
    parts, segments = pattern.rstrip("/").split("/")[1:], path.rstrip("/").split("/")[1:]
    rank: list[int] = []
    values: dict[str, str] = {}
    for position, part in enumerate(parts):
        if position >= len(segments):
            return None
        if part.startswith("{") and part.endswith("+}"):
            values[part[1:-2]] = "/".join(segments[position:])
            return [*rank, 2], values
        if part.startswith("{"):
            values[part[1:-1]] = segments[position]
            rank.append(1)
        elif part == segments[position]:
            rank.append(0)
        else:
            return None
    return (rank, values) if len(parts) == len(segments) else None
