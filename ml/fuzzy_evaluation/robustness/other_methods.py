"""TOPSIS and VIKOR on the same indicators and weights: do other methods rank alike?"""

from __future__ import annotations

import numpy as np

from ml.fuzzy_evaluation.arrays import Array, Bools


def topsis(matrix: Array, weights: Array, is_higher_better: Bools) -> Array:
    """Closeness d- / (d+ + d-) to the ideal, 1 the best; vector normalisation (Hwang, Yoon 1981).

    Args:
        matrix: (units, indicators), no gaps.
        weights: (indicators,).
        is_higher_better: (indicators,).

    Returns:
        (units,); NaN when all units are equal.
    """
    norm = np.sqrt((matrix**2).sum(axis=0))
    scaled = weights * matrix / np.where(norm > 0, norm, 1)
    best = np.where(is_higher_better, scaled.max(axis=0), scaled.min(axis=0))
    worst = np.where(is_higher_better, scaled.min(axis=0), scaled.max(axis=0))
    to_best = np.sqrt(((scaled - best) ** 2).sum(axis=1))
    to_worst = np.sqrt(((scaled - worst) ** 2).sum(axis=1))
    total = to_best + to_worst
    return np.where(total > 0, to_worst / np.where(total > 0, total, 1), np.nan)


def vikor(matrix: Array, weights: Array, is_higher_better: Bools, majority: float = 0.5) -> Array:
    """VIKOR's compromise Q, 0 the best (Opricovic 1998).

    S = sum_j w_j d_j, R = max_j w_j d_j, d_j the distance to the best in units of the range;
    Q = v (S - S*) / (S- - S*) + (1 - v) (R - R*) / (R- - R*).

    Returns:
        (units,); NaN when all units are equal.
    """
    best = np.where(is_higher_better, matrix.max(axis=0), matrix.min(axis=0))
    width = matrix.max(axis=0) - matrix.min(axis=0)
    distance = weights * np.abs(best - matrix) / np.where(width > 0, width, 1)
    group, regret = distance.sum(axis=1), distance.max(axis=1)
    return majority * _unit(group) + (1 - majority) * _unit(regret)


def _unit(values: Array) -> Array:
    width = values.max() - values.min()
    return (values - values.min()) / width if width > 0 else np.full_like(values, np.nan)
