"""Model D: the fitted first passage, what it says of the next top-up, of depletion and the amount.

Posterior, threshold, density and quadrature live beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ml.payment_timing.contract import States
from ml.payment_timing.first_passage.amounts import expected_amount, fit_amounts
from ml.payment_timing.first_passage.grid import SurvivalGrid
from ml.payment_timing.first_passage.posterior import Posterior, fit_prior, posterior_of
from ml.payment_timing.first_passage.threshold import distances, fit_threshold
from ml.payment_timing.first_passage.usage import Usage, covered, usage_of
from ml.payment_timing.parameter_table import (
    ParameterTable,
    fitted_by_stratum,
    sample_of,
    strata_of,
    taken,
)
from ml.payment_timing.parameters import ParameterRow

NAME = "inverse_gaussian_passage"
BLOCK = 1_000  # customers at a time: their grids stay in a core's cache


class Block(NamedTuple):
    """Some customers, the law of their depletion, and where on it they stand."""

    rows: np.ndarray  # positions among the states
    grid: SurvivalGrid  # in days of mean use
    passed: np.ndarray  # days of mean use since the reading or the last top-up
    rate_ahead: np.ndarray  # days of mean use in a coming day


@dataclass(frozen=True)
class Depletion:
    """When the balance is expected to reach the threshold, and the amount then paid; (n,) each."""

    median_day: np.ndarray  # days after the origin; NaN where it lies beyond the horizon
    mean_day_within: np.ndarray  # E[min(T, horizon)], days; the plain mean does not exist
    amount_yuan: np.ndarray


@dataclass(frozen=True)
class InverseGaussianPassage:
    """T | mu, sigma^2 ~ IG(a / mu, a^2 / sigma^2), mu | sigma^2 normal, sigma^2 inverse gamma."""

    table: ParameterTable

    @classmethod
    def fit(
        cls,
        states: States,
        *,
        known_season: float | None = None,
        most_customers: int = 200_000,
        seed: int = 0,
    ) -> InverseGaussianPassage:
        """Fit prior, threshold and amounts on a sample, per stratum where it has enough top-ups.

        Args:
            states: any customers; those not covered are left out.
            known_season: use against the mean: 1 where days are days of mean use; None: learned
                from the readings of balances.
            most_customers: size of the sample that is fitted.
            seed: of the sample.

        Raises:
            ValueError: no covered customer has two top-ups, or a statistic is absent.
        """
        sample = sample_of(taken(states, covered(states)), most_customers, seed)
        is_informative = np.asarray(sample["payment_days"]) > 1
        return cls(
            fitted_by_stratum(sample, lambda own: _fit_one(own, known_season), is_informative)
        )

    def covers(self, states: States) -> np.ndarray:
        """Customers with a last top-up of known amount and sound sums; bool (n,)."""
        return covered(states)

    def survival(self, states: States, days: np.ndarray) -> np.ndarray:
        """S(g e + h d) / S(g e), e the days since the reading or the last top-up; (n, days).

        g is the season's use against the mean as readings show it, h that of the days ahead where
        the states know it, else g: days of calendar become days of mean use (operational time).

        Raises:
            ValueError: a customer is not covered.
        """
        ahead = np.asarray(days, dtype=float)[None, :]
        result = np.empty((len(states["payment_days"]), ahead.shape[1]))
        for block in self._blocks(states):
            passed, rate = block.passed[:, None], block.rate_ahead[:, None]
            later = block.grid.log_at(passed + rate * ahead)
            logs = later - block.grid.log_at(passed)
            result[block.rows] = np.exp(np.minimum(logs, 0.0))
        return np.minimum.accumulate(result, axis=1)

    def never(self, states: States) -> np.ndarray:
        """P(the threshold is never reached | history), the mass of no drift; (n,)."""
        result = np.empty(len(states["payment_days"]))
        for block in self._blocks(states):
            still = np.exp(block.grid.log_at(block.passed[:, None])[:, 0])
            result[block.rows] = block.grid.never / still
        return np.minimum(result, 1.0)

    def depletion(self, states: States, horizon: int) -> Depletion:
        """Expected day of depletion within the horizon (days), and the amount then paid."""
        days = np.arange(1, horizon + 1)
        survival = self.survival(states, days)
        is_reached = survival[:, -1] <= 0.5
        median = np.where(is_reached, 1.0 + (survival > 0.5).sum(axis=1), np.nan)
        mean = 1.0 + survival[:, :-1].sum(axis=1)  # E[min(T, H)] = sum_{d<H} P(T > d), T >= 1
        own = {name: v[:, 0] for name, v in self.table.of(strata_of(states)).items()}
        usage = usage_of(states)
        amount = expected_amount(usage, own["amount_mean"], own["amount_weight"])
        return Depletion(median, mean, amount)

    def to_rows(self) -> list[ParameterRow]:
        """The model as parameter rows."""
        return self.table.to_rows(NAME)

    @classmethod
    def from_rows(cls, rows: Iterable[ParameterRow]) -> InverseGaussianPassage:
        """The model that `to_rows` wrote."""
        return cls(ParameterTable.from_rows(rows, NAME))

    def _blocks(self, states: States) -> Iterator[Block]:
        usage, strata = usage_of(states), strata_of(states)
        own = {name: values[:, 0] for name, values in self.table.of(strata).items()}
        reads = np.isfinite(usage.balance) & (own["has_threshold"] > 0)
        for chosen, has_reading in ((~reads, False), (reads, True)):
            positions = np.flatnonzero(chosen)
            for start in range(0, len(positions), BLOCK):
                rows = positions[start : start + BLOCK]
                part = {name: values[rows] for name, values in own.items()}
                yield _block(rows, usage[rows], part, has_reading)


def _posterior(usage: Usage, own: dict[str, np.ndarray]) -> Posterior:
    return posterior_of(usage, own["m0"], own["kappa0"], own["a0"], own["b0"])


def _block(rows: np.ndarray, usage: Usage, own: dict[str, np.ndarray], has_reading: bool) -> Block:
    posterior, season = _posterior(usage, own), own["season"]
    rate = np.where(np.isfinite(usage.season_ahead), usage.season_ahead, season)
    if has_reading:
        grid = SurvivalGrid(posterior, *distances(usage, posterior, own))
        return Block(rows, grid, season * usage.balance_age, rate)
    amount = usage.last_amount[:, None]
    grid = SurvivalGrid(posterior, amount, np.ones_like(amount))
    return Block(rows, grid, season * usage.elapsed, rate)


def _fit_one(states: States, known_season: float | None) -> dict[str, tuple[float, ...]]:
    usage = usage_of(states)
    prior = fit_prior(usage)
    own = {name: np.full(len(usage), value[0]) for name, value in prior.items()}
    threshold = fit_threshold(usage, _posterior(usage, own), known_season)
    return prior | threshold | fit_amounts(usage)
