"""One fetch() with its URL, and what a script saw of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from engines.drivers import Engine
from engines.recorder import CELL

ASK = Path(__file__).with_name("ask.js").read_text()


@dataclass(frozen=True)
class Question:
    """A fetch() that is ready to be asked; `key` is its cell's."""

    key: str
    url: str
    init: Mapping[str, Any]
    times: int = 1


@dataclass(frozen=True)
class Seen:
    """What a script can tell of an answer; `why` it can tell nothing is for people, and not compared."""

    readable: bool
    type: str
    status: int
    redirected: bool
    names: tuple[str, ...]
    body: str
    why: str = field(default="", compare=False)
    rule: str = field(default="", compare=False)

    @classmethod
    def blocked(cls, why: str, rule: str = "") -> Seen:
        """A TypeError, or what the model says instead."""
        return cls(False, "error", 0, False, (), "", why, rule)

    @property
    def verdict(self) -> str:
        """As the table of expectations has it."""
        if not self.readable:
            return "-"
        return "opaque" if self.type.startswith("opaque") else str(self.status)


class Driven:
    """An engine as a browser that answers questions."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.name = engine.name

    def open(self, origin: str) -> None:
        """Load the page of an origin."""
        self._engine.open(f"{origin}/")

    def ask(self, lists: Sequence[Sequence[Question]]) -> dict[str, Seen]:
        """Ask every list in order, all of them at once, in one script."""
        asked = json.dumps([[asdict(question) for question in questions] for questions in lists])
        answers = self._engine.evaluate(f"const lists = {asked};\n{ASK}")
        return {
            question.key: self._seen(question, answer)
            for questions, given in zip(lists, answers, strict=True)
            for question, answer in zip(questions, given, strict=True)
        }

    def _seen(self, question: Question, answer: Mapping[str, Any]) -> Seen:
        if not answer["readable"]:
            said = [line for line in self._engine.console if f"{CELL}={question.key}'" in line]
            return Seen.blocked(said[-1] if said else answer["error"], answer["error"])
        return Seen(
            True,
            answer["type"],
            answer["status"],
            answer["redirected"],
            tuple(answer["names"]),
            answer["body"],
        )
