"""Payments that a customer will make in twelve months: a gamma-Poisson shrinkage of last year.

lambda_i ~ Gamma(a, b) over customers, payments in e_i years ~ Poisson(lambda_i e_i); the posterior
is Gamma(a + n_i, b + e_i). a and b by moments of the customers (Robbins 1956; Casella 1985).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEAST_OVERDISPERSION = 1e-3  # below it everybody has the mean rate


@dataclass(frozen=True)
class Rates:
    """Posterior mean and relative sd of the payments a year; arrays (n,)."""

    mean: NDArray[np.float64]
    relative_sd: NDArray[np.float64]


def expected_payments(payments: NDArray[np.float64], years: NDArray[np.float64]) -> Rates:
    """Posterior of the yearly payments from counts within ``years`` of observation, each (n,).

    Raises:
        ValueError: nobody, a negative count, or years that are not above 0.
    """
    if len(payments) == 0 or (payments < 0).any() or not (years > 0).all():
        raise ValueError(
            f"{len(payments)} customers with counts of payments: at least one, counts from 0 on "
            "and years above 0 expected; leave out who was not observed"
        )
    pooled = float(payments.sum() / years.sum())
    if pooled == 0:
        raise ValueError("no payment of any customer: leave out who never paid")
    # Var(n) = lambda e + (lambda e)^2 / a, summed over the customers
    excess = float(np.square(payments - pooled * years).sum() - pooled * years.sum())
    scale = float(np.square(pooled * years).sum())
    shape = scale / max(excess, LEAST_OVERDISPERSION * scale)
    rate = shape / pooled
    posterior = shape + payments
    return Rates(posterior / (rate + years), 1 / np.sqrt(posterior))
