"""Features of the eve of a day, outcomes of finished campaigns, and what a move is worth."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pytest

from dagster_project.lib.decisions.guidance.declaration import read_guidance
from dagster_project.lib.decisions.uplift.assumed import contact_cost, retained_share
from dagster_project.lib.decisions.uplift.inputs import (
    CAMPAIGNS,
    KNOWN,
    NAMES,
    audiences,
    compute_features,
    values_of,
)
from dagster_project.lib.models.spec import Work
from dagster_project.lib.models.tables import read
from dagster_project.settings import Settings

DAY = date(2025, 3, 1)
AS_OF = date(2025, 6, 30)
TABLES = """
create schema data_processing; create schema platform_support;
create table data_processing.int_payments_matched (customer_id bigint, paid_on date,
    paid_at timestamp, channel_code varchar, payment_status varchar, amount_yuan decimal(18,2),
    days_from_bill int, is_on_time boolean, is_first_for_bill boolean);
create table data_processing.channels as select * from (values
    ('counter', 'counter', true), ('wechat', 'wechat', false), ('other', 'other', false)
    ) as c (channel_code, channel_family, is_own);
create table data_processing.channel_costs as select * from (values
    ('counter', date '2000-01-01', null::date, 6.5), ('wechat', date '2000-01-01', null, 0.03)
    ) as c (channel_code, valid_from, valid_to, handling_cost_yuan);
create table platform_support.channel_terms as select 'wechat' as channel_code,
    date '2025-06-01' as paid_month, 0.6 as rate_pct, 0.0 as fixed_fee_yuan,
    null::double as floor_yuan, null::double as cap_yuan, date '2000-01-01' as valid_from,
    date '9999-12-31' as valid_to;
create table data_processing.int_complaints_attributed (customer_id bigint, received_on date);
create table data_processing.stg_landing__campaign_contacts (
    customer_id bigint, contact_event varchar, happened_on date);
create table data_processing.int_customers_versioned (customer_id bigint, valid_from date,
    valid_to date, customer_type varchar, is_prepaid boolean, has_withholding boolean,
    is_elderly boolean, is_low_income boolean);
create table data_processing.stg_landing__campaigns (campaign_code varchar,
    target_channel_code varchar, contact_means varchar, ends_on date);
create table platform_support.campaign_firsts (campaign_code varchar, customer_id bigint,
    arm varchar, step varchar, happened_on date);
create temp table uplift_people (place bigint, customer_id bigint, day date);
"""


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Work]:
    with duckdb.connect() as connection:
        connection.execute(TABLES)
        yield Work(Settings(home=tmp_path), connection, AS_OF, "")


def _pay(work: Work, customer: int, day: date, channel: str = "counter", yuan: float = 100) -> None:
    work.connection.execute(
        "insert into data_processing.int_payments_matched values "
        "(?, ?, null, ?, 'success', ?, 3, true, true)",
        [customer, day, channel, yuan],
    )


def _features(work: Work) -> dict[str, float]:
    work.connection.execute("insert into uplift_people values (0, 1, ?)", [DAY])
    compute_features(work)
    rows = read(work.connection, KNOWN, {"target": "wechat"}).to_pylist()
    return rows[0] if rows else {}


def test_nothing_from_the_day_of_assignment_on_enters_the_features(work: Work) -> None:
    _pay(work, 1, DAY - timedelta(days=1))
    before = _features(work)
    work.connection.execute("delete from uplift_people")
    _pay(work, 1, DAY, "wechat", 999)
    _pay(work, 1, DAY + timedelta(days=9), "wechat", 999)
    events = "insert into data_processing.stg_landing__campaign_contacts values (1, 'delivered', ?)"
    work.connection.execute(events, [DAY])
    work.connection.execute(
        "insert into data_processing.int_complaints_attributed values (1, ?)", [DAY]
    )
    assert _features(work) == before
    assert before["payments"] == 1
    assert before["days_since_payment"] == 1


def test_the_year_before_counts_from_its_first_day(work: Work) -> None:
    _pay(work, 1, DAY - timedelta(days=365), "wechat")
    _pay(work, 1, DAY - timedelta(days=366))
    assert _features(work)["present_channel_code"] == "wechat"


def test_who_had_not_paid_before_has_no_features(work: Work) -> None:
    _pay(work, 1, DAY)
    assert _features(work) == {}


def test_a_move_is_worth_what_the_years_payments_cost_less_for_as_long_as_it_lasts(
    work: Work,
) -> None:
    _pay(work, 1, DAY - timedelta(days=40))
    _pay(work, 1, DAY - timedelta(days=10))
    _features(work)
    assert values_of(work, "wechat") == pytest.approx(
        [2 * (6.5 - 0.6 - 0.03) * retained_share("wechat")]
    )


def test_a_channel_without_a_known_cost_has_no_worth(work: Work) -> None:
    _pay(work, 1, DAY - timedelta(days=10), "other")
    _features(work)
    assert np.isnan(values_of(work, "wechat")).all()


def _assign(work: Work, campaign: str, ends_on: date, arms: tuple[str, ...]) -> None:
    work.connection.execute(
        "insert into data_processing.stg_landing__campaigns values (?, 'wechat', 'sms', ?)",
        [campaign, ends_on],
    )
    for customer, arm in enumerate(arms, start=1):
        _pay(work, customer, DAY - timedelta(days=5))
        rows = [(campaign, customer, arm, "assigned", DAY)]
        if arm != "holdout":
            rows.append((campaign, customer, arm, "paid_through_target", DAY))
        work.connection.executemany(
            "insert into platform_support.campaign_firsts values (?, ?, ?, ?, ?)", rows
        )


def test_a_campaign_counts_from_its_last_day_on(work: Work) -> None:
    _assign(work, "ended", AS_OF, ("window", "holdout"))
    _assign(work, "running", AS_OF + timedelta(days=1), ("window", "holdout"))
    rows = read(work.connection, CAMPAIGNS, {"as_of": AS_OF.isoformat()}).to_pylist()
    assert {row["campaign_code"] for row in rows} == {"ended"}


def test_a_campaign_without_a_holdout_is_left_out(work: Work) -> None:
    _assign(work, "all contacted", AS_OF, ("window", "random_day"))
    assert list(audiences(work)) == []


def test_contact_arms_are_pooled_against_the_holdout_and_conversions_are_outcomes(
    work: Work,
) -> None:
    _assign(work, "ended", AS_OF, ("window", "random_day", "holdout"))
    (audience,) = audiences(work)
    data = audience.experiment
    assert data.features.shape == (3, len(NAMES))
    assert data.treated.tolist() == [True, True, False]
    assert data.outcome.tolist() == [1, 1, 0]
    assert data.propensity == pytest.approx([2 / 3] * 3)
    assert data.cost_yuan == contact_cost("sms")


def test_costs_and_retention_are_those_that_guidance_declares() -> None:
    declared = read_guidance()
    assert [contact_cost(one.code) for one in declared.means] == [
        one.cost_yuan for one in declared.means
    ]
    assert [retained_share(one.code) for one in declared.channels] == [
        one.retention for one in declared.channels
    ]


def test_what_is_not_declared_is_taken_at_its_worst() -> None:
    declared = read_guidance()
    assert contact_cost("pigeon") == max(one.cost_yuan for one in declared.means)
    assert retained_share("pigeon") == min(one.retention for one in declared.channels)
