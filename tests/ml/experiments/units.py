"""Customers of two arms, and their moments: what the tests of experiments share."""

from __future__ import annotations

import numpy as np

from ml.experiments.moments import Array, Moments, moments_of


def two_arms(seed: int, treated: int = 60, control: int = 90) -> tuple[Array, Array, Array, Array]:
    """Outcome and covariate of either arm; the covariate explains much of the outcome."""
    random = np.random.default_rng(seed)
    x_t, x_c = random.normal(3, 2, treated), random.normal(3, 2, control)
    y_t = 1.5 * x_t + random.normal(1, 1, treated)
    y_c = 1.5 * x_c + random.normal(0, 2, control)
    return y_t, x_t, y_c, x_c


def means(outcome: Array, *others: Array) -> Moments:
    """Moments of a mean, denominator one, with further variables."""
    return moments_of(outcome, np.ones_like(outcome), *others)
