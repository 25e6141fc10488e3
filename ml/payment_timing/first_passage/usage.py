"""What first passage needs of a state: the top-ups' sums, and how far the balance has to fall.

Reading and checking of states; the conjugate posterior and the densities are elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ml.payment_timing.contract import States

NEEDED = (
    "payment_days",
    "gap_days_sum",
    "gap_amount_sum",
    "gap_amount_square_per_day_sum",
    "days_since_last",
    "last_amount_yuan",
)
# Beyond the shared vocabulary, ``season_ahead`` may be added by a caller who has a load or
# temperature forecast: use per day in the days ahead over the customer's mean.
OPTIONAL = ("balance_yuan", "balance_age", "season_ahead")


@dataclass(frozen=True)
class Usage:
    """Arrays over customers, float64 (n,); yuan and days."""

    count: np.ndarray  # n, closed gaps
    amount: np.ndarray  # sum of A, used up in the gaps
    days: np.ndarray  # sum of t
    square: np.ndarray  # sum of A^2 / t
    last_amount: np.ndarray
    elapsed: np.ndarray  # days since the last top-up
    balance: np.ndarray  # NaN where no reading is newer than the last top-up
    balance_age: np.ndarray
    season_ahead: np.ndarray  # expected use of the days ahead against the mean; NaN: not known

    def __len__(self) -> int:
        return len(self.count)

    def __getitem__(self, rows: slice | np.ndarray) -> Usage:
        return Usage(*(values[rows] for values in vars(self).values()))


def covered(states: States) -> np.ndarray:
    """Customers with a last top-up of known amount and sound sums; bool (n,).

    Raises:
        ValueError: a needed statistic is not among the states.
    """
    missing = [name for name in NEEDED if name not in states]
    if missing:
        raise ValueError(f"the states lack {missing}; first passage needs {list(NEEDED)}")
    days, total, amount, square, since, last = (
        np.asarray(states[name], dtype=float) for name in NEEDED
    )
    with np.errstate(invalid="ignore"):
        # Cauchy-Schwarz: (sum A)^2 <= sum t * sum A^2/t; a state that breaks it is no sum of gaps.
        is_sound = amount**2 <= total * square * (1 + 1e-6) + 1e-6
        is_sound &= (days >= 1) & (since >= 0) & (last > 0)
        is_sound &= np.where(days > 1, (total > 0) & (amount > 0), (total == 0) & (amount == 0))
    return is_sound & np.isfinite(np.stack([days, total, amount, square, since, last])).all(axis=0)


def usage_of(states: States) -> Usage:
    """The usage of states that are all covered.

    Raises:
        ValueError: a customer is not covered.
    """
    is_covered = covered(states)
    if not is_covered.all():
        first = int(np.flatnonzero(~is_covered)[0])
        raise ValueError(
            f"first passage: {int((~is_covered).sum())} of {len(is_covered)} states are not "
            f"covered (the first is row {first}); keep the rows where covers(states) is true"
        )
    days, total, amount, square, since, last = (
        np.asarray(states[name], dtype=float) for name in NEEDED
    )
    absent = np.full(len(days), np.nan)
    balance, age, ahead = (np.asarray(states.get(name, absent), dtype=float) for name in OPTIONAL)
    with np.errstate(invalid="ignore"):
        # At a top-up the balance is the threshold: an older reading adds nothing to the amount.
        is_newer = np.isfinite(balance) & (age >= 0) & (age < since)
        ahead = np.where(np.isfinite(ahead) & (ahead > 0), ahead, np.nan)
    return Usage(
        days - 1, amount, total, square, last, since,
        np.where(is_newer, balance, np.nan), np.where(is_newer, age, np.nan), ahead,
    )  # fmt: skip
