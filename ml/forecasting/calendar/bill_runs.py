"""When a region's bills were issued, and when its coming ones are to be expected.

A region reads meters on fixed days of the month; some move a day off to the next workday.  The
nominal days are recovered from the issues by a deconvolution, then played forward.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

LONGEST_MONTH = 31
ROUNDS = 40  # of the EM below; the weights of a sparse schedule settle within twenty
CYCLES = 12  # months of issues that a schedule is learned from
RECENT_MONTHS = 3  # the level of the coming bills


def expected_bills(
    issued: np.ndarray, days: pd.DatetimeIndex, is_workday: np.ndarray, known: int
) -> np.ndarray:
    """Bills per day: issued ones up to ``known``, expected ones after.

    With p(d) the share of nominal day d of the month, bills of a month land on day t with
    probability sum_d p(d) 1{shift(d) = t}, where shift is the identity or "the next workday",
    whichever explains the past better.  p by EM, the level by the mean of the last three months.

    Args:
        issued: bills or amounts per day, not negative, shape (T,); entries from ``known`` unused.
        days: the T days, ascending, without gaps.
        is_workday: bool, shape (T,).
        known: number of leading days whose bills are known.

    Returns:
        float64 (T,).
    """
    result = np.where(np.arange(len(days)) < known, issued, 0.0).astype(float)
    month = (days.year * 12 + days.month).to_numpy()
    month = month - month[0]
    whole = _whole_months(month, days, known)
    if not len(whole) or result[:known].sum() == 0:
        return result
    past = np.isin(month, whole[-CYCLES:])
    shifts = [np.arange(len(days)), following_workday(is_workday)]
    schedules = [_schedule(result, shift, month, past) for shift in shifts]
    _, shift, share = max(schedules, key=lambda schedule: schedule[0])
    recent = np.isin(month, whole[-RECENT_MONTHS:])
    level = result[recent].sum() / len(np.unique(month[recent]))
    coming = np.bincount(shift, weights=level * share[days.day - 1], minlength=len(days) + 1)
    return np.where(np.arange(len(days)) < known, result, coming[: len(days)])


def _whole_months(month: np.ndarray, days: pd.DatetimeIndex, known: int) -> np.ndarray:
    """Numbers of the months of which every day is known."""
    seen = np.bincount(month[:known], minlength=month[-1] + 1)
    length = np.zeros(month[-1] + 1, dtype=int)
    length[month] = days.days_in_month
    return np.flatnonzero(seen == length)


def following_workday(is_workday: np.ndarray) -> np.ndarray:
    """Index of each day's own or next workday; T where none is left; bool (T,) -> int (T,)."""
    index = np.where(is_workday, np.arange(len(is_workday)), len(is_workday))
    return np.minimum.accumulate(index[::-1])[::-1]


def _schedule(
    issued: np.ndarray, shift: np.ndarray, month: np.ndarray, past: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray]:
    """Log-likelihood, the shift, and the nominal days' shares."""
    nominal = np.flatnonzero(past)
    number = np.arange(len(nominal)) - np.searchsorted(month[nominal], month[nominal])
    landed = shift[nominal]
    total = np.bincount(month[nominal], weights=issued[nominal])
    share = np.full(LONGEST_MONTH, 1 / LONGEST_MONTH)
    padded = np.append(issued, 0.0)
    for _ in range(ROUNDS):
        sent = total[month[nominal]] * share[number]
        arrived = np.bincount(landed, weights=sent, minlength=len(padded))
        ratio = padded / np.maximum(arrived, 1e-9)
        share = np.bincount(number, weights=sent * ratio[landed], minlength=LONGEST_MONTH)
        share = share / max(share.sum(), 1e-12)
    sent = total[month[nominal]] * share[number]
    arrived = np.bincount(landed, weights=sent, minlength=len(padded))[: len(issued)]
    fit = issued[nominal] * np.log(np.maximum(arrived[nominal], 1e-9)) - arrived[nominal]
    return float(fit.sum()), shift, share
