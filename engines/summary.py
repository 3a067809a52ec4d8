"""The matrix as a report for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engines import answers, fetches
from engines.apis import GATEWAYS, POLICIES, SLOW
from engines.bed import Bed
from engines.deviations import deviation, shape, verdict
from engines.expected import Cell
from engines.fetches import Fetch
from engines.matrix import ASKED, CELLS, Asked, Run, answer_key
from engines.pages import PLACES
from engines.recorder import Sent
from engines.report import Cell as Shown
from engines.report import Column, Grid, Report, Row, Section

TITLES = {"rest": "REST API", "http": "HTTP API", "function_url": "Function URL"}
LEADS = {
    "rest": "API Gateway answers preflights by Terraform's template; the function writes the other headers.",
    "http": "API Gateway writes all headers where it can say the whole policy, otherwise the function does.",
    "function_url": "The URL writes all headers where it can say the whole policy, otherwise the function does.",
}

SIGNS = "+c: with credentials, >: redirected to another origin"

Runs = Mapping[str, Run]
"""By the engines' names."""


def summary(runs: Runs, model: Run, bed: Bed) -> Report:
    """Describe everything that was asked."""
    verdicts = (len(runs) + 1) * len(ASKED)
    preflights = sum(each.requested_method is not None for run in runs.values() for each in _all_sent(run))
    return Report(
        title="What pages may read, in real browsers",
        lead="Terraform deployed every policy to an embedded AWS, and pages on several origins asked the gateways "
        "that it describes. Each cell is one fetch(): what every engine showed the page's script has to be what "
        "the browser model of this package says, and what was written down by hand.",
        facts=[
            *((version, name) for name, _, version in (run.name.rpartition(" ") for run in runs.values())),
            (f"{verdicts:,}", "verdicts, the model's among them"),
            (f"{preflights:,}", "preflights sent"),
            (f"{bed.resources}", "resources applied"),
        ],
        sections=[*(_section(gateway, runs, model) for gateway in GATEWAYS), _answers(runs, model)],
    )


def _all_sent(run: Run) -> Iterable[Sent]:
    return (each for sent in run.sent.values() for each in sent)


def _section(gateway: str, runs: Runs, model: Run) -> Section:
    cells = [cell for cell in CELLS if cell.gateway == gateway]
    side_by_side = {
        title: group for title, group in fetches.GROUPS.items() if group is not fetches.SAFELISTED
    }
    grids = [
        _grid("Every policy", side_by_side, cells, runs, model),
        _grid("What needs a preflight", {"": fetches.SAFELISTED}, cells, runs, model),
    ]
    return Section(TITLES[gateway], LEADS[gateway], [grid for grid in grids if grid.rows])


def _grid(
    title: str, groups: Mapping[str, Mapping[str, Fetch]], cells: Iterable[Cell], runs: Runs, model: Run
) -> Grid:
    columns = [
        Column(name, asked.words, group) for group, all_of in groups.items() for name, asked in all_of.items()
    ]
    names = [column.name for column in columns]
    shown = {
        (cell.api, cell.page, cell.fetch): _shown(ASKED[cell.key], runs, model)
        for cell in cells
        if cell.fetch in names
    }
    rows = [
        Row(api, _host(page), [shown.get((api, page, name)) for name in names], _policy(api))
        for api, page in dict.fromkeys((api, page) for api, page, _ in shown)
    ]
    return Grid(title, columns, rows, SIGNS if len(groups) > 1 else "")


def _host(page: str) -> str:
    """A page's origin without http:// and the port, which is another one each time."""
    host, port = PLACES[page]
    return host + (" · port 2" if port else "")


def _policy(api: str) -> str:
    why = POLICIES[api.removesuffix(SLOW)].why
    return f"{why}; the gateway gives up before the function answers" if api.endswith(SLOW) else why


def _answers(runs: Runs, model: Run) -> Section:
    grids = []
    for title, group in answers.GROUPS.items():
        cells = [_shown(ASKED[answer_key(name)], runs, model) for name in group]
        columns = [Column(name, name.replace("-", " ")) for name in group]
        grids.append(Grid(title, columns, [Row("", "", cells)]))
    return Section(
        "Where a server goes wrong",
        "No gateway of this project answers like this: the browser model against the engines.",
        grids,
    )


def _shown(asked: Asked, runs: Runs, model: Run) -> Shown:
    key, place = asked.key, asked.place
    due = [
        (model, asked.expected),
        *((run, verdict(name, place, asked.expected)) for name, run in runs.items()),
    ]
    wrong = [run.seen[key].verdict for run, expected in due if run.seen[key].verdict != expected]
    shown = wrong[0] if wrong else asked.expected
    notes = dict.fromkeys(excuse.reason for name in runs if (excuse := deviation(name, place)))
    return Shown(
        "blocked" if shown == "-" else shown,
        readable=shown.isdigit(),
        right=not wrong,
        asked=asked.words,
        reason=model.seen[key].why[:1].upper() + model.seen[key].why[1:],
        judges=[(run.name, _saw(run, key)) for run in (*runs.values(), model)],
        note=" ".join(notes),
    )


def _saw(run: Run, key: str) -> str:
    seen = run.seen[key]
    what = "blocked" if seen.verdict == "-" else seen.verdict
    # Only Chromium's console has the rule in words.
    _, marker, words = seen.why.partition("has been blocked by CORS policy: ")
    sent = f"sent {shape(run.sent.get(key, ()))}"
    return f"{what}, {sent}" + (f". {words}" if marker else "")
