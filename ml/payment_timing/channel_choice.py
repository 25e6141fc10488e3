"""The likely channel and the best hours of the day: Dirichlet-multinomial posteriors.

Counts come decayed (half-life 180 days) from the warehouse; a customer with few payments is drawn
to the shares of its stratum, by as much as customers of the stratum resemble one another.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import gammaln

HALF_LIFE_DAYS = 180.0
WEAKEST, STRONGEST = 0.1, 200.0  # payments that the stratum's shares may be worth
SAMPLE = 20_000


def decayed(counts: np.ndarray, age_days: np.ndarray) -> np.ndarray:
    """Counts times 2^(-age / half-life)."""
    return counts * np.exp2(-age_days / HALF_LIFE_DAYS)


def fit_dirichlet(stratum: np.ndarray, counts: np.ndarray, strata: int) -> np.ndarray:
    """Alpha per stratum, (s, c): mean shares times a concentration of greatest likelihood.

    Args:
        stratum: codes (n,).
        counts: (n, c), not negative.
        strata: number of strata; one without payments takes the pooled alpha.

    Raises:
        ValueError: a negative or missing count.
    """
    if not (counts >= 0).all():
        raise ValueError("a channel or hour count is negative or NaN; expected 0 or more.")
    pooled = _alpha(counts, np.full(counts.shape[1], 1 / counts.shape[1]))
    found = np.tile(pooled, (strata, 1))
    for code in np.unique(stratum):
        found[code] = _alpha(counts[stratum == code], pooled / pooled.sum())
    return found


def posterior_best(
    stratum: np.ndarray, counts: np.ndarray, alpha: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Index and posterior mean share of the most likely column: (alpha + n) / sum.

    Returns:
        int8 (n,), float32 (n,).
    """
    total = counts.astype(np.float32) + alpha.astype(np.float32)[stratum]
    best = total.argmax(axis=1)
    share = np.take_along_axis(total, best[:, None], axis=1)[:, 0] / total.sum(axis=1)
    return best.astype(np.int8), share


def _alpha(counts: np.ndarray, centre: np.ndarray) -> np.ndarray:
    used = counts[counts.sum(axis=1) > 0]
    used = used[:: max(-(-len(used) // SAMPLE), 1)]
    shares = used.sum(axis=0) + centre
    shares = shares / shares.sum()
    if not len(used):
        return shares
    total = used.sum(axis=1)

    def cost(log: float) -> float:
        size = np.exp(log)
        alpha = shares * size
        own = (gammaln(used + alpha) - gammaln(alpha)).sum()
        return -float(own + (gammaln(size) - gammaln(total + size)).sum())

    best = minimize_scalar(cost, bounds=(np.log(WEAKEST), np.log(STRONGEST)), method="bounded")
    return shares * np.exp(best.x)
