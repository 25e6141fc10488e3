"""Simulated truth: simulate from the delay model, refit, count how often truth is covered."""

from __future__ import annotations

import numpy as np

from ml.payment_timing.lognormal.evidence import fit_prior, prior_errors

TRUTH = np.array([2.0, 0.5, 4.0, 0.5])  # m0, kappa0, a0, b0
CUSTOMERS = 1_500
BILLS = 12
ROUNDS = 250
TWO_SIDED_95 = 1.959964


def parameter_coverage() -> float:
    """Share of 95 % intervals of m0, ln kappa0, ln a0 and ln b0 that hold the truth."""
    random = np.random.default_rng(20_251_231)
    true = np.array([TRUTH[0], *np.log(TRUTH[1:])])
    covered = []
    for _ in range(ROUNDS):
        data = _delays(random)
        first = fit_prior(*data)
        error = prior_errors(first, *data)
        found = np.array([first[0], *np.log(first[1:])])
        covered.append(np.abs(found - true) <= TWO_SIDED_95 * error)
    return float(np.mean(covered))


def _delays(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(n, sum y, sum y^2) of customers drawn from the model."""
    m0, kappa0, a0, b0 = TRUTH
    variance = 1 / random.gamma(a0, 1 / b0, CUSTOMERS)
    mean = random.normal(m0, np.sqrt(variance / kappa0))
    noise = random.standard_normal((CUSTOMERS, BILLS))
    y = mean[:, None] + np.sqrt(variance)[:, None] * noise
    return np.full(CUSTOMERS, float(BILLS)), y.sum(axis=1), (y**2).sum(axis=1)
