"""The last resort: a constant daily rate per segment, where nothing else is known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ml.payment_timing.contract import States
from ml.payment_timing.parameters import ParameterRow
from ml.payment_timing.segments import STANDINGS, segment
from ml.payment_timing.spells import Spells
from ml.payment_timing.stored import array_from, array_rows

PRIOR_EVENTS = 5.0  # with which the common rate is believed


@dataclass(frozen=True)
class StratumRate:
    """S(d) = exp(-rate d), rate = payments per day of the customer's segment; (segments,)."""

    rate: np.ndarray

    @classmethod
    def fit(cls, seen: Spells, strata: int) -> StratumRate:
        """(events + m) / (days + m / common rate), per segment."""
        place, size = segment(seen.states), strata * len(STANDINGS)
        events = np.bincount(place, seen.event > 0, size)
        days = np.bincount(place, seen.observed, size)
        common = (events.sum() + 0.5) / (days.sum() + 30.0)
        return cls((events + PRIOR_EVENTS * 1.0) / (days + PRIOR_EVENTS / common))

    def survival(self, states: States, days: np.ndarray) -> np.ndarray:
        """As the contract says; applies to everybody."""
        return np.exp(-self.rate[:, None] * days)[segment(states)]

    def to_rows(self) -> list[ParameterRow]:
        """One number per segment."""
        return array_rows(type(self).__name__, {"rate": self.rate[None]})

    @classmethod
    def from_rows(cls, rows: Iterable[ParameterRow]) -> StratumRate:
        """The model that wrote the rows."""
        return cls(array_from(rows, cls.__name__)["rate"][0])
