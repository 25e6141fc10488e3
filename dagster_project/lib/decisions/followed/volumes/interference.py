"""The interference check of every measured campaign: did the channel gain what it should have?

Payments of the target channel in the campaign's days, less their forecast without it, against the
payments that the random assignment gives. Treated customers may have taken the place of others, or
others may have moved too: then the effect on the members is not the effect on the channel.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from dagster_project.lib.decisions.followed.figures import asked, figure, is_there
from dagster_project.lib.decisions.followed.volumes import wording
from dagster_project.lib.decisions.followed.volumes.counterfactuals import forecasts
from dagster_project.lib.deliveries.messages import Bilingual
from dagster_project.lib.models.spec import Scored, Work
from ml.experiments.interference import DISAGREE_BELOW, interference

MODEL, COMPONENT, METRIC = "campaign_effect", "interference", "channel_payments_gained"
HERE = Path(__file__).parent
Row = dict[str, Any]


def interference_checks(work: Work, campaigns: list[Row]) -> tuple[list[Row], Scored]:
    """Figures of every campaign, and the forecasts that they rest on."""
    if not campaigns or not is_there(work, "decided.campaign_effect"):
        row = _nothing(f"{work.as_of:%Y-%m-%d}-followed", work.as_of, wording.NO_CAMPAIGN)
        return [row], Scored(None, str(wording.NO_CAMPAIGN))
    readable = {row["campaign_code"] for row in asked(work, HERE, "readable")}
    ready = [
        campaign
        for campaign in campaigns
        if campaign["ends_on"] < work.as_of and campaign["campaign_code"] in readable
    ]
    forecast, refusals = forecasts(work, ready)
    for campaign in campaigns:
        code = campaign["campaign_code"]
        if campaign["ends_on"] >= work.as_of:
            refusals[code] = wording.still_running(campaign["ends_on"])
        elif code not in readable:
            refusals[code] = wording.NOT_READABLE
    observed = _observed(work, forecast)
    gains = _by_campaign(asked(work, HERE, "gains"))
    said = _by_campaign(forecast)
    rows = [
        _refused(campaign, refusals[campaign["campaign_code"]])
        if campaign["campaign_code"] in refusals
        else check(campaign, said, observed, gains, campaigns)
        for campaign in campaigns
    ]
    kept = pa.Table.from_pylist(forecast) if forecast else None
    return rows, Scored(kept, "" if forecast else "no campaign can be checked (无可核对的活动)")


def check(
    campaign: Row,
    forecast: Mapping[str, list[Row]],
    observed: Mapping[str, list[float]],
    gains: Mapping[str, list[Row]],
    campaigns: list[Row],
) -> Row:
    """One campaign's figure; judged where no other campaign was for the same channel meanwhile."""
    code = campaign["campaign_code"]
    said = forecast[code]
    gain, error = expected_gain(gains[code])
    found = interference(
        observed[code], [day["expected_payments"] for day in said], said[0]["std_error"], gain,
        error, said[0]["origins"],
    )  # fmt: skip
    others = sum(_is_beside(campaign, other) for other in campaigns)
    told = wording.of_volume(campaign, said[0], found, others)
    low, high = found.interval()
    return figure(
        _name(campaign), MODEL, COMPONENT, METRIC, campaign["starts_on"],
        value=found.observed_gain, champion="experiment", champion_value=gain,
        difference_low=low, difference_high=high, bar=f"p >= {DISAGREE_BELOW}",
        is_met=None if others else not found.disagrees,
        reason_en=told.en, reason_zh=told.zh,
    )  # fmt: skip


def expected_gain(arms: list[Row]) -> tuple[float, float]:
    """Payments that the contacts brought, by the random holdout, and their standard error.

    G = sum n_a (m_a - m_h) over the contacted arms a; SE^2 = sum n_a v_a + (sum n_a)^2 v_h / n_h,
    with m the mean payments through the target of a customer and v their variance.
    """
    treated = [arm for arm in arms if arm["arm"] != "holdout"]
    [held] = [arm for arm in arms if arm["arm"] == "holdout"]
    size = sum(arm["customers"] for arm in treated)
    gain = sum(arm["payments"] for arm in treated) - size * held["payments"] / held["customers"]
    variance = sum(arm["customers"] * _variance(arm) for arm in treated)
    variance += size**2 * _variance(held) / held["customers"]
    return gain, variance**0.5


def _variance(arm: Row) -> float:
    size, mean = arm["customers"], arm["payments"] / arm["customers"]
    return float(max(arm["squares"] - size * mean**2, 0.0) / max(size - 1, 1))


def _is_beside(campaign: Row, other: Row) -> bool:
    return bool(
        other["campaign_code"] != campaign["campaign_code"]
        and other["target_channel_code"] == campaign["target_channel_code"]
        and other["starts_on"] <= campaign["ends_on"]
        and campaign["starts_on"] <= other["ends_on"]
    )


def _observed(work: Work, forecast: list[Row]) -> dict[str, list[float]]:
    if not forecast:
        return {}
    work.connection.register("followed_forecasts", pa.Table.from_pylist(forecast))
    rows = _by_campaign(asked(work, HERE, "observed"))
    return {code: [row["payments"] for row in days] for code, days in rows.items()}


def _by_campaign(rows: list[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["campaign_code"]].append(row)
    return found


def _name(campaign: Row) -> str:
    return f"{campaign['starts_on']:%Y-%m-%d}-{campaign['campaign_code']}"


def _refused(campaign: Row, because: Bilingual) -> Row:
    return _nothing(_name(campaign), campaign["starts_on"], because)


def _nothing(name: str, on: Any, because: Bilingual) -> Row:
    return figure(name, MODEL, COMPONENT, METRIC, on, reason_en=because.en, reason_zh=because.zh)
