"""What the kit promises about its cost, as ratios within one run."""

from __future__ import annotations

from statistics import median
from typing import NamedTuple

from .results import Results


class Target(NamedTuple):
    """One promise and what was measured."""

    promise: str
    limit: str
    measured: str
    kept: bool


def targets(results: Results) -> list[Target]:
    """Every promise for which there are figures."""
    return [*_warm(results), *_others(results)]


def _at_most(promise: str, limit: float, measured: float) -> Target:
    return Target(promise, f"at most {limit:g}", f"{measured:.2f}", measured <= limit)


def _warm(results: Results) -> list[Target]:
    if not results.warm:
        return []
    found = [
        _at_most("preflight in the function ÷ hand-written", 1.5, results.of("preflight", "kit", "floor").ratio),
        _faster("preflight", results),
        _at_most("GET ÷ Starlette + CORSMiddleware + Mangum", 0.5, results.of("get", "kit", "starlette").ratio),
        _at_most('GET ÷ Mangum `lifespan="off"`, no CORS', 1.05, results.of("get", "kit", "mangum-off").ratio),
    ]
    found += _alone(results)
    if "kit-fastapi def" in results.warm["def"]:
        ratio = results.of("def", "kit-fastapi", "fastapi").ratio
        found.append(_at_most("FastAPI `def` route ÷ the same on Mangum", 0.4, ratio))
    if "kit-without-cors get" in results.warm["get"]:
        seconds, part = results.cors_part("get")
        measured = f"{seconds * 1e6:.1f} µs, {part:.1%}"
        limit = "at most 2 µs or 2 %"
        found.append(Target("CORS part of a GET", limit, measured, seconds <= 2e-6 or part <= 0.02))
    for case, title in (("origin-8k", "Origin"), ("names-8k", "header names"), ("commas-8k", "commas")):
        rounds = results.warm["hostile-kit"]
        ratio = median(a / b for a, b in zip(rounds[f"kit {case}"], rounds["kit preflight"], strict=True))
        found.append(_at_most(f"8 KB of {title} ÷ an ordinary preflight", 2, ratio))
    return found


# Payload 2.0, 1.0 and load balancer.
_KINDS = (("get", "HTTP API"), ("get-rest", "REST API"), ("get-alb", "load balancer"))


def _alone(results: Results) -> list[Target]:
    """Beside the app alone, which is the limit, and Powertools, which calls no app.

    Before Python 3.12 every request takes a turn of the event loop, and there is no promise beside these.
    """
    if not results.steps:
        return []
    found = []
    for group, kind in _KINDS:
        if f"alone {group}" in results.warm[group]:
            ratio = results.of(group, "kit", "alone").ratio
            found.append(_at_most(f"GET, {kind} ÷ the app alone", 2.2, ratio))
        if f"powertools {group}" in results.warm[group]:
            ratio = results.of(group, "kit", "powertools").ratio
            found.append(_at_most(f"GET, {kind} ÷ Powertools", 1, ratio))
    if "alone-fastapi get" in results.warm["get"]:
        ratio = results.of("get", "kit-fastapi", "alone-fastapi").ratio
        found.append(_at_most("GET, FastAPI ÷ the app alone", 1.5, ratio))
    return found


def _faster(group: str, results: Results) -> Target:
    ratio = results.of(group, "starlette", "kit").ratio
    return Target("preflight: CORSMiddleware + Mangum ÷ kit", "at least 40", f"{ratio:.0f}", ratio >= 40)


def _others(results: Results) -> list[Target]:
    found = []
    if results.imports:
        seconds = min(results.imports["kit"])
        found.append(Target("import of the kit", "at most 2 ms", f"{seconds * 1e3:.1f} ms", seconds <= 2e-3))
    for name, title in (("kit", "exact origins"), ("kit-patterns", "patterns")):
        if name in results.scale:
            sizes = results.scale[name]
            smallest, *_, largest = sizes
            ratio = min(sizes[largest]) / min(sizes[smallest])
            found.append(_at_most(f"origin check, {title}: {int(largest):,} ÷ {smallest}", 1.5, ratio))
    return found
