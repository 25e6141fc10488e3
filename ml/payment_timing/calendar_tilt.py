"""The calendar laid over a model of gaps: people wait on days off and pay after them.

The base model's daily hazard is multiplied by the effect of each day's class, so models that know
only gaps are judged on the same calendar as those anchored on bills.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ml.payment_timing.bill_hazard.penalised import class_effects
from ml.payment_timing.contract import HORIZON, States, TimingModel
from ml.payment_timing.spells import Spells
from ml.payment_timing.states import rows
from ml.payment_timing.workdays import DAY_CLASSES, day_classes

SMALLEST = 1e-12  # of a survival: keeps its logarithm finite


def day_kinds(states: States, horizon: int = HORIZON) -> np.ndarray:
    """Calendar class of each coming day, int8 (n, h)."""
    origins, row = np.unique(states["origin_day"].astype(np.int64), return_inverse=True)
    return np.array([day_classes(origin + 1, horizon) for origin in origins])[row]


def covers(model: TimingModel, states: States) -> np.ndarray:
    """Customers that the model says it can forecast; all where it does not say."""
    says = getattr(model, "covers", None)
    return np.ones(len(states["stratum"]), dtype=bool) if says is None else says(states)


@dataclass(frozen=True)
class CalendarTilt:
    """S'(d) = prod (S(j)/S(j-1))^effect(class of j); covers whom the base covers.

    Attributes:
        base: a fitted model.
        effect: (s, classes).
    """

    base: TimingModel
    effect: np.ndarray

    @classmethod
    def fit(cls, base: TimingModel, seen: Spells, strata: int) -> CalendarTilt:
        """Events over expected events by class, shrunk to the pooled ratio."""
        flat = cls(base, np.ones((strata, len(DAY_CLASSES))))
        known = covers(base, seen.states)
        seen = Spells(rows(seen.states, known), seen.event[known], seen.observed[known])
        days = np.arange(1, HORIZON + 1)
        daily = flat._daily(seen.states, days)
        stratum, kinds = seen.states["stratum"].astype(np.int64), day_kinds(seen.states)
        daily = np.where(days <= seen.observed[:, None], daily, 0.0)
        hit = days == seen.event[:, None]
        events, expected = np.zeros((2, strata, len(DAY_CLASSES)))
        for kind in range(len(DAY_CLASSES)):
            events[:, kind] = np.bincount(stratum, (hit & (kinds == kind)).sum(1), strata)
            expected[:, kind] = np.bincount(stratum, (daily * (kinds == kind)).sum(1), strata)
        return cls(base, class_effects(events, expected))

    def covers(self, states: States) -> np.ndarray:
        """As the base."""
        return covers(self.base, states)

    def survival(self, states: States, days: np.ndarray) -> np.ndarray:
        """As the contract says; float64 (n, h)."""
        horizon = np.arange(1, int(days[-1]) + 1)
        effect = self.effect[states["stratum"].astype(np.int64)]
        kinds = day_kinds(states, len(horizon)).astype(np.int64)
        daily = self._daily(states, horizon) * np.take_along_axis(effect, kinds, axis=1)
        return np.exp(-daily.cumsum(axis=1))[:, days - 1]

    def _daily(self, states: States, days: np.ndarray) -> np.ndarray:
        total = -np.log(np.maximum(self.base.survival(states, days), SMALLEST))
        return np.maximum(np.diff(total, axis=1, prepend=0.0), 0.0)
