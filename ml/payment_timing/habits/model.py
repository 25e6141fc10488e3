"""Habit classes: a finite mixture over whole delay profiles, where frailty only stretches one.

A habit is anchored on the bill or on the day of the month; it has densities P_k of past payments
on its clock and a hazard per cell of it.  A customer's weights follow from additive counters alone:
w_ik proportional to pi_{s,k} prod_b P_k(b)^{n_ib}, a density per day on either clock.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ml.payment_timing.clocks import Paths, paths
from ml.payment_timing.contract import HORIZON, States
from ml.payment_timing.habits.em import daily_hazard, fit_classes, histograms, log_prior, sampled
from ml.payment_timing.parameters import ParameterRow
from ml.payment_timing.spells import Spells
from ml.payment_timing.stored import array_from, array_rows


@dataclass(frozen=True)
class HabitClasses:
    """A mixture of K habits.

    Attributes:
        log_bin: ln of P_k's density per day, (k, 12 + 31); 0 on the clock that is not its own.
        hazard: (k, all cells).
        effect: of the calendar classes, (k, classes).
        log_share: ln pi_{s,k}, (s, k).
        on_month: bool (k,), anchored on the day of the month.
        debit_lag: (s,), NaN where nothing is debited.
    """

    log_bin: np.ndarray
    hazard: np.ndarray
    effect: np.ndarray
    log_share: np.ndarray
    on_month: np.ndarray
    debit_lag: np.ndarray

    @classmethod
    def fit(
        cls, seen: Spells, debit_lag: np.ndarray, classes: tuple[int, int] | None = None
    ) -> HabitClasses:
        """EM over a sample of spells and histograms (``em.fit_classes``)."""
        seen = sampled(seen)
        return cls(**fit_classes(seen, paths(seen.states, debit_lag), debit_lag, classes))

    def weights(self, states: States) -> np.ndarray:
        """Posterior class weights from the delay counters, float32 (n, k)."""
        counts = histograms(states).astype(np.float32)
        score = counts @ self.log_bin.T.astype(np.float32)
        score += log_prior(states, self.log_share, self.on_month).astype(np.float32)
        score -= score.max(axis=1, keepdims=True)
        np.exp(score, out=score)
        score /= score.sum(axis=1, keepdims=True)
        return score

    def survival(self, states: States, days: np.ndarray) -> np.ndarray:
        """S(d) = sum_k w_ik prod (class k's day survival); NaN without a known bill."""
        known = paths(states, self.debit_lag, max(HORIZON, int(days[-1])))
        table = np.ascontiguousarray(self._survival_table(known)[:, :, days - 1].swapaxes(0, 1))
        # By path, so that each table is multiplied with contiguous rows.
        order = np.argsort(known.path, kind="stable")
        bounds = np.searchsorted(known.path[order], np.arange(len(known.cell) + 1))
        weight = self.weights(states)[order]
        product = np.full((len(order), len(days)), np.nan, dtype=np.float32)
        for path, (begin, end) in enumerate(pairwise(bounds)):
            np.matmul(weight[begin:end], table[path], out=product[begin:end])
        found = np.empty_like(product)
        found[order] = product
        return found

    def _survival_table(self, known: Paths) -> np.ndarray:
        """Float32 (k, p, h)."""
        daily = daily_hazard(self.hazard, self.effect, self.on_month, known)
        return np.exp(-daily.cumsum(axis=2)).astype(np.float32)

    def to_rows(self) -> list[ParameterRow]:
        """Every parameter, one number a row."""
        parts = {
            "log_bin": self.log_bin, "hazard": self.hazard, "effect": self.effect,
            "log_share": self.log_share, "debit_lag": self.debit_lag[:, None],
            "on_month": self.on_month[:, None].astype(np.float64),
        }  # fmt: skip
        return array_rows(type(self).__name__, parts)

    @classmethod
    def from_rows(cls, rows: Iterable[ParameterRow]) -> HabitClasses:
        """The model that wrote the rows."""
        parts = array_from(rows, cls.__name__)
        own = {"debit_lag": parts["debit_lag"][:, 0], "on_month": parts["on_month"][:, 0] > 0}
        return cls(**(parts | own))
