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
    """

    begin: np.ndarray
    end: np.ndarray
    edge: np.ndarray
    surplus: np.ndarray


def windows(cumulative: np.ndarray, levels: Sequence[float] = LEVELS) -> list[Windows]:
    """Highest-density contiguous day sets with at least each level; of equal length the likeliest.

    Every length from one day on is slid over all customers at once; who has reached the highest
    level drops out.

    Args:
        cumulative: F(1..H), (n, h), ascending.
        levels: ascending, between 0 and 1.
    """
    total = np.zeros((len(cumulative), cumulative.shape[1] + 1), dtype=np.float32)
    total[:, 1:] = cumulative
    found = [_open_ended(total, np.float32(level)) for level in levels]
    rows = np.flatnonzero(total[:, -1] >= levels[0])
    reached = np.zeros(len(rows), dtype=np.int64)  # levels reached so far
    active = total[rows]
    for length in range(1, total.shape[1] if len(rows) else 0):
        slid = active[:, length:] - active[:, :-length]
        mass = slid.max(axis=1)
        for number, level in enumerate(levels):
            new = np.flatnonzero((reached == number) & (mass >= np.float32(level)))
            if len(new):
                _close(found[number], rows[new], active[new], slid[new], length, level)
                reached[new] += 1
        going = reached < len(levels)
        if not going.any():
            break
        if going.mean() < COMPACT:
            rows, reached, active = rows[going], reached[going], active[going]
    return found


def _close(
    found: Windows, rows: np.ndarray, total: np.ndarray, slid: np.ndarray, length: int, level: float
) -> None:
    """Write the windows of the rows that reach the level at this length."""
    place, row = slid.argmax(axis=1), np.arange(len(rows))
    at_begin = total[row, place + 1] - total[row, place]
    at_end = total[row, place + length] - total[row, place + length - 1]
    least = np.minimum(at_begin, at_end)
    over = slid[row, place] - np.float32(level)
    found.begin[rows] = place + 1
    found.end[rows] = place + length
    found.edge[rows] = np.where(at_begin <= at_end, place + 1, place + length)
    found.surplus[rows] = np.clip(
        np.divide(over, least, out=np.zeros_like(least), where=least > 0), 0, 1
    )


def _open_ended(total: np.ndarray, level: np.float32) -> Windows:
    """Where the horizon holds too little: the latest begin with P(T >= begin) >= level."""
    begin = (1 - total[:, :-1] >= level).sum(axis=1)
    row = np.arange(len(total))
    here = total[row, begin] - total[row, begin - 1]
    over = np.maximum(1 - total[row, begin - 1] - level, 0)
    surplus = np.clip(np.divide(over, here, out=np.zeros_like(here), where=here > 0), 0, 1)
    days = begin.astype(np.int16)
    return Windows(days, np.full(len(total), OPEN_END, np.int16), days.copy(), surplus)


def hits(found: Windows, paid_in: np.ndarray) -> np.ndarray:
    """1 inside, 0 outside, 1 - surplus on the edge day; NaN payments lie beyond the horizon.

    The mean is the coverage of windows whose edge day is kept by lot, so that each window holds
    exactly its level.
    """
    day = np.where(np.isnan(paid_in), np.inf, paid_in)
    last = np.where(found.end == OPEN_END, np.inf, found.end)
    inside = (day >= found.begin) & (day <= last)
    return inside - np.where(day == found.edge, found.surplus, 0.0) * inside


def widths(found: Windows, horizon: int) -> np.ndarray:
    """Days in the window, the edge day in part; open windows count to the horizon."""
    last = np.where(found.end == OPEN_END, horizon, found.end).astype(np.int64)
    return last - found.begin.astype(np.int64) + 1 - found.surplus
