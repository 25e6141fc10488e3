"""The sums that the warehouse hands to the evaluation, on a month worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pandas as pd
import pytest

from tests.evaluation.fuzzy import MODELS

MONTH = pd.Timestamp("2025-01-01")
CELL = {
    "paid_month": MONTH, "region_code": "R01", "customer_type": "resident", "attempts": 10,
    "payments": 8, "failed_payments": 1, "reversed_payments": 1, "amount_yuan": 800.0,
    "commission_yuan": 4.0, "fixed_fee_yuan": 1.0, "handling_cost_yuan": 2.0, "due_payments": 5,
    "on_time_payments": 4, "billed_payments": 4, "days_from_bill_sum": 40, "returned_payments": 3,
    "converted_payments": 1, "followed_payments": 4,
}  # fmt: skip
TABLES = {
    "platform_support.channel_months": [
        CELL | {"channel_code": "wechat"},
        CELL | {"channel_code": "wechat", "region_code": "R02", "payments": 24, "attempts": 30},
        CELL | {"channel_code": "counter", "commission_yuan": None, "fixed_fee_yuan": None},
        CELL | {"channel_code": "agency", "handling_cost_yuan": None},
    ],
    "platform_support.channel_terms": [
        {"channel_code": "wechat", "paid_month": MONTH, "monthly_fee_yuan": 40.0},
    ],
    "data_processing.channels": [
        {"channel_code": "wechat", "is_own": False}, {"channel_code": "counter", "is_own": True},
        {"channel_code": "agency", "is_own": False},
    ],
    "data_processing.int_sources_delivered": [{"source": "complaints"}],
    "data_processing.int_complaints_attributed": [
        {"channel_code": "wechat", "received_on": pd.Timestamp("2025-01-20")},
    ],
    "data_processing.stg_landing__channel_operations": [
        {"channel_code": "wechat", "site_code": "all", "operated_on": MONTH, "open_hours": 24.0,
         "staff": 0.5, "outage_minutes": 6.0, "queue_minutes": 0.0},
        {"channel_code": "counter", "site_code": "R01-hall", "operated_on": MONTH,
         "open_hours": 8.0, "staff": 2.0, "outage_minutes": 0.0, "queue_minutes": 9.0},
    ],
    "data_processing.stg_landing__settlements": [
        {"payment_id": 1, "amount_yuan": 10.0, "settled_on": pd.Timestamp("2025-01-12").date()},
        {"payment_id": 2, "amount_yuan": 10.0, "settled_on": pd.Timestamp("2025-01-15").date()},
        {"payment_id": 2, "amount_yuan": -10.0, "settled_on": pd.Timestamp("2025-01-30").date()},
    ],
    "data_processing.int_payments_matched": [
        {"payment_id": n, "channel_code": "wechat", "paid_on": pd.Timestamp("2025-01-11").date()}
        for n in (1, 2)
    ],
}  # fmt: skip


@pytest.fixture
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse of the tables that the two queries read."""
    with duckdb.connect() as connection:
        for name, rows in TABLES.items():
            schema, _ = name.split(".")
            connection.execute(f"create schema if not exists {schema}")
            connection.register("given", pd.DataFrame(rows))
            connection.execute(f"create table {name} as select * from given")
        yield connection


def run(warehouse: duckdb.DuckDBPyConnection, file: str, *key: str) -> pd.DataFrame:
    frame = warehouse.execute((MODELS / file).read_text("utf-8")).df()
    assert not frame.duplicated(["channel_code", *key]).any()
    return frame.set_index(["channel_code", *key[:-1]]).sort_index()


def test_indicators_are_ratios_of_the_months_sums(warehouse: duckdb.DuckDBPyConnection) -> None:
    table = run(warehouse, "channel_indicators.sql", "paid_month")
    expected = {
        "payments": 32, "share_pct": 100 * 32 / 48, "all_in_cost_yuan": 8 + 2 + 4 + 40,
        "cost_per_payment_yuan": 54 / 32, "cost_per_100_yuan": 54 / 16, "on_time_pct": 80,
        "mean_days_from_bill": 10, "success_pct": 80, "reversal_pct": 5,
        "complaints_per_10000_payments": 10_000 / 32, "settlement_lag_days": 2.5,
        "outage_minutes_per_day": 6, "open_hours": 24, "repeat_use_pct": 75,
        "converted_in_pct": 100 * 2 / (16 - 8),
    }  # fmt: skip
    assert table.loc["wechat", list(expected)].to_dict() == pytest.approx(expected)


def test_an_own_channel_costs_its_handling_and_a_partner_without_contract_is_unknown(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    table = run(warehouse, "channel_indicators.sql", "paid_month")
    assert table.loc["counter", "all_in_cost_yuan"] == 2
    assert table.loc["agency", ["all_in_cost_yuan", "queue_minutes"]].isna().all()
    assert pd.isna(table.loc["counter", "settlement_lag_days"])
    assert table.loc["counter", "complaints_per_10000_payments"] == 0


def test_complaints_that_were_never_delivered_are_unknown_not_zero(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    warehouse.execute("delete from data_processing.int_sources_delivered")
    table = run(warehouse, "channel_indicators.sql", "paid_month")
    assert table["complaints_per_10000_payments"].isna().all()


def test_fees_and_staff_without_a_region_are_shared_out_by_payments(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    table = run(warehouse, "dea_units.sql", "region_code", "quarter_start")
    assert table.loc[("wechat", "R01"), "all_in_cost_yuan"] == pytest.approx(7 + 40 / 4)
    assert table.loc[("wechat", "R02"), "staff_hours"] == pytest.approx(12 * 3 / 4)
    assert table.loc[("counter", "R01"), "staff_hours"] == pytest.approx(16)
    assert table.loc[("counter", "R01"), "failures"] == 2
    assert pd.isna(table.loc[("agency", "R01"), "staff_hours"])
