"""Days until payment, with those who have not paid yet: Kaplan-Meier and the restricted mean.

From counts per day only. The variance is Greenwood's; nothing is drawn at random here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ml.experiments.effects import ARM_EMPTY, ZERO_VARIANCE, Effects, effects_of
from ml.experiments.moments import Array

NOT_OBSERVED = "not_observed"  # nobody is observed up to the limit: the mean is not known


@dataclass(frozen=True)
class RestrictedMean:
    """E[min(T, limit)] in days, its variance, and the units that it rests on; arrays (...)."""

    days: Array
    variance: Array
    units: Array
    is_observed: NDArray[np.bool_]


def restricted_mean(events: ArrayLike, censored: ArrayLike, limit: int) -> RestrictedMean:
    """Restricted mean survival time from counts (..., days) of day 0, 1, 2, ...

    S(t) = prod_{u <= t} (1 - d_u/n_u) over those at risk n_u = all from day u on; the mean is
    sum_{t < limit} S(t), for T in whole days. Var = sum_u A_u^2 d_u/(n_u (n_u - d_u)) with
    A_u = sum_{u <= t < limit} S(t) (Greenwood). A unit censored on a day was at risk on it.

    Raises:
        ValueError: a limit that is not positive, or counts of different shapes.

    Source: Kalbfleisch, Prentice, The Statistical Analysis of Failure Time Data (2002), 1.4;
    Royston, Parmar, Restricted mean survival time (2013).
    """
    died, lost = np.asarray(events, dtype=float), np.asarray(censored, dtype=float)
    if limit < 1 or died.shape != lost.shape:
        raise ValueError(
            f"limit is {limit} and the shapes are {died.shape} and {lost.shape}; expected a "
            "limit of at least 1 and counts of one shape."
        )
    short = max(0, limit - died.shape[-1])
    died, lost = (np.pad(c, [(0, 0)] * (c.ndim - 1) + [(0, short)]) for c in (died, lost))
    at_risk = np.flip(np.cumsum(np.flip(died + lost, -1), -1), -1)[..., :limit]
    died = died[..., :limit]
    with np.errstate(divide="ignore", invalid="ignore"):
        survival = np.cumprod(np.where(at_risk > 0, 1 - died / at_risk, 1.0), axis=-1)
        left = at_risk - died
        hazard = np.where(left > 0, died / (at_risk * left), 0.0)
    area = np.flip(np.cumsum(np.flip(survival, -1), -1), -1)
    # Whoever is known to have died leaves nothing open; else somebody must be seen at the end.
    is_observed = (at_risk[..., -1] > 0) | (survival[..., -1] == 0)
    units = at_risk[..., 0]
    return RestrictedMean(
        survival.sum(axis=-1), (area**2 * hazard).sum(axis=-1), units, is_observed & (units > 0)
    )


def difference_in_days(treated: RestrictedMean, control: RestrictedMean) -> Effects:
    """Difference of restricted means, treated less control; negative is sooner.

    SE^2 = sum of Greenwood variances; Welch-Satterthwaite degrees.
    """
    arms = (treated, control)
    total = treated.variance + control.variance
    conditions = [
        np.logical_or(*(arm.units < 2 for arm in arms)),
        ~np.logical_and(*(arm.is_observed for arm in arms)),
        ~(total > 0),
    ]
    refusal = np.select(conditions, [ARM_EMPTY, NOT_OBSERVED, ZERO_VARIANCE], default="")
    days = [np.where(arm.is_observed, arm.days, np.nan) for arm in arms]
    return effects_of(
        days[0], days[1], days[0] - days[1], [arm.variance for arm in arms],
        [arm.units for arm in arms], refusal,
    )  # fmt: skip


def post_stratified_days(treated: RestrictedMean, control: RestrictedMean) -> Effects:
    """The same weighted over strata (the leading axis) by both arms' size.

    Strata that are not observed in both arms are left out, and the weights are of the others.
    """
    usable = np.logical_and(*(arm.is_observed & (arm.units >= 2) for arm in (treated, control)))
    weights = np.where(usable, treated.units + control.units, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        weights = weights / weights.sum(axis=0)
    whole = [
        RestrictedMean(
            np.where(usable, weights * arm.days, 0.0).sum(axis=0),
            np.where(usable, weights**2 * arm.variance, 0.0).sum(axis=0),
            np.where(usable, arm.units, 0.0).sum(axis=0),
            np.asarray(usable.any(axis=0)),
        )
        for arm in (treated, control)
    ]
    return difference_in_days(whole[0], whole[1])
