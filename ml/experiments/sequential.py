"""Intervals that stay valid however often one looks: an asymptotic confidence sequence."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ml.experiments.moments import Array

ALPHA = 0.05
LEAST_EVENTS = 20  # of a rare yes-or-no outcome; below, the normal limit is not near enough


def half_width(
    std_error: ArrayLike, units: ArrayLike, planned_units: ArrayLike, alpha: float = ALPHA
) -> Array:
    """Half of the always-valid interval about a mean or a difference.

    s sqrt(2 (n rho^2 + 1)/(n^2 rho^2) ln(sqrt(n rho^2 + 1)/alpha)) with s^2 = n SE^2 and
    rho^2 = (-2 ln alpha + ln(-2 ln alpha + 1))/N*, for which it is narrowest at N* units.

    Args:
        std_error: of the estimate, in the outcome's units.
        units: customers that it rests on, both arms together; where all are assigned at once and
            outcomes come in by the day, the days that have passed.
        planned_units: N*, for which the width is tuned, fixed beforehand: customers, or days.
        alpha: chance that the sequence of intervals ever misses the truth.

    Raises:
        ValueError: alpha outside (0, 1), or a planned size that is not positive.

    Source: Waudby-Smith et al., Time-uniform Central Limit Theory and Asymptotic Confidence
    Sequences (2023), proposition 2.
    """
    if not 0 < alpha < 1:
        raise ValueError(f"alpha is {alpha}; expected a share between 0 and 1.")
    planned = np.asarray(planned_units, dtype=float)
    if not (planned > 0).all():
        raise ValueError(f"planned_units is {planned.tolist()}; expected above 0.")
    n, error = np.asarray(units, dtype=float), np.asarray(std_error, dtype=float)
    twice = -2 * np.log(alpha)
    growth = n * (twice + np.log(twice + 1)) / planned  # n rho^2
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = 2 * (growth + 1) / growth * np.log(np.sqrt(growth + 1) / alpha)
    return np.asarray(error * np.sqrt(factor))
