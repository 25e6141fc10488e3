"""Pictures of a round: savings by channel pair, who was left alone, limits and their prices.

Words inside a picture are English, for not every machine has Chinese fonts.
"""

from __future__ import annotations

import pyarrow as pa

from dagster_project.lib.models import plots


def of_guidance(summary: pa.Table) -> dict[str, str]:
    """Expected saving by channel pair; nothing where nobody is guided."""
    data = summary.to_pandas()
    guided = data[data["recommended_channel_code"] != "none"]
    if guided.empty:
        return {}
    shown = guided.rename(
        columns={
            "present_channel_code": "from",
            "recommended_channel_code": "to",
            "saving_per_year_yuan": "expected saving, yuan a year",
        }
    )[["from", "to", "expected saving, yuan a year"]]
    totals = shown.groupby(["from", "to"], as_index=False).sum()
    drawn = plots.bars(totals, "from", "expected saving, yuan a year", "to")
    return {"expected saving by channel (按渠道的预期节约)": drawn}


def of_summary(summary: pa.Table) -> dict[str, str]:
    """Customers by outcome: who is guided, and why the others are left alone."""
    data = summary.to_pandas()
    outcomes = data.groupby("outcome", as_index=False)["customers"].sum()
    return {"customers by outcome (各结果的用户数)": plots.bars(outcomes, "customers", "outcome")}


def of_limits(limits: pa.Table) -> dict[str, str]:
    """Part of every limit that is used, and what all of it is worth at its price."""
    data = limits.to_pandas()
    data["limit"] = data["limit_of"].where(data["limit_code"] == "capacity", data["limit_code"])
    limited = data.dropna(subset=["limit_value"])
    limited = limited[limited["limit_value"] > 0]
    if limited.empty:
        return {}
    shown = limited.assign(
        used=100 * limited["used_value"] / limited["limit_value"],
        worth=limited["multiplier_yuan"] * limited["limit_value"],
    ).rename(columns={"used": "used, %", "worth": "worth at its multiplier, yuan"})
    return {
        "use of the limits (限制使用率)": plots.bars(
            shown[["limit", "used, %"]], "limit", "used, %"
        ),
        "what the limits are worth (限制的影子价值)": plots.bars(
            shown[["limit", "worth at its multiplier, yuan"]],
            "limit",
            "worth at its multiplier, yuan",
        ),
    }


def of_relief(relief: pa.Table) -> dict[str, str]:
    """Counter payments by hours, and what is expected to move, by weekday and hours."""
    data = relief.to_pandas()
    hours = data.groupby("hour_band", as_index=False)[
        ["payments", "movable_payments", "guided_payments", "expected_moved_payments"]
    ].sum()
    long = hours.melt("hour_band", var_name="which", value_name="payments a year")
    moved = data.groupby(["weekday", "hour_band"], as_index=False)["expected_moved_payments"].sum()
    moved = moved.rename(columns={"expected_moved_payments": "expected to move, a year"})
    return {
        "payments at counters by hours (柜台缴费笔数，按时段)": plots.bars(
            long[long["which"] != "payments"], "which", "payments a year", "hour_band"
        ),
        "relief by weekday and hours (分流笔数，按星期与时段)": plots.bars(
            moved, "weekday:O", "expected to move, a year", "hour_band"
        ),
    }


def of_headroom(headroom: pa.Table) -> dict[str, str]:
    """Headroom by channel and by what holds it back."""
    data = headroom.to_pandas()
    totals = data.groupby(["channel_code", "held_back_by"], as_index=False)[
        "headroom_payments"
    ].sum()
    shown = totals.rename(
        columns={"channel_code": "channel", "headroom_payments": "headroom, payments a year"}
    )
    return {
        "headroom by what holds it back (提升空间，按主要制约)": plots.bars(
            shown, "channel", "headroom, payments a year", "held_back_by"
        )
    }
