"""Conjugate normal-inverse-gamma posterior of a customer's drift and variance, and its fit.

mu | sigma^2 ~ N(m0, sigma^2 / kappa0), sigma^2 ~ Inverse-Gamma(a0, b0).  What follows for the day
of depletion is written in the density.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import digamma, gammaln

from ml.payment_timing.first_passage.usage import Usage

LOG_LIMIT = 10.0  # of |ln parameter|, in units of the mean amount and the mean gap


@dataclass(frozen=True)
class Posterior:
    """kappa_n (days), m_n (yuan a day), a_n, b_n (yuan^2 a day); each (n,)."""

    kappa: np.ndarray
    mean: np.ndarray
    a: np.ndarray
    b: np.ndarray

    def __getitem__(self, rows: slice | np.ndarray) -> Posterior:
        return Posterior(self.kappa[rows], self.mean[rows], self.a[rows], self.b[rows])

    @property
    def variance(self) -> np.ndarray:
        """b_n / a_n, a typical sigma^2; unlike the mean it exists for every a_n."""
        return self.b / self.a


def posterior_of(
    usage: Usage, m0: np.ndarray, kappa0: np.ndarray, a0: np.ndarray, b0: np.ndarray
) -> Posterior:
    """kappa_n = kappa0 + sum t, m_n = (kappa0 m0 + sum A) / kappa_n, a_n = a0 + n/2.

    b_n = b0 + [sum A^2/t + kappa0 m0^2 - kappa_n m_n^2] / 2, where the bracket is never negative.
    """
    kappa = kappa0 + usage.days
    mean = (kappa0 * m0 + usage.amount) / kappa
    excess = usage.square + kappa0 * m0**2 - kappa * mean**2
    return Posterior(kappa, mean, a0 + usage.count / 2, b0 + np.maximum(excess, 0.0) / 2)


def evidence_and_gradient(usage: Usage, logs: np.ndarray) -> tuple[float, np.ndarray]:
    """Sum of log evidences and its gradient by ln m0, ln kappa0, ln a0, ln b0.

    ln Gamma(a_n) - ln Gamma(a0) + a0 ln b0 - a_n ln b_n + ln(kappa0 / kappa_n) / 2, up to terms of
    the data alone.
    """
    m0, kappa0, a0, b0 = np.exp(logs)
    own = posterior_of(usage, m0, kappa0, a0, b0)
    evidence = (
        gammaln(own.a)
        - gammaln(a0)
        + a0 * np.log(b0)
        - own.a * np.log(own.b)
        + np.log(kappa0 / own.kappa) / 2
    )
    precision, shift = own.a / own.b, m0 - own.mean
    slopes = [
        -precision * kappa0 * shift,
        (1 / kappa0 - 1 / own.kappa) / 2 - precision * shift**2 / 2,
        digamma(own.a) - digamma(a0) + np.log(b0) - np.log(own.b),
        a0 / b0 - precision,
    ]
    return float(evidence.sum()), np.array([s.sum() for s in slopes]) * np.exp(logs)


def fit_prior(usage: Usage) -> dict[str, tuple[float, ...]]:
    """Maximise the evidence over m0, kappa0, a0, b0 (L-BFGS-B, analytic gradient).

    Raises:
        ValueError: no customer has a gap between two top-ups.
    """
    informed = usage[usage.count > 0]
    if not len(informed):
        raise ValueError(
            f"none of {len(usage)} customers has a second top-up: use per day cannot be learned; "
            "give a longer history"
        )
    yuan = float(informed.amount.sum() / informed.count.sum())
    per_gap = float(informed.days.sum() / informed.count.sum())
    scaled = Usage(
        informed.count, informed.amount / yuan, informed.days / per_gap,
        informed.square * per_gap / yuan**2, *(np.empty(0),) * 5,
    )  # fmt: skip

    def loss(logs: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = evidence_and_gradient(scaled, logs)
        return -value / len(informed), -gradient / len(informed)

    start = np.array([0.0, 0.0, 1.0, 0.0])
    bounds = [(-LOG_LIMIT, LOG_LIMIT)] * 4
    found = minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=bounds,
        options={"ftol": 1e-12, "gtol": 1e-7},
    )  # fmt: skip
    if not np.isfinite(found.fun):
        raise ValueError(f"the evidence is {found.fun} at {found.x}; check amounts and gaps")
    m0, kappa0, a0, b0 = np.exp(found.x)
    return {
        "m0": (float(m0 * yuan / per_gap),),
        "kappa0": (float(kappa0 * per_gap),),
        "a0": (float(a0),),
        "b0": (float(b0 * yuan**2 / per_gap),),
    }
