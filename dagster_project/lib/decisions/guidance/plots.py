"""Pictures of a round: savings by channel pair, who was left alone, limits and their prices.

Words inside a picture are English, for not every machine has Chinese fonts.
"""

from __future__ import annotations

import pyarrow as pa

from dagster_project.lib.models import plots


def of_guidance(summary: pa.Table) -> dict[str, str]:
    """Expected saving by channel pair, and customers by outcome."""
    data = summary.to_pandas()
    guided = data[data["recommended_channel_code"] != "none"]
    found = {}
    if not guided.empty:
        shown = guided.rename(
            columns={
                "present_channel_code": "from",
                "recommended_channel_code": "to",
                "saving_per_year_yuan": "expected saving, yuan a year",
            }
        )[["from", "to", "expected saving, yuan a year"]]
        totals = shown.groupby(["from", "to"], as_index=False).sum()
        found["expected saving by channel (按渠道的预期节约)"] = plots.bars(
            totals, "from", "expected saving, yuan a year", "to"
        )
    outcomes = data.groupby("outcome", as_index=False)["customers"].sum()
    found["customers by outcome (各结果的用户数)"] = plots.bars(outcomes, "customers", "outcome")
    return found


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
