"""Everything asked by one browser: what its scripts saw, what it sent, and how often the functions ran for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlencode

from engines.answers import ANSWERS
from engines.apis import GATEWAYS
from engines.bed import Bed, Place
from engines.expected import Cell, cells
from engines.fetches import FETCHES, Fetch
from engines.pages import PLACES
from engines.question import Question, Seen
from engines.recorder import CELL, Recorder, Sent

ANSWERS_PAGE = "app"


@dataclass(frozen=True)
class Asked:
    """A cell or an answer: its key in a run, its place in the tables, the verdict due, the request in words."""

    key: str
    place: str
    expected: str
    words: str


def answer_key(name: str) -> str:
    """The key of an answer, apart from those of the cells."""
    return f"answer.{name}"


CELLS = [cell for gateway in GATEWAYS for cell in cells(gateway)]
ASKED = {
    **{cell.key: Asked(cell.key, cell.place, cell.expected, FETCHES[cell.fetch].words) for cell in CELLS},
    **{
        answer_key(name): Asked(answer_key(name), f"answer {name}", answer.expected, answer.words)
        for name, answer in ANSWERS.items()
    },
}
"""Everything, by its key."""


class Browser(Protocol):
    """An engine or the model."""

    name: str

    def open(self, origin: str) -> None:
        """Be a page on `origin`."""

    def ask(self, lists: Sequence[Sequence[Question]]) -> dict[str, Seen]:
        """Ask every list in order, all of them at once; the answers by the questions' keys."""


@dataclass(frozen=True)
class Run:
    """All cells and all answers as one browser has them, by their keys; `invocations` by gateway and api."""

    name: str
    seen: Mapping[str, Seen]
    sent: Mapping[str, Sequence[Sent]]
    invocations: Mapping[Place, int]

    def sent_to(self, place: Place) -> list[Sent]:
        """Every request that reached one gateway."""
        keys = [cell.key for cell in CELLS if (cell.gateway, cell.api) == place]
        return [sent for key in keys for sent in self.sent.get(key, ())]


def run(browser: Browser, bed: Bed) -> Run:
    """Ask page by page, so that each is opened once."""
    before = {place: gateway.invocations for place, gateway in bed.gateways.items()}
    by_page: defaultdict[str, defaultdict[object, list[Question]]] = defaultdict(lambda: defaultdict(list))
    for cell in CELLS:
        place = (cell.gateway, cell.api)
        by_page[cell.page][place].append(question(cell, bed.recorders[place]))
    by_page[ANSWERS_PAGE]["answers"] = answer_questions(bed.answers)
    seen: dict[str, Seen] = {}
    for page, lists in by_page.items():
        browser.open(bed.origins[page])
        seen |= browser.ask(list(lists.values()))
    recorders = [*bed.recorders.values(), bed.answers]
    sent = {key: each for recorder in recorders for key, each in recorder.take().items()}
    ran = {place: gateway.invocations - before[place] for place, gateway in bed.gateways.items()}
    return Run(browser.name, seen, sent, ran)


def question(cell: Cell, recorder: Recorder) -> Question:
    """The fetch() of a cell; the API has the page's own host, and another port."""
    fetch = FETCHES[cell.fetch]
    host = PLACES[cell.page][0]
    query = urlencode(_target(cell, fetch, host, recorder) | {CELL: cell.key})
    return Question(cell.key, f"{recorder.url(host)}{fetch.path}?{query}", fetch.init, fetch.times)


def _target(cell: Cell, fetch: Fetch, host: str, recorder: Recorder) -> dict[str, str]:
    if fetch.to is None:
        return {}
    elsewhere = "127.0.0.1" if host == "localhost" else "localhost"
    root = recorder.url(host if fetch.to == "here" else elsewhere)
    return {"status": str(fetch.status), "to": f"{root}/echo?{CELL}={cell.key}"}


def answer_questions(recorder: Recorder) -> list[Question]:
    """The fetch() of each answer."""
    root = recorder.url(PLACES[ANSWERS_PAGE][0])
    return [
        Question(answer_key(name), f"{root}/{name}?{CELL}={answer_key(name)}", answer.init, answer.times)
        for name, answer in ANSWERS.items()
    ]
