"""Weights of the models on the simplex, by forward log score; the linear pool of their forecasts.

Models that do not apply to a customer (NaN) are left out and the other weights are scaled up.
"""

from __future__ import annotations

import numpy as np

ROUNDS = 200
TOLERANCE = 1e-7  # nats per customer and round
NEGLIGIBLE = 0.005  # a weight below this is not worth computing a model for
SMALLEST = 1e-12  # a probability below this scores as this


def pooled_weights(weight: np.ndarray, applies: np.ndarray) -> np.ndarray:
    """Weights over the models that apply, scaled to one; NaN where none does.

    Args:
        weight: (n, m) or (m,).
        applies: bool (n, m).
    """
    kept = np.where(applies, weight, 0.0)
    total = kept.sum(axis=1, keepdims=True)
    even = applies / np.maximum(applies.sum(axis=1, keepdims=True), 1)
    scaled = np.divide(kept, total, out=even.astype(np.float64), where=total > 0)
    return np.where(applies.any(axis=1, keepdims=True), scaled, np.nan)


def mean_log_score(weight: np.ndarray, likelihood: np.ndarray) -> float:
    """Mean of ln sum_m w_m p_m over customers to whom some model applies, nats."""
    applies = ~np.isnan(likelihood)
    used = applies.any(axis=1)
    mixed = pooled_weights(weight, applies)[used] * np.nan_to_num(likelihood[used])
    return float(np.log(np.maximum(mixed.sum(axis=1), SMALLEST)).mean())


def fit_weights(likelihood: np.ndarray) -> np.ndarray:
    """Maximise the mean log score of the pool over the simplex by EM; (m,).

    Args:
        likelihood: (n, m), what each model forecast for what then came: P(T = day), or S(H) where
            nothing came; NaN where the model does not apply.

    Returns:
        weights summing to one. The score is concave in them, EM climbs it from the middle, and
        the best single model is taken if EM has not passed it: never below a vertex.

    Raises:
        ValueError: no model applies to any customer.
    """
    applies = ~np.isnan(likelihood)
    used = applies.any(axis=1)
    if not used.any():
        raise ValueError("no model applies to any of the customers; expected at least one.")
    applies, found = applies[used], np.maximum(np.nan_to_num(likelihood[used]), SMALLEST)
    candidates = applies.any(axis=0)
    weight = candidates / candidates.sum()
    before = -np.inf
    for _ in range(ROUNDS):
        # The constraint acts on the scaled weights, so each row counts only for its own models.
        share = pooled_weights(weight, applies) * found
        score = float(np.log(share.sum(axis=1)).mean())
        if score - before < TOLERANCE:
            break
        before = score
        share /= share.sum(axis=1, keepdims=True)
        expected = applies * (
            weight / np.maximum((applies * weight).sum(1, keepdims=True), SMALLEST)
        )
        weight = weight * share.sum(axis=0) / np.maximum(expected.sum(axis=0), SMALLEST)
        weight /= weight.sum()
    kept = np.where(weight >= NEGLIGIBLE, weight, 0.0)
    return _not_below_single(kept / kept.sum(), likelihood[used], candidates)


def _not_below_single(
    weight: np.ndarray, likelihood: np.ndarray, candidates: np.ndarray
) -> np.ndarray:
    corners = np.eye(len(weight))[candidates]
    scores = [mean_log_score(point, likelihood) for point in [weight, *corners]]
    best = int(np.argmax(scores))
    return weight if best == 0 else corners[best - 1]
