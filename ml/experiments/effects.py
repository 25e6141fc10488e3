"""The difference between two arms, of means or of ratios, with Welch's interval.

Adjustment for covariates and strata builds on it in ``adjustment``; only effects of a random
assignment are effects, and whether it was random is asked in ``sample_ratio``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t

from ml.experiments.moments import Array, Moments

LEVEL = 0.95
ARM_EMPTY = "arm_empty"  # an arm has fewer than two units: no variance is known
NO_DENOMINATOR = "no_denominator"  # the ratio's denominator is zero in an arm
ZERO_VARIANCE = "zero_variance"  # nothing varies in either arm: nothing can be inferred
NUMERATOR, DENOMINATOR = 0, 1  # places of an outcome's variables in the moments


@dataclass(frozen=True)
class Effects:
    """Effects of cells, each array (...); where ``refusal`` is not empty, there is no inference.

    A cell refused for ``zero_variance`` keeps its estimate, which is then only a description.
    """

    mean_treated: Array
    mean_control: Array
    estimate: Array
    std_error: Array
    degrees: Array
    refusal: NDArray[np.str_]

    def interval(self, level: float = LEVEL) -> tuple[Array, Array]:
        """Lower and upper end of the t interval."""
        half = t.ppf((1 + level) / 2, self.degrees) * self.std_error
        return self.estimate - half, self.estimate + half

    @property
    def p_value(self) -> Array:
        """Two-sided p-value of no effect."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(2 * t.sf(np.abs(self.estimate / self.std_error), self.degrees))


def weights_of_ratio(moments: Moments) -> Array:
    """(..., 2): (1/D, -R/D), by which a ratio R = M/D is linear in its numerator and denominator.

    The unit's contribution z = (m - R d)/D has mean zero, and Var(R) = Var(z)/n: the delta method,
    Var(M)/D^2 + Var(D) M^2/D^4 - 2 Cov M/D^3.  A mean has d = 1, and z = m - mean.

    Source: Deng, Knoblich, Lu, Applying the Delta Method in Metric Analytics (2018).
    """
    mean = moments.mean
    with np.errstate(divide="ignore", invalid="ignore"):
        inverse = 1 / np.where(mean[..., DENOMINATOR] > 0, mean[..., DENOMINATOR], np.nan)
        return np.stack([inverse, -mean[..., NUMERATOR] * inverse**2], axis=-1)


def ratio_of(moments: Moments) -> Array:
    """Ratio of the means of numerator and denominator; nan without a denominator."""
    return weights_of_ratio(moments)[..., 0] * moments.mean[..., NUMERATOR]


def variance_of_ratio(moments: Moments) -> Array:
    """Sampling variance of ``ratio_of``: Var(z)/n."""
    weights = weights_of_ratio(moments)
    covariance = moments.covariance[..., :2, :2]
    return np.einsum("...i,...ij,...j->...", weights, covariance, weights) / moments.count


def difference(treated: Moments, control: Moments) -> Effects:
    """Difference of ratios of the arms, treated less control; of means where d = 1.

    SE^2 = V_t + V_c; Welch-Satterthwaite degrees (V_t + V_c)^2 / sum V^2/(n - 1), never below 1.
    For means this is Welch's t-test.  For clusters treated together, take the clusters as units,
    with their sums as numerators and their sizes as denominators: the cluster-robust variance.
    """
    arms = (treated, control)
    variances = [_positive(variance_of_ratio(arm)) for arm in arms]
    refusal = refusals(arms, sum(variances))
    means = [ratio_of(arm) for arm in arms]
    return effects_of(
        means[0], means[1], means[0] - means[1], variances, [arm.count for arm in arms], refusal
    )


def effects_of(
    mean_treated: Array,
    mean_control: Array,
    estimate: Array,
    variances: list[Array],
    counts: list[Array],
    refusal: NDArray[np.str_],
) -> Effects:
    """Effects with the Welch-Satterthwaite degrees of independent parts (variance, units)."""
    total = sum(variances, np.zeros_like(variances[0]))
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = [v**2 / (n - 1) for v, n in zip(variances, counts, strict=True)]
        degrees = np.maximum(total**2 / sum(parts), 1.0)
    ok = refusal == ""
    return Effects(
        mean_treated,
        mean_control,
        np.where((refusal == ARM_EMPTY) | (refusal == NO_DENOMINATOR), np.nan, estimate),
        np.where(ok, np.sqrt(total), np.nan),
        np.where(ok, degrees, np.nan),
        refusal,
    )


def refusals(arms: tuple[Moments, Moments], variance: Array | float) -> NDArray[np.str_]:
    """Why a cell cannot be judged; empty where it can."""
    is_empty = np.logical_or(*(arm.count < 2 for arm in arms))
    no_denominator = np.logical_or(*(~(arm.sums[..., DENOMINATOR] > 0) for arm in arms))
    conditions = [is_empty, no_denominator, ~(np.asarray(variance) > 0)]
    return np.select(conditions, [ARM_EMPTY, NO_DENOMINATOR, ZERO_VARIANCE], default="")


def _positive(variance: Array) -> Array:
    """Rounding may leave a variance of zero just below it."""
    return np.where(variance < 0, 0.0, variance)
