"""The panel's SQL: zeros filled in, missing days left out, only successes counted."""

from __future__ import annotations

import duckdb
import pandas as pd
import pytest

from dagster_project.settings import PROJECT_ROOT

MODELS = PROJECT_ROOT / "dagster_project" / "lib" / "models"
TABLES = """
create schema data_processing;
create table data_processing.int_payments_matched as
select * from (values
    (date '2025-01-01', 'app', 'R01', 'success', 10.00::decimal(18, 2)),
    (date '2025-01-01', 'app', 'R01', 'success', 5.50::decimal(18, 2)),
    (date '2025-01-01', 'app', 'R01', 'failed', 99.00::decimal(18, 2)),
    (date '2025-01-02', 'counter', 'R02', 'success', 7.00::decimal(18, 2)),
    (date '2025-01-04', 'app', 'R01', 'success', 1.00::decimal(18, 2))
) as rows (paid_on, channel_code, region_code, payment_status, amount_yuan);
create table data_processing.stg_landing__bills as
select * from (values
    (1, date '2025-01-03', 20.00::decimal(18, 2)),
    (1, date '2025-02-03', 30.00::decimal(18, 2)),
    (9, date '2025-01-03', 40.00::decimal(18, 2))
) as rows (customer_id, issued_on, amount_yuan);
create table data_processing.int_customers_versioned as
select * from (values
    (1, 'R01', date '2000-01-01', date '2025-02-01'),
    (1, 'R02', date '2025-02-01', date '9999-12-31')
) as rows (customer_id, region_code, valid_from, valid_to);
"""


@pytest.fixture(scope="module")
def warehouse() -> duckdb.DuckDBPyConnection:
    """The three tables that the SQL reads."""
    connection = duckdb.connect()
    connection.execute(TABLES)
    return connection


def read(warehouse: duckdb.DuckDBPyConnection, name: str) -> pd.DataFrame:
    return warehouse.sql((MODELS / name).read_text()).df()


def test_every_series_has_every_day_that_was_delivered(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    panel = read(warehouse, "forecast_panel.sql")
    assert set(panel["unique_id"]) == {"app/R01", "counter/R02"}
    assert panel.groupby("unique_id").size().tolist() == [3, 3]
    assert pd.Timestamp("2025-01-03") not in set(panel["ds"])


def test_only_successful_payments_count_and_none_is_zero(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    panel = read(warehouse, "forecast_panel.sql").set_index(["unique_id", "ds"]).sort_index()
    first = panel.loc[("app/R01", pd.Timestamp("2025-01-01"))]
    assert (first["payments"], float(first["amount_yuan"])) == (2, 15.5)
    empty = panel.loc[("app/R01", pd.Timestamp("2025-01-02"))]
    assert (empty["payments"], float(empty["amount_yuan"])) == (0, 0.0)


def test_bills_belong_to_the_region_that_the_customer_had_on_the_day_of_issue(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    bills = read(warehouse, "forecast_bills.sql").sort_values(["ds", "region_code"])
    assert bills["region_code"].tolist() == ["R01", "unknown", "R02"]
    assert bills["bills"].tolist() == [1, 1, 1]
    assert [float(amount) for amount in bills["amount_yuan"]] == [20.0, 40.0, 30.0]
