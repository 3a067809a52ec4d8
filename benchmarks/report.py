"""Tables in Markdown and the plot, from what was measured."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from . import bill, scale
from .cases import CASES
from .results import Results
from .stacks import STACKS
from .statistics import Figure, figure
from .targets import targets

_IMPORTED = {
    "kit": "**lambda-cors-kit**, with its handler and middleware",
    "kit-again": "the same again (A/A control)",
    "starlette": "starlette.middleware.cors",
    "mangum": "mangum",
    "asgi-cors": "asgi_cors",
    "flask-cors": "flask_cors",
    "fastapi": "fastapi, with its CORSMiddleware",
    "powertools": "aws_lambda_powertools.event_handler",
}


def sections(results: Results) -> dict[str, str]:
    """Every table for which there are figures, by its name in docs/performance.md."""
    made: dict[str, str] = {}
    if results.machine:
        made["machine"] = _machine(results)
    kept = [(t.promise, t.limit, t.measured, "yes" if t.kept else "**no**") for t in targets(results)]
    if kept:
        made["targets"] = _table(("promise", "limit", "measured", "kept"), kept)
    if results.warm:
        made["warm"] = _warm(results, ("preflight", "refused", "get", "same"))
        made["kinds"] = _warm(results, ("preflight-rest", "get-rest", "preflight-alb", "get-alb"))
        made["def"] = _warm(results, ("def",))
        made["hostile"] = _hostile(results)
        made["bill"] = bill.table(results.of("preflight", "kit", "kit").best)
    if results.cold:
        made["cold"] = _cold(results)
    if results.imports:
        rows = [
            (_IMPORTED[name], f"{min(values) * 1e3:.1f}", _ratio(figure(values, results.imports["kit"])))
            for name, values in results.imports.items()
        ]
        made["imports"] = _table(("import", "ms", "÷ kit"), rows)
    if results.scale:
        made["scale"] = _scale(results)
    return made


def insert(path: Path, made: dict[str, str]) -> None:
    """Puts the tables into the page, each between its two comments.

    Raises:
        ValueError: where the page has no place for one.
    """
    text = path.read_text(encoding="utf-8")
    for name, table in made.items():
        place = re.compile(rf"(<!-- measured: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        text, found = place.subn(lambda match, table=table: f"{match[1]}{table}\n{match[2]}", text)  # type: ignore[misc]  # the default
        if found != 1:
            raise ValueError(f"{path} has {found} places for the table {name!r}; it needs one")
    path.write_text(text, encoding="utf-8")


def plot(path: Path, results: Results) -> None:
    """One picture: a preflight, a GET and a cold start of every stack."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    panels: list[tuple[str, dict[str, float]]] = [
        (f"{CASES[group].title}, µs", _best(results, group)) for group in ("preflight", "get")
    ]
    if results.cold:
        panels.append(("cold start, ms", {name: min(values) * 1e3 for name, values in results.cold.items()}))
    drawing, axes = pyplot.subplots(1, len(panels), figsize=(5 * len(panels), 4.2), sharey=True, squeeze=False)
    names = [name for name in panels[1][1] if name != "kit-again"]
    for axis, (title, values) in zip(axes[0], panels, strict=True):
        drawn = [name for name in names if name in values]
        colours = ["#1f77b4" if name.startswith("kit") else "#b0b0b0" for name in drawn]
        bars = axis.barh([STACKS[name].title for name in drawn], [values[name] for name in drawn], color=colours)
        axis.bar_label(bars, [f" {values[name]:,.3g}" for name in drawn])
        axis.set_title(title)
        axis.margins(x=0.2)
        if title.startswith(CASES["preflight"].title):
            axis.set_xscale("log")
    axes[0][0].invert_yaxis()
    drawing.tight_layout()
    drawing.savefig(path, dpi=120, metadata={"Software": None})
    pyplot.close(drawing)


def _best(results: Results, group: str) -> dict[str, float]:
    return {key.partition(" ")[0]: min(values) * 1e6 for key, values in results.warm[group].items()}


def _machine(results: Results) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in results.machine["packages"].items())
    control = results.control()
    lines = [f"- {results.machine['processors']}; {results.machine['python']}", f"- {versions}"]
    if control:
        spread = f"{min(control):.2f} to {max(control):.2f}"
        lines.append(f"- A/A control, one stack against itself in {len(control)} groups: {spread}")
    return "\n".join(lines)


def _warm(results: Results, groups: Sequence[str]) -> str:
    names = [name for name in STACKS if any(f"{name} {group}" in results.warm[group] for group in groups)]
    rows = []
    for name in names:
        cells = []
        for group in groups:
            measured = f"{name} {group}" in results.warm[group]
            cells.append(_cell(results.of(group, name, "kit")) if measured else "")
        rows.append((_title(name), *cells))
    return _table(("µs (÷ kit)", *(CASES[group].title for group in groups)), rows)


def _hostile(results: Results) -> str:
    cases = ("preflight", "origin-8k", "names-8k", "commas-8k")
    rows = []
    for group, rounds in results.warm.items():
        stack = group.removeprefix("hostile-")
        if stack != group and rounds:
            ordinary = rounds[f"{stack} preflight"]
            cells = [_cell(figure(rounds[f"{stack} {case}"], ordinary)) for case in cases]
            rows.append((_title(stack), *cells))
    return _table(("µs (÷ an ordinary preflight)", *(CASES[case].title for case in cases)), rows)


def _cold(results: Results) -> str:
    floor = min(results.cold["floor"])
    rows = [
        (_title(name), f"{min(values) * 1e3:.0f}", f"{(min(values) - floor) * 1e3:+.0f}")
        for name, values in results.cold.items()
    ]
    return _table(("cold start", "ms", "above the floor"), rows)


def _scale(results: Results) -> str:
    sizes = list(next(iter(results.scale.values())))
    rows = [
        (scale.TITLES[name], *(_significant(min(rounds[size]) * 1e6) for size in sizes))
        for name, rounds in results.scale.items()
    ]
    return _table(("µs for one look-up among", *(f"{int(size):,}" for size in sizes)), rows)


def _title(name: str) -> str:
    title = STACKS[name].title
    return f"**{title}**" if title.startswith("lambda-cors-kit") else title


def _cell(value: Figure) -> str:
    return f"{_significant(value.best * 1e6)} ({_ratio(value)})"


def _ratio(value: Figure) -> str:
    return _significant(value.ratio)


def _significant(value: float) -> str:
    """Three digits at most, and no more than there are."""
    return f"{value:,.0f}" if value >= 99.5 else f"{value:.1f}" if value >= 9.95 else f"{value:.2f}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
