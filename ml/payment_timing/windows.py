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
CHUNK = 8_192  # customers slid at once: 2 MB, within the processor's own memory
NEARLY = np.float32(1 - 1e-5)  # of what is lacking: bounds hold whatever float32 rounds away
BEYOND = 2.0  # a level that nobody reaches


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

    Customers of like spread are taken together, so that few lengths have to be tried on them.

    Args:
        cumulative: F(1..H), (n, h), ascending.
        levels: ascending, between 0 and 1.
    """
    found = [_empty(len(cumulative)) for _ in levels]
    spread = _days_below(cumulative, 0.9) - _days_below(cumulative, 0.1)
    order = np.argsort(spread, kind="stable")
    for begin in range(0, len(order), CHUNK):
        rows = order[begin : begin + CHUNK]
        # Days lie along the first axis, so that sliding works on long contiguous rows.
        total = np.zeros((cumulative.shape[1] + 1, len(rows)), dtype=np.float32)
        total[1:] = cumulative[rows].T
        for one, level in zip(found, levels, strict=True):
            short = np.flatnonzero(~(total[-1] >= np.float32(level)))
            _open_ended(one, rows[short], total[:, short], np.float32(level))
        reaching = total[-1] >= np.float32(levels[0])
        if reaching.any():
            _slide(found, rows[reaching], total.compress(reaching, axis=1), levels)
    return found


def _slide(
    found: list[Windows], rows: np.ndarray, active: np.ndarray, levels: Sequence[float]
) -> None:
    """Try window lengths in ascending order; who has reached its highest level drops out.

    A day adds at most the largest daily probability, so lengths that cannot suffice are passed by.

    Args:
        found: written at ``rows``.
        rows: positions of the customers.
        active: F(0..H), float32 (h + 1, rows); each reaches the lowest level at least.
        levels: as of ``windows``.
    """
    bars = np.asarray([*levels, BEYOND], dtype=np.float32)
    within = (active[-1] >= bars[:, None]).sum(axis=0)
    reached = np.zeros(len(rows), dtype=np.int64)
    mass, most = np.zeros(len(rows), np.float32), np.diff(active, axis=0).max(axis=0)
    buffer, going, length = np.empty_like(active), within > 0, 0
    while going.any():
        if going.mean() < COMPACT:
            rows, reached, within = rows[going], reached[going], within[going]
            mass, most, active = mass[going], most[going], active.compress(going, axis=1)
            buffer, going = np.empty_like(active), going[going]
        lacking = (bars[reached] * NEARLY - mass) / most
        length += max(1, int(np.ceil(lacking[going].min() * NEARLY)))
        slid = np.subtract(active[length:], active[:-length], out=buffer[length:])
        mass = slid.max(axis=0)
        for number, level in enumerate(levels):
            new = np.flatnonzero((reached == number) & (mass >= np.float32(level)))
            if len(new):
                _close(found[number], rows[new], active[:, new], slid[:, new], length, level)
                reached[new] += 1
        going = reached < within


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


def _empty(customers: int) -> Windows:
    days, shares = np.zeros((3, customers), np.int16), np.zeros((2, customers), np.float32)
    return Windows(days[0], days[1], days[2], shares[0], shares[1])


def _days_below(cumulative: np.ndarray, level: float) -> np.ndarray:
    """Days whose F is below the level, int16 (n,)."""
    return (cumulative < np.float32(level)).sum(axis=1, dtype=np.int16)


def _open_ended(found: Windows, rows: np.ndarray, total: np.ndarray, level: np.float32) -> None:
    """Where the horizon holds too little: the latest begin with P(T >= begin) >= level."""
    begin = (1 - total[:-1] >= level).sum(axis=0)
    row = np.arange(total.shape[1])
    mass = 1 - total[begin - 1, row]
    found.begin[rows] = found.edge[rows] = begin
    found.end[rows] = OPEN_END
    found.surplus[rows] = _share(mass - level, total[begin, row] - total[begin - 1, row])
    found.mass[rows] = mass


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
