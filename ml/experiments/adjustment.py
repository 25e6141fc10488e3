"""Sharper and narrower questions of the same random assignment: CUPED, post-strata, compliance.

Each takes moments whose variables are numerator, denominator, then others; the plain difference
is in ``effects``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml.experiments.effects import (
    Effects,
    difference,
    effects_of,
    ratio_of,
    refusals,
    weights_of_ratio,
)
from ml.experiments.moments import Array, Moments

COLLINEAR = 1e-8  # directions of the covariates' correlation weaker than this explain nothing
WITHIN_STRATUM = 2  # units that a stratum needs in each arm for a variance


def cuped(treated: Moments, control: Moments, covariates: list[int]) -> Effects:
    """The difference less what covariates from before assignment explain.

    theta = pooled Cov(x)^-1 Cov(x, z) within the arms; effect = D - theta'(x_t - x_c); per arm
    Var = (Var z - 2 theta'Cov(x, z) + theta'Cov(x) theta)/n, times (n - 1)/(n - 1 - p). With one
    covariate the variance falls by rho^2. For means the estimate equals that of a regression on
    arm and covariates. Ratios are adjusted through their linear form z (see ``effects``).

    Args:
        treated: moments of the arm.
        control: moments of the arm that it is compared with.
        covariates: places of the covariates among the variables; known before assignment.

    Source: Deng et al., Improving the Sensitivity of Online Controlled Experiments by Utilizing
    Pre-Experiment Data (2013).
    """
    plain, arms = difference(treated, control), (treated, control)
    spread = [_spread(arm, covariates) for arm in arms]
    within = (treated.count - 1)[..., None, None] * spread[0]
    within = within + (control.count - 1)[..., None, None] * spread[1]
    theta = _solve(within[..., 1:, 1:], within[..., 1:, 0])
    variances = [_adjusted(arm, s, theta) for arm, s in zip(arms, spread, strict=True)]
    shift = treated.mean[..., covariates] - control.mean[..., covariates]
    estimate = plain.estimate - np.einsum("...i,...i->...", theta, shift)
    refusal = np.where(plain.refusal == "", refusals(arms, sum(variances)), plain.refusal)
    return effects_of(
        plain.mean_treated, plain.mean_control, estimate, variances,
        [arm.count for arm in arms], refusal,
    )  # fmt: skip


def compliers(treated: Moments, control: Moments, received: int) -> Effects:
    """Effect per customer whom the contact reached (CACE): the effect as assigned over the reach.

    (y_t - y_c)/(c_t - c_c), variance by the delta method: Var(z - CACE c)/n over the reach
    squared. It holds where being assigned changes nothing for those whom the contact misses.

    Source: Angrist, Imbens, Rubin, Identification of Causal Effects Using Instrumental Variables
    (1996).
    """
    plain, arms = difference(treated, control), (treated, control)
    reach = treated.mean[..., received] - control.mean[..., received]
    with np.errstate(divide="ignore", invalid="ignore"):
        effect = plain.estimate / np.where(reach > 0, reach, np.nan)
    variances = []
    for arm in arms:
        s = _spread(arm, [received])
        residual = s[..., 0, 0] - 2 * effect * s[..., 0, 1] + effect**2 * s[..., 1, 1]
        variances.append(np.maximum(residual, 0.0) / arm.count / reach**2)
    refusal = np.where(plain.refusal == "", refusals(arms, sum(variances)), plain.refusal)
    return effects_of(
        plain.mean_treated, plain.mean_control, effect, variances,
        [arm.count for arm in arms], refusal,
    )  # fmt: skip


def post_stratified(treated: Moments, control: Moments) -> Effects:
    """The difference weighted over strata, which are the leading axis; known before assignment.

    Weights W_s = n_s/n of both arms together; an arm's means are sum_s W_s of its strata's means,
    a ratio is the ratio of these; Var = sum_s W_s^2 Var(z_s)/n_s with z at the arm's ratio. Strata
    with fewer than two units in an arm count as one, together with the largest.

    Source: Miratrix, Sekhon, Yu, Adjusting Treatment Effect Estimates by Post-Stratification in
    Randomized Experiments (2013).
    """
    treated, control = _collapsed(treated, control)
    sizes = treated.count + control.count
    with np.errstate(divide="ignore", invalid="ignore"):
        weights = sizes / sizes.sum(axis=0)
    means, parts, counts = [], [], []
    for arm in (treated, control):
        with np.errstate(invalid="ignore"):
            averaged = np.where(weights[..., None] > 0, weights[..., None] * arm.mean, 0).sum(0)
        whole = Moments(np.ones_like(averaged[..., 0]), averaged, _no_products(averaged))
        slopes = weights_of_ratio(whole)
        means.append(ratio_of(whole))
        variance = np.einsum("...i,s...ij,...j->s...", slopes, arm.covariance[..., :2, :2], slopes)
        with np.errstate(divide="ignore", invalid="ignore"):
            part = np.where(weights > 0, weights**2 * np.maximum(variance, 0) / arm.count, 0.0)
        parts += list(part)
        counts += list(np.maximum(arm.count, WITHIN_STRATUM))
    arms = (treated.total(), control.total())
    refusal = refusals(arms, sum(parts))
    return effects_of(means[0], means[1], means[0] - means[1], parts, counts, refusal)


def _collapsed(treated: Moments, control: Moments) -> tuple[Moments, Moments]:
    """Strata too thin in either arm, put into the largest one."""
    thin = np.minimum(treated.count, control.count) < WITHIN_STRATUM
    sizes = np.where(thin, -1.0, treated.count + control.count)
    largest = np.arange(len(sizes)).reshape(-1, *[1] * (sizes.ndim - 1)) == sizes.argmax(axis=0)
    return _moved(treated, thin, largest), _moved(control, thin, largest)


def _moved(arm: Moments, thin: NDArray[np.bool_], largest: NDArray[np.bool_]) -> Moments:
    def moved(values: Array, axes: int) -> Array:
        mask, goal = (m.reshape(*m.shape, *[1] * axes) for m in (thin, largest))
        lost = np.where(mask, values, 0).sum(axis=0)
        return np.where(mask, 0.0, values) + np.where(goal, lost, 0.0)

    return Moments(moved(arm.count, 0), moved(arm.sums, 1), moved(arm.products, 2))


def _spread(arm: Moments, others: list[int]) -> Array:
    """Covariance (..., 1 + p, 1 + p) of the outcome's linear form z and the other variables."""
    weights, covariance = weights_of_ratio(arm), arm.covariance
    linear = np.zeros((*covariance.shape[:-2], 1 + len(others), covariance.shape[-1]))
    linear[..., 0, :2] = weights
    linear[..., np.arange(1, 1 + len(others)), others] = 1.0
    return np.einsum("...ai,...ij,...bj->...ab", linear, covariance, linear)


def _solve(square: Array, right: Array) -> Array:
    """Least-squares solution on the correlation scale; nothing where a variable is constant."""
    scale = np.sqrt(np.einsum("...ii->...i", square))
    with np.errstate(divide="ignore", invalid="ignore"):
        inverse = np.where(scale > 0, 1 / scale, 0.0)
    correlation = np.nan_to_num(inverse[..., :, None] * square * inverse[..., None, :])
    pseudo = np.linalg.pinv(correlation, rcond=COLLINEAR, hermitian=True)
    return inverse * np.einsum("...ij,...j->...i", pseudo, np.nan_to_num(inverse * right))


def _adjusted(arm: Moments, spread: Array, theta: Array) -> Array:
    """Sampling variance of an arm's adjusted mean."""
    crossed = np.einsum("...i,...i->...", theta, spread[..., 1:, 0])
    square = np.einsum("...i,...ij,...j->...", theta, spread[..., 1:, 1:], theta)
    free = arm.count - 1 - theta.shape[-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        inflation = np.where(free > 0, (arm.count - 1) / free, np.nan)
        return np.maximum(spread[..., 0, 0] - 2 * crossed + square, 0.0) * inflation / arm.count


def _no_products(sums: Array) -> Array:
    return np.zeros((*sums.shape, sums.shape[-1]))
