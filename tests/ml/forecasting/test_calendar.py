"""The calendar: published days, make-up workdays, estimated years, and the days of coming bills."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from ml.forecasting.calendar.bill_runs import expected_bills
from ml.forecasting.calendar.days import LAST_PUBLISHED_YEAR, calendar_frame, spring_festival
from tests.ml.forecasting.panels import bill_days


def day_of(frame: pd.DataFrame, day: str) -> pd.Series:
    return frame.set_index("ds").loc[day]


@pytest.mark.parametrize("day", ["2026-01-04", "2026-02-14", "2026-02-28", "2026-10-10"])
def test_a_makeup_weekend_day_is_a_workday(day: str) -> None:
    row = day_of(calendar_frame(day, day), day)
    assert row.is_workday
    assert row.is_makeup_workday


def test_a_weekday_off_is_a_holiday_and_the_day_after_counts_the_days_off() -> None:
    frame = calendar_frame("2025-10-01", "2025-10-12")
    assert not frame["is_workday"][:8].any()
    assert frame["is_holiday"][:8].all()
    assert day_of(frame, "2025-10-09").days_off_before == 8


def test_days_past_the_last_published_year_are_estimated_and_flagged_never_an_error() -> None:
    frame = calendar_frame(f"{LAST_PUBLISHED_YEAR}-12-30", f"{LAST_PUBLISHED_YEAR + 1}-03-01")
    past = frame["ds"].dt.year > LAST_PUBLISHED_YEAR
    assert (frame["is_estimated"] == past).all()
    assert frame.loc[past, "is_holiday"].any()


def test_an_overridden_day_is_taken_as_given_and_no_longer_estimated() -> None:
    overrides = pd.DataFrame({"calendar_date": [date(2027, 2, 3)], "is_workday": [False]})
    row = day_of(calendar_frame("2027-02-01", "2027-02-05", overrides), "2027-02-03")
    assert not row.is_workday
    assert not row.is_estimated


@pytest.mark.parametrize(
    "day", [date(2024, 2, 10), date(2025, 1, 29), date(2026, 2, 17)]
)  # fmt: skip
def test_the_lunar_offset_is_zero_on_the_first_day_of_the_lunar_year(day: date) -> None:
    assert spring_festival(day.year) == day
    frame = calendar_frame(day, day)
    assert frame["lunar_offset"].tolist() == [0]


def test_the_lunar_offset_counts_days_to_the_festival() -> None:
    frame = calendar_frame("2025-01-21", "2025-02-04")
    assert frame["lunar_offset"].tolist() == list(range(-8, 7))


def test_a_calendar_that_ends_before_it_begins_is_refused_with_both_days() -> None:
    with pytest.raises(ValueError, match="2025-02-02 to 2025-02-01"):
        calendar_frame("2025-02-02", "2025-02-01")


@pytest.mark.parametrize("region", ["R01", "R02"])
def test_coming_bills_fall_on_the_reading_day_moved_to_the_next_workday(region: str) -> None:
    days = pd.date_range("2024-01-01", "2025-12-31")
    truth = bill_days(region, days)
    workday = calendar_frame(days[0], days[-1])["is_workday"].to_numpy(bool)
    known = len(days) - 92
    found = expected_bills(np.where(np.arange(len(days)) < known, truth, 0), days, workday, known)
    np.testing.assert_array_equal(found[:known], truth[:known])
    np.testing.assert_allclose(found[known:], truth[known:], atol=4)


def test_a_region_without_bills_has_none_to_come() -> None:
    days = pd.date_range("2024-01-01", periods=200)
    assert expected_bills(np.zeros(200), days, np.ones(200, bool), 150).sum() == 0
