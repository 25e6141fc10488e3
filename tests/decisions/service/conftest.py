"""A warehouse of the tables that decisions on service read, empty, on 2025-12-31."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from dagster_project.lib.models.spec import Work
from dagster_project.settings import Settings

TABLES = """
create schema data_processing; create schema platform_support; create schema decided;
create table data_processing.calendar_overrides (calendar_date date, is_workday boolean);
create table data_processing.channels as
select unnest(['app', 'counter', 'unknown']) as channel_code;
create table data_processing.int_complaints_attributed (complaint_id bigint, customer_id bigint,
    channel_code varchar, category varchar, received_on date, answered_at timestamp,
    is_satisfied boolean);
create table data_processing.stg_landing__complaints (complaint_id bigint, delivery_id varchar,
    category varchar, received_on date, business_date date);
create table data_processing.int_customers_versioned (customer_id bigint, customer_type varchar,
    region_code varchar, is_prepaid boolean, has_withholding boolean, is_elderly boolean,
    is_low_income boolean, valid_from date default '2000-01-01',
    valid_to date default '9999-01-01');
create table data_processing.int_payments_matched (customer_id bigint, paid_on date,
    paid_at timestamp, payment_status varchar);
create table data_processing.stg_landing__channel_visits (customer_id bigint, channel_code varchar,
    visited_on date, visited_at timestamp, furthest_step varchar, business_date date);
create table data_processing.stg_landing__meter_balances (customer_id bigint, balance_yuan
    decimal(18, 2), business_date date);
create table platform_support.customer_bill_state (customer_id bigint, open_due_on date);
create table platform_support.customer_payment_state (customer_id bigint, payments bigint,
    payment_days bigint);
create table platform_support.customer_year_sums (customer_id bigint, summed_to date,
    payments bigint, matched_payments bigint, amount_sum double, amount_square_sum double,
    counter_payments bigint, kiosk_payments bigint, due_payments bigint, late_payments bigint);
create table platform_support.customer_timing_state (customer_id bigint, is_prepaid boolean,
    payment_days bigint, gap_days_sum bigint, gap_amount_sum decimal(38, 2),
    gap_amount_square_per_day_sum decimal(38, 12), balance_yuan decimal(18, 2), balance_age bigint);
create table platform_support.payment_windows_scored (customer_id bigint, basis varchar,
    median_pay_on date, window_50_from date, window_50_to date, p_pay_28 double,
    p_unpaid_at_due double, likely_channel_code varchar, best_hour_band varchar, depletes_on date);
create table decided.complaint_classes (complaint_id bigint, delivery_id varchar, category varchar,
    method varchar, score double, need_code varchar, classifier_id varchar);
create table decided.complaint_classifier (component varchar, category varchar, term varchar,
    value double, position int);
"""


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Work]:
    """The decision's work on Wednesday 2025-12-31; the day after is a holiday."""
    with duckdb.connect() as connection:
        connection.execute(TABLES)
        yield Work(Settings(home=tmp_path), connection, date(2025, 12, 31), "x")
