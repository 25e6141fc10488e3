"""Bootstrap intervals of areas under ranked curves, and the band of a curve."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ml.uplift.evaluation.curves import Ranked
from ml.uplift.experiment import Floats

ROUNDS = 200
LEVEL_95 = 1.959964  # of the normal distribution


class Figure(NamedTuple):
    """An estimate with its 95 % interval."""

    value: float
    low: float
    high: float


def drawn_weights(ranked: Ranked, rounds: int, seed: int) -> Floats:
    """Times that each customer is drawn, (rounds, n): with replacement within each arm."""
    random = np.random.default_rng(seed)
    weights = np.zeros((rounds, len(ranked.treated)))
    for arm in (np.flatnonzero(ranked.treated), np.flatnonzero(~ranked.treated)):
        weights[:, arm] = random.multinomial(len(arm), np.full(len(arm), 1 / len(arm)), rounds)
    return weights


def figure(
    statistic: Callable[[Floats], float], ranked: Ranked, seed: int, rounds: int = ROUNDS
) -> Figure:
    """The statistic of all customers +- 1.96 standard deviations of its bootstrap.

    Normal rather than percentile: areas are smooth sums, and a percentile of 200 draws is itself
    uncertain.
    """
    value = statistic(np.ones(len(ranked.treated)))
    drawn = [
        statistic(weight)
        for begin in range(0, rounds, 20)  # so many rows of weights at a time are held
        for weight in drawn_weights(ranked, min(20, rounds - begin), seed + begin)
    ]
    spread = LEVEL_95 * float(np.std(drawn, ddof=1))
    return Figure(value, value - spread, value + spread)


def band(ranked: Ranked, seed: int, points: int = 50, rounds: int = 100) -> list[Floats]:
    """Qini curve at equal steps: share, value, low, high and the random line, each (points,)."""
    at = np.linspace(0, 1, points)
    share, curve = ranked.qini_curve(np.ones(len(ranked.treated)))
    value = np.interp(at, share, curve, left=0.0)
    drawn = []
    for begin in range(0, rounds, 20):
        for weight in drawn_weights(ranked, 20, seed + begin):
            drawn.append(np.interp(at, *ranked.qini_curve(weight), left=0.0))
    spread = LEVEL_95 * np.std(drawn, axis=0, ddof=1)
    return [at, value, value - spread, value + spread, at * curve[-1]]
