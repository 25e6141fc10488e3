"""A channel's volume beside the experiment: agreement, spill-over, and what is never looked at."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from dagster_project.lib.decisions.followed.decision import HERE
from dagster_project.lib.decisions.followed.figures import asked
from dagster_project.lib.decisions.followed.volumes import counterfactuals
from dagster_project.lib.decisions.followed.volumes.counterfactuals import KEPT, members
from dagster_project.lib.decisions.followed.volumes.interference import (
    expected_gain,
    interference_checks,
)
from dagster_project.lib.decisions.spec import Decided
from tests.decisions.followed.worlds import TODAY, Told, work, world

TOLD = Told(lift=0.05, treated=8_000, controls=8_000)
GAIN = 2 * 0.05 * 8_000  # every mover of the world pays twice
FIRST = date(2024, 3, 1)
SHORT = TOLD.starts_on - timedelta(days=200)


def _channel(
    connection: duckdb.DuckDBPyConnection, gain: float, first: date = FIRST, told: Told = TOLD
) -> None:
    """Daily payments of the channel, with ``gain`` more in the campaign's days; other channels."""
    random, days = np.random.default_rng(4), pd.date_range(first, TODAY)
    weekly = np.array([1.2, 1.1, 1.0, 1.0, 1.0, 0.8, 0.7])[days.dayofweek]
    paid = random.poisson(1000 * weekly).astype(float)
    during = (days >= pd.Timestamp(told.starts_on)) & (days <= pd.Timestamp(told.ends_on))
    paid[during] += gain / told.days
    rows = pd.DataFrame(
        {"channel_code": "app", "region_code": "R1", "paid_on": days, "payments": paid}
    )
    others = rows.assign(channel_code="counter", payments=50.0)
    connection.register("given", pd.concat([rows, others]))
    connection.execute(
        "create table platform_support.channel_region_days as "
        "select * replace (paid_on::date as paid_on, payments::bigint as payments) from given"
    )
    connection.execute(
        "create table platform_support.region_bill_days "
        "(region_code varchar, issued_on date, bills bigint)"
    )


def _checks(
    connection: duckdb.DuckDBPyConnection, folder: Path, as_of: date = TODAY
) -> tuple[list[dict[str, Any]], Decided]:
    given = work(connection, folder, as_of)
    rows, kept = interference_checks(given, asked(given, HERE, "campaigns"))
    return rows, Decided({KEPT: kept})


def test_a_channel_that_gains_what_the_experiment_says_agrees(tmp_path: Path) -> None:
    connection = world(TOLD)
    _channel(connection, GAIN)
    [row], _ = _checks(connection, tmp_path)
    assert row["champion_value"] == pytest.approx(GAIN, rel=0.2)
    assert row["difference_low"] < 0 < row["difference_high"]
    assert row["is_met"] is True
    assert "never an effect" in row["reason_en"]
    assert "不代表效果" in row["reason_zh"]


def test_payments_after_the_campaign_are_none_of_its_gain(tmp_path: Path) -> None:
    connection = world(TOLD)
    _channel(connection, GAIN)
    [before], _ = _checks(connection, tmp_path)
    connection.execute(
        "insert into platform_support.campaign_payments "
        "select campaign_code, customer_id, last_on + 1, true, true "
        "from platform_support.campaign_members where arm = 'window'"
    )
    [after], _ = _checks(connection, tmp_path)
    assert after["champion_value"] == before["champion_value"]


@pytest.mark.parametrize("gain", [-8 * GAIN, 10 * GAIN])
def test_customers_who_were_pushed_aside_or_came_along_show(tmp_path: Path, gain: float) -> None:
    connection = world(TOLD)
    _channel(connection, gain)
    [row], _ = _checks(connection, tmp_path)
    assert row["is_met"] is False


def test_the_forecast_looks_at_no_day_of_the_campaign_or_after(tmp_path: Path) -> None:
    forecasts = []
    for gain in (0.0, 50 * GAIN):
        connection = world(TOLD)
        _channel(connection, gain)
        kept = _checks(connection, tmp_path)[1].tables[KEPT].rows
        forecasts.append(kept.to_pylist())  # type: ignore[union-attr]
    assert forecasts[0] == forecasts[1]


def test_a_campaign_is_forecast_once_and_anew_when_its_past_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection, calls = world(TOLD), []
    _channel(connection, GAIN)
    made = counterfactuals._forecast
    monkeypatch.setattr(
        counterfactuals, "_forecast", lambda *given: calls.append(given) or made(*given)
    )
    kept = _checks(connection, tmp_path)[1].tables[KEPT].rows
    connection.register("kept", kept)
    connection.execute(f"create table decided.{KEPT} as from kept")
    changes = (
        "update platform_support.channel_region_days set payments = payments + 1 where paid_on"
    )
    for condition, expected in ((f" = '{TODAY}'", 1), (f" = '{FIRST}'", 2)):
        connection.execute(changes + condition)
        [row], _ = _checks(connection, tmp_path)
        assert len(calls) == expected
        assert row["is_met"] is True


def test_another_campaign_for_the_channel_in_the_same_days_leaves_it_unjudged(
    tmp_path: Path,
) -> None:
    connection = world(TOLD, Told("B", TOLD.ends_on, means="phone"))
    _channel(connection, GAIN)
    rows, _ = _checks(connection, tmp_path)
    assert [row["is_met"] for row in rows] == [None, None]
    assert all(row["value"] is not None for row in rows)
    assert all("other campaigns" in row["reason_en"] for row in rows)


def test_what_cannot_be_computed_says_why(tmp_path: Path) -> None:
    cases = (
        (SHORT, TODAY, "", "200 days of the channel"),
        (FIRST, TOLD.ends_on, "", "runs until"),
        (FIRST, TODAY, "update decided.campaign_effect set is_readable = false", "can be read"),
    )
    for first, as_of, change, because in cases:
        connection = world(TOLD)
        _channel(connection, GAIN, first)
        if change:
            connection.execute(change)
        [row], decided = _checks(connection, tmp_path, as_of)
        assert (row["value"], row["is_met"]) == (None, None)
        assert because in row["reason_en"]
        assert row["reason_zh"]
        assert decided.tables[KEPT].empty_because


def test_the_expected_gain_is_welchs_difference_times_the_treated() -> None:
    random = np.random.default_rng(0)
    treated, held = random.poisson(1.2, 400), random.poisson(1.0, 100)
    arms = [
        {"arm": arm, "customers": len(y), "payments": y.sum(), "squares": (y**2).sum()}
        for arm, y in (("window", treated), ("holdout", held))
    ]
    gain, error = expected_gain(arms)
    variance = treated.var(ddof=1) / 400 + held.var(ddof=1) / 100
    assert gain == pytest.approx(400 * (treated.mean() - held.mean()))
    assert error == pytest.approx(400 * variance**0.5)


def test_the_released_model_forecasts_or_the_baseline_before_any(tmp_path: Path) -> None:
    connection = world()
    given = work(connection, tmp_path)
    assert members(given) == {"seasonal_naive": 1.0}
    connection.execute(
        "create table platform_support.forecasting_release as from (values "
        "(0, 'champion', 'payments', null::double, 'combination'), "
        "(1, 'payments', 'same_bill_day', 0.25, 'weights\t'), "
        "(2, 'payments', 'bill_calendar', 0.75, 'weights\t')"
        ") as rows(position, component, name, value, text)"
    )
    assert members(given) == {"same_bill_day": 0.25, "bill_calendar": 0.75}
    connection.execute(
        "update platform_support.forecasting_release set text = 'bill_calendar' "
        "where component = 'champion'"
    )
    assert members(given) == {"bill_calendar": 1.0}
    connection.execute(
        "update platform_support.forecasting_release set text = 'prophet_tuned' "
        "where component = 'champion'"
    )
    assert members(given) == {"seasonal_naive": 1.0}


def test_without_a_campaign_one_row_says_so(tmp_path: Path) -> None:
    [row], decided = _checks(world(), tmp_path)
    assert "no campaign" in row["reason_en"]
    assert decided.tables[KEPT].empty_because
