"""What scoring keeps from day to day equals what it would measure anew."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
import yaml

from dagster_project.lib.models import payment_timing_clock_kept as clock
from dagster_project.lib.models.declared import DeclaredTable
from dagster_project.lib.models.kept_scores import keep_pictures, kept_scores, mark_of
from dagster_project.lib.models.spec import Scored, Work
from dagster_project.settings import PROJECT_ROOT, Settings

STRATA = ("resident.prepaid", "business.prepaid")
RELEASE, TODAY = "2025-05-01-1-abc", date(2025, 5, 1)
TABLES = """
create schema data_processing; create schema platform_support;
create table data_processing.int_customers_versioned as from (values
    (1, 'resident', true), (2, 'resident', true), (3, 'resident', false), (4, 'business', true)
) as customers(customer_id, customer_type, is_prepaid);
alter table data_processing.int_customers_versioned add column valid_from date default '0001-01-01';
alter table data_processing.int_customers_versioned add column valid_to date default '9999-12-31';
create table data_processing.int_payments_matched (
    customer_id bigint, paid_on date, amount_yuan decimal(18, 2), payment_status varchar);
insert into data_processing.int_payments_matched values
    (1, '2025-01-03', 50, 'success'), (1, '2025-02-10', 60, 'success'),
    (2, '2025-01-05', 50, 'success'), (2, '2025-01-25', 70, 'success'),
    (3, '2025-01-05', 50, 'success'), (3, '2025-01-25', 70, 'success'),
    (4, '2025-01-05', 900, 'success');
"""
STATES = """
create or replace table platform_support.customer_payment_state as
with days as (
    select customer_id, paid_on, sum(amount_yuan) as amount
    from data_processing.int_payments_matched where payment_status = 'success' group by all
), gaps as (
    select customer_id, paid_on,
        paid_on - lag(paid_on) over (partition by customer_id order by paid_on) as gap,
        lag(amount) over (partition by customer_id order by paid_on) as paid
    from days
)
select customer_id, count(*) as payment_days, max(paid_on) as last_paid_on,
    coalesce(sum(gap), 0)::bigint as gap_days_sum,
    coalesce(sum(ln(gap)::decimal(38, 12)), 0) as gap_log_sum,
    coalesce(sum((paid * paid / gap)::decimal(38, 12)), 0) as gap_amount_square_per_day_sum
from gaps group by customer_id
"""
SUMS = f"select * exclude (release_id) from {clock.RELATION} order by customer_id"


class Summer:
    """A clock that runs faster in the second half of the year and by kind of customer."""

    def clock(self, codes: np.ndarray, days: np.ndarray) -> np.ndarray:
        """Days of mean use up to each day."""
        return np.asarray(days + 20 * np.sin(days / 58.1) + 0.001 * codes * days)


def declared(settings: Settings, name: str) -> DeclaredTable:
    """As dbt declares it, without a parse."""
    path = PROJECT_ROOT / "dbt" / "models" / "platform_support" / "_fitted.yml"
    [source] = yaml.safe_load(path.read_text("utf-8"))["sources"]
    [table] = [table for table in source["tables"] if table["name"] == name]
    columns = [(c["name"], c["data_type"], c["description"]) for c in table["columns"]]
    return DeclaredTable(name, table["description"], tuple(columns))


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Work]:
    monkeypatch.setattr(clock, "declared_table", declared)
    with duckdb.connect() as connection:
        connection.execute(TABLES)
        connection.execute(STATES)
        yield Work(Settings(home=tmp_path), connection, TODAY, RELEASE)


def kept(work: Work) -> list[tuple[Any, ...]]:
    """The sums after keeping them."""
    clock.keep_clock_sums(work, Summer(), STRATA)  # type: ignore[arg-type]
    return work.connection.execute(SUMS).fetchall()


def measured_anew(work: Work) -> list[tuple[Any, ...]]:
    """The same with nothing kept."""
    work.connection.execute(f"delete from {clock.RELATION}")
    return kept(work)


def test_gaps_on_the_clock_are_kept_for_those_on_prepayment(work: Work) -> None:
    rows = kept(work)
    assert [row[0] for row in rows] == [1, 2, 4]
    [one] = [row for row in rows if row[0] == 4]
    assert one[-2:] == (None, None)  # with one payment day there is no gap
    days = np.array([(date(2025, 1, 3) - date(1970, 1, 1)).days, 0])
    days[1] = days[0] + 38
    gap = np.diff(Summer().clock(np.zeros(2), days))[0]
    assert rows[0][-2] == pytest.approx(np.log(gap), abs=1e-9)
    assert rows[0][-1] == pytest.approx(2500 / gap, abs=1e-9)


PAYMENTS = "data_processing.int_payments_matched"


@pytest.mark.parametrize(
    "change",
    [
        "insert into data_processing.int_payments_matched values (1, '2025-04-01', 5, 'success')",
        f"update {PAYMENTS} set amount_yuan = 51 where paid_on < '2025-01-04'",
        f"update {PAYMENTS} set paid_on = '2025-01-24' where amount_yuan = 70 and customer_id = 2",
        "delete from data_processing.int_payments_matched where customer_id = 2",
        "update data_processing.int_customers_versioned set customer_type = 'business'",
        "update data_processing.int_customers_versioned set is_prepaid = customer_id > 2",
    ],
)
def test_after_any_change_what_is_kept_equals_what_is_measured_anew(
    work: Work, change: str
) -> None:
    before = kept(work)
    work.connection.execute(change)
    work.connection.execute(STATES)
    after = kept(work)
    assert after != before
    assert after == measured_anew(work)


def test_who_has_not_paid_since_is_not_measured_again(work: Work) -> None:
    kept(work)
    work.connection.execute(
        f"update {clock.RELATION} set clock_gap_log_sum = 7 where customer_id = 2"
    )
    work.connection.execute(
        "insert into data_processing.int_payments_matched values (1, '2025-04-01', 5, 'success')"
    )
    work.connection.execute(STATES)
    assert {row[0]: row[-2] for row in kept(work)}[2] == 7
    other = Work(work.settings, work.connection, TODAY, "another release")
    assert {row[0]: row[-2] for row in kept(other)}[2] != 7


def test_scores_are_kept_until_rows_or_release_change(work: Work) -> None:
    connection = work.connection
    connection.execute("create table platform_support.read as select 1 as x, 'a' as y")
    mark = mark_of(work, ["platform_support.read"])
    scores = {"marked": Scored(None, plots={"title": "picture"})}
    assert kept_scores(work, mark, "marked", ["marked"]) is None
    keep_pictures(work, mark, "marked", scores)
    connection.execute("create table platform_support.marked as select 'other' as scored_from")
    assert kept_scores(work, mark, "marked", ["marked"]) is None  # the tables were never written
    connection.execute("update platform_support.marked set scored_from = ?", [mark])
    found = kept_scores(work, mark, "marked", ["marked"])
    assert found is not None
    assert found["marked"].plots == {"title": "picture"}
    assert found["marked"].in_place is not None
    assert found["marked"].in_place() == 1
    connection.execute("update platform_support.read set y = 'b'")
    assert mark_of(work, ["platform_support.read"]) != mark
    other = Work(work.settings, connection, TODAY, "another release")
    connection.execute("update platform_support.read set y = 'a'")
    assert mark_of(work, ["platform_support.read"]) == mark
    assert mark_of(other, ["platform_support.read"]) != mark
