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
        return _alive(history_of(states), *self._parameters(states))

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
        parameters, x = self._parameters(states), history.repeats[rows]
        r, alpha, a, b = (values[rows] for values in parameters)
        ahead = np.full(len(rows), float(horizon))
        posterior = r + x, alpha + history.age[rows]
        events = events_ahead(1, posterior, np.zeros(len(rows)), ahead, (a, b + x))
        return _alive(history, *parameters) * events[place]

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


def _alive(
    history: History, r: np.ndarray, alpha: np.ndarray, a: np.ndarray, b: np.ndarray
) -> np.ndarray:
    """P(alive), one where there is no repeat yet; (n,)."""
    x = history.repeats
    logs = (r + x) * np.log((alpha + history.age) / (alpha + history.last))
    odds = np.log(a) - np.log(b + np.maximum(x, 1) - 1) + logs
    return np.where(x > 0, expit(-odds), 1.0)


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
    """Sum of log likelihoods, each counted ``counts`` times, and its gradient by the logs.

    What depends on the number of repeats alone is worked out once per number.
    """
    r, alpha, a, b = np.exp(logs)
    repeats = history.repeats.astype(np.intp)
    x = np.arange(repeats.max() + 1.0)
    common = gammaln(r + x) - gammaln(r) + r * np.log(alpha) - betaln(a, b)
    lone, gone = common + betaln(a, b + x), common + betaln(a + 1, b + np.maximum(x, 1) - 1)
    gone[0] = -np.inf  # nobody drops out before the first repeat
    total, at_age, at_last = r + history.repeats, alpha + history.age, alpha + history.last
    log_age, log_last = np.log(at_age), np.log(at_last)
    alive, dead = lone[repeats] - total * log_age, gone[repeats] - total * log_last
    likelihood = np.logaddexp(alive, dead)
    share = np.exp(dead - likelihood) * counts
    rest = counts - share
    by_repeats = (np.bincount(repeats, v, len(x)) for v in (counts, share, rest))
    whole, gone_by, alive_by = by_repeats
    both = digamma(a + b) - digamma(a + b + x)
    of_b = alive_by * digamma(b + x) + gone_by * digamma(b + np.maximum(x, 1) - 1)
    rates = (whole * (digamma(r + x) - digamma(r) + np.log(alpha))).sum()
    slopes = [
        rates - (rest * log_age + share * log_last).sum(),
        counts.sum() * r / alpha - (total * (rest / at_age + share / at_last)).sum(),
        (whole * both).sum() + share.sum() / a,
        (whole * (both - digamma(b)) + of_b).sum(),
    ]
    return float((counts * likelihood).sum()), np.array(slopes) * np.exp(logs)


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
