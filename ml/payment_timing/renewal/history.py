"""What a renewal model needs of a state: repeats, their log gaps, the last event and the age.

Reading and checking of states belongs here; no formula of a model does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ml.payment_timing.contract import States

NEEDED = ("payment_days", "gap_log_sum", "days_since_first", "days_since_last")


@dataclass(frozen=True)
class History:
    """Arrays over customers, float64 (n,); times in the unit of the states, days as a rule."""

    repeats: np.ndarray  # x = payment days - 1
    log_gaps: np.ndarray  # L, sum of ln gap
    last: np.ndarray  # t_x, first event to last event
    age: np.ndarray  # T, first event to origin

    @property
    def elapsed(self) -> np.ndarray:
        """Time from the last event to the origin."""
        return self.age - self.last

    def __len__(self) -> int:
        return len(self.age)

    def __getitem__(self, rows: slice | np.ndarray) -> History:
        return History(self.repeats[rows], self.log_gaps[rows], self.last[rows], self.age[rows])

    def in_units_of(self, scale: float) -> History:
        """The same history with time measured in ``scale``."""
        shifted = self.log_gaps - self.repeats * np.log(scale)
        return History(self.repeats, shifted, self.last / scale, self.age / scale)


def covered(states: States) -> np.ndarray:
    """Which customers have at least one payment day and a sound history; bool (n,).

    Raises:
        ValueError: a needed statistic is not among the states.
    """
    missing = [name for name in NEEDED if name not in states]
    if missing:
        raise ValueError(f"the states lack {missing}; a renewal model needs {list(NEEDED)}")
    days, log_gaps, first, last = (np.asarray(states[name], dtype=float) for name in NEEDED)
    with np.errstate(invalid="ignore"):
        is_sound = (days >= 1) & (last >= 0) & (first >= last) & (days < np.inf) & (first < np.inf)
        is_sound &= np.abs(log_gaps) < np.inf
        is_sound &= (days > 1) == (first > last)
    repeated = np.flatnonzero(is_sound & (days > 1))
    gaps = days[repeated] - 1
    # Their logs cannot sum to more than those of an even split of the span.
    even = gaps * np.log((first[repeated] - last[repeated]) / gaps)
    is_sound[repeated] = log_gaps[repeated] <= even + 1e-6 * (1 + np.abs(even))
    return is_sound


def history_of(states: States) -> History:
    """The histories of states that are all covered.

    Raises:
        ValueError: a customer is not covered.
    """
    refuse_uncovered(covered(states), "renewal model")
    days, log_gaps, first, last = (np.asarray(states[name], dtype=float) for name in NEEDED)
    return History(days - 1, np.where(days > 1, log_gaps, 0.0), first - last, first)


def refuse_uncovered(is_covered: np.ndarray, model: str) -> None:
    """Raise when a customer has no sound history, naming how many and the first of them."""
    if not is_covered.all():
        first = int(np.flatnonzero(~is_covered)[0])
        raise ValueError(
            f"{model}: {int((~is_covered).sum())} of {len(is_covered)} states are not covered "
            f"(the first is row {first}); keep the rows where covers(states) is true"
        )
