"""What the baselines need of a state: the gaps' sums and the open gap, checked once.

Reading and checking only; each baseline has its own file.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ml.payment_timing.contract import States

SINGLE = ("payment_days", "days_since_first", "days_since_last")
SUMS = ("gap_days_sum", "gap_log_sum")


@dataclass(frozen=True)
class Gaps:
    """Arrays over customers, float64 (n,); days."""

    count: np.ndarray  # closed gaps
    days: np.ndarray  # sum of t
    logs: np.ndarray  # sum of ln t
    open: np.ndarray  # days since the last payment day


def gaps_covered(states: States, least: int = 1) -> np.ndarray:
    """Customers with sound sums and at least ``least`` payment days; bool (n,).

    Raises:
        ValueError: a needed statistic is not among the states.
    """
    needed = (*SINGLE, *SUMS)
    missing = [name for name in needed if name not in states]
    if missing:
        raise ValueError(f"the states lack {missing}; a gap model needs {list(needed)}")
    days, first, last, total, logs = (np.asarray(states[name], dtype=float) for name in needed)
    with np.errstate(invalid="ignore"):
        is_sound = (days >= max(least, 1)) & (last >= 0) & (first >= last) & (total >= 0)
        is_sound &= (days > 1) == (total > 0)
    return is_sound & np.isfinite(np.stack([days, first, last, total, logs])).all(axis=0)


def gaps_of(states: States) -> Gaps:
    """The gaps of states that are all covered."""
    days = np.asarray(states["payment_days"], dtype=float)
    return Gaps(
        days - 1,
        np.asarray(states["gap_days_sum"], dtype=float),
        np.asarray(states["gap_log_sum"], dtype=float),
        np.asarray(states["days_since_last"], dtype=float),
    )


def refuse(is_covered: np.ndarray, model: str) -> None:
    """Raise when a customer is not covered, naming how many and the first of them."""
    if not is_covered.all():
        first = int(np.flatnonzero(~is_covered)[0])
        raise ValueError(
            f"{model}: {int((~is_covered).sum())} of {len(is_covered)} states are not covered "
            f"(the first is row {first}); keep the rows where covers(states) is true"
        )


def refuse_without_gaps(count: np.ndarray, model: str) -> None:
    """Raise when no customer has a gap to learn from."""
    if not (count > 0).any():
        raise ValueError(
            f"{model}: none of {len(count)} customers has a second payment day; "
            "give a longer history"
        )
