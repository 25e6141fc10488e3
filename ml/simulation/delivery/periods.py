"""Which file a row arrives in: a file per month, and per day at the end of the period."""

from __future__ import annotations

from dataclasses import dataclass

from ml.simulation.horizon import Horizon

BEFORE_EVERYTHING = -(10**6)


@dataclass(frozen=True)
class Period:
    """Rows that arrive from ``start`` to ``end`` go into the files named by ``label``."""

    label: str  # YYYYMM or YYYYMMDD
    start: int
    end: int


def periods_of(horizon: Horizon, daily_files: int) -> list[Period]:
    """All periods in order, the opening one (the day before the first) first."""
    periods = [Period(_day_label(horizon, -1), BEFORE_EVERYTHING, -1)]
    for month in range(horizon.months - 1):
        first, last = horizon.month_days(month)
        periods.append(Period(horizon.month_date(month).strftime("%Y%m"), first, last))
    first, last = horizon.month_days(horizon.months - 1)
    daily = min(max(daily_files, 0), last - first + 1)
    if last - daily >= first:
        periods.append(Period(_day_label(horizon, last - daily), first, last - daily))
    for day in range(last - daily + 1, last + 1):
        periods.append(Period(_day_label(horizon, day), day, day))
    return periods


def _day_label(horizon: Horizon, day: int) -> str:
    return horizon.date_of(day).strftime("%Y%m%d")
