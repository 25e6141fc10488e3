"""The platform's own books: by month, and what is known of today in the last one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from dagster_project.lib.models.platform_books import platform_indicators
from dagster_project.lib.models.spec import Work
from dagster_project.settings import Settings

TABLES = """
create schema landing; create schema platform_support; create schema data_processing;
create table landing.delivery_ledger (delivered_on date, status varchar, source varchar,
    rows_quarantined bigint, rows_delivered bigint, last_business_date date);
create table platform_support.campaign_firsts (campaign_code varchar, arm varchar, step varchar);
create table data_processing.stg_landing__campaigns (
    campaign_code varchar, ends_on date, holdout_share decimal(5, 4));
create table platform_support.payment_timing_validations (release_id varchar, fitted_on date,
    data_version bigint, metric varchar, segment varchar, value double, decision varchar);
create table platform_support.forecasting_validations as
    from platform_support.payment_timing_validations;
"""
LEDGER = """
insert into landing.delivery_ledger values
    ('2025-11-03', 'loaded', 'payments', 1, 50, '2025-11-02'),
    ('2025-12-03', 'loaded', 'payments', 0, 40, '2025-12-02'),
    ('2025-12-04', 'rejected', 'payments', 0, 10, null)
"""


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Work]:
    with duckdb.connect() as connection:
        connection.execute(TABLES)
        yield Work(Settings(home=tmp_path), connection, date(2025, 12, 31), "x")


def _fit(work: Work, release_id: str, day: str, value: float, decision: str) -> None:
    work.connection.execute(
        "insert into platform_support.payment_timing_validations values "
        "(?, ?, 1, 'window_80_coverage_gap', 'all', ?, ?)",
        [release_id, day, value, decision],
    )


def _gaps(work: Work) -> list[float]:
    books = platform_indicators(work).sort_values("period")
    return [float(gap) for gap in books["window_calibration_gap_points"]]


def test_without_a_delivery_there_are_no_books(work: Work) -> None:
    assert platform_indicators(work).empty


def test_a_month_counts_its_own_deliveries(work: Work) -> None:
    work.connection.execute(LEDGER)
    books = platform_indicators(work).set_index("period").sort_index()
    assert books["files_loaded_pct"].tolist() == [100.0, 50.0]
    assert books["rows_quarantined_pct"].tolist() == [2.0, 0.0]
    assert books["freshness_hours"].tolist() == [24.0, 24.0]


def test_what_is_not_known_is_empty_and_not_a_number(work: Work) -> None:
    work.connection.execute(LEDGER)
    books = platform_indicators(work)
    for name in (
        "checks_passed_pct", "window_calibration_gap_points", "forecast_skill_pct",
        "campaign_effect_points", "srm_passed_pct",
    ):  # fmt: skip
        assert books[name].isna().all(), name


def test_the_calibration_is_that_of_the_release_in_force(work: Work) -> None:
    work.connection.execute(LEDGER)
    _fit(work, "first", "2025-12-01", -0.01, "promoted")
    _fit(work, "second", "2025-12-08", 0.13, "rejected")
    before, last = _gaps(work)
    assert pd.isna(before)
    assert last == pytest.approx(1.0)


def test_a_rejected_fit_alone_says_nothing_of_the_platform(work: Work) -> None:
    work.connection.execute(LEDGER)
    _fit(work, "first", "2025-12-01", 0.13, "rejected")
    assert all(pd.isna(gap) for gap in _gaps(work))


def test_a_campaign_counts_in_the_month_of_its_end(work: Work) -> None:
    work.connection.execute(LEDGER)
    work.connection.execute(
        "insert into data_processing.stg_landing__campaigns values ('c', '2025-12-20', 0.2)"
    )
    steps = "insert into platform_support.campaign_firsts select 'c', ?, ? from range(?)"
    for arm, members, paid in (("offer", 80, 40), ("holdout", 20, 5)):
        work.connection.execute(steps, [arm, "assigned", members])
        work.connection.execute(steps, [arm, "paid_through_target", paid])
    last = platform_indicators(work).sort_values("period").iloc[-1]
    assert last["campaign_effect_points"] == pytest.approx(25.0)
    assert last["srm_passed_pct"] == 100.0
