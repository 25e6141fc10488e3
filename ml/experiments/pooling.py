"""One effect out of several independent experiments, and how much they disagree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import chi2, norm

LEVEL = 0.95


@dataclass(frozen=True)
class Pooled:
    """The pooled effect and the heterogeneity of its parts; q_p_value is nan for one part."""

    estimate: float
    std_error: float
    low: float
    high: float
    p_value: float
    experiments: int
    q: float
    q_p_value: float
    i_squared: float  # share of the spread that is not chance, 0 to 1
    between_sd: float  # standard deviation of the true effects


def pooled(estimates: ArrayLike, std_errors: ArrayLike, level: float = LEVEL) -> Pooled:
    """Inverse-variance mean with the spread between experiments (DerSimonian-Laird).

    w = 1/s^2, Q = sum w (e - mean)^2, tau^2 = max(0, (Q - (k - 1))/(sum w - sum w^2/sum w)),
    I^2 = max(0, 1 - (k - 1)/Q); pooled with 1/(s^2 + tau^2), which is the plain inverse-variance
    mean where the experiments agree. Normal interval.

    Raises:
        ValueError: no experiment, or a standard error that is not positive.

    Source: DerSimonian, Laird, Meta-analysis in Clinical Trials (1986); Higgins, Thompson (2002).
    """
    effects, errors = (np.asarray(v, dtype=float) for v in (estimates, std_errors))
    if len(effects) == 0 or len(effects) != len(errors) or not (errors > 0).all():
        raise ValueError(
            f"{len(effects)} effects with standard errors {errors.tolist()}; expected at least "
            "one, each with a positive standard error."
        )
    weights, freedom = errors**-2.0, len(effects) - 1
    q = float((weights * (effects - np.average(effects, weights=weights)) ** 2).sum())
    spread = weights.sum() - (weights**2).sum() / weights.sum()
    between = max(0.0, (q - freedom) / spread) if freedom else 0.0
    weights = 1 / (errors**2 + between)
    estimate = float(np.average(effects, weights=weights))
    error = float(weights.sum() ** -0.5)
    half = float(norm.ppf((1 + level) / 2)) * error
    return Pooled(
        estimate, error, estimate - half, estimate + half,
        float(2 * norm.sf(abs(estimate / error))), len(effects), q,
        float(chi2.sf(q, freedom)) if freedom else float("nan"),
        max(0.0, 1 - freedom / q) if freedom and q > 0 else 0.0, float(between**0.5),
    )  # fmt: skip
