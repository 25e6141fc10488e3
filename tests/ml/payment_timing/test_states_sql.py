"""The SQL of the states on a hand-made warehouse: sums by hand, nothing from the future."""

from __future__ import annotations

import datetime
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from dagster_project.settings import PROJECT_ROOT
from ml.payment_timing.states import outcomes, states_from_table

SQL = PROJECT_ROOT / "dagster_project" / "lib" / "models" / "payment_timing_states.sql"
ORIGIN = datetime.date(2025, 4, 20)
STRATA = ("resident.postpaid", "resident.prepaid")
SCHEMA = """
create schema data_processing;
create table data_processing.int_payments_matched (
    payment_id varchar, customer_id bigint, paid_on date, paid_at timestamp,
    payment_status varchar, amount_yuan decimal(18, 2), bill_id varchar,
    days_from_bill int, is_first_for_bill boolean
);
create table data_processing.stg_landing__bills (
    bill_id varchar, customer_id bigint, issued_on date, due_on date
);
create table data_processing.int_customers_versioned (
    customer_id bigint, valid_from date, valid_to date, customer_type varchar,
    is_prepaid boolean, has_withholding boolean, opened_on date
);
create table data_processing.stg_landing__meter_balances (
    customer_id bigint, read_on date, balance_yuan decimal(18, 2)
);
insert into data_processing.int_customers_versioned values
    (1, '0001-01-01', '9999-12-31', 'resident', false, false, '2020-01-01'),
    (2, '0001-01-01', '9999-12-31', 'resident', true, false, '2020-01-01'),
    (3, '0001-01-01', '9999-12-31', 'resident', true, false, '2025-06-01');
insert into data_processing.stg_landing__bills values
    ('a', 1, '2025-02-10', '2025-03-02'), ('b', 1, '2025-03-10', '2025-03-30'),
    ('c', 1, '2025-04-10', '2025-04-30'), ('d', 1, '2025-05-12', '2025-06-01');
insert into data_processing.int_payments_matched values
    ('p', 1, '2025-02-13', '2025-02-13 09:00', 'success', 50, 'a', 3, true),
    ('q', 1, '2025-03-15', '2025-03-15 20:00', 'success', 60, 'b', 5, true),
    ('f', 1, '2025-04-12', '2025-04-12 20:00', 'failed', 60, 'c', 2, false),
    ('x', 2, '2025-04-01', '2025-04-01 03:00', 'success', 100, null, null, false);
insert into data_processing.stg_landing__meter_balances values
    (2, '2025-04-18', 40), (2, '2025-04-25', 20);
"""
FUTURE = """
insert into data_processing.int_payments_matched values
    ('r', 1, '2025-04-26', '2025-04-26 10:00', 'success', 70, 'c', 16, true),
    ('s', 2, '2025-07-30', '2025-07-30 10:00', 'success', 90, null, null, false)
"""


@pytest.fixture
def warehouse(tmp_path: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(str(tmp_path / "warehouse.duckdb"))
    connection.execute(SCHEMA)
    return connection


def read(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    parameters = {"origin": ORIGIN, "horizon": 60, "sample_buckets": 1000}
    return connection.sql(SQL.read_text(encoding="utf-8"), params=parameters).to_arrow_table()


def test_states_are_the_sums_by_hand(warehouse: duckdb.DuckDBPyConnection) -> None:
    states = {name: list(v) for name, v in states_from_table(read(warehouse), STRATA).items()}
    assert states["stratum"] == [0, 1]
    assert states["payment_days"] == [2, 1]
    assert states["gap_days_sum"] == [30, 0]
    assert states["days_since_last"] == [36, 19]
    assert states["delay_bin_03"][0] == 1
    assert states["delay_bin_04"][0] == 1
    assert states["pay_day_13"][0] == states["pay_day_15"][0] == 1
    assert states["delay_log_sum"][0] == pytest.approx(np.log(4) + np.log(6))
    assert states["open_bill_age"][0] == 10
    assert states["open_bill_due_in"][0] == 10
    assert (states["night_payments"], states["evening_payments"]) == ([0, 1], [1, 0])
    assert (states["balance_yuan"][1], states["balance_age"][1]) == (40, 2)
    assert np.isnan(states["next_bill_in"][1])


def test_the_next_bill_moves_to_a_workday(warehouse: duckdb.DuckDBPyConnection) -> None:
    states = states_from_table(read(warehouse), STRATA)
    issued = ORIGIN + datetime.timedelta(days=int(states["next_bill_in"][0]))
    assert issued == datetime.date(2025, 5, 12)


def test_the_future_changes_the_outcome_and_nothing_else(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    before = read(warehouse)
    warehouse.execute(FUTURE)
    after = read(warehouse)
    assert before.drop_columns(["next_paid_in"]).equals(after.drop_columns(["next_paid_in"]))
    np.testing.assert_array_equal(outcomes(after), [6.0, np.nan])


def test_customers_not_yet_connected_have_no_state(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    assert read(warehouse)["customer_id"].to_pylist() == [1, 2]


def test_a_missing_column_of_the_sql_is_named(warehouse: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(ValueError, match="pay_day_07"):
        states_from_table(read(warehouse).drop_columns(["pay_day_07"]), STRATA)


def test_who_pays_without_having_been_delivered_has_a_state_of_unknown_type(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    warehouse.execute(
        "insert into data_processing.int_payments_matched values "
        "('u', 7, '2025-03-01', '2025-03-01 10:00', 'success', 30, null, null, false), "
        "('v', 3, '2025-04-01', '2025-04-01 10:00', 'success', 30, null, null, false), "
        "('w', 8, '2025-04-25', '2025-04-25 10:00', 'success', 30, null, null, false)"
    )
    found = read(warehouse).select(["customer_id", "stratum_name", "days_since_last"]).to_pylist()
    unknown = [row for row in found if row["customer_id"] not in (1, 2)]
    assert unknown == [
        {"customer_id": 7, "stratum_name": "unknown.postpaid", "days_since_last": 50}
    ]
