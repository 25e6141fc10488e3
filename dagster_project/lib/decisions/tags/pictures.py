"""Pictures of the tags: how many hold each, and what the month changed.

Cells of too few customers are left out. Words inside a picture are English, for not every machine
has Chinese fonts; the titles are in both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dagster_project.lib.models import plots

if TYPE_CHECKING:
    import pandas as pd

SHARE = "share of the customers, %"
SHOWN = 20  # tags that moved most; more bars than that cannot be read


def of_holders(rows: list[dict[str, Any]], small: int) -> dict[str, str]:
    """Share of all known customers by tag."""
    import pandas as pd

    held = [
        {"tag": row["title_en"], SHARE: 100 * row["customers"] / row["known_customers"]}
        for row in rows
        if row["known_customers"] and row["customers"] >= small
    ]
    if not held:
        return {}
    frame = pd.DataFrame(held).sort_values(SHARE, ascending=False)
    return {"tags by share of the customers (标签占比)": plots.bars(frame, SHARE, "tag")}


def of_changes(rows: list[dict[str, Any]], small: int) -> dict[str, str]:
    """Times that the tags were gained and lost in the month."""
    import pandas as pd

    moved = sorted(rows, key=lambda row: -row["gained_this_month"] - row["lost_this_month"])
    counted = [
        {"tag": row["title_en"], "customers": row[f"{change}_this_month"], "change": change}
        for row in moved[:SHOWN]
        for change in ("gained", "lost")
        if row[f"{change}_this_month"] >= small
    ]
    if not counted:
        return {}
    frame: pd.DataFrame = pd.DataFrame(counted)
    title = "tags gained and lost this month (本月标签变动)"
    return {title: plots.bars(frame, "customers", "tag", "change")}
