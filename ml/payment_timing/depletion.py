"""Prepaid customers: when the balance will be used up, and how much is paid next.

Expected values from sums over past top-ups; the chance of a top-up is the models' business.
"""

from __future__ import annotations

import numpy as np

from ml.payment_timing.contract import States


def daily_use(states: States) -> np.ndarray:
    """Yuan a day: amounts bought over the days they lasted; NaN with fewer than two payments."""
    return _ratio(states["gap_amount_sum"], states["gap_days_sum"])


def depletion_in(states: States) -> np.ndarray:
    """Days from the origin until the balance is nil, at least 0; NaN where use is unknown.

    (balance - use x days since its reading) / use; without a reading the last amount stands for
    the balance of the last payment day. NaN for customers with bills.
    """
    use = daily_use(states)
    known = ~np.isnan(states["balance_yuan"])
    left = np.where(known, states["balance_yuan"], states["last_amount_yuan"])
    age = np.where(known, states["balance_age"], states["days_since_last"])
    days = np.maximum(_ratio(left, use) - age, 0.0)
    return np.where(_has_bills(states), np.nan, days)


def expected_amount(states: States) -> np.ndarray:
    """Mean amount of a payment day, yuan; NaN without payments and for customers with bills."""
    last = np.nan_to_num(states["last_amount_yuan"])
    mean = _ratio(states["gap_amount_sum"] + last, states["payment_days"])
    return np.where(_has_bills(states), np.nan, mean)


def _has_bills(states: States) -> np.ndarray:
    return ~np.isnan(states["open_bill_age"]) | ~np.isnan(states["next_bill_in"])


def _ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    return np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0)
