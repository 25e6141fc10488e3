"""Power of the comparison of an arm with the holdout, two shares, arms of unequal size.

With shares p1 (holdout) and p2 of n1 and n2 customers, and the part rho^2 of the variance that
past behaviour explains, the standard error of p2 - p1 is
sqrt((1 - rho^2) (p1 (1 - p1) / n1 + p2 (1 - p2) / n2)); normal approximation, two-sided.
Source: Fleiss, Levin, Paik, Statistical Methods for Rates and Proportions, ch. 4; CUPED.
"""

from __future__ import annotations

from math import sqrt

from scipy.optimize import brentq
from scipy.stats import norm

ALPHA = 0.05


def needed_per_arm(
    baseline: float, effect: float, power: float, rho_squared: float = 0.0, alpha: float = ALPHA
) -> int:
    """Customers of each of two equal arms: (z_{1-a/2} + z_power)^2 (p1 q1 + p2 q2) / effect^2.

    Raises:
        ValueError: a share leaves (0, 1), or there is no effect.
    """
    raised = _raised(baseline, effect)
    z = norm.ppf(1 - alpha / 2) + norm.ppf(power)
    spread = baseline * (1 - baseline) + raised * (1 - raised)
    return int(-(-(z**2) * spread * (1 - rho_squared) // effect**2))


def power_reached(
    baseline: float,
    effect: float,
    treated: int,
    controls: int,
    rho_squared: float = 0.0,
    alpha: float = ALPHA,
) -> float:
    """Probability that the effect, if it is there, is found; 0 to 1."""
    if not treated or not controls:
        return 0.0
    raised = _raised(baseline, effect)
    variance = baseline * (1 - baseline) / controls + raised * (1 - raised) / treated
    error = sqrt(variance * (1 - rho_squared))
    return float(norm.cdf(abs(effect) / error - norm.ppf(1 - alpha / 2)))


def minimum_detectable_effect(
    baseline: float,
    treated: int,
    controls: int,
    power: float,
    rho_squared: float = 0.0,
    alpha: float = ALPHA,
) -> float | None:
    """The smallest rise of the share that is found with ``power``; None when none would be."""
    most = (1 - baseline) * (1 - 1e-9)

    def excess(effect: float) -> float:
        return power_reached(baseline, effect, treated, controls, rho_squared, alpha) - power

    if not treated or not controls or excess(most) < 0:
        return None
    return float(brentq(excess, most * 1e-6, most))


def _raised(baseline: float, effect: float) -> float:
    raised = baseline + effect
    if not (0 < baseline < 1 and 0 < raised < 1 and effect):
        raise ValueError(
            f"baseline {baseline} and effect {effect}: expected shares within (0, 1) and an "
            "effect that is not 0. Declare another effect."
        )
    return raised
