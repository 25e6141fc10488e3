"""The days and months of the demo province, and which of them are working days.

A day is a whole number, 0 on the first day; a month is a whole number, 0 for the first month.
Arrays over days start ``LEAD`` days early (open bills) and end ``TAIL`` days late (their payment).
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import chinese_calendar
import holidays
import numpy as np
from lunardate import LunarDate

from ml.simulation.codes import Array

LEAD = 62
TAIL = 150
FESTIVAL = range(-3, 8)  # days around the lunar New Year on which paying can wait


@dataclass(frozen=True)
class Horizon:
    """The simulated period: ``months`` calendar months, the last one up to ``last_day``."""

    last_day: date
    months: int

    def __post_init__(self) -> None:
        if self.months < 1:
            raise ValueError(f"months is {self.months}; expected at least 1.")

    @cached_property
    def first_day(self) -> date:
        """First day of the first month."""
        return self._month_start(0)

    @cached_property
    def end(self) -> int:
        """Number of the last day."""
        return self.number(self.last_day)

    def number(self, day: date) -> int:
        """Number of a calendar day."""
        return (day - self.first_day).days

    def date_of(self, day: int) -> date:
        """Calendar day of a number."""
        return self.first_day + timedelta(days=day)

    def month_date(self, month: int) -> date:
        """First calendar day of a month's number, which may be negative."""
        return self._month_start(month)

    def month_days(self, month: int) -> tuple[int, int]:
        """First and last day of the month; the last one ends with the period."""
        first, after = self._month_start(month), self._month_start(month + 1)
        return self.number(first), min(self.end, self.number(after) - 1)

    def _month_start(self, month: int) -> date:
        years, index = divmod(
            self.last_day.year * 12 + self.last_day.month - self.months + month, 12
        )
        return date(years, index + 1, 1)

    @cached_property
    def dates(self) -> list[date]:
        """Calendar days from ``LEAD`` days before the first to ``TAIL`` days after the last."""
        return [self.date_of(day) for day in range(-LEAD, self.end + TAIL)]

    @cached_property
    def is_workday(self) -> Array:
        """Working days, make-up workdays included; index with ``day + LEAD``."""
        return np.array([is_workday(day) for day in self.dates])

    @cached_property
    def next_workday(self) -> Array:
        """The day itself if it is a working day, else the next one; index with ``day + LEAD``."""
        numbers = np.where(self.is_workday, np.arange(len(self.dates)), len(self.dates) - 1)
        return (np.minimum.accumulate(numbers[::-1])[::-1] - LEAD).astype(np.int32)

    @cached_property
    def is_festival(self) -> Array:
        """Days around the lunar New Year; index with ``day + LEAD``."""
        new_years = {year: new_year(year) for year in {day.year for day in self.dates}}
        return np.array([(day - new_years[day.year]).days in FESTIVAL for day in self.dates])

    @cached_property
    def days_to_month_end(self) -> Array:
        """Days left in the month; index with ``day + LEAD``."""
        return np.array(
            [calendar.monthrange(day.year, day.month)[1] - day.day for day in self.dates]
        )

    def days_until(self, day_of_month: int) -> Array:
        """Days until that day of this or the next month; index with ``day + LEAD``."""
        wait = [
            (day_of_month - day.day) % calendar.monthrange(day.year, day.month)[1]
            for day in self.dates
        ]
        return np.array(wait)


def is_workday(day: date) -> bool:
    """Whether ``day`` is worked in China; beyond the published years, an estimate."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5 and day not in holidays.country_holidays("CN", years=day.year)


def new_year(year: int) -> date:
    """First day of the lunar year."""
    return LunarDate(year, 1, 1).to_solar_date()
