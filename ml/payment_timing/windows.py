"""Windows of the next payment: the shortest run of days with enough probability.

Days are whole, so a window may hold more than its level; ``Windows.surplus`` says how much of its
last day is not needed, and coverage is judged with that day counted in part.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

LEVELS = (0.50, 0.80, 0.95)
COMPACT = 0.8  # share still going below which the others' rows are dropped from memory
OPEN_END = 0  # stands for no last day within the horizon


class Windows(NamedTuple):
    """One window per customer.

    Attributes:
        begin: first day, int16 (n,).
        end: last day, int16; ``OPEN_END`` where the level is not reached within the horizon.
        edge: the less probable of its two end days, int16.
        surplus: share of the edge day that the level does not need, float32.
        mass: probability of all its days, float32; the level or more, the days being whole.
    """

    begin: np.ndarray
    end: np.ndarray
    edge: np.ndarray
    surplus: np.ndarray
    mass: np.ndarray


def windows(cumulative: np.ndarray, levels: Sequence[float] = LEVELS) -> list[Windows]:
    """Highest-density contiguous day sets with at least each level; of equal length the likeliest.

    Every length from one day on is slid over all customers at once; who has reached the highest
    level drops out.

    Args:
        cumulative: F(1..H), (n, h), ascending.
        levels: ascending, between 0 and 1.
    """
    # Days lie along the first axis, so that sliding works on long contiguous rows of customers.
    total = np.zeros((cumulative.shape[1] + 1, len(cumulative)), dtype=np.float32)
    total[1:] = cumulative.T
    found = [_open_ended(total, np.float32(level)) for level in levels]
    rows = np.flatnonzero(total[-1] >= levels[0])
    reached = np.zeros(len(rows), dtype=np.int64)  # levels reached so far
    within = (total[-1, rows] >= np.asarray(levels, np.float32)[:, None]).sum(axis=0)
    active = total[:, rows]
    for length in range(1, len(total) if len(rows) else 0):
        slid = active[length:] - active[:-length]
        mass = slid.max(axis=0)
        for number, level in enumerate(levels):
            new = np.flatnonzero((reached == number) & (mass >= np.float32(level)))
            if len(new):
                _close(found[number], rows[new], active[:, new], slid[:, new], length, level)
                reached[new] += 1
        going = reached < within
        if not going.any():
            break
        if going.mean() < COMPACT:
            rows, reached, within = rows[going], reached[going], within[going]
            active = active[:, going]
    return found


def _close(
    found: Windows, rows: np.ndarray, total: np.ndarray, slid: np.ndarray, length: int, level: float
) -> None:
    """Write the windows of the rows that reach the level at this length."""
    place, row = slid.argmax(axis=0), np.arange(len(rows))
    at_begin = total[place + 1, row] - total[place, row]
    at_end = total[place + length, row] - total[place + length - 1, row]
    over = slid[place, row] - np.float32(level)
    found.begin[rows] = place + 1
    found.end[rows] = place + length
    found.edge[rows] = np.where(at_begin <= at_end, place + 1, place + length)
    found.surplus[rows] = _share(over, np.minimum(at_begin, at_end))
    found.mass[rows] = slid[place, row]


def _open_ended(total: np.ndarray, level: np.float32) -> Windows:
    """Where the horizon holds too little: the latest begin with P(T >= begin) >= level."""
    begin = (1 - total[:-1] >= level).sum(axis=0)
    row = np.arange(total.shape[1])
    mass = 1 - total[begin - 1, row]
    surplus = _share(mass - level, total[begin, row] - total[begin - 1, row])
    days = begin.astype(np.int16)
    return Windows(days, np.full(len(days), OPEN_END, np.int16), days.copy(), surplus, mass)


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Part of the whole within [0, 1]; 0 where there is no whole."""
    return np.clip(np.divide(part, whole, out=np.zeros_like(whole), where=whole > 0), 0, 1)


def hits(found: Windows, paid_in: np.ndarray) -> np.ndarray:
    """1 inside, 0 outside, 1 - surplus on the edge day; NaN payments lie beyond the horizon.

    The mean is the coverage of windows whose edge day is kept by lot, so that each window holds
    exactly its level.
    """
    day, inside = np.where(np.isnan(paid_in), np.inf, paid_in), whole_hits(found, paid_in)
    return inside - np.where(day == found.edge, found.surplus, 0.0) * inside


def whole_hits(found: Windows, paid_in: np.ndarray) -> np.ndarray:
    """Whether the payment came on a day of the window; to be held against ``mass``."""
    day = np.where(np.isnan(paid_in), np.inf, paid_in)
    last = np.where(found.end == OPEN_END, np.inf, found.end)
    inside: np.ndarray = (day >= found.begin) & (day <= last)
    return inside


def widths(found: Windows, horizon: int) -> np.ndarray:
    """Days in the window, the edge day in part; open windows count to the horizon."""
    last = np.where(found.end == OPEN_END, horizon, found.end).astype(np.int64)
    return last - found.begin.astype(np.int64) + 1 - found.surplus
