"""On which clock each coming day lies: since the open bill, since the next bill, since a debit.

A customer's coming days are a path over numbered cells; customers in one standing share a path, so
everything that depends on the standing alone is computed once per path.  A cell is a day on one
clock; models of the bill-paying hazard estimate one number per cell.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ml.payment_timing.contract import HORIZON, States
from ml.payment_timing.workdays import day_classes, month_places, next_workday

LONGEST = 62  # days on a clock; the last cell takes all later ones
EARLY = 5  # days by which a bill may come before its expected issue
AFTER_PAYMENT = 6  # days in which the second part of a split payment comes
DEBIT_EARLY, DEBIT_LATE = 8, 16  # days around a debit day that are told apart
DEBIT_SPAN = DEBIT_EARLY + DEBIT_LATE + 1

# First cell of each block; a block is contiguous so that its cells can be smoothed along the clock.
OPEN = 0  # days since the issue of the open bill
FRESH = OPEN + LONGEST + 1  # days since the expected next issue, nothing else open
OVERDUE = FRESH + LONGEST + 1 + EARLY  # the same while an older bill is open
OPEN_DEBIT = OVERDUE + LONGEST + 1  # days since the debit day of the open bill
FRESH_DEBIT = OPEN_DEBIT + DEBIT_SPAN  # days since the debit day of the next bill
IDLE = FRESH_DEBIT + DEBIT_SPAN  # no bill is open and none is expected yet
SPLIT = IDLE + 1  # the same, days after a payment
CELLS = SPLIT + 1
MONTH = CELLS  # days of the month while a bill is open; a clock of its own beside the cells above
ALL_CELLS = MONTH + 31
BLOCKS = (OPEN, FRESH, OVERDUE, OPEN_DEBIT, FRESH_DEBIT, IDLE, SPLIT, CELLS)

KEY = ("origin_day", "open_bill_age", "next_bill_in", "cycle_days", "since_payment", "debit_lag")
READ = (
    "stratum", "origin_day", "has_withholding", "days_since_last", "open_bill_age", "next_bill_in",
    "cycle_days",
)  # fmt: skip
FAR = HORIZON + 1  # a bill that is not expected within the horizon


@dataclass(frozen=True)
class Paths:
    """Distinct standings, and which customer is in which.

    Attributes:
        cell: int16 (p, h), the cell of each coming day.
        month_cell: int16 (p, h), the same on the clock of the month.
        day_class: int8 (p, h), the calendar class of each coming day.
        path: int64 (n,), a row of ``cell`` per customer; -1 without any known bill.
    """

    cell: np.ndarray
    month_cell: np.ndarray
    day_class: np.ndarray
    path: np.ndarray

    @property
    def known(self) -> np.ndarray:
        """Customers whose bills are known."""
        return self.path >= 0


def has_bill_clock(states: States) -> np.ndarray:
    """Customers with an open bill or an expected one."""
    return ~np.isnan(states["open_bill_age"]) | ~np.isnan(states["next_bill_in"])


def paths(states: States, debit_lag: np.ndarray, horizon: int = HORIZON) -> Paths:
    """The paths of the coming ``horizon`` days.

    Args:
        states: the customers.
        debit_lag: days from issue to debit by stratum code, NaN where nothing is debited.
        horizon: days after the origin.
    """
    known = has_bill_clock(states)
    keys = _keys({name: states[name][known] for name in READ}, debit_lag)
    place, names = pd.factorize(_packed(keys))  # hashed, where np.unique would sort
    distinct = np.empty((len(names), keys.shape[1]), dtype=np.int64)
    distinct[place] = keys
    path = np.full(len(known), -1, dtype=np.int64)
    path[known] = place
    days = np.arange(1, horizon + 1)
    return Paths(
        _cells(distinct, days),
        _month_cells(distinct, days),
        _by_origin(day_classes, distinct[:, 0], horizon).astype(np.int8),
        path,
    )


def _keys(states: States, debit_lag: np.ndarray) -> np.ndarray:
    """Integers (n, 6) in the order of ``KEY``; -1 stands for none."""
    stratum = states["stratum"].astype(np.int64)
    lag = np.append(debit_lag, np.nan)[stratum]
    lag = np.where(states["has_withholding"] > 0, lag, np.nan)
    since = np.where(
        states["days_since_last"] < AFTER_PAYMENT, states["days_since_last"], AFTER_PAYMENT
    )
    since = np.where(np.isnan(states["open_bill_age"]), since, AFTER_PAYMENT)
    cycle = np.clip(np.nan_to_num(states["cycle_days"], nan=FAR), 1, 4 * FAR)
    columns = (
        states["origin_day"],
        np.minimum(states["open_bill_age"], 2 * LONGEST),
        np.minimum(np.nan_to_num(states["next_bill_in"], nan=FAR), FAR),
        np.minimum(np.rint(cycle), 2 * FAR),
        since,
        lag,
    )
    return np.stack([np.nan_to_num(column, nan=-1) for column in columns], 1).astype(np.int64)


def _packed(keys: np.ndarray) -> np.ndarray:
    """One integer per row, so that distinct rows are found by one sort."""
    packed = np.zeros(len(keys), dtype=np.int64)
    for column in keys.T:
        low = column.min(initial=0)
        packed = packed * (column.max(initial=0) - low + 1) + (column - low)
    return packed


def _by_origin(
    days_of: Callable[[int, int], np.ndarray], origins: np.ndarray, horizon: int
) -> np.ndarray:
    found, place = np.unique(origins, return_inverse=True)
    table = [days_of(int(origin) + 1, horizon) for origin in found]
    return np.array(table, dtype=np.int64).reshape(len(found), horizon)[place]


def _month_cells(keys: np.ndarray, days: np.ndarray) -> np.ndarray:
    _, age, coming, _, since, _ = (column[:, None] for column in keys.T)
    is_open = (age >= 0) | (days >= coming)
    month = MONTH - 1 + _by_origin(month_places, keys[:, 0], len(days))
    idle = np.where(since + days <= AFTER_PAYMENT, SPLIT, IDLE)
    return np.where(is_open, month, idle).astype(np.int16)


def _cells(keys: np.ndarray, days: np.ndarray) -> np.ndarray:
    origin, age, coming, cycle, since, lag = (column[:, None] for column in keys.T)
    has_open, to_issue = age >= 0, days - coming
    has_come = to_issue >= 0
    rounds = np.maximum(to_issue, 0) // cycle
    fresh = np.minimum(np.where(has_come, to_issue - rounds * cycle, to_issue), LONGEST)
    is_overdue = has_come & (has_open | (rounds > 0))
    idle = np.where(since + days <= AFTER_PAYMENT, SPLIT, IDLE)
    waiting = np.where(fresh >= -EARLY, FRESH + EARLY + fresh, idle)
    cell = np.where(
        has_open & ~has_come,
        OPEN + np.minimum(age + days, LONGEST),
        np.where(is_overdue, OVERDUE + fresh, waiting),
    )
    open_debit = _debit_offset(origin - age, lag, origin + days)
    next_debit = _debit_offset(origin + coming + rounds * cycle, lag, origin + days)
    uses_open = has_open & ((to_issue < 0) | (next_debit < -DEBIT_EARLY // 2))
    debit = np.where(uses_open, OPEN_DEBIT + DEBIT_EARLY + np.minimum(open_debit, DEBIT_LATE),
                     FRESH_DEBIT + DEBIT_EARLY + np.minimum(next_debit, DEBIT_LATE))  # fmt: skip
    is_far = np.where(uses_open, open_debit, next_debit) < -DEBIT_EARLY
    debit = np.where(is_far, np.where(idle == SPLIT, SPLIT, IDLE), debit)
    return np.where(lag >= 0, debit, cell).astype(np.int16)


def _debit_offset(issued: np.ndarray, lag: np.ndarray, day: np.ndarray) -> np.ndarray:
    planned = np.broadcast_to(
        issued + np.maximum(lag, 0), np.broadcast_shapes(issued.shape, day.shape)
    )
    lowest, highest = int(day.min()) - 200, int(day.max()) + 200
    return day - next_workday(np.clip(planned, lowest, highest))


def debit_lags(states: States, paid_in: np.ndarray, strata: int) -> np.ndarray:
    """The lag m that best explains the debits: payment = first workday from issue + m on.

    Returns:
        float64 (strata,): the most frequent m in 0..30 among customers with withholding whose
        bill is known; NaN for a stratum without such payments.
    """
    issued_in = np.where(
        np.isnan(states["open_bill_age"]), states["next_bill_in"], -states["open_bill_age"]
    )
    used = (states["has_withholding"] > 0) & ~np.isnan(issued_in) & ~np.isnan(paid_in)
    origin = states["origin_day"][used].astype(np.int64)
    issued, paid = (
        origin + issued_in[used].astype(np.int64),
        paid_in[used].astype(np.int64) + origin,
    )
    stratum = states["stratum"][used].astype(np.int64)
    hits = np.array(
        [
            np.bincount(stratum[next_workday(issued + lag) == paid], minlength=strata)
            for lag in range(31)
        ]
    )
    return np.where(hits.max(0) > 0, hits.argmax(0).astype(np.float64), np.nan)
