"""The panel of the forecasts: zeros filled in, days that were not delivered left out."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pandas as pd
import pytest

from dagster_project.lib.models.forecasting import PANEL

TABLES = """
create schema platform_support;
create table platform_support.channel_region_days as
select * from (values
    (date '2025-01-01', 'app', 'R01', 2, 15.50::decimal(38, 2)),
    (date '2025-01-02', 'counter', 'R02', 1, 7.00::decimal(38, 2)),
    (date '2025-01-04', 'app', 'R01', 1, 1.00::decimal(38, 2))
) as rows (paid_on, channel_code, region_code, payments, amount_yuan);
"""


@pytest.fixture
def panel() -> Iterator[pd.DataFrame]:
    with duckdb.connect() as connection:
        connection.execute(TABLES)
        yield connection.sql(PANEL).df()


def test_every_series_has_every_day_that_was_delivered(panel: pd.DataFrame) -> None:
    assert set(panel["unique_id"]) == {"app/R01", "counter/R02"}
    assert panel.groupby("unique_id").size().tolist() == [3, 3]
    assert pd.Timestamp("2025-01-03") not in set(panel["ds"])


def test_a_day_without_payments_of_a_series_is_zero(panel: pd.DataFrame) -> None:
    found = panel.set_index(["unique_id", "ds"])[["payments", "amount_yuan"]].sort_index()
    assert found.loc[("app/R01", pd.Timestamp("2025-01-01"))].tolist() == [2, 15.5]
    assert found.loc[("app/R01", pd.Timestamp("2025-01-02"))].tolist() == [0, 0]
