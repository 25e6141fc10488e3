"""Empirical-Bayes priors of the features, by moments: what is known of a customer seen seldom.

A posterior mean instead of a raw ratio keeps a customer of two payments near the population and
lets one of sixty speak, so that a month more of data moves few customers across a border.
"""

from __future__ import annotations

import numpy as np

from ml.segmentation.features.columns import Floats

WEAKEST, STRONGEST = 0.5, 1000.0  # pseudo-observations: bounds where moments are degenerate
SHAPES = (2.1, 1000.0)  # of the inverse gamma: a finite variance, and practically a constant


def beta_binomial(successes: Floats, trials: Floats) -> tuple[float, float]:
    """(alpha, beta) of p_i ~ Beta by moments.

    With p = sum x / sum n and h = mean(1/n): Var(x/n) = p(1-p) h + between (1 - h), and the
    concentration is p(1-p)/between - 1 (Kleinman 1973), over customers with n >= 2. Where there
    is none, the mean of all at the weakest concentration.
    """
    seen = trials >= 2
    if not seen.any():
        mean = float(successes.sum() / max(trials.sum(), 1.0))
        return mean * WEAKEST, (1 - mean) * WEAKEST
    x, n = successes[seen], trials[seen]
    mean = float(x.sum() / n.sum())
    spread = mean * (1 - mean)
    sampled = float(np.mean(1 / n))
    between = (float(np.var(x / n)) - spread * sampled) / (1 - sampled)
    strength = spread / between - 1 if between > 0 else STRONGEST
    strength = float(np.clip(strength, WEAKEST, STRONGEST))
    return mean * strength, (1 - mean) * strength


def normal_inverse_gamma(n: Floats, total: Floats, squares: Floats) -> tuple[float, ...]:
    """(m0, kappa0, a0, b0) of y_i ~ N(mu_i, s_i^2) from sums, by moments.

    kappa0 = within / between variance; a0 = 2 + 1/(r - 1) with r = E[s^4]/E[s^2]^2, where
    E[s_hat^4] = (1 + 2/nu) E[s^4] for nu = n - 1; b0 = (a0 - 1) E[s^2]. Over customers with
    n >= 3; where there is none, all as one: their mean and variance, as one observation.
    """
    seen = n >= 3
    if not seen.any():
        grand = float(total.sum() / max(n.sum(), 1.0))
        overall = max(float(squares.sum() / max(n.sum(), 1.0)) - grand**2, 1e-9)
        return grand, 1.0, SHAPES[0], (SHAPES[0] - 1) * overall
    count, mean = n[seen], total[seen] / n[seen]
    freedom = count - 1
    variance = np.maximum(squares[seen] - count * mean**2, 0) / freedom
    within = max(float((variance * freedom).sum() / freedom.sum()), 1e-9)
    between = float(np.var(mean)) - within * float(np.mean(1 / count))
    strength = within / between if between > 0 else STRONGEST
    fourth = float(np.mean(variance**2 / (1 + 2 / freedom)))
    ratio = fourth / float(np.mean(variance) ** 2) if variance.any() else 1.0
    shape = 2 + 1 / (ratio - 1) if ratio > 1 else SHAPES[1]
    shape = float(np.clip(shape, *SHAPES))
    grand = float(total[seen].sum() / count.sum())
    return grand, float(np.clip(strength, 1e-3, STRONGEST)), shape, (shape - 1) * within
