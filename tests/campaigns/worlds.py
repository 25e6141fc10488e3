"""A small warehouse from which audiences are drawn, and declarations that differ in one line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

from dagster_project.lib.campaigns.reading import Declared, read_text
from dagster_project.lib.deliveries.ledger import Entry, Ledger
from dagster_project.lib.warehouse.changes import BUILD, PUBLICATION
from dagster_project.settings import PROJECT_ROOT, Settings, load_settings

TODAY = date(2025, 12, 31)
EXAMPLE = PROJECT_ROOT / "dagster_project" / "declarations" / "campaigns" / "example.yaml"
CODE = "WECHAT-2026-01"

WAREHOUSE = """
create schema data_processing; create schema platform_support;
create schema business_application; create schema decided;
create table data_processing.int_customers_versioned as
select i as customer_id, date '0001-01-01' as valid_from, date '9999-12-31' as valid_to,
    if(i % 10 = 0, 'small_business', 'resident') as customer_type,
    'R0' || (1 + i % 3) as region_code, i % 20 = 7 as is_elderly, false as is_low_income
from range($customers::bigint) as numbers(i);
create table platform_support.customer_segments_assigned as
select customer_id, (customer_id % 4)::integer as segment
from data_processing.int_customers_versioned;
create table platform_support.payment_windows_scored as
select customer_id, if(customer_id % 5 = 0, null, date '2026-01-01' + (customer_id % 40)::integer)
    as median_pay_on, 'morning' as best_hour_band
from data_processing.int_customers_versioned;
create table business_application.customer_payment_profile as
select customer_id, 'counter' as main_channel_code, 90.0 as counter_share_pct,
    'evening' as main_hour_band
from data_processing.int_customers_versioned;
create table platform_support.global_holdout as
select customer_id, 2025 as holdout_year from data_processing.int_customers_versioned
where customer_id % 20 = 3;
create table data_processing.stg_landing__campaigns as
select 'EARLIER' as campaign_code, date '2026-01-31' as ends_on;
create table data_processing.stg_landing__campaign_contacts as
select 'EARLIER' as campaign_code, customer_id,
    case customer_id % 20 when 11 then 'assigned' when 12 then 'contacted' else 'opted_out' end
    as contact_event, date '2025-12-20' as happened_on
from data_processing.int_customers_versioned where customer_id % 20 in (11, 12, 13);
create table decided.campaign_audience (customer_id bigint, contact_on date);
create table decided.customer_tags as
select customer_id, 'payer' as tag_code from data_processing.int_customers_versioned
union all
select customer_id, 'complains' from data_processing.int_customers_versioned
where customer_id % 2 = 0;
create table data_processing.int_payments_matched as
select customer_id, date '2025-12-10' as paid_on, 'success' as payment_status,
    if(customer_id % 5 = 1, 'wechat', 'counter') as channel_code
from data_processing.int_customers_versioned
union all
select customer_id, date '2025-11-05', 'success', if(customer_id % 10 = 1, 'wechat', 'counter')
from data_processing.int_customers_versioned;
"""


def make_home(home: Path, customers: int = 2000) -> Settings:
    """A home whose warehouse is built and published, with contact data of every customer."""
    settings = load_settings(home)
    settings.campaigns.mkdir(parents=True)
    with duckdb.connect(str(settings.warehouse)) as connection:
        for statement in WAREHOUSE.split(";\n"):
            if statement.strip():
                values = {"customers": customers} if "$customers" in statement else None
                connection.execute(statement, values)
        folder = settings.restricted / "customers"
        folder.mkdir(parents=True)
        target = folder / "customers-20251231-0.parquet"
        connection.execute(
            "copy (select 'N' || customer_id as customer_no, customer_id, "
            "if(customer_id % 50 = 1, '=HYPERLINK(1)', '示甲') as customer_name, "
            "if(customer_id % 50 = 2, null, if(customer_id % 50 = 1, '+8613800000000', "
            "'139' || customer_id)) as phone, '' as address "
            f"from data_processing.int_customers_versioned) to '{target}'"
        )
    ledger = Ledger(settings.ledger)
    ledger.record(
        Entry(target.stem, "customers", "p", "customers.csv", "0", "customers", TODAY, "loaded")
    )
    for kind in (BUILD, PUBLICATION):
        ledger.write("insert into build values (?, 1, 'code', ?)", [kind, TODAY.isoformat()])
    return settings


def declared(settings: Settings | None = None, **lines: str) -> Declared:
    """The example, each named line replaced; written into the home's campaigns if one is given."""
    text = EXAMPLE.read_text(encoding="utf-8")
    for name, value in lines.items():
        before = next(line for line in text.splitlines() if line.strip().startswith(f"{name}:"))
        indent = before[: len(before) - len(before.lstrip())]
        text = text.replace(before, f"{indent}{name}: {value}", 1)
    path = Path("example.yaml")
    if settings:
        path = settings.campaigns / "example.yaml"
        path.write_text(text, encoding="utf-8")
    return read_text(path, text)
