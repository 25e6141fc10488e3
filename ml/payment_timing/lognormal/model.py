"""Model B: y = ln(1 + delay) is normal for each customer; means and variances are pooled.

Predictive y ~ t_{2an}(mn, bn (kn + 1)/(an kn)), cut off at the open bill's age, mixed with a share
epsilon of skipped bills.  Days off and the days without any bill have hazards of their own.
Customers whose bank pays, and those without a known bill, are outside it: NaN.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ml.payment_timing.bill_hazard.penalised import class_effects, fit_cells
from ml.payment_timing.clocks import EARLY, FRESH, LONGEST, OPEN, OPEN_DEBIT, OVERDUE, Paths, paths
from ml.payment_timing.contract import HORIZON, States
from ml.payment_timing.lognormal.evidence import fit_priors, posterior
from ml.payment_timing.lognormal.tables import upper_tails
from ml.payment_timing.parameters import ParameterRow
from ml.payment_timing.spells import Spells, stratum_cells
from ml.payment_timing.stored import array_from, array_rows
from ml.payment_timing.workdays import DAY_CLASSES

SKIPS_PRIOR = (1.0, 30.0)  # Beta: one bill in thirty is skipped


@dataclass(frozen=True)
class LognormalDelay:
    """The fitted model.

    Attributes:
        prior: m0, kappa0, a0, b0, (s, 4).
        skipped: epsilon, (s,).
        effect: hazard of the calendar classes against the average, (s, classes).
        other: hazard of the cells that are not days after issue, (s, cells).
    """

    prior: np.ndarray
    skipped: np.ndarray
    effect: np.ndarray
    other: np.ndarray

    @classmethod
    def fit(cls, seen: Spells, strata: int) -> LognormalDelay:
        """Priors by evidence, epsilon from whole cycles, day effects by one moment step."""
        no_debit = np.full(strata, np.nan)
        known = paths(seen.states, no_debit)
        stratum = seen.states["stratum"].astype(np.int64)
        prior = fit_priors(
            stratum,
            seen.states["matched_payments"],
            seen.states["delay_log_sum"],
            seen.states["delay_log_square_sum"],
            strata,
        )
        other = np.exp(fit_cells(stratum_cells(known, seen, strata))[0])
        flat = cls(
            prior, _skipped(seen, stratum, strata), np.ones((strata, len(DAY_CLASSES))), other
        )
        return cls(prior, flat.skipped, flat._effects(seen, known, stratum), other)

    def covers(self, states: States) -> np.ndarray:
        """Customers who pay for themselves, bool (n,)."""
        found: np.ndarray = states["has_withholding"] == 0
        return found

    def survival(self, states: States, days: np.ndarray) -> np.ndarray:
        """S(d), float32 (n, h); NaN outside the model."""
        horizon = max(HORIZON, int(days[-1]))
        known = paths(states, np.full(len(self.prior), np.nan), horizon)
        found = np.exp(-self._daily(states, known).cumsum(axis=1))[:, days - 1]
        found[~known.known | (states["has_withholding"] > 0)] = np.nan
        return found

    def _daily(self, states: States, known: Paths) -> np.ndarray:
        """Hazard of each coming day, float32 (n, h)."""
        stratum, path = states["stratum"].astype(np.int64), np.maximum(known.path, 0)
        by_clock = self._by_clock(states, stratum)
        cell = known.cell.astype(np.int64)
        is_fresh = (cell >= FRESH + EARLY) & (cell < OVERDUE)
        is_overdue = (cell >= OVERDUE) & (cell < OPEN_DEBIT)
        clock = np.select(
            [cell < FRESH, is_fresh, is_overdue],
            [cell - OPEN, cell - FRESH - EARLY, cell - OVERDUE],
            LONGEST + 1,
        )
        daily = np.take_along_axis(by_clock, clock[path], axis=1)
        rest = np.where(clock > LONGEST, self.other[:, cell], 0.0).astype(np.float32)
        daily += rest[stratum, path]
        daily *= self.effect[:, known.day_class].astype(np.float32)[stratum, path]
        return daily

    def _by_clock(self, states: States, stratum: np.ndarray) -> np.ndarray:
        """Hazard by days since issue 0..LONGEST, and a last column of zeros; float32."""
        found = posterior(
            self.prior[stratum],
            states["matched_payments"],
            states["delay_log_sum"],
            states["delay_log_square_sum"],
        )
        scale = np.sqrt(found.rate * (found.kappa + 1) / (found.shape * found.kappa))
        bounds = np.log(np.arange(LONGEST + 1) + 1.5).astype(np.float32)
        inverse = (1 / scale).astype(np.float32)[:, None]
        z = bounds * inverse - found.mean.astype(np.float32)[:, None] * inverse
        left = upper_tails(2 * found.shape, z)
        skipped = self.skipped[stratum].astype(np.float32)[:, None]
        total = -np.log(skipped + (1 - skipped) * left)
        by_clock = np.zeros((len(stratum), LONGEST + 2), dtype=np.float32)
        by_clock[:, 0] = total[:, 0]
        by_clock[:, 1:-1] = np.diff(total, axis=1)
        return by_clock

    def _effects(self, seen: Spells, known: Paths, stratum: np.ndarray) -> np.ndarray:
        used = known.known & (seen.states["has_withholding"] == 0) & (seen.observed > 0)
        daily = self._daily(seen.states, known)
        kinds, day = known.day_class[np.maximum(known.path, 0)], np.arange(1, HORIZON + 1)
        daily *= used[:, None] & (day <= seen.observed[:, None])
        hit = (day == seen.event[:, None]) & used[:, None]
        shape = (len(self.prior), len(DAY_CLASSES))
        events, expected = np.zeros(shape), np.zeros(shape)
        for kind in range(len(DAY_CLASSES)):
            events[:, kind] = np.bincount(stratum, (hit & (kinds == kind)).sum(1), shape[0])
            expected[:, kind] = np.bincount(stratum, (daily * (kinds == kind)).sum(1), shape[0])
        return class_effects(events, expected)

    def to_rows(self) -> list[ParameterRow]:
        """Every parameter, one number a row."""
        parts = {
            "prior": self.prior, "skipped": self.skipped[:, None],
            "effect": self.effect, "other": self.other,
        }  # fmt: skip
        return array_rows(type(self).__name__, parts)

    @classmethod
    def from_rows(cls, rows: Iterable[ParameterRow]) -> LognormalDelay:
        """The model that wrote the rows."""
        parts = array_from(rows, cls.__name__)
        return cls(parts["prior"], parts["skipped"][:, 0], parts["effect"], parts["other"])


def _skipped(seen: Spells, stratum: np.ndarray, strata: int) -> np.ndarray:
    """Beta posterior mean of the share of bills not paid within their cycle."""
    begin, length = seen.states["next_bill_in"], seen.states["cycle_days"]
    cared = (seen.states["has_withholding"] == 0) & (begin + length <= seen.observed + 0.0)
    watched = cared | ((seen.event >= begin) & (seen.event > 0))
    late = watched & (seen.event - begin >= length)
    a, b = SKIPS_PRIOR
    total = np.bincount(stratum[watched], minlength=strata)
    return (np.bincount(stratum[late], minlength=strata) + a) / (total + a + b)
