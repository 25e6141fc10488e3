"""Rounds of guidance: kept once, judged when old, and an effect only against who was left alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from dagster_project.lib.decisions.followed.moves.in_campaigns import FOLLOWED_DAYS
from dagster_project.lib.decisions.followed.moves.in_rounds import (
    CONTACT_DAYS,
    KEPT,
    moves_in_rounds,
    round_kept,
)
from dagster_project.lib.models.declared import DECIDED
from dagster_project.lib.models.fitting import KEPT_DAYS, write
from dagster_project.lib.models.spec import Work
from dagster_project.settings import Settings
from tests.models.fake_family import declare

ROUND = date(2025, 10, 1)
DUE = ROUND + timedelta(days=FOLLOWED_DAYS)
SHAPE = {
    "decided_on": "date", "customer_id": "bigint", "segment": "string",
    "recommended_channel_code": "string", "p_move": "double", "is_p_move_assumed": "boolean",
    "is_exploration": "boolean", "is_held_out": "boolean",
}  # fmt: skip
TABLES = """
create schema platform_support; create schema data_processing; create schema decided;
create table data_processing.stg_landing__campaigns as
    select 'C' as campaign_code, 'app' as target_channel_code;
create table data_processing.stg_landing__campaign_contacts (
    campaign_code varchar, customer_id bigint, contact_event varchar, happened_on date);
create table data_processing.int_customers_versioned (
    customer_id bigint, is_elderly boolean, customer_type varchar, valid_from date, valid_to date);
create table platform_support.global_holdout (customer_id bigint);
create table platform_support.customer_channel_moves (
    customer_id bigint, to_channel_code varchar, moved_on date, confirmed_on date);
create table decided.channel_guidance (
    decided_on date, customer_id bigint, present_channel_code varchar,
    recommended_channel_code varchar, p_move double, is_p_move_assumed boolean,
    is_exploration boolean);
"""
SIZE, P_MOVE = 20_000, 0.03


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Work]:
    """A warehouse without a round, and a home that declares what is kept."""
    settings = declare(tmp_path, {KEPT: SHAPE}, DECIDED)
    with duckdb.connect() as connection:
        connection.execute(TABLES)
        yield Work(settings, connection, ROUND, "")


def _guide(work: Work, lift: float = P_MOVE, contacts: float = 1.0, held: float = 0.3) -> None:
    """A round of which the truth is known: ``lift`` moves of those contacted, 2 % move anyway."""
    random = np.random.default_rng(3)
    people = pd.DataFrame({"customer_id": np.arange(SIZE)})
    people["held"] = random.random(SIZE) < held
    people["contacted"] = ~people["held"] & (random.random(SIZE) < contacts)
    people["explored"] = random.random(SIZE) < 0.05
    people["moves"] = random.random(SIZE) < 0.02 + lift * people["contacted"]
    work.connection.register("people", people)
    for sql in (
        f"insert into decided.channel_guidance select date '{ROUND}', customer_id, 'counter', "
        f"'app', {P_MOVE}, true, explored from people",
        "insert into data_processing.int_customers_versioned select customer_id, "
        "customer_id % 2 = 0, 'resident', date '2024-01-01', date '9999-12-31' from people",
        "insert into platform_support.global_holdout select customer_id from people where held",
        "insert into data_processing.stg_landing__campaign_contacts select 'C', customer_id, "
        f"'contacted', date '{ROUND}' + 5 from people where contacted",
        "insert into platform_support.customer_channel_moves select customer_id, 'app', "
        f"date '{ROUND}' + 7, date '{ROUND}' + 37 from people where moves",
    ):
        work.connection.execute(sql)
    _keep(work)


def _keep(work: Work) -> int:
    return write(work.settings, work.connection, DECIDED, KEPT, round_kept(work))


def _judged(work: Work, as_of: date = DUE) -> dict[str, dict[str, Any]]:
    rows = moves_in_rounds(Work(work.settings, work.connection, as_of, ""))
    return {row["segment"]: row for row in rows}


def test_a_round_that_moves_as_predicted_is_met(home: Work) -> None:
    _guide(home)
    row = _judged(home)["all"]
    contacted = 0.7 * SIZE
    assert row["champion_value"] == pytest.approx(contacted * P_MOVE, rel=0.02)
    assert row["value"] == pytest.approx(contacted * P_MOVE, rel=0.2)
    assert row["difference_low"] < 0 < row["difference_high"]
    assert row["is_met"] is True
    assert "at random" in row["reason_en"]


def test_a_round_whose_contacts_move_nobody_is_not(home: Work) -> None:
    _guide(home, lift=0.0)
    row = _judged(home)["all"]
    assert row["is_met"] is False
    assert row["difference_high"] < 0


def test_only_who_was_contacted_was_predicted_to_move(home: Work) -> None:
    _guide(home, contacts=0.5)
    row = _judged(home)["all"]
    assert row["champion_value"] == pytest.approx(0.35 * SIZE * P_MOVE, rel=0.05)
    assert row["is_met"] is True


def test_segments_channels_and_the_drawn_are_told_apart(home: Work) -> None:
    _guide(home)
    segments = {"all", "counter|elderly", "counter|resident", "to app", "drawn at random"}
    assert set(_judged(home)) == segments


@pytest.mark.parametrize("given", [{"contacts": 0.0}, {"contacts": 0.15}, {"held": 0.0}])
def test_without_contacts_or_untreated_it_is_observational_and_not_judged(
    home: Work, given: dict[str, float]
) -> None:
    _guide(home, **given)
    row = _judged(home)["all"]
    assert row["metric"] == "customers_moved"
    assert row["value"] > 0
    assert (row["is_met"], row["difference_low"], row["difference_high"]) == (None, None, None)
    assert "never an effect" in row["reason_en"]
    assert "不代表效果" in row["reason_zh"]


def test_before_a_round_is_old_enough_one_row_says_so(home: Work) -> None:
    _guide(home)
    row = _judged(home, DUE - timedelta(days=1))["all"]
    assert (row["value"], row["is_met"]) == (None, None)
    assert f"{FOLLOWED_DAYS} days old" in row["reason_en"]
    assert str(FOLLOWED_DAYS) in row["reason_zh"]


def test_moves_and_contacts_outside_their_days_do_not_count(home: Work) -> None:
    _guide(home)
    late, early = FOLLOWED_DAYS + 1, CONTACT_DAYS + 1
    home.connection.execute(
        f"update platform_support.customer_channel_moves set confirmed_on = date '{ROUND}' + {late}"
    )
    home.connection.execute(
        "update data_processing.stg_landing__campaign_contacts "
        f"set happened_on = date '{ROUND}' + {early}"
    )
    assert (_judged(home)["all"]["metric"], _judged(home)["all"]["value"]) == ("customers_moved", 0)


def test_a_round_is_kept_once_and_as_it_was(home: Work) -> None:
    """What became of the holdout afterwards does not change who was left alone then."""
    _guide(home)
    home.connection.execute("delete from platform_support.global_holdout")
    later = Work(home.settings, home.connection, ROUND + timedelta(days=3), "")
    assert _keep(later) == SIZE
    assert _judged(home)["all"]["metric"] == "moves"


def test_rounds_are_kept_for_a_quarter(home: Work) -> None:
    _guide(home)
    for days in (KEPT_DAYS - 1, KEPT_DAYS):
        home.connection.execute(
            f"update decided.channel_guidance set decided_on = date '{ROUND}' + {days}"
        )
        _keep(Work(home.settings, home.connection, ROUND + timedelta(days=days), ""))
        kept = home.connection.sql(
            f"select count(distinct decided_on) from decided.{KEPT}"
        ).fetchall()
        assert kept == [(2,)]


def test_the_first_run_says_the_same_as_one_whose_rounds_are_too_young(home: Work) -> None:
    """Else a home that ran day by day would publish another text than one built at once."""
    before = _judged(home)["all"]
    _guide(home)
    assert _judged(home, DUE - timedelta(days=1))["all"]["reason_en"] == before["reason_en"]


def test_before_any_table_of_guidance_one_row_says_so(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        work = Work(Settings(home=tmp_path), connection, ROUND, "")
        [row] = moves_in_rounds(work)
        assert (row["value"], row["is_met"]) == (None, None)
        assert f"{FOLLOWED_DAYS} days old" in row["reason_en"]
        assert round_kept(work).empty_because
