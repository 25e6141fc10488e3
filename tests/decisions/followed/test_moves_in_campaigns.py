"""Moves predicted from what was known before a campaign, against the effect with a known truth."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dagster_project.lib.decisions.followed.decision import HERE
from dagster_project.lib.decisions.followed.figures import asked
from dagster_project.lib.decisions.followed.moves.in_campaigns import (
    FEWEST_CUSTOMERS,
    FOLLOWED_DAYS,
    moves_in_campaigns,
)
from dagster_project.lib.decisions.guidance.declaration import read_guidance
from tests.decisions.followed.worlds import SEGMENTS, TODAY, Told, work, world

DECLARED = read_guidance()
APP = next(target for target in DECLARED.channels if target.code == "app")
LATER = Told("B", date(2025, 6, 1), lift=0.04, seed=2)


def _rows(
    connection: duckdb.DuckDBPyConnection, folder: Path, as_of: date = TODAY
) -> list[dict[str, Any]]:
    given = work(connection, folder, as_of)
    return moves_in_campaigns(given, asked(given, HERE, "campaigns"), DECLARED)


def _all(rows: list[dict[str, Any]], code: str) -> dict[str, Any]:
    [row] = [r for r in rows if r["release_id"].endswith(f"-{code}") and r["segment"] == "all"]
    return row


def test_a_campaign_that_moves_as_declared_meets_the_prediction(tmp_path: Path) -> None:
    row = _all(_rows(world(Told(lift=APP.p_move)), tmp_path), "A")
    assert row["champion"] == "declared_assumption"
    assert row["champion_value"] == pytest.approx(20_000 * APP.p_move)
    assert row["value"] == pytest.approx(20_000 * APP.p_move, abs=100)
    assert row["difference_low"] < 0 < row["difference_high"]
    assert row["is_met"] is True
    assert "assumption" in row["reason_en"]
    assert "假设" in row["reason_zh"]


def test_a_campaign_that_moves_nobody_does_not(tmp_path: Path) -> None:
    row = _all(_rows(world(Told(lift=0.0)), tmp_path), "A")
    assert row["is_met"] is False
    assert row["difference_high"] < 0


def test_segments_are_judged_each_on_their_own(tmp_path: Path) -> None:
    rows = _rows(world(Told(lift=APP.p_move)), tmp_path)
    assert {row["segment"] for row in rows} == {"all", *SEGMENTS}
    parts = [row["champion_value"] for row in rows if row["segment"] != "all"]
    assert sum(parts) == pytest.approx(_all(rows, "A")["champion_value"])


def test_a_later_campaign_is_predicted_from_the_earlier_one(tmp_path: Path) -> None:
    row = _all(_rows(world(Told(lift=0.04), LATER), tmp_path), "B")
    assert row["champion"] == "earlier_campaigns"
    assert row["champion_value"] / 20_000 == pytest.approx(0.04, abs=0.006)
    assert row["is_met"] is True


@pytest.mark.parametrize(
    "first",
    [
        Told(lift=0.04, means="phone"),
        Told(lift=0.04, target="wechat"),
        Told(lift=0.04, starts_on=date(2025, 5, 1)),  # not ended when the later one began
    ],
)
def test_only_ended_campaigns_of_the_same_channel_and_means_are_known(
    tmp_path: Path, first: Told
) -> None:
    row = _all(_rows(world(first, LATER), tmp_path), "B")
    assert row["champion"] == "declared_assumption"
    assert row["champion_value"] / 20_000 == pytest.approx(APP.p_move)


@pytest.mark.parametrize("changed", ["B", "A"])
def test_nothing_of_the_campaigns_own_days_or_later_is_in_its_prediction(
    tmp_path: Path, changed: str
) -> None:
    """Everybody of the arm turns out to move on the later campaign's first day, or after."""
    connection = world(Told(lift=0.04), LATER)
    before = _all(_rows(connection, tmp_path), "B")["champion_value"]
    connection.execute(
        "insert into platform_support.campaign_payments "
        "select campaign_code, customer_id, ?, true, true "
        "from platform_support.campaign_members where campaign_code = ? and arm = 'window'",
        [LATER.starts_on, changed],
    )
    assert _all(_rows(connection, tmp_path), "B")["champion_value"] == before


def test_what_was_known_on_the_eve_is_in_the_prediction(tmp_path: Path) -> None:
    connection = world(Told(lift=0.04), LATER)
    before = _all(_rows(connection, tmp_path), "B")["champion_value"]
    connection.execute(
        "insert into platform_support.campaign_payments "
        "select campaign_code, customer_id, ?, true, true "
        "from platform_support.campaign_members where campaign_code = 'A' and arm = 'window'",
        [LATER.starts_on - timedelta(days=1)],
    )
    assert _all(_rows(connection, tmp_path), "B")["champion_value"] > 2 * before


def test_a_campaign_is_judged_when_two_bills_could_be_paid(tmp_path: Path) -> None:
    connection, campaign = world(Told(lift=0.02)), Told()
    due = campaign.starts_on + timedelta(days=FOLLOWED_DAYS)
    [early] = _rows(connection, tmp_path, due - timedelta(days=1))
    assert early["value"] is None
    assert early["is_met"] is None
    assert f"{due:%Y-%m-%d}" in early["reason_en"]
    assert _rows(connection, tmp_path, due)[0]["value"] is not None


@pytest.mark.parametrize(
    ("told", "change", "because"),
    [
        (Told(target="agency"), "", "declares no chance"),
        (Told(means="letter"), "", "declares no chance"),
        (Told(), "update decided.campaign_effect set is_readable = false", "can be read"),
        (Told(treated=FEWEST_CUSTOMERS - 1), "", "too few customers"),
    ],
)
def test_what_cannot_be_judged_says_why(
    tmp_path: Path, told: Told, change: str, because: str
) -> None:
    connection = world(told)
    if change:
        connection.execute(change)
    [row] = _rows(connection, tmp_path)
    assert row["value"] is None
    assert because in row["reason_en"]
    assert row["reason_zh"]


def test_without_a_campaign_one_row_says_so(tmp_path: Path) -> None:
    [row] = _rows(world(), tmp_path)
    assert (row["value"], row["is_met"]) == (None, None)
    assert "no campaign" in row["reason_en"]
