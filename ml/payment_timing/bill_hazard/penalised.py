"""Penalised Poisson regression of cell counts on the clocks' days and the calendar's classes.

Thousands of aggregated cells whatever the number of customers; one log hazard per cell, smooth
along each clock, small strata drawn to the pooled one.  Frailty is estimated elsewhere.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import numpy as np
from scipy.linalg import solveh_banded

from ml.payment_timing.clocks import BLOCKS, CELLS, IDLE, OPEN_DEBIT
from ml.payment_timing.spells import CellCounts, person_time

SMOOTHNESS = 1.0  # weight of squared second differences: a kink of 1 costs half a nat
TO_POOLED = 4.0  # weight of the distance to the pooled log hazard: a prior sd of a half
WEAK = 0.01  # holds cells without any exposure at a rare event's log hazard
RARE = np.log(0.01)
FIRST_ROUNDS = 5
NEWTON_STEPS = 25
LARGEST_STEP = 2.0
CLASS_PRIOR = 40.0  # events with which a class effect of one is believed


@lru_cache(maxsize=1)
def roughness() -> np.ndarray:
    """D'D of second differences within each clock; debit days are spikes, so they stay free."""
    penalty = np.zeros((CELLS, CELLS))
    for begin, end in pairwise(BLOCKS):
        if OPEN_DEBIT <= begin < IDLE or end - begin < 3:
            continue
        second = np.diff(np.eye(end - begin), n=2, axis=0)
        penalty[begin:end, begin:end] += second.T @ second
    return penalty


def log_hazards(
    events: np.ndarray,
    exposure: np.ndarray,
    centre: np.ndarray,
    pull: float,
    start: np.ndarray | None = None,
) -> np.ndarray:
    """Maximise sum(E a - R e^a) - smoothness |D2 a|^2 / 2 - pull |a - centre|^2 / 2 by Newton.

    Args:
        events: E, (s, cells).
        exposure: R, (s, cells), day effects and frailty multiplied in.
        centre: (cells,) or (s, cells), where cells without data go.
        pull: weight of the distance to ``centre``.
        start: log hazards to start from, as of an earlier round.

    Returns:
        (s, cells) log hazards a. Source: Eilers and Marx (1996), P-splines of degree zero.
    """
    centre = np.broadcast_to(centre, events.shape)
    found = centre.copy() if start is None else start.copy()
    penalty = SMOOTHNESS * roughness()
    for _ in range(NEWTON_STEPS):
        expected = exposure * np.exp(found)
        slope = events - expected - found @ penalty - pull * (found - centre)
        step = np.array(
            [
                solveh_banded(_bands(penalty, diagonal + pull), right, lower=True)
                for diagonal, right in zip(expected, slope, strict=True)
            ]
        )
        found = found + np.clip(step, -LARGEST_STEP, LARGEST_STEP)
        if np.abs(step).max() < 1e-4:
            break
    return found


def _bands(penalty: np.ndarray, diagonal: np.ndarray) -> np.ndarray:
    """Lower bands of penalty + diag: second differences reach two cells."""
    bands = np.zeros((3, CELLS))
    for offset in range(3):
        bands[offset, : CELLS - offset] = np.diagonal(penalty, -offset)
    bands[0] += diagonal
    return bands


def class_effects(events: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """exp(beta) per stratum and class: (events + m b) / (expected + m), b the pooled ratio.

    Args:
        events: (s, classes).
        expected: (s, classes), without the class effect.
    """
    pooled = (events.sum(0) + 1.0) / (expected.sum(0) + 1.0)
    return (events + CLASS_PRIOR * pooled) / (expected + CLASS_PRIOR)


def fit_cells(
    counts: CellCounts, start: tuple[np.ndarray, np.ndarray] | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Log hazards (s, cells) and class effects (s, classes) of the counted cells.

    The two and the person-time are alternated, which climbs the same penalised likelihood; one
    round from ``start``, the parameters of an earlier round of the caller's EM.
    """
    events = counts.events
    found, effect = start or (None, np.ones((events.shape[0], events.shape[2])))
    for _ in range(FIRST_ROUNDS if start is None else 1):
        exposure = counts.at_risk - counts.weighed / 2
        if found is not None:
            level = np.exp(found)[:, :, None] * effect[:, None, :]
            exposure = person_time(counts.weighed, counts.at_risk, level)
        tilted = (exposure * effect[:, None, :]).sum(2)
        rates = (events.sum((0, 2)) + WEAK) / (tilted.sum(0) + WEAK / np.exp(RARE))
        pooled = log_hazards(
            events.sum((0, 2))[None], tilted.sum(0)[None], RARE, WEAK, np.log(rates)[None]
        )[0]
        found = log_hazards(events.sum(2), tilted, pooled, TO_POOLED, found)
        expected = np.einsum("scd,sc->sd", exposure, np.exp(found))
        effect = class_effects(events.sum(1), expected)
    assert found is not None
    return found, effect
