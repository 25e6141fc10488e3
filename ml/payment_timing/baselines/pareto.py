"""The Pareto/NBD baseline: Poisson purchases until a silent, exponential death.

Schmittlein, Morrison and Colombo (1987).  The integral over the day of death is a fixed quadrature
in log time, so that likelihood and gradient need no hypergeometric function.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import digamma, gammaln, logsumexp

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
from ml.payment_timing.renewal.history import History, covered, history_of

NAME = "pareto"
NODES = 16  # Gauss-Legendre over the day of death; 1e-8 of the likelihood on the CDNOW sample
LOG_LIMIT = 9.0  # of |ln parameter|, time in mean gaps
BLOCK = 20_000


@dataclass(frozen=True)
class Pareto:
    """Rate ~ Gamma(r, alpha), death rate ~ Gamma(s, beta)."""

    table: ParameterTable

    @classmethod
    def fit(cls, states: States, *, most_customers: int = 50_000, seed: int = 0) -> Pareto:
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
        history, (r, alpha, s, beta) = history_of(states), self._parameters(states)
        alive, dead, _ = _log_parts(history, r, alpha, s, beta)
        return _constant(history.repeats, r, alpha, s, beta) + np.logaddexp(
            alive, logsumexp(dead, axis=1)
        )

    def alive(self, states: States) -> np.ndarray:
        """P(not dead at the origin | history); (n,)."""
        history, parameters = history_of(states), self._parameters(states)
        alive, dead, _ = _log_parts(history, *parameters)
        return np.exp(alive - np.logaddexp(alive, logsumexp(dead, axis=1)))

    def survival(self, states: States, days: np.ndarray) -> np.ndarray:
        """S(w) = L(x, t_x, T + w) / L(x, t_x, T), the likelihood of staying silent; (n, h)."""
        history, parameters = history_of(states), self._parameters(states)
        ahead = np.asarray(days, dtype=float)
        result = np.empty((len(history), len(ahead)))
        for start in range(0, len(history), BLOCK):
            rows = slice(start, start + BLOCK)
            own, values = history[rows], tuple(value[rows] for value in parameters)
            now = _log_silence(own, values)
            for at, day in enumerate(ahead):
                later = History(own.repeats, own.log_gaps, own.last, own.age + day)
                result[rows, at] = np.exp(np.minimum(_log_silence(later, values) - now, 0.0))
        return np.minimum.accumulate(result, axis=1)

    def expected_payments(self, states: States, horizon: float) -> np.ndarray:
        """P(alive) (r+x)/(alpha+T) (beta+T)/(s-1) [1 - ((beta+T)/(beta+T+t))^(s-1)]; (n,)."""
        history, (r, alpha, s, beta) = history_of(states), self._parameters(states)
        logs = np.log1p(horizon / (beta + history.age))
        power = (s - 1) * logs
        # (1 - e^-power) / (s - 1), whose limit at s = 1 is the log itself.
        is_one = np.abs(power) < 1e-9
        lived = np.where(is_one, logs, -np.expm1(-power) / np.where(is_one, 1.0, s - 1))
        rate = (r + history.repeats) / (alpha + history.age)
        return self.alive(states) * rate * (beta + history.age) * lived

    def to_rows(self) -> list[ParameterRow]:
        """The model as parameter rows."""
        return self.table.to_rows(NAME)

    @classmethod
    def from_rows(cls, rows: Iterable[ParameterRow]) -> Pareto:
        """The model that `to_rows` wrote."""
        return cls(ParameterTable.from_rows(rows, NAME))

    def _parameters(self, states: States) -> tuple[np.ndarray, ...]:
        own = self.table.of(strata_of(states))
        return tuple(own[name][:, 0] for name in ("r", "alpha", "s", "beta"))


Value = np.ndarray | float


def _constant(x: np.ndarray, r: Value, alpha: Value, s: Value, beta: Value) -> np.ndarray:
    return gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)


def _log_parts(
    history: History, r: Value, alpha: Value, s: Value, beta: Value
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Log of alive (n,), log of dead at every node (n, NODES), and the nodes in time (n, NODES).

    alive = (alpha+T)^-(r+x) (beta+T)^-s; dead = s int (alpha+y)^-(r+x) (beta+y)^-(s+1) dy over
    t_x < y < T, by quadrature in ln(y + min(alpha, beta)), which resolves a sharp start.
    """
    total = r + history.repeats
    alive = -total * np.log(alpha + history.age) - s * np.log(beta + history.age)
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    shift = np.minimum(np.broadcast_to(alpha, total.shape), np.broadcast_to(beta, total.shape))
    low, high = np.log(history.last + shift), np.log(history.age + shift)
    half = (high - low)[:, None] / 2
    log_time = low[:, None] + half * (nodes + 1)
    time = np.exp(log_time) - shift[:, None]
    r_x, a, d, b = (np.reshape(v, (-1, 1)) for v in (total, alpha, s, beta))
    with np.errstate(divide="ignore"):
        width = np.log(half * weights) + log_time
    dead = np.log(d) + width - r_x * np.log(a + time) - (d + 1) * np.log(b + time)
    return alive, dead, time


def _log_silence(history: History, values: tuple[np.ndarray, ...]) -> np.ndarray:
    alive, dead, _ = _log_parts(history, *values)
    return np.logaddexp(alive, logsumexp(dead, axis=1))


def _value_and_gradient(history: History, logs: np.ndarray) -> tuple[float, np.ndarray]:
    """Sum of log likelihoods and its gradient by the logs of r, alpha, s, beta."""
    r, alpha, s, beta = np.exp(logs)
    x, total = history.repeats, r + history.repeats
    alive, dead, time = _log_parts(history, r, alpha, s, beta)
    whole = np.logaddexp(alive, logsumexp(dead, axis=1))
    lives, dies = np.exp(alive - whole), np.exp(dead - whole[:, None])
    log_a, log_b = np.log(alpha + history.age), np.log(beta + history.age)
    slopes = [
        digamma(total) - digamma(r) + np.log(alpha) - lives * log_a
        - (dies * np.log(alpha + time)).sum(axis=1),
        r / alpha - total * (lives / (alpha + history.age) + (dies / (alpha + time)).sum(axis=1)),
        np.log(beta) - lives * log_b + (dies * (1 / s - np.log(beta + time))).sum(axis=1),
        s / beta - s * lives / (beta + history.age)
        - (s + 1) * (dies / (beta + time)).sum(axis=1),
    ]  # fmt: skip
    value = (_constant(x, r, alpha, s, beta) + whole).sum()
    return float(value), np.array([slope.sum() for slope in slopes]) * np.exp(logs)


def _fit_one(history: History) -> dict[str, tuple[float, ...]]:
    refuse_without_gaps(history.repeats, NAME)
    scale = float(history.last.sum() / history.repeats.sum())
    own = history.in_units_of(scale)

    def loss(logs: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = _value_and_gradient(own, logs)
        return -value / len(history), -gradient / len(history)

    found = minimize(
        loss, np.zeros(4), jac=True, bounds=[(-LOG_LIMIT, LOG_LIMIT)] * 4, method="L-BFGS-B",
        options={"ftol": 1e-12, "gtol": 1e-7},
    )  # fmt: skip
    if not np.isfinite(found.fun):
        raise ValueError(f"the Pareto/NBD likelihood is {found.fun} at {found.x}; check the gaps")
    r, alpha, s, beta = (float(value) for value in np.exp(found.x))
    return {"r": (r,), "alpha": (alpha * scale,), "s": (s,), "beta": (beta * scale,)}
