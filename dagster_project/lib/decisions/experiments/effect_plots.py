"""What the pages of the effects show: intervals by campaign, decay by bill, looks by day."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dagster_project.lib.decisions.experiments.contrasts import HOLDOUT
from dagster_project.lib.decisions.experiments.creatives import ALL_CREATIVES, NONE, UNDECLARED
from dagster_project.lib.decisions.experiments.estimates import ALL, PLAIN
from dagster_project.lib.decisions.experiments.outcomes import CAMPAIGN, HORIZONS, PRIMARY
from dagster_project.lib.models.plots import fan, intervals
from ml.experiments.effects import difference
from ml.experiments.moments import Array, Moments
from ml.experiments.sequential import LEAST_EVENTS, half_width

SHOWN = 3  # campaigns with a picture of their own, the latest


def effect_plots(effects: pd.DataFrame) -> dict[str, str]:
    """Title -> Markdown of the effects on paying through the target, in percentage points."""
    chosen = effects[
        effects["is_readable"]
        & (effects["outcome"] == PRIMARY)
        & (effects["segment"] == ALL)
        & (effects["estimator"] == PLAIN)
    ]
    if chosen.empty:
        return {}
    points = chosen.assign(
        low=100 * chosen["effect_low"],
        points=100 * chosen["effect"],
        high=100 * chosen["effect_high"],
        compared=chosen["campaign_code"] + ": " + chosen["arm"] + " − " + chosen["against_arm"],
    )
    is_whole = points["against_creative"].isin([ALL_CREATIVES, UNDECLARED])
    creatives = _creative_plot(points[~is_whole & (points["horizon"] == CAMPAIGN)])
    points = points[is_whole]
    held = points[points["against_arm"] == HOLDOUT]
    columns = ["compared", "horizon", "low", "points", "high"]
    whole = points[points["horizon"] == CAMPAIGN][columns]
    return {
        "Effect on paying through the target, points (目标渠道缴费效果，百分点)": intervals(
            whole, "low", "points", "high", "compared"
        ),
        "Decay of the effect by bill, points (效果衰减，百分点)": intervals(
            held[columns].sort_values("compared"), "low", "points", "high", "compared",
            rows=[name for name in HORIZONS if name in set(held["horizon"])], row="horizon",
        ),
        **creatives,
    }  # fmt: skip


def _creative_plot(points: pd.DataFrame) -> dict[str, str]:
    """Creatives against the holdout and against each other; nothing where none is named."""
    if points.empty:
        return {}
    against = points["against_creative"].replace(NONE, HOLDOUT)
    named = points["campaign_code"] + ": " + points["creative"] + " − " + against
    shown = points.assign(compared=named)[["compared", "low", "points", "high"]]
    title = "Effect of creatives, points (创意效果，百分点)"
    return {title: intervals(shown, "low", "points", "high", "compared")}


def method_plots(methods: pd.DataFrame) -> dict[str, str]:
    """Effects of means and creatives on paying through the target, in percentage points."""
    chosen = methods[methods["is_readable"] & (methods["outcome"] == PRIMARY)]
    if chosen.empty:
        return {}
    shown = pd.DataFrame(
        {
            "method": chosen["contact_means"] + ", " + chosen["creative"],
            "low": 100 * chosen["effect_low"],
            "points": 100 * chosen["effect"],
            "high": 100 * chosen["effect_high"],
        }
    )
    title = "Effect of means and creatives, points (触达方式与创意效果，百分点)"
    return {title: intervals(shown, "low", "points", "high", "method")}


def daily_plots(looks: pd.DataFrame, blocked: set[str], ends: dict[str, int]) -> dict[str, str]:
    """Title -> Markdown: effect of contact by day, with the interval valid under daily looks.

    ``ends`` is the length of each campaign in days.
    """
    found = {}
    codes = [code for code in looks["campaign_code"].drop_duplicates() if code not in blocked]
    for code in codes[-SHOWN:]:
        days = by_day(looks[looks["campaign_code"] == code], ends[code])
        if not days.empty:
            title = f"{code}: effect by day, points (逐日效果，百分点)"
            found[title] = fan(days, "day", "points", (("low", "high"),))
    return found


def by_day(looks: pd.DataFrame, length: int) -> pd.DataFrame:
    """Effect in points and its always-valid interval, from the day with enough events on."""
    sides = [looks[looks["is_held_out"] == side] for side in (False, True)]
    if sides[0].empty or sides[1].empty:
        return pd.DataFrame()
    arms = [_shares(side["units"].to_numpy(float), side["paid"].to_numpy(float)) for side in sides]
    found, day = difference(*arms), np.arange(1, len(sides[0]) + 1)
    half = half_width(found.std_error, day, length)
    rows = pd.DataFrame(
        {"day": day, "points": 100 * found.estimate, "low": 100 * (found.estimate - half),
         "high": 100 * (found.estimate + half)}
    )  # fmt: skip
    events = arms[0].sums[:, 0] + arms[1].sums[:, 0]
    return rows[(found.refusal == "") & (events >= LEAST_EVENTS)]


def _shares(units: Array, yes: Array) -> Moments:
    sums = np.stack([yes, units], axis=-1)
    products = np.stack([np.stack([yes, yes], -1), np.stack([yes, units], -1)], axis=-2)
    return Moments(units, sums, products)
