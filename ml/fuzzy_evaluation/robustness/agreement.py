"""Do two rankings agree, and does leaving one unit out turn the order of the others?"""

from __future__ import annotations

import numpy as np
from scipy.stats import kendalltau

from ml.fuzzy_evaluation.arrays import Array


def kendall(one: Array, other: Array) -> float | None:
    """Kendall's tau-b of two score vectors (both higher = better).

    None when it does not exist: fewer than two units, a gap, or a ranking of nothing but ties.
    """
    if len(one) < 2 or not (np.isfinite(one).all() and np.isfinite(other).all()):
        return None
    one, other = one.round(9), other.round(9)
    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return None
    return float(kendalltau(one, other).statistic)


def reversed_pairs(before: Array, after: Array) -> int:
    """Pairs of units whose order in ``before`` is the opposite in ``after``; ties do not count."""
    one = np.sign((before[:, None] - before[None, :]).round(9))
    other = np.sign((after[:, None] - after[None, :]).round(9))
    return int(np.nansum(np.triu(one * other < 0)))
