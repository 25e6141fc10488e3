"""Weights that the data give: entropy and CRITIC, over rows (units x months) and indicators.

Gaps (NaN) are left out indicator by indicator, or pair by pair.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import xlogy

from ml.fuzzy_evaluation.arrays import Array, Bools, shares

LEAST_SHARED_ROWS = 3  # below, two indicators have no correlation worth the name


def aligned(values: Array, is_higher_better: Bools) -> Array:
    """Min-max to [0, 1], 1 the best; (rows, indicators). Constant indicators become NaN."""
    low, high = np.nanmin(values, axis=0), np.nanmax(values, axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        unit = np.where(high > low, (values - low) / (high - low), np.nan)
    return np.asarray(np.where(is_higher_better, unit, 1 - unit), dtype=np.float64)


def entropy_weights(matrix: Array) -> Array:
    """w_j = (1 - e_j) / sum, e_j = -sum_i p_ij ln p_ij / ln n_j, p_ij = x_ij / sum_i x_ij.

    Args:
        matrix: (rows, indicators), non-negative, each column with a positive sum; n_j counts the
            rows that have indicator j.

    Raises:
        ValueError: fewer than two rows, a negative value, or no column that varies.
    """
    count = np.isfinite(matrix).sum(axis=0)
    filled = np.nan_to_num(matrix)
    if (count < 2).any() or (filled < 0).any() or not (filled.sum(axis=0) > 0).all():
        raise ValueError(
            f"matrix of shape {matrix.shape}: two rows, values of 0 or more and positive column"
            " sums expected; align the indicators first"
        )
    parts = shares(filled, axis=0)
    return _normalised(1 + xlogy(parts, parts).sum(axis=0) / np.log(count))


def critic_weights(matrix: Array) -> Array:
    """CRITIC (Diakoulaki 1995): w_j ~ sd_j sum_k (1 - corr_jk), on aligned values.

    Args:
        matrix: (rows, indicators), each in [0, 1] with 1 the best, each varying.

    Raises:
        ValueError: fewer than two rows, or a column that does not vary.
    """
    frame = pd.DataFrame(matrix)
    spread = frame.std(ddof=1).to_numpy()
    if not (spread > 0).all():
        raise ValueError(
            f"{len(matrix)} rows, spreads {spread.round(6).tolist()}: columns that vary expected;"
            " leave constant indicators out"
        )
    if matrix.shape[1] == 1:
        return np.ones(1)
    least = 2 if np.isfinite(matrix).all() else LEAST_SHARED_ROWS
    correlation = np.nan_to_num(frame.corr(min_periods=least).to_numpy())
    np.fill_diagonal(correlation, 1.0)
    return _normalised(spread * (1 - correlation).sum(axis=0))


def _normalised(information: Array) -> Array:
    positive = np.maximum(information, 0)
    if positive.sum() <= 1e-12 * len(positive):
        raise ValueError("no indicator varies independently: objective weights do not exist")
    return shares(positive)
