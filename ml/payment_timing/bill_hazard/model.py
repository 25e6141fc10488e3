"""Model A: bill-anchored discrete hazard with gamma frailty, fitted by EM on aggregated cells.

Customers without any known bill are outside it: their survival is NaN and the stack leaves the
model out.  The channel is split elsewhere, by each customer's Dirichlet-multinomial posterior.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ml.payment_timing.bill_hazard.frailty import fit_theta, history
from ml.payment_timing.bill_hazard.penalised import fit_cells
from ml.payment_timing.clocks import CELLS, Paths, paths
from ml.payment_timing.contract import HORIZON, States
from ml.payment_timing.parameters import ParameterRow
from ml.payment_timing.spells import Spells, stratum_cells
from ml.payment_timing.stored import array_from, array_rows
from ml.payment_timing.workdays import DAY_CLASSES

EM_ROUNDS = 15
NO_FRAILTY = 1e6  # theta of customers whose bank pays: all alike


@dataclass(frozen=True)
class BillHazard:
    """hazard(u, x) = z exp(alpha_{s,u}) effect_{s,x}, z ~ Gamma(theta_s, theta_s).

    Attributes:
        log_hazard: alpha, (s, cells).
        effect: exp(beta) of the calendar classes, (s, classes).
        theta: (s,).
        debit_lag: days from issue to debit, (s,), NaN where nothing is debited.
    """

    log_hazard: np.ndarray
    effect: np.ndarray
    theta: np.ndarray
    debit_lag: np.ndarray

    @classmethod
    def fit(cls, seen: Spells, debit_lag: np.ndarray) -> BillHazard:
        """EM: z given history and spell, then hazards given z, then theta; ``EM_ROUNDS`` rounds."""
        strata = len(debit_lag)
        known = paths(seen.states, debit_lag)
        stratum = seen.states["stratum"].astype(np.int64)
        frailty, theta, start = np.ones(len(stratum)), np.ones(strata), None
        for _ in range(EM_ROUNDS):
            log_hazard, effect = start = fit_cells(
                stratum_cells(known, seen, strata, frailty), start
            )
            found = cls(log_hazard, effect, theta, debit_lag)
            payments, exposed = history(seen.states, np.exp(log_hazard))
            own = known.known & (seen.states["has_withholding"] == 0)
            theta = fit_theta(stratum[own], payments[own], exposed[own], strata)
            added = found._spent(known, stratum, seen.observed)
            prior = np.where(own, theta[stratum], NO_FRAILTY)
            frailty = (prior + payments + (seen.event > 0)) / (prior + exposed + added)
        return cls(log_hazard, effect, theta, debit_lag)

    def survival(self, states: States, days: np.ndarray) -> np.ndarray:
        """S(d) = ((theta + H) / (theta + H + dH(d)))^(theta + d_i); NaN without a known bill."""
        known = paths(states, self.debit_lag, max(HORIZON, int(days[-1])))
        stratum = states["stratum"].astype(np.int64)
        payments, exposed = history(states, np.exp(self.log_hazard))
        theta = np.where(states["has_withholding"] == 0, self.theta[stratum], NO_FRAILTY)
        rate = (theta + exposed).astype(np.float32)[:, None]
        shape = (theta + payments).astype(np.float32)[:, None]
        coming = self._cumulated(known)[stratum, np.maximum(known.path, 0)][:, days - 1]
        found = np.exp(-shape * np.log1p(coming / rate))
        found[~known.known] = np.nan
        return found

    def _cumulated(self, known: Paths) -> np.ndarray:
        """Base hazard of the coming days, cumulated; float32 (s, p, h)."""
        daily = np.exp(self.log_hazard)[:, known.cell] * self.effect[:, known.day_class]
        return daily.cumsum(axis=2).astype(np.float32)

    def _spent(self, known: Paths, stratum: np.ndarray, observed: np.ndarray) -> np.ndarray:
        table = self._cumulated(known)
        place = np.maximum(observed - 1, 0)
        spent = table[stratum, np.maximum(known.path, 0), place]
        return np.where(known.known & (observed > 0), spent, 0.0)

    def to_rows(self) -> list[ParameterRow]:
        """Every parameter, one number a row."""
        parts = {
            "log_hazard": self.log_hazard, "effect": self.effect,
            "theta": self.theta[:, None], "debit_lag": self.debit_lag[:, None],
        }  # fmt: skip
        return array_rows(type(self).__name__, parts)

    @classmethod
    def from_rows(cls, rows: Iterable[ParameterRow]) -> BillHazard:
        """The model that wrote the rows."""
        parts = array_from(rows, cls.__name__)
        if parts["log_hazard"].shape[1] != CELLS or parts["effect"].shape[1] != len(DAY_CLASSES):
            raise ValueError("the stored hazard has other cells than this version; refit it.")
        return cls(
            parts["log_hazard"], parts["effect"], parts["theta"][:, 0], parts["debit_lag"][:, 0]
        )
