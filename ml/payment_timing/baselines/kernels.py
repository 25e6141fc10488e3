"""Baselines of habit: the next gap is like the mean gap, or like the last one.

Each is an honest distribution, a kernel in ln gap with fitted spread, so that it has a log score.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr

from ml.payment_timing.baselines.gaps import gaps_covered, gaps_of, refuse
from ml.payment_timing.contract import States
from ml.payment_timing.parameter_table import ParameterTable, fitted_by_stratum, strata_of, taken
from ml.payment_timing.parameters import ParameterRow

FREEDOM = 4.0  # of Student's t: tails heavy enough that an odd gap does not ruin the log score
LEAST_SPREAD = 0.02  # of ln gap; one day in fifty, the rounding of a payment day


@dataclass(frozen=True)
class MeanGap:
    """ln(next gap / mean gap) ~ spread x t_4, given that the open gap is not over."""

    table: ParameterTable

    @classmethod
    def fit(cls, states: States) -> MeanGap:
        """Spread from the variance of ln gap within customers, widened for a mean of n gaps.

        Raises:
            ValueError: no customer has two gaps.
        """
        return cls(_spreads(states, cls.__name__))

    def covers(self, states: States) -> np.ndarray:
        """Customers with a payment day; without a gap of their own they have the stratum's."""
        return gaps_covered(states)

    def survival(self, states: States, days: np.ndarray) -> np.ndarray:
        """S(w) = P(gap > D + w) / P(gap > D), D the open gap; (n, h)."""
        refuse(self.covers(states), type(self).__name__)
        gaps = gaps_of(states)
        count, own = np.maximum(gaps.count, 1), self.table.of(strata_of(states))
        centre = np.where(gaps.count > 0, gaps.days / count, own["centre"][:, 0])
        spread = np.where(
            gaps.count > 0, own["spread"][:, 0] * np.sqrt(1 + 1 / count), own["whole_spread"][:, 0]
        )
        return _survival(centre, spread, gaps.open, days)

    def to_rows(self) -> list[ParameterRow]:
        """The model as parameter rows."""
        return self.table.to_rows("mean_gap")

    @classmethod
    def from_rows(cls, rows: Iterable[ParameterRow]) -> MeanGap:
        """The model that `to_rows` wrote."""
        return cls(ParameterTable.from_rows(rows, "mean_gap"))


@dataclass(frozen=True)
class LastGap:
    """ln(next gap / last gap) ~ sqrt(2) x spread x t_4, given that the open gap is not over."""

    table: ParameterTable

    @classmethod
    def fit(cls, states: States) -> LastGap:
        """Spread from the variance of ln gap within customers; two gaps differ by twice it.

        Raises:
            ValueError: the states have no ``last_gap_days``, or no customer has two gaps.
        """
        _last_gap(states)
        return cls(_spreads(states, cls.__name__))

    def covers(self, states: States) -> np.ndarray:
        """Customers with a payment day; a last gap that is NaN gives way to the stratum's."""
        last = _last_gap(states)
        return gaps_covered(states) & (np.isnan(last) | (last > 0))

    def survival(self, states: States, days: np.ndarray) -> np.ndarray:
        """S(w) = P(gap > D + w) / P(gap > D), D the open gap; (n, h)."""
        refuse(self.covers(states), type(self).__name__)
        last, own = _last_gap(states), self.table.of(strata_of(states))
        is_known = np.isfinite(last)
        centre = np.where(is_known, last, own["centre"][:, 0])
        spread = np.where(is_known, own["spread"][:, 0] * np.sqrt(2), own["whole_spread"][:, 0])
        return _survival(centre, spread, gaps_of(states).open, days)

    def to_rows(self) -> list[ParameterRow]:
        """The model as parameter rows."""
        return self.table.to_rows("last_gap")

    @classmethod
    def from_rows(cls, rows: Iterable[ParameterRow]) -> LastGap:
        """The model that `to_rows` wrote."""
        return cls(ParameterTable.from_rows(rows, "last_gap"))


def _last_gap(states: States) -> np.ndarray:
    if "last_gap_days" not in states:
        raise ValueError(
            "the states lack 'last_gap_days', the gap that ended on the last payment day, NaN "
            "where there is none; it is not additive, so the caller adds it for this baseline"
        )
    return np.asarray(states["last_gap_days"], dtype=float)


def _spreads(states: States, model: str) -> ParameterTable:
    if "gap_log_square_sum" not in states:
        raise ValueError("the states lack 'gap_log_square_sum', the sum of (ln gap)^2")
    is_usable = gaps_covered(states, least=3) & np.isfinite(
        np.asarray(states["gap_log_square_sum"], dtype=float)
    )
    if not is_usable.any():
        raise ValueError(
            f"{model}: none of {len(is_usable)} customers has two gaps; give a longer history"
        )
    usable = taken(states, is_usable)
    return fitted_by_stratum(usable, _spread_of, np.ones(int(is_usable.sum()), dtype=bool))


def _spread_of(states: States) -> Mapping[str, tuple[float, ...]]:
    """Scales of Student's t within customers and over all gaps, and the stratum's median gap.

    Within: sum [sum (ln t)^2 - (sum ln t)^2 / n] / sum (n - 1), of customers with two gaps or more.
    """
    gaps, squares = gaps_of(states), np.asarray(states["gap_log_square_sum"], dtype=float)
    number, centre = gaps.count.sum(), gaps.logs.sum() / gaps.count.sum()
    within = np.maximum(squares - gaps.logs**2 / gaps.count, 0).sum() / (gaps.count - 1).sum()
    whole = max(squares.sum() / number - centre**2, 0.0)
    scales = np.sqrt(np.array([within, whole]) * (FREEDOM - 2) / FREEDOM)
    spread, whole_spread = (float(scale) for scale in np.maximum(scales, LEAST_SPREAD))
    centre_days = float(np.exp(centre))
    return {"spread": (spread,), "whole_spread": (whole_spread,), "centre": (centre_days,)}


def _survival(
    centre: np.ndarray, spread: np.ndarray, elapsed: np.ndarray, days: np.ndarray
) -> np.ndarray:
    """P(gap > elapsed + w) / P(gap > elapsed) under the kernel; (n, h)."""
    time = elapsed[:, None] + np.concatenate([[0.0], np.asarray(days, dtype=float)])[None, :]
    with np.errstate(divide="ignore"):
        deviation = (np.log(time) - np.log(centre)[:, None]) / spread[:, None]
    above = stdtr(FREEDOM, -deviation)
    return np.minimum.accumulate(above[:, 1:] / above[:, :1], axis=1)
