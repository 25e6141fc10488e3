"""The warehouse's query of customer-level sums: what is counted, what is null, both engines."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb
import pytest

from tests.evaluation.segments import FEATURES_SQL
from tests.warehouse.portability import refusals

AS_OF = date(2025, 12, 31)
TABLES = """
create schema data_processing; use data_processing;
create table channels as select * from (values
    ('counter', 'counter', false), ('wechat', 'wechat', true)
) as t (channel_code, channel_family, is_online);
create table int_calendar_days as select
    cast(day as date) as calendar_date, dayofweek(day) in (0, 6) as is_weekend
from generate_series(date '2024-01-01', date '2026-12-31', interval 1 day) as t (day);
create table int_payments_matched as select * from (values
    (1, date '2025-10-04', timestamp '2025-10-04 20:00:00', 'wechat', 100, 11, 3, true, 'success'),
    (1, date '2025-11-26', timestamp '2025-11-26 09:00:00', 'counter', 60, 12, 25, true, 'success'),
    (1, date '2025-11-27', null, 'counter', 40, 12, 26, false, 'success'),
    (1, date '2025-11-28', null, 'counter', 50, 13, 27, true, 'failed'),
    (2, date '2025-12-31', null, 'unlisted', 10, null, null, false, 'success'),
    (3, date '2024-12-31', null, 'wechat', 10, null, null, false, 'success'),
    (4, date '2026-01-01', null, 'wechat', 10, null, null, false, 'success')
) as t (customer_id, paid_on, paid_at, channel_code, amount_yuan, bill_id, days_from_bill,
    is_first_for_bill, payment_status);
create table stg_landing__bills as select * from (values
    (11, 1, date '2025-10-01', date '2025-10-21'), (12, 1, date '2025-11-01', date '2025-11-21'),
    (13, 1, date '2025-12-01', date '2025-12-21'), (14, 1, date '2025-12-20', date '2026-01-09')
) as t (bill_id, customer_id, issued_on, due_on);
create table int_customers_versioned as select
    1 as customer_id, date '2025-01-01' as valid_from, date '9999-12-31' as valid_to,
    'resident' as customer_type, false as is_prepaid, true as has_withholding;
create table int_complaints_attributed as select 1 as customer_id, date '2025-06-01' as received_on;
create table stg_landing__campaign_contacts as select
    1 as customer_id, 'delivered' as contact_event, date '2025-06-01' as happened_on;
create table int_sources_delivered as select * from (values
    ('bills', 4), ('complaints', 1), ('campaign_contacts', 0)
) as t (source, rows_loaded);
"""


@pytest.fixture
def customers() -> dict[int, dict[str, Any]]:
    with duckdb.connect() as connection:
        connection.execute(TABLES)
        query = FEATURES_SQL.read_text(encoding="utf-8")
        rows = connection.sql(query, params={"as_of": AS_OF}).to_arrow_table().to_pylist()
    return {row["customer_id"]: row for row in rows}


def test_only_customers_with_a_payment_in_the_year_have_a_row(customers):
    assert set(customers) == {1, 2}


def test_payments_are_counted_by_family_hour_and_day(customers):
    one = customers[1]
    counted = {n: one[f"{n}_payments"] for n in ("counter", "wechat", "online", "timed", "night")}
    assert counted == {"counter": 2, "wechat": 1, "online": 1, "timed": 2, "night": 1}
    assert one["payments"] == 3
    assert one["weekend_payments"] == 1
    assert one["amount_sum"] == 200
    assert one["amount_square_sum"] == 100**2 + 60**2 + 40**2
    assert one["matched_payments"] == 2
    assert customers[2]["other_payments"] == 1


def test_late_bills_count_from_the_due_day_to_the_payment_or_today(customers):
    one = customers[1]
    assert (one["bills"], one["due_payments"], one["late_payments"]) == (4, 3, 2)
    assert one["arrears_days"] == 5 + 10  # paid 26 November; unpaid since 21 December


def test_counts_are_zero_where_nothing_happened_and_null_where_nothing_is_delivered(customers):
    assert (customers[1]["complaints"], customers[2]["complaints"]) == (1, 0)
    assert customers[1]["contacts"] is None
    assert customers[2]["customer_type"] == "unknown"


def test_query_runs_on_both_engines_as_written():
    query = FEATURES_SQL.read_text(encoding="utf-8").replace("$as_of", "'2025-12-31'")
    assert refusals(query) == []
