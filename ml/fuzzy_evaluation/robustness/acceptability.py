"""Ranks under noise in the weights: SMAA's rank acceptability and central weights.

Lahdelma and Salminen (2001), with Dirichlet noise around the declared weights instead of no
preference at all.
"""

from __future__ import annotations

import numpy as np

from ml.fuzzy_evaluation.arrays import Array, shares

DRAWS = 2000
SAME = 1e-9  # scores closer than this are equal


def draw_weights(
    weights: Array, concentration: float, draws: int, random: np.random.Generator
) -> Array:
    """Draws from Dirichlet(concentration * weights): (draws, items); a weight of 0 stays 0.

    The standard deviation of a weight w is sqrt(w (1 - w) / (concentration + 1)).
    """
    gamma = random.standard_gamma(concentration * weights, (draws, len(weights)))
    return np.nan_to_num(shares(gamma))


def rank_bounds(scores: Array) -> tuple[Array, Array]:
    """Best rank (1 the highest score) and number of units tied there; (..., units) each."""
    gap = scores[..., None, :] - scores[..., :, None]
    return (gap > SAME).sum(axis=-1) + 1.0, (np.abs(gap) <= SAME).sum(axis=-1) * 1.0


def rank_probabilities(scores: Array) -> Array:
    """P(unit u has rank k): (draws, units) to (units, ranks); tied units share their ranks."""
    best, tied = rank_bounds(scores)
    units = scores.shape[-1]
    result = np.empty((units, units))
    for rank in range(units):
        covers = (best <= rank + 1) & (rank + 1 < best + tied)
        result[:, rank] = (covers / tied).mean(axis=0)
    return result


def central_weights(scores: Array, weights: Array) -> Array:
    """Mean of the drawn weights under which each unit is first: (units, items).

    NaN for a unit that is first under no draw.
    """
    is_first = scores >= scores.max(axis=-1, keepdims=True) - SAME
    wins = is_first.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = (is_first.T.astype(float) @ weights) / wins[:, None]
    return np.where(wins[:, None] > 0, means, np.nan)
