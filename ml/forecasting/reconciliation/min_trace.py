"""MinT-shrink: forecasts of all nodes become sums of their bottom series, with least variance.

The weights come from errors of earlier origins, by hierarchicalforecast; they are kept as a matrix,
so that a daily forecast is one product.
"""

from __future__ import annotations

import warnings

import numpy as np

from ml.forecasting.hierarchy import Hierarchy

THIRD_PARTIES = r"(hierarchicalforecast|narwhals|matplotlib|pyparsing)\b"
FEWEST_ERRORS = 28  # days; with fewer the covariance says nothing and OLS is used


def projection(hierarchy: Hierarchy, actual: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """P of shape (m bottoms, n nodes): reconciled bottoms = P @ forecasts.

    P = (S' W^-1 S)^-1 S' W^-1, W the shrunk covariance of the errors (Wickramasuriya,
    Athanasopoulos and Hyndman 2019; Schaefer and Strimmer 2005); W = I where
    fewer than 28 days are known.

    Args:
        hierarchy: nodes and bottoms.
        actual: what came, (n, days), in the order of the hierarchy's ids; NaN where unknown.
        mean: what was forecast, (n, days).
    """
    known = np.isfinite(actual).all(axis=0)
    nodes = len(hierarchy.ids)
    enough = known.sum() >= FEWEST_ERRORS
    past = (actual[:, known], mean[:, known]) if enough else (None, None)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=THIRD_PARTIES)
        from hierarchicalforecast.methods import MinTrace  # its import draws on matplotlib

        method = MinTrace("ols")
        if enough:
            ridge = _ridge(actual[:, known] - mean[:, known])
            method = MinTrace("mint_shrink", mint_shr_ridge=ridge)
        found = method.fit_predict(
            S=hierarchy.summing, y_hat=np.eye(nodes), y_insample=past[0], y_hat_insample=past[1]
        )
    return np.asarray(found["mean"])[-len(hierarchy.bottoms) :]


def coherent(hierarchy: Hierarchy, weights: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """S max(P mean, 0): not negative, and every node the exact sum of its bottoms; (n, h).

    Clipping the bottoms before summing keeps coherence, which a clip after it would break.
    """
    return hierarchy.summing @ np.maximum(weights @ mean, 0)


def _ridge(errors: np.ndarray) -> float:
    """Smallest variance that counts, so that a series of zeros can be inverted."""
    variance = errors.var(axis=1)
    return float(max(1e-6 * variance.max(), 1e-8))
