"""States from payments alone, their bills placed by an inferred calendar.

For utilities that deliver no bills, and for tests; where bills are delivered the warehouse makes
the states.  Each customer may have an origin of its own.
"""

from __future__ import annotations

import numpy as np

from ml.payment_timing.bill_cycle import BillCycle
from ml.payment_timing.contract import DELAY_BIN_EDGES, DELAY_BINS, HOURS, LAST_GAP, PAY_DAYS
from ml.payment_timing.workdays import month_places_of


def states_from_payments(
    customer: np.ndarray,
    paid_on: np.ndarray,
    amount: np.ndarray,
    origin: np.ndarray,
    cycle: BillCycle,
) -> dict[str, np.ndarray]:
    """States as of each customer's origin, of one stratum (0), post-paid.

    Args:
        customer: codes 0..m-1 of the payments, (n,); one payment a customer and day.
        paid_on: days since 1970-01-01, (n,).
        amount: yuan, (n,).
        origin: (m,); later payments are left out.
        cycle: the bill calendar.
    """
    size, order = len(origin), np.lexsort((paid_on, customer))
    order = order[paid_on[order] <= origin[customer[order]]]
    who, day, yuan = customer[order], paid_on[order].astype(np.int64), amount[order]
    states = _gap_sums(who, day, yuan, origin)
    states |= _delay_sums(who, day, size, cycle)
    states |= _standing(states, origin, cycle)
    nothing = np.zeros(size)
    for name in ("stratum", "has_withholding", *HOURS):
        states[name] = nothing
    return states


def _gap_sums(
    who: np.ndarray, day: np.ndarray, yuan: np.ndarray, origin: np.ndarray
) -> dict[str, np.ndarray]:
    size = len(origin)
    same = np.diff(who) == 0
    owner, gap, bought = who[1:][same], np.diff(day)[same].astype(float), yuan[:-1][same]

    def total(values: np.ndarray) -> np.ndarray:
        return np.bincount(owner, values, size)

    first, last, last_yuan, last_gap = np.full((4, size), np.nan)
    first[who[::-1]], last[who], last_yuan[who] = day[::-1], day, yuan
    last_gap[owner] = gap
    return {
        "payment_days": np.bincount(who, minlength=size).astype(float),
        "gap_days_sum": total(gap),
        "gap_log_sum": total(np.log(gap)),
        "gap_log_square_sum": total(np.log(gap) ** 2),
        "gap_inverse_sum": total(1 / gap),
        "gap_amount_sum": total(bought),
        "gap_amount_square_per_day_sum": total(bought**2 / gap),
        "days_since_first": origin - first,
        "days_since_last": origin - last,
        "last_amount_yuan": last_yuan,
        LAST_GAP: last_gap,
    }


def _delay_sums(
    who: np.ndarray, day: np.ndarray, size: int, cycle: BillCycle
) -> dict[str, np.ndarray]:
    """Over the first payment after each issue."""
    issue = cycle.last_issue(day)
    leads = np.ones(len(who), dtype=bool)
    leads[1:] = (np.diff(who) != 0) | (np.diff(issue) != 0)
    owner, paid, delay = who[leads], day[leads], (day - issue)[leads]
    logs = np.log1p(delay)
    found = {
        "matched_payments": np.bincount(owner, minlength=size).astype(float),
        "delay_log_sum": np.bincount(owner, logs, size),
        "delay_log_square_sum": np.bincount(owner, logs**2, size),
    }
    bins = np.searchsorted(DELAY_BIN_EDGES, delay, side="right") - 1
    for number, name in enumerate(DELAY_BINS):
        found[name] = np.bincount(owner[bins == number], minlength=size).astype(float)
    places = month_places_of(paid)
    for number, name in enumerate(PAY_DAYS, start=1):
        found[name] = np.bincount(owner[places == number], minlength=size).astype(float)
    return found


def _standing(
    states: dict[str, np.ndarray], origin: np.ndarray, cycle: BillCycle
) -> dict[str, np.ndarray]:
    issue, coming = cycle.last_issue(origin), cycle.next_issue(origin)
    age = (origin - issue).astype(float)
    is_paid = states["days_since_last"] <= age
    none = np.full(len(origin), np.nan)
    return {
        "open_bill_age": np.where(is_paid, np.nan, age),
        "open_bill_due_in": none,
        "next_bill_in": (coming - origin).astype(float),
        "cycle_days": (cycle.next_issue(coming) - coming).astype(float),
        "balance_yuan": none,
        "balance_age": none,
        "origin_day": origin.astype(float),
    }
