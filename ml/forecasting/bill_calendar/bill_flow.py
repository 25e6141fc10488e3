"""Payments that follow bills: the issues convolved with each channel's distribution of delays.

mean_{c,r}(t) = base_{c,r} + sum_l w_{c,l} B_r(t - l) + sum_l v_{c,l} S[B_r(. - l)](t), where
B_r are the bills of region r and S moves what falls on a day off to the next workday
(counters and banks are closed).  One delay distribution per channel, pooled over regions.
"""

from __future__ import annotations

import numpy as np

from ml.forecasting.calendar.bill_runs import following_workday

LONGEST_DELAY = 62  # days from issue; later payments are part of the base
ROUNDS = 60
SMALLEST = 1e-6
VANISHING = 1e-30  # denormal numbers are a hundred times slower


def flow_basis(bills: np.ndarray, is_workday: np.ndarray) -> np.ndarray:
    """Issues of one region, delayed and moved; (T,) -> (T, 2 (LONGEST_DELAY + 1))."""
    length = len(bills)
    delayed = np.zeros((length, LONGEST_DELAY + 1))
    for delay in range(min(LONGEST_DELAY + 1, length)):
        delayed[delay:, delay] = bills[: length - delay]
    moved = np.zeros((length + 1, LONGEST_DELAY + 1))
    np.add.at(moved, following_workday(is_workday), delayed)
    return np.hstack([delayed, moved[:length]])


def fit_delays(
    values: np.ndarray, basis: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Base (r,) and delay weights (2L,) of one channel by EM for a Poisson mean.

    y_rt ~ Poisson(base_r + basis_rt w); the multiplicative update keeps every weight positive
    (Richardson 1972, Lucy 1974), and its rounds are few, which smooths.  What the calendar adds is
    left to the regression: fitting both in turns changed no forward score.

    Args:
        values: y, (r, T), NaN where missing.
        basis: (r, T, 2L).
        weights: (T,), weight of a day.
    """
    seen = np.isfinite(values) * weights
    target = np.nan_to_num(values) * weights
    flat = basis.reshape(-1, basis.shape[-1])
    days = np.maximum(seen.sum(axis=1), SMALLEST)
    reach = np.maximum(flat.T @ seen.ravel(), SMALLEST)
    base = 0.5 * target.sum(axis=1) / days
    delays = np.full(len(reach), 0.5 * target.sum() / reach.sum())
    for _ in range(ROUNDS):
        mean = base[:, None] + (flat @ delays).reshape(values.shape)
        ratio = target / np.maximum(mean, SMALLEST)
        base = base * ratio.sum(axis=1) / days
        delays = np.maximum(delays * (flat.T @ ratio.ravel()) / reach, VANISHING)
    return base, delays
