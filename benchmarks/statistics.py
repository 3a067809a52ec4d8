"""Figures that a busy machine spoils least: the best round, and ratios taken round by round."""

from __future__ import annotations

import random
from collections.abc import Callable, Hashable, Mapping, Sequence
from statistics import median, quantiles
from typing import NamedTuple, TypeVar


class Figure(NamedTuple):
    """The best round, and the ratio to the reference: the median of the rounds, and 80 % of them."""

    best: float
    ratio: float
    low: float
    high: float


Rounds = dict[str, list[float]]
K = TypeVar("K", bound=Hashable)


def interleave(
    things: Sequence[K], measure: Callable[[K], float], rounds: int, seed: int = 1
) -> dict[K, list[float]]:
    """Measures each thing once per round, in an order that differs from round to round.

    What slows the machine down for a while slows all of them, and their ratios stay.
    """
    order = random.Random(seed)
    taken: dict[K, list[float]] = {thing: [] for thing in things}
    for _ in range(rounds):
        for thing in order.sample(list(things), len(things)):
            taken[thing].append(measure(thing))
    return taken


def figures(rounds: Mapping[K, Sequence[float]], reference: K) -> dict[K, Figure]:
    """The figures of everything that was measured, relative to `reference`."""
    return {thing: figure(values, rounds[reference]) for thing, values in rounds.items()}


def figure(values: Sequence[float], reference: Sequence[float]) -> Figure:
    """The figure of one series of rounds."""
    ratios = [value / other for value, other in zip(values, reference, strict=True)]
    tenths = quantiles(ratios, n=10, method="inclusive") if len(ratios) > 1 else [ratios[0]] * 9
    return Figure(min(values), median(ratios), tenths[0], tenths[-1])
