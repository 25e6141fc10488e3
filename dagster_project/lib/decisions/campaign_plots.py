"""Pictures of launched audiences: arms, planned days of contact, and who was left out and why.

Counts, never customers. Words inside a picture are English, for not every machine has Chinese
fonts.
"""

from __future__ import annotations

import pyarrow as pa

from dagster_project.lib.models.plots import bars, lines

LATEST = 3  # campaigns whose days are drawn; more lines than that cannot be read


def audience_plots(rows: pa.Table, small: int) -> dict[str, str]:
    """Customers by campaign and arm, and contacts of the latest campaigns by planned day."""
    arms = rows.group_by(["tracked_code", "arm"]).aggregate([([], "count_all")]).to_pandas()
    arms = arms[arms["count_all"] >= small].sort_values(["tracked_code", "arm"])
    arms.columns = ["campaign", "arm", "customers"]
    days = (
        rows.filter(pa.compute.is_valid(rows["contact_on"]))
        .group_by(["tracked_code", "contact_on"])
        .aggregate([([], "count_all")])
        .to_pandas()
    )
    days.columns = ["campaign", "day", "contacts"]
    latest = days.groupby("campaign")["day"].max().sort_values().index[-LATEST:]
    days = days[days["campaign"].isin(latest)].assign(day=days["day"].astype(str))
    found = {}
    if not arms.empty:
        found["audience by arm (受众，按分组)"] = bars(arms, "campaign", "customers", "arm")
    if not days.empty:
        found["planned contacts by day (计划触达，按日)"] = lines(
            days.sort_values("day"), "day:T", "contacts", "campaign"
        )
    return found


def suppression_plots(rows: pa.Table, small: int) -> dict[str, str]:
    """Customers who were left out, by campaign and reason."""
    frame = rows.to_pandas()
    frame = frame[frame["customers"] >= small].rename(columns={"campaign_code": "campaign"})
    if frame.empty:
        return {}
    counted = frame.groupby(["campaign", "reason"], as_index=False)["customers"].sum()
    return {"left out by reason (排除原因)": bars(counted, "campaign", "customers", "reason")}
