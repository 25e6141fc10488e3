"""Which days after an origin are working days, and what kind of day off the others are.

From the published Chinese calendar, make-up workdays included; past its last year the fixed
holidays of the ``holidays`` package stand in and the calendar says that it is estimated.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import chinese_calendar
import holidays
import numpy as np

WORKDAY, AFTER_BREAK, WEEKEND, HOLIDAY = range(4)
DAY_CLASSES = ("workday", "after_break", "weekend", "holiday")
EPOCH = date(1970, 1, 1)
LONG_BREAK = 3  # days off in a row that make a holiday of a weekend
MARGIN = 12  # days around the period, longer than any official break


@lru_cache(maxsize=4096)
def _day_off(day: int) -> tuple[bool, bool]:
    """(is it off, is that estimated) of one day since 1970-01-01."""
    this = EPOCH + timedelta(days=day)
    try:
        return bool(chinese_calendar.is_holiday(this)), False
    except NotImplementedError:
        festive = holidays.country_holidays("CN", years=this.year)
        return this.weekday() >= 5 or this in festive, True


def days_off(first_day: int, count: int) -> np.ndarray:
    """Whether each of ``count`` days from ``first_day`` (days since 1970) is off; bool (count,)."""
    return np.array([_day_off(first_day + step)[0] for step in range(count)])


def is_estimated(first_day: int, count: int) -> bool:
    """Whether any of the days lies past the published calendar."""
    return any(_day_off(first_day + step)[1] for step in range(count))


@lru_cache(maxsize=512)
def _classes(first_day: int, count: int) -> bytes:
    off = days_off(first_day - MARGIN, count + 2 * MARGIN)
    edges = np.flatnonzero(np.diff(off.astype(np.int8), prepend=0, append=0))
    length = np.zeros(len(off), dtype=np.int64)
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        length[begin:end] = end - begin
    found = np.where(length >= LONG_BREAK, HOLIDAY, np.where(off, WEEKEND, WORKDAY))
    after = ~off & np.concatenate([[False], off[:-1]])
    found[after] = AFTER_BREAK
    return found[MARGIN : MARGIN + count].astype(np.int8).tobytes()


def day_classes(first_day: int, count: int) -> np.ndarray:
    """Class of each day, an index into ``DAY_CLASSES``; int8 (count,)."""
    return np.frombuffer(_classes(int(first_day), int(count)), dtype=np.int8)


def next_workday(days: np.ndarray) -> np.ndarray:
    """The day itself, or the first working day after it; days since 1970, any shape."""
    if not days.size:
        return days
    first, last = int(days.min()), int(days.max()) + 2 * MARGIN
    off = days_off(first, last - first + 1)
    places = np.where(off, len(off), np.arange(len(off)))
    following = np.minimum.accumulate(places[::-1])[::-1]
    return first + following[days - first]


def month_places(first_day: int, count: int) -> np.ndarray:
    """``month_places_of`` the ``count`` days from ``first_day``."""
    return month_places_of(np.arange(first_day, first_day + count))


def month_places_of(days: np.ndarray) -> np.ndarray:
    """Day of the month, 1..31, those after the 25th numbered from the month's end (31).

    Args:
        days: since 1970-01-01, any shape.
    """
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    begin, after = months.astype("datetime64[D]"), (months + 1).astype("datetime64[D]")
    place = (dates - begin).astype(np.int64) + 1
    return np.where(place <= 25, place, place + 31 - (after - begin).astype(np.int64))
