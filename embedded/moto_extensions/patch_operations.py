"""Patch operations, with which a REST API is updated.

https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from moto.apigateway.exceptions import BadRequestException

Operation = Mapping[str, str]
# What one patch path does to its target: (target, op, the rest of the path, value).
Field = Callable[[Any, str, str, str | None], None]


def patch(target: Any, fields: Mapping[str, Field], operations: Sequence[Operation] | None) -> None:
    """Apply each operation to `target`; a path that is not in `fields` is refused, as by AWS."""
    for operation in operations or ():
        path = operation["path"].removeprefix("/")
        name = next((name for name in fields if path == name or path.startswith(f"{name}/")), None)
        if name is None:
            raise BadRequestException(f"Invalid patch path {operation['path']}")
        rest = path.removeprefix(name).removeprefix("/")
        fields[name](target, operation["op"], unescaped(rest), operation.get("value"))


def unescaped(part: str) -> str:
    """Return a part of a JSON pointer as it was: https://datatracker.ietf.org/doc/html/rfc6901#section-4."""
    return part.replace("~1", "/").replace("~0", "~")


def flag(text: str) -> bool:
    """Read a boolean, which a patch operation carries as text."""
    return text.lower() == "true"


def scalar(attribute: str, read: Callable[[str], Any] = str) -> Field:
    """Return the field of one value; replaced by nothing, or removed, it is None."""

    def change(target: Any, op: str, _: str, value: str | None) -> None:
        setattr(target, attribute, None if op == "remove" or not value else read(value))

    return change


def items(attribute: str) -> Field:
    """Return the field of a list: an item is named by the rest of the path, or by the value."""

    def change(target: Any, op: str, rest: str, value: str | None) -> None:
        item = rest or value or ""
        others = [other for other in getattr(target, attribute) or [] if other != item]
        setattr(target, attribute, others if op == "remove" else [*others, item])

    return change


def entries(attribute: str, read: Callable[[str], Any] = str) -> Field:
    """Return the field of a map: the rest of the path is the key; without a rest the whole map is removed."""

    def change(target: Any, op: str, rest: str, value: str | None) -> None:
        kept = {key: old for key, old in (getattr(target, attribute) or {}).items() if rest and key != rest}
        setattr(target, attribute, kept if op == "remove" else kept | {rest: read(value or "")})

    return change
