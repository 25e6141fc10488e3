"""Pictures of predictions that were followed: how often the published windows held the payment."""

from __future__ import annotations

from typing import Any

from dagster_project.lib.models.plots import bars


def hit_plots(rows: list[dict[str, Any]]) -> dict[str, str]:
    """Share of ended windows that held the next payment, all customers, by declared share."""
    import pandas as pd

    hits = [
        {"window": row["metric"], "release": row["release_id"], "held the payment, %": share}
        for row in rows
        if row["segment"] == "all"
        and row["metric"].startswith("window_")
        and row["value"] is not None
        for share in [100 * row["value"]]
    ]
    if not hits:
        return {}
    drawn = bars(pd.DataFrame(hits), "window", "held the payment, %", "release")
    return {"windows that held the next payment (窗口命中率)": drawn}
