"""Gamma renewals that end with a silent death: the challenger of dropout after an event.

For counts over long horizons; its survival is a quadrature per day and not meant for millions.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

from ml.payment_timing.contract import States
from ml.payment_timing.parameter_table import (
    ParameterTable,
    fitted_by_stratum,
    sample_of,
    strata_of,
    taken,
)
from ml.payment_timing.parameters import ParameterRow
from ml.payment_timing.renewal.counts_until_death import expected_until_death
from ml.payment_timing.renewal.fitting import SHAPES, fit_lifetime_parameters
from ml.payment_timing.renewal.history import History, covered, history_of
from ml.payment_timing.renewal.lifetime_likelihood import Lifetime, log_fates
from ml.payment_timing.renewal.likelihood import Hyper

NAME = "gamma_renewal_lifetime"
BLOCK = 2_000  # customers at a time: arrays over customers and days of death stay small


@dataclass(frozen=True)
class GammaRenewalLifetime:
    """Gap | m, k ~ Gamma(k, rate k m), m ~ Gamma(r, alpha), lifetime ~ Exp(Gamma(s, beta))."""

    shapes: tuple[int, ...]
    table: ParameterTable

    @classmethod
    def fit(
        cls,
        states: States,
        *,
        shapes: tuple[int, ...] = SHAPES,
        most_customers: int = 20_000,
        seed: int = 0,
    ) -> GammaRenewalLifetime:
        """Fit by maximum marginal likelihood; shapes (1,) are the Pareto/NBD.

        Raises:
            ValueError: no customer has a repeat.
        """
        sample = sample_of(taken(states, covered(states)), most_customers, seed)
        table = fitted_by_stratum(
            sample,
            lambda own: fit_lifetime_parameters(history_of(own), shapes),
            np.asarray(sample["payment_days"]) > 1,
        )
        return cls(tuple(shapes), table)

    def covers(self, states: States) -> np.ndarray:
        """Customers with a payment day and a sound history; bool (n,)."""
        return covered(states)

    def log_likelihood(self, states: States) -> np.ndarray:
        """Marginal log likelihood of every customer's history; (n,)."""
        return _log_likelihood(history_of(states), *self._parameters(strata_of(states)))

    def alive(self, states: States) -> np.ndarray:
        """P(not dead at the origin | history); (n,)."""
        fates = log_fates(history_of(states), *self._parameters(strata_of(states)))
        alive, dead = (logsumexp(fate, axis=1) for fate in fates)
        return np.exp(alive - np.logaddexp(alive, dead))

    def survival(self, states: States, days: np.ndarray) -> np.ndarray:
        """S(w) = L(x, t_x, T + w) / L(x, t_x, T), the likelihood of staying silent; (n, h)."""
        history, strata = history_of(states), strata_of(states)
        ahead = np.asarray(days, dtype=float)
        result = np.empty((len(history), len(ahead)))
        for start in range(0, len(history), BLOCK):
            rows = slice(start, start + BLOCK)
            own, parameters = history[rows], self._parameters(strata[rows])
            now = _log_likelihood(own, *parameters)
            for at, day in enumerate(ahead):
                later = History(own.repeats, own.log_gaps, own.last, own.age + day)
                logs = _log_likelihood(later, *parameters) - now
                result[rows, at] = np.exp(np.minimum(logs, 0.0))
        return np.minimum.accumulate(result, axis=1)

    def expected_payments(self, states: States, horizon: float) -> np.ndarray:
        """E(number of payment days within the horizon after the origin | history); (n,)."""
        parameters = self._parameters(strata_of(states))
        return expected_until_death(history_of(states), *parameters, horizon)

    def to_rows(self) -> list[ParameterRow]:
        """The model as parameter rows."""
        shapes = [
            ParameterRow(f"{NAME}.all", -1, "shape", at, float(shape))
            for at, shape in enumerate(self.shapes)
        ]
        return shapes + self.table.to_rows(NAME)

    @classmethod
    def from_rows(cls, rows: Iterable[ParameterRow]) -> GammaRenewalLifetime:
        """The model that `to_rows` wrote."""
        rows = list(rows)
        shapes = ParameterTable.from_rows(rows, f"{NAME}.all").values[0]
        return cls(tuple(int(shape) for shape in shapes), ParameterTable.from_rows(rows, NAME))

    def _parameters(self, strata: np.ndarray) -> tuple[Hyper, Lifetime]:
        own = self.table.of(strata)
        r, alpha, s, beta = (own[name][:, 0] for name in ("r", "alpha", "s", "beta"))
        one = np.ones(len(r))
        return Hyper(r, alpha, one, one, own["weight"], self.shapes), Lifetime(s, beta)


def _log_likelihood(history: History, hyper: Hyper, lifetime: Lifetime) -> np.ndarray:
    alive, dead = log_fates(history, hyper, lifetime)
    return np.logaddexp(logsumexp(alive, axis=1), logsumexp(dead, axis=1))
