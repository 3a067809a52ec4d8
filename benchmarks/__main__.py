"""Runs everything: `python -m benchmarks`, some minutes on a machine that does nothing else meanwhile.

Kit and peers take turns in every part of the run. The tables go to docs/performance.md, the plot beside it;
what was measured is kept in .build/benchmarks.json, so that `--only` measures a part of it again.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
from pathlib import Path

from . import cold, imports, report, scale, warm
from .results import Results, machine
from .targets import targets

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("warm", "cold", "imports", "scale")
NEEDED = {
    "aws_lambda_powertools": "aws-lambda-powertools",
    "asgi_cors": "asgi-cors",
    "flask_cors": "flask-cors",
    "apig_wsgi": "apig-wsgi",
    "fastapi": "fastapi",
    "awslambdaric": "awslambdaric",
    "matplotlib": "matplotlib",
}
_SHORT = ("floor", "kit", "kit-again", "kit-without-cors", "starlette", "mangum-off")


def measure(results: Results, parts: list[str], short: bool) -> None:
    """Measures these parts, and says when each is done."""
    results.machine = machine()
    for part in parts:
        print(f"measuring: {part}", file=sys.stderr, flush=True)
        if part == "warm":
            results.warm = warm.measure(2, _SHORT) if short else warm.measure(61)
        elif part == "cold":
            results.cold = cold.measure(1, ("floor", "kit", "kit-again")) if short else cold.measure(15)
        elif part == "imports":
            results.imports = imports.measure(1, ("kit", "kit-again")) if short else imports.measure(25)
        else:
            results.scale = scale.measure(1, (1, 100), ("kit", "kit-patterns")) if short else scale.measure(15)


def main(arguments: list[str] | None = None) -> int:
    """The command; 1 where a promise is not kept, 2 where a package is missing."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", action="append", choices=PARTS, help="measure this part again; may be repeated")
    parser.add_argument("--short", action="store_true", help="only see that it works: few stacks, nothing is kept")
    options = parser.parse_args(arguments)
    missing = [NEEDED[module] for module in NEEDED if importlib.util.find_spec(module) is None]
    if missing and not options.short:
        print(f"missing: {', '.join(missing)}; pip install -e '.[bench]'", file=sys.stderr)
        return 2
    kept = ROOT / ".build" / "benchmarks.json"
    results = Results() if options.short else Results.load(kept)
    measure(results, options.only or list(PARTS), options.short)
    made = report.sections(results)
    if not options.short:
        results.save(kept)
        report.insert(ROOT / "docs" / "performance.md", made)
        report.plot(ROOT / "docs" / "performance.png", results)
    print("\n\n".join(made.values()))
    # Two rounds on a busy machine judge nothing.
    return 0 if options.short or all(target.kept for target in targets(results)) else 1


if __name__ == "__main__":
    sys.exit(main())
