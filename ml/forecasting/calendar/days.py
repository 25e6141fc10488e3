"""The Chinese calendar as one row per day, published where published, estimated and flagged after.

Workdays come from ``chinesecalendar`` (State Council notices, with make-up workdays), later years
from ``holidays`` (statutory days, no substitutions yet).  What a model makes of a day is not here.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import chinese_calendar
import holidays
import numpy as np
import pandas as pd
from lunardate import LunarDate

LUNAR_WINDOW = (-8, 6)  # days around the first day of the lunar year that customs of paying reach
LAST_PUBLISHED_YEAR = max(day.year for day in chinese_calendar.holidays)
FIRST_PUBLISHED_YEAR = min(day.year for day in chinese_calendar.holidays)
COLUMNS = (
    "ds", "is_workday", "is_makeup_workday", "is_holiday", "weekday", "day_of_month",
    "days_to_month_end", "lunar_offset", "days_off_before", "is_estimated",
)  # fmt: skip


def calendar_frame(
    first: date | pd.Timestamp,
    last: date | pd.Timestamp,
    overrides: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """One row per day from ``first`` to ``last``, both included.

    Args:
        first: first day.
        last: last day, not before the first.
        overrides: ``calendar_date, is_workday``: days that the utility knows better.

    Returns:
        ``COLUMNS``: weekday 0 is Monday; is_holiday is a weekday off, or a weekend day that the
        notice names; lunar_offset is in days from the nearest Spring Festival (0 its first day);
        days_off_before counts the days off that end the day before a workday, 0 on other days;
        is_estimated marks days of a year that is not published and not overridden.

    Raises:
        ValueError: ``last`` lies before ``first``.
    """
    days = pd.date_range(pd.Timestamp(first), pd.Timestamp(last), freq="D")
    if len(days) == 0:
        raise ValueError(f"calendar from {first} to {last}: the last day lies before the first")
    before = pd.date_range(days[0] - pd.Timedelta(days=15), days[-1], freq="D")
    facts = pd.DataFrame([_day(day.date()) for day in before], index=before)
    facts["is_estimated"] = ~before.year.isin(range(FIRST_PUBLISHED_YEAR, LAST_PUBLISHED_YEAR + 1))
    if overrides is not None and len(overrides):
        _override(facts, overrides)
    weekday = before.weekday.to_numpy()
    facts["is_makeup_workday"] = facts["is_workday"] & (weekday >= 5)
    facts["is_holiday"] |= ~facts["is_workday"] & (weekday < 5)
    facts["weekday"] = weekday
    facts["day_of_month"] = before.day
    facts["days_to_month_end"] = before.days_in_month - before.day
    facts["lunar_offset"] = [lunar_offset(day.date()) for day in before]
    facts["days_off_before"] = _days_off_before(facts["is_workday"].to_numpy())
    return facts.loc[days].rename_axis("ds").reset_index()[list(COLUMNS)]


def lunar_offset(day: date) -> int:
    """Days from the nearest Spring Festival; negative before it."""
    return min(
        ((day - spring_festival(year)).days for year in (day.year - 1, day.year, day.year + 1)),
        key=abs,
    )


@lru_cache(maxsize=512)
def spring_festival(year: int) -> date:
    """First day of the lunar year that begins in the Gregorian ``year``."""
    return LunarDate(year, 1, 1).to_solar_date()


@lru_cache(maxsize=16384)
def _day(day: date) -> dict[str, bool]:
    if FIRST_PUBLISHED_YEAR <= day.year <= LAST_PUBLISHED_YEAR:
        named = day in chinese_calendar.holidays
        return {"is_workday": chinese_calendar.is_workday(day), "is_holiday": named}
    statutory = _statutory(day.year)
    named = day in statutory
    is_workday = day in statutory.weekend_workdays or (day.weekday() < 5 and not named)
    return {"is_workday": is_workday, "is_holiday": named}


@lru_cache(maxsize=64)
def _statutory(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("CN", years=year)


def _override(facts: pd.DataFrame, overrides: pd.DataFrame) -> None:
    given = overrides.assign(ds=pd.to_datetime(overrides["calendar_date"])).set_index("ds")
    given = given[~given.index.duplicated(keep="last")]
    known = given.index.intersection(facts.index)
    facts.loc[known, "is_workday"] = given.loc[known, "is_workday"].astype(bool)
    facts.loc[known, "is_holiday"] = False
    facts.loc[known, "is_estimated"] = False


def _days_off_before(is_workday: np.ndarray) -> np.ndarray:
    """Length of the run of days off that a workday follows."""
    run = np.zeros(len(is_workday), dtype=int)
    for day in range(1, len(is_workday)):
        run[day] = 0 if is_workday[day - 1] else run[day - 1] + 1
    return np.where(is_workday, run, 0)
