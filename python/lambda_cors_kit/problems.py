"""What is wrong with a policy: problems with stable codes, and the error that carries all of them."""

from __future__ import annotations

import json

SHOWN_LENGTH = 80

# The typing module is not loaded by the Lambda runtime; type checkers read this name as True.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self


# Written out, because `namedtuple` compiles its class at every import: a tenth of what importing the kit takes.
class Problem(tuple[str, str, object, str]):
    """One thing wrong with a policy, as the tuple of its four parts.

    `code` is stable and the same in Terraform (docs/rules.md lists all), `field` names the field of the
    policy, `value` is the offending value as it was given, `message` says why and what to write.
    """

    __slots__ = ()
    _fields = __match_args__ = ("code", "field", "value", "message")

    def __new__(cls, code: str, field: str, value: object, message: str) -> Self:
        """A problem from its four parts, by place or by name."""
        return super().__new__(cls, (code, field, value, message))

    @property
    def code(self) -> str:
        """Which rule is broken, such as `origin.trailing_slash`."""
        return self[0]

    @property
    def field(self) -> str:
        """The field of the policy, or the name of the environment variable."""
        return self[1]

    @property
    def value(self) -> object:
        """The offending value as it was given."""
        return self[2]

    @property
    def message(self) -> str:
        """Why it is wrong, and what to write."""
        return self[3]

    def _asdict(self) -> dict[str, object]:
        return dict(zip(self._fields, self, strict=True))

    def __repr__(self) -> str:
        return f"Problem({', '.join(f'{name}={part!r}' for name, part in self._asdict().items())})"

    def __getnewargs__(self) -> tuple[str, str, object, str]:
        return self.code, self.field, self.value, self.message


class PolicyError(ValueError):
    """A policy that is not in force: `problems` holds every `Problem`, not the first alone."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(f"this CORS policy cannot be used:\n{self._listing}")

    @property
    def _listing(self) -> str:
        return "\n".join(f"- {_field(p.field)}: {p.message} ({p.code})" for p in self.problems)

    def found_in(self, source: str) -> str:
        """Every problem, as this error lists them, with the place in which the policy was found."""
        count = len(self.problems)
        return f"{source} has {count} problem{'' if count == 1 else 's'}:\n{self._listing}"

    def __reduce__(self) -> tuple[type[PolicyError], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


def _field(name: str) -> str:
    # The name of an unknown field is text from outside.
    return name if name.isascii() and name.isidentifier() and len(name) <= SHOWN_LENGTH else shown(name)


def shown(value: object) -> str:
    """`value` as one line of JSON, cut to 80 characters: how a message quotes what it was given.

    Escapes as Terraform's jsonencode does, so that both halves print the same text.
    """
    try:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    except (TypeError, ValueError, RecursionError):
        text = f"<{type(value).__name__}>"
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    text = text.encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= SHOWN_LENGTH else text[:SHOWN_LENGTH] + "…"
