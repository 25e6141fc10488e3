"""The BG/NBD baseline: Poisson purchases, dropout only after a repeat purchase.

Fader, Hardie and Lee (2005), "Counting your customers" the easy way.  Histories that are equal are
summed once: days are whole, so a million customers are far fewer distinct histories.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import betaln, digamma, expit, gammaln

from ml.payment_timing.baselines.distinct import distinct
from ml.payment_timing.baselines.gaps import refuse_without_gaps
from ml.payment_timing.contract import States
from ml.payment_timing.parameter_table import (
    ParameterTable,
    fitted_by_stratum,
    sample_of,
    strata_of,
    taken,
)
from ml.payment_timing.parameters import ParameterRow
from ml.payment_timing.renewal.counts import events_ahead
from ml.payment_timing.renewal.history import History, covered, history_of

NAME = "beta_geometric"
LOG_LIMIT = 9.0  # of |ln parameter|, time in mean gaps


@dataclass(frozen=True)
class BetaGeometric:
    """Rate ~ Gamma(r, alpha), dropout after each repeat ~ Beta(a, b)."""

    table: ParameterTable

    @classmethod
    def fit(cls, states: States, *, most_customers: int = 200_000, seed: int = 0) -> BetaGeometric:
        """Maximum marginal likelihood on a sample, per stratum where it has enough repeats.

        Raises:
            ValueError: no customer has a repeat.
        """
        sample = sample_of(taken(states, covered(states)), most_customers, seed)
        table = fitted_by_stratum(
            sample, lambda own: _fit_one(history_of(own)), np.asarray(sample["payment_days"]) > 1
        )
        return cls(table)

    def covers(self, states: States) -> np.ndarray:
        """Customers with a payment day and a sound history; bool (n,)."""
        return covered(states)

    def log_likelihood(self, states: States) -> np.ndarray:
        """Marginal log likelihood of every customer's history; (n,)."""
        history, (r, alpha, a, b) = history_of(states), self._parameters(states)
        lone, gone = _log_parts(history, r, alpha, a, b)
        return np.logaddexp(lone, gone)

    def alive(self, states: States) -> np.ndarray:
        """1 / (1 + [x > 0] a / (b+x-1) ((alpha+T) / (alpha+t_x))^(r+x)); (n,)."""
        history, (r, alpha, a, b) = history_of(states), self._parameters(states)
        lone, gone = _log_parts(history, r, alpha, a, b)
        return expit(lone - gone)

    def survival(self, states: States, days: np.ndarray) -> np.ndarray:
        """S(w) = 1 - P(alive) [1 - ((alpha+T) / (alpha+T+w))^(r+x)]; (n, h)."""
        history, (r, alpha, _, _) = history_of(states), self._parameters(states)
        ahead = np.asarray(days, dtype=float)[None, :] / (alpha + history.age)[:, None]
        arrives = -np.expm1(-(r + history.repeats)[:, None] * np.log1p(ahead))
        return np.minimum.accumulate(1 - self.alive(states)[:, None] * arrives, axis=1)

    def expected_payments(self, states: States, horizon: float) -> np.ndarray:
        """E(number of payment days within the horizon after the origin | history); (n,).

        P(alive) sum_i P(at least i purchases) E[(1-p)^(i-1)], p ~ Beta(a, b+x): the series of the
        published 2F1. It depends on x and T alone, so equal pairs are summed once.
        """
        history, strata = history_of(states), strata_of(states)
        rows, place = distinct(history.repeats, history.age, strata)
        own = taken(states, rows)
        (r, alpha, a, b), x = self._parameters(own), history.repeats[rows]
        ahead = np.full(len(rows), float(horizon))
        posterior = r + x, alpha + history.age[rows]
        events = events_ahead(1, posterior, np.zeros(len(rows)), ahead, (a, b + x))
        return self.alive(states) * events[place]

    def to_rows(self) -> list[ParameterRow]:
        """The model as parameter rows."""
        return self.table.to_rows(NAME)

    @classmethod
    def from_rows(cls, rows: Iterable[ParameterRow]) -> BetaGeometric:
        """The model that `to_rows` wrote."""
        return cls(ParameterTable.from_rows(rows, NAME))

    def _parameters(self, states: States) -> tuple[np.ndarray, ...]:
        own = self.table.of(strata_of(states))
        return tuple(own[name][:, 0] for name in ("r", "alpha", "a", "b"))


def _log_parts(
    history: History,
    r: np.ndarray | float,
    alpha: np.ndarray | float,
    a: np.ndarray | float,
    b: np.ndarray | float,
) -> tuple[np.ndarray, np.ndarray]:
    """Logs of the likelihood of being alive and of having dropped out; (n,) each."""
    x = history.repeats
    common = gammaln(r + x) - gammaln(r) + r * np.log(alpha) - betaln(a, b)
    alive = common + betaln(a, b + x) - (r + x) * np.log(alpha + history.age)
    # A customer without a repeat cannot have dropped out; b + x - 1 > 0 is only needed there.
    repeated = np.maximum(x, 1)
    gone = common + betaln(a + 1, b + repeated - 1) - (r + x) * np.log(alpha + history.last)
    return alive, np.where(x > 0, gone, -np.inf)


def _value_and_gradient(
    history: History, counts: np.ndarray, logs: np.ndarray
) -> tuple[float, np.ndarray]:
    """Sum of log likelihoods, each counted ``counts`` times, and its gradient by the logs."""
    r, alpha, a, b = np.exp(logs)
    x, repeated = history.repeats, np.maximum(history.repeats, 1)
    alive, gone = _log_parts(history, r, alpha, a, b)
    likelihood = np.logaddexp(alive, gone)
    share = np.exp(gone - likelihood) * counts  # of having dropped out
    rest = counts - share
    log_age, log_last = np.log(alpha + history.age), np.log(alpha + history.last)
    total = r + x
    both = digamma(a + b) - digamma(a + b + x)
    slopes = [
        (
            counts * (digamma(total) - digamma(r) + np.log(alpha))
            - rest * log_age
            - share * log_last
        ),
        counts * r / alpha - total * (rest / np.exp(log_age) + share / np.exp(log_last)),
        counts * both + share / a,
        counts * (both - digamma(b)) + rest * digamma(b + x) + share * digamma(b + repeated - 1),
    ]
    gradient = np.array([slope.sum() for slope in slopes]) * np.exp(logs)
    return float((counts * likelihood).sum()), gradient


def _fit_one(history: History) -> dict[str, tuple[float, ...]]:
    refuse_without_gaps(history.repeats, NAME)
    rows, place = distinct(history.repeats, history.last, history.age)
    counts = np.bincount(place, minlength=len(rows)).astype(float)
    scale = float(history.last.sum() / history.repeats.sum())
    own = history[rows].in_units_of(scale)

    def loss(logs: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = _value_and_gradient(own, counts, logs)
        return -value / len(history), -gradient / len(history)

    bounds = [(-LOG_LIMIT, LOG_LIMIT)] * 4
    found = minimize(
        loss, np.array([-0.5, -0.5, -0.5, 0.7]), jac=True, bounds=bounds, method="L-BFGS-B",
        options={"ftol": 1e-12, "gtol": 1e-7},
    )  # fmt: skip
    if not np.isfinite(found.fun):
        raise ValueError(f"the BG/NBD likelihood is {found.fun} at {found.x}; check the gaps")
    r, alpha, a, b = (float(value) for value in np.exp(found.x))
    return {"r": (r,), "alpha": (alpha * scale,), "a": (a,), "b": (b,)}
