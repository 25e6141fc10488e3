"""The weight of the windows' sums in the forecasts: none before their errors are known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from dagster_project.lib.models.expected_payments import FEWEST_ERRORS, TRUSTED_DAYS, timing_weights
from dagster_project.lib.models.spec import Work
from dagster_project.settings import Settings

AS_OF = date(2025, 12, 31)
TABLES = """
create schema platform_support;
create table platform_support.payment_timing_expected (
    expected_as_of date, channel_code varchar, expected_on date, expected_payments double);
create table platform_support.channel_region_days (
    channel_code varchar, paid_on date, payments bigint);
create table platform_support.payment_forecast_history (
    forecast_as_of date, channel_code varchar, forecast_on date, expected_payments double);
"""


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Work]:
    with duckdb.connect() as connection:
        connection.execute(TABLES)
        yield Work(Settings(home=tmp_path), connection, AS_OF, "x")


def _days(work: Work, count: int, promised: float, forecast: float, came: int = 10) -> None:
    """The last ``count`` days: what was promised and forecast the day before, and what came."""
    for back in range(count):
        day = AS_OF - timedelta(days=back)
        before = day - timedelta(days=1)
        expected = (before, "app", day)
        for table, value in (
            ("payment_timing_expected", promised), ("payment_forecast_history", forecast),
        ):  # fmt: skip
            work.connection.execute(
                f"insert into platform_support.{table} values (?, ?, ?, ?)",
                [*expected, value + back % 2],
            )
        work.connection.execute(
            "insert into platform_support.channel_region_days values ('app', ?, ?)", [day, came]
        )


def test_without_a_past_the_windows_have_no_weight(work: Work) -> None:
    today, weights = timing_weights(work)
    assert today.empty
    assert weights == {}


def test_fewer_than_two_weeks_of_errors_give_no_weight(work: Work) -> None:
    _days(work, FEWEST_ERRORS - 1, promised=12, forecast=14)
    assert timing_weights(work)[1] == {}


def test_the_side_with_the_smaller_errors_weighs_more(work: Work) -> None:
    _days(work, 2 * FEWEST_ERRORS, promised=10, forecast=16)
    assert 0.5 < timing_weights(work)[1]["app"] <= 1


def test_promises_of_today_are_trusted_for_two_weeks(work: Work) -> None:
    for ahead in range(1, 29):
        work.connection.execute(
            "insert into platform_support.payment_timing_expected values (?, 'app', ?, 3)",
            [AS_OF, AS_OF + timedelta(days=ahead)],
        )
    assert len(timing_weights(work)[0]) == TRUSTED_DAYS
