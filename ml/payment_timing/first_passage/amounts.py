"""The amount of the next top-up: a customer's own mean, shrunk towards the stratum's.

Credibility of a mean of n amounts; nothing about time.
"""

from __future__ import annotations

import numpy as np

from ml.payment_timing.first_passage.usage import Usage

MOST_WEIGHT = 1e6  # of the stratum's mean, in top-ups, where customers do not differ at all


def fit_amounts(usage: Usage) -> dict[str, tuple[float, ...]]:
    """Stratum mean of amounts, and its weight in top-ups: within over between variance.

    Within a customer, (last amount - mean of the n before)^2 n / (n + 1); between customers, the
    variance of ``last amount`` less that. Both are of ln amount, which one rich customer does not
    rule; the mean itself is of yuan.
    """
    is_known = usage.count > 0
    before = np.log(usage.amount[is_known] / usage.count[is_known])
    last, n = np.log(usage.last_amount), usage.count[is_known]
    within = float(np.mean((last[is_known] - before) ** 2 * n / (n + 1)))
    between = max(float(np.var(last)) - within, within / MOST_WEIGHT, 1e-12)
    weight = min(within / between, MOST_WEIGHT)
    return {"amount_mean": (float(usage.last_amount.mean()),), "amount_weight": (weight,)}


def expected_amount(usage: Usage, mean: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """(weight x stratum's mean + sum of amounts + last) / (weight + n + 1), yuan; (n,)."""
    total = weight * mean + usage.amount + usage.last_amount
    return total / (weight + usage.count + 1)
