"""Campaigns of which the truth is known: who paid through the target, and what was measured."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from dagster_project.lib.models.spec import Work
from dagster_project.settings import Settings
from ml.experiments.shares import difference_of_shares

TODAY = date(2025, 12, 31)
SEGMENTS = ("counter|resident", "counter|elderly")
TYPES = """
create schema platform_support; create schema data_processing; create schema decided;
create table data_processing.channels as from (values
    ('app', 'App', '应用'), ('wechat', 'WeChat', '微信')
) as channels(channel_code, channel_name_en, channel_name_zh);
create table data_processing.stg_landing__campaigns (
    campaign_code varchar, contact_means varchar, starts_on date, ends_on date);
create table platform_support.campaign_members (
    campaign_code varchar, customer_id bigint, arm varchar, target_channel_code varchar,
    assigned_on date, last_on date);
create table platform_support.campaign_payments (
    campaign_code varchar, customer_id bigint, paid_on date, is_through_target boolean,
    is_second_through_target boolean);
create table decided.campaign_effect (
    campaign_code varchar, campaign_version int, outcome varchar, segment varchar,
    estimator varchar, arm varchar, against_arm varchar, horizon varchar,
    target_channel_code varchar, contact_means varchar, treated bigint, controls bigint,
    effect double, std_error double, effect_low double, effect_high double, is_readable boolean);
"""


@dataclass(frozen=True)
class Told:
    """A campaign and its truth: the share that moves anyway, and the share that it moves."""

    code: str = "A"
    starts_on: date = date(2025, 3, 1)
    days: int = 40
    target: str = "app"
    means: str = "sms"
    treated: int = 20_000
    controls: int = 20_000
    base: float = 0.05
    lift: float = 0.0
    seed: int = 1

    @property
    def ends_on(self) -> date:
        """Its last day."""
        return self.starts_on + timedelta(days=self.days - 1)


def world(*campaigns: Told) -> duckdb.DuckDBPyConnection:
    """A warehouse with these campaigns and their measured effects."""
    connection = duckdb.connect()
    connection.execute(TYPES)
    for campaign in campaigns:
        _add(connection, campaign)
    return connection


def work(connection: duckdb.DuckDBPyConnection, folder: Path, as_of: date = TODAY) -> Work:
    """What a decision works with."""
    return Work(Settings(home=folder), connection, as_of, "")


def _add(connection: duckdb.DuckDBPyConnection, told: Told) -> None:
    random = np.random.default_rng(told.seed)
    size = told.treated + told.controls
    first = connection.execute("select count(*) from platform_support.campaign_members").fetchone()
    people = pd.DataFrame({
        "customer_id": np.arange(size) + (first or (0,))[0],
        "arm": np.repeat(["window", "holdout"], [told.treated, told.controls]),
        "segment": random.choice(SEGMENTS, size),
    })  # fmt: skip
    chance = told.base + np.where(people["arm"] == "window", told.lift, 0.0)
    people["moves"] = random.random(size) < chance
    code, starts_on = told.code, told.starts_on
    connection.execute(
        "insert into data_processing.stg_landing__campaigns values (?, ?, ?, ?)",
        [code, told.means, starts_on, told.ends_on],
    )
    connection.register("people", people)
    connection.execute(
        "insert into platform_support.campaign_members select ?, customer_id, arm, ?, ?, ? "
        "from people", [code, told.target, starts_on, told.ends_on],
    )  # fmt: skip
    for after, is_second in ((3, False), (20, True)):
        connection.execute(
            "insert into platform_support.campaign_payments "
            "select ?, customer_id, ?, true, ? from people where moves",
            [code, starts_on + timedelta(days=after), is_second],
        )
    for segment in ("all", *SEGMENTS):
        part = people if segment == "all" else people[people["segment"] == segment]
        _measure(connection, told, segment, part)


def _measure(
    connection: duckdb.DuckDBPyConnection, told: Told, segment: str, people: pd.DataFrame
) -> None:
    arms = {arm: part["moves"] for arm, part in people.groupby("arm")}
    treated, held = arms["window"], arms["holdout"]
    found = difference_of_shares(treated.sum(), len(treated), held.sum(), len(held))
    for outcome in ("relocated", "paid_through_target"):
        row: list[Any] = [
            told.code, 1, outcome, segment, "difference", "window", "holdout", "campaign",
            told.target, told.means, len(treated), len(held), found.estimate, found.std_error,
            found.low, found.high, True,
        ]  # fmt: skip
        marks = ", ".join("?" * len(row))
        connection.execute(f"insert into decided.campaign_effect values ({marks})", row)
