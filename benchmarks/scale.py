"""An origin check against 1 to 100,000 origins: the kit, exact and with patterns, and the peers' own."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from .statistics import Rounds, interleave

SIZES = (1, 10, 100, 1_000, 10_000, 100_000)
BATCH_SECONDS = 0.002

Check = Callable[[str], Any]


def _origins(size: int) -> list[str]:
    return [f"https://tenant-{number}.app.example.com" for number in range(size)]


def _kit(size: int) -> tuple[Check, list[str]]:
    from lambda_cors_kit.origins import OriginSet

    origins = _origins(size)
    return OriginSet(origins).__contains__, [origins[size // 2], "https://tenant-x.app.example.com"]


def _kit_patterns(size: int) -> tuple[Check, list[str]]:
    from lambda_cors_kit.origins import OriginSet

    bases = [origin.removeprefix("https://") for origin in _origins(size)]
    check = OriginSet(f"https://*.{base}" for base in bases).__contains__
    return check, [f"https://a.{bases[size // 2]}", "https://a.tenant-x.app.example.com"]


def _starlette(size: int) -> tuple[Check, list[str]]:
    from starlette.middleware.cors import CORSMiddleware

    origins = _origins(size)
    check = CORSMiddleware(lambda *_: None, allow_origins=origins).is_allowed_origin  # type: ignore[arg-type]  # no app
    return check, [origins[size // 2], "https://tenant-x.app.example.com"]


def _powertools(size: int) -> tuple[Check, list[str]]:
    from aws_lambda_powertools.event_handler import CORSConfig

    origins = _origins(size)
    check = CORSConfig(allow_origin=origins[0], extra_origins=origins[1:]).to_dict
    return check, [origins[size // 2], "https://tenant-x.app.example.com"]


def _flask(size: int) -> tuple[Check, list[str]]:
    from flask_cors.core import try_match_any_pattern

    origins = _origins(size)
    return lambda origin: try_match_any_pattern(origin, origins), [origins[size // 2], "https://tenant-x.test"]


#: How each looks an origin up. The origins asked for are one of those named, and one that is not.
CHECKS: dict[str, Callable[[int], tuple[Check, list[str]]]] = {
    "kit": _kit,
    "kit-patterns": _kit_patterns,
    "starlette": _starlette,
    "powertools": _powertools,
    "flask": _flask,
}
TITLES = {
    "kit": "**lambda-cors-kit, exact origins**",
    "kit-patterns": "**lambda-cors-kit, patterns** (`https://*.…`)",
    "starlette": "Starlette, list",
    "powertools": "Powertools, extra_origins",
    "flask": "flask-cors, list",
}


def measure(rounds: int, sizes: Sequence[int] = SIZES, names: Sequence[str] = tuple(CHECKS)) -> dict[str, Rounds]:
    """Seconds of one look-up by the number of origins, as text, for each that looks up."""
    return {name: _measure(CHECKS[name], rounds, sizes) for name in names}


def _measure(make: Callable[[int], tuple[Check, list[str]]], rounds: int, sizes: Sequence[int]) -> Rounds:
    made = {str(size): make(size) for size in sizes}
    return interleave(list(made), lambda size: _batch(*made[size]), rounds)


def _batch(check: Check, asked: list[str]) -> float:
    calls = 0
    start = time.perf_counter()
    while time.perf_counter() - start < BATCH_SECONDS:
        for _ in range(10):
            for origin in asked:
                check(origin)
        calls += 10 * len(asked)
    return (time.perf_counter() - start) / calls
