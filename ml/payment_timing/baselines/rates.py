"""Baselines of a constant rate per customer: exponential gaps, and gamma gaps of one common shape.

No dropout, no calendar, no bill: what a better model has to beat.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import betainc, betaln, gammaln

from ml.payment_timing.baselines.gaps import (
    Gaps,
    gaps_covered,
    gaps_of,
    refuse,
    refuse_without_gaps,
)
from ml.payment_timing.contract import States
from ml.payment_timing.parameter_table import (
    ParameterTable,
    fitted_by_stratum,
    sample_of,
    strata_of,
    taken,
)
from ml.payment_timing.parameters import ParameterRow

MOST_CUSTOMERS = 20_000  # of the sample; three hyper-parameters need no more
LOG_LIMIT = 12.0


@dataclass(frozen=True)
class GammaGaps:
    """Gap | m ~ Gamma(k, rate m) with one k for a stratum, m ~ Gamma(r, alpha)."""

    table: ParameterTable

    @classmethod
    def fit(
        cls, states: States, *, most_customers: int = MOST_CUSTOMERS, seed: int = 0
    ) -> GammaGaps:
        """Maximum marginal likelihood of closed and open gaps, per stratum.

        Raises:
            ValueError: no customer has a gap.
        """
        table = _fitted(states, None, most_customers, seed, cls.__name__)
        return cls(table)

    def covers(self, states: States) -> np.ndarray:
        """Customers with a payment day and sound sums; one payment is enough, the prior serves."""
        return gaps_covered(states)

    def survival(self, states: States, days: np.ndarray) -> np.ndarray:
        """S(w) = I(D + w) / I(D), I(t) = P(gap > t) = I_{A/(A+t)}(r + kn, k), A = alpha + sum t."""
        return _survival(self.table, states, days, type(self).__name__)

    def to_rows(self) -> list[ParameterRow]:
        """The model as parameter rows."""
        return self.table.to_rows("gamma_gaps")

    @classmethod
    def from_rows(cls, rows: Iterable[ParameterRow]) -> GammaGaps:
        """The model that `to_rows` wrote."""
        return cls(ParameterTable.from_rows(rows, "gamma_gaps"))


@dataclass(frozen=True)
class ExponentialGaps:
    """Gap | m ~ Exp(m), m ~ Gamma(r, alpha): the gamma gaps of shape one."""

    table: ParameterTable

    @classmethod
    def fit(
        cls, states: States, *, most_customers: int = MOST_CUSTOMERS, seed: int = 0
    ) -> ExponentialGaps:
        """Maximum marginal likelihood of closed and open gaps, per stratum.

        Raises:
            ValueError: no customer has a gap.
        """
        return cls(_fitted(states, 1.0, most_customers, seed, cls.__name__))

    def covers(self, states: States) -> np.ndarray:
        """Customers with a payment day and sound sums; one payment is enough, the prior serves."""
        return gaps_covered(states)

    def survival(self, states: States, days: np.ndarray) -> np.ndarray:
        """S(w) = ((alpha + sum t + D) / (alpha + sum t + D + w))^(r + n), D the open gap."""
        return _survival(self.table, states, days, type(self).__name__)

    def to_rows(self) -> list[ParameterRow]:
        """The model as parameter rows."""
        return self.table.to_rows("exponential_gaps")

    @classmethod
    def from_rows(cls, rows: Iterable[ParameterRow]) -> ExponentialGaps:
        """The model that `to_rows` wrote."""
        return cls(ParameterTable.from_rows(rows, "exponential_gaps"))


def _fitted(
    states: States, shape: float | None, most: int, seed: int, model: str
) -> ParameterTable:
    sample = sample_of(taken(states, gaps_covered(states)), most, seed)
    refuse_without_gaps(gaps_of(sample).count, model)
    is_informative = np.asarray(sample["payment_days"]) > 1
    return fitted_by_stratum(sample, lambda own: _fit_one(gaps_of(own), shape), is_informative)


def _fit_one(gaps: Gaps, shape: float | None) -> Mapping[str, tuple[float, ...]]:
    """Maximise sum ln [density of the closed gaps x survival of the open one] over r, alpha, k."""
    scale = float(gaps.days.sum() / gaps.count.sum())
    scaled = Gaps(
        gaps.count, gaps.days / scale, gaps.logs - gaps.count * np.log(scale), gaps.open / scale
    )

    def loss(logs: np.ndarray) -> float:
        k = shape if shape is not None else float(np.exp(logs[2]))
        r, alpha = np.exp(logs[0]), np.exp(logs[1])
        total = r + k * scaled.count
        likelihood = (
            (k - 1) * scaled.logs
            - scaled.count * gammaln(k)
            + r * np.log(alpha)
            + gammaln(total)
            - gammaln(r)
            - total * np.log(alpha + scaled.days)
            + log_open_gap(k, total, alpha + scaled.days, scaled.open)
        )
        return -float(likelihood.mean())

    start = np.array([1.0, 1.0]) if shape is not None else np.array([1.5, 1.0, 0.7])
    found = minimize(loss, start, method="L-BFGS-B", bounds=[(-LOG_LIMIT, LOG_LIMIT)] * len(start))
    logs = found.x
    k = shape if shape is not None else float(np.exp(logs[2]))
    return {"r": (float(np.exp(logs[0])),), "alpha": (float(np.exp(logs[1]) * scale),), "k": (k,)}


def log_open_gap(
    k: np.ndarray | float, total: np.ndarray, exposure: np.ndarray, t: np.ndarray
) -> np.ndarray:
    """Log of P(gap > t) for gap | m ~ Gamma(k, m), m ~ Gamma(R, A).

    The regularised incomplete beta I_z(R, k), z = A / (A + t); where it underflows, its leading
    term z^R (1-z)^(k-1) / (R B(R, k)), whose relative error vanishes with z.
    """
    z = exposure / (exposure + t)
    value = betainc(total, k, z)
    log_z = -np.log1p(t / exposure)
    with np.errstate(divide="ignore"):
        tail = total * log_z + (k - 1) * np.log1p(-np.minimum(z, 1 - 1e-12))
        tail = tail - np.log(total) - betaln(total, k)
        return np.where(value > 1e-290, np.log(value), np.minimum(tail, 0.0))


def _survival(table: ParameterTable, states: States, days: np.ndarray, model: str) -> np.ndarray:
    refuse(gaps_covered(states), model)
    gaps, own = gaps_of(states), table.of(strata_of(states))
    total, exposure = own["r"][:, 0] + own["k"][:, 0] * gaps.count, own["alpha"][:, 0] + gaps.days
    column = (own["k"], total[:, None], exposure[:, None])
    open_gap = log_open_gap(*column, gaps.open[:, None])
    later = log_open_gap(*column, gaps.open[:, None] + np.asarray(days, dtype=float)[None, :])
    result = np.exp(np.minimum(later - open_gap, 0.0))
    return np.minimum.accumulate(result, axis=1)
