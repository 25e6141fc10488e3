"""Differences of shares of two arms, from counts alone; good where events are few."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

LEVEL = 0.95


@dataclass(frozen=True)
class Difference:
    """Share of the treated less that of the untreated, with its interval.

    ``std_error`` is 0 where nobody, or everybody, of both arms did it; the interval is not.
    """

    estimate: float
    std_error: float
    low: float
    high: float


def difference_of_shares(
    treated_yes: float, treated: float, control_yes: float, controls: float, level: float = LEVEL
) -> Difference:
    """Difference of two binomial shares by the score intervals of each.

    d = p - q; low = d - sqrt((p - p_low)^2 + (q_high - q)^2), high = d + sqrt((p_high - p)^2 +
    (q - q_low)^2), with Wilson's intervals of p and q; SE^2 = p(1 - p)/(n - 1) + q(1 - q)/(m - 1).

    Raises:
        ValueError: an arm of fewer than two, or more who did it than there are.

    Source: Newcombe, Interval Estimation for the Difference Between Independent Proportions (1998),
    method 10.
    """
    for yes, units in ((treated_yes, treated), (control_yes, controls)):
        if units < 2 or not 0 <= yes <= units:
            raise ValueError(f"{yes} of {units} customers: a part of two or more expected")
    p, p_low, p_high = _wilson(treated_yes, treated, level)
    q, q_low, q_high = _wilson(control_yes, controls, level)
    error = np.sqrt(p * (1 - p) / (treated - 1) + q * (1 - q) / (controls - 1))
    down, up = np.hypot(p - p_low, q_high - q), np.hypot(p_high - p, q - q_low)
    return Difference(p - q, float(error), float(p - q - down), float(p - q + up))


def _wilson(yes: float, units: float, level: float) -> tuple[float, float, float]:
    """Share and the ends of its score interval (Wilson 1927)."""
    z, share = float(norm.ppf((1 + level) / 2)), yes / units
    centre = share + z**2 / (2 * units)
    half = z * np.sqrt(share * (1 - share) / units + z**2 / (4 * units**2))
    scale = 1 + z**2 / units
    return share, float((centre - half) / scale), float((centre + half) / scale)
