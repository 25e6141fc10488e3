"""Pictures of the service tables for the pages of their assets: counts, never customers."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from dagster_project.lib.models.plots import bars, heat

if TYPE_CHECKING:
    import pandas as pd

AGES = (0, 3, 7, 14, 30, 92)  # days since it was asked for
TOPUP_BANDS = (0, 50, 100, 200, 500, 1000, 5000)  # yuan


def followup_plots(rows: pa.Table) -> dict[str, str]:
    """Follow-ups by category and state, and the open ones by age against their deadline."""
    import pandas as pd

    frame = rows.select(
        ["category", "state", "working_days_left", "working_days", "customer_id"]
    ).to_pandas()
    by_category = _counted(frame, ["category", "state"])
    found = {
        "by category and state (按类别与状态)": bars(by_category, "category", "count", "state")
    }
    waiting = frame[frame["state"].isin(["open", "overdue"])]
    if len(waiting):
        age = waiting["working_days"] - waiting["working_days_left"].astype(float)
        band = pd.cut(age, [-1000, *AGES, 100_000], labels=_labels(AGES)).astype(str)
        by_age = _counted(waiting.assign(age=band), ["age", "state"])
        found["waiting, by working days since (待办工龄)"] = bars(by_age, "age", "count", "state")
    return found


def offer_plots(rows: pa.Table) -> dict[str, str]:
    """Recommended top-ups by amount, and advance limits by risk."""
    import pandas as pd

    frame = rows.select(["offer_kind", "topup_yuan", "advance_limit_yuan", "arrears_risk"])
    offers = frame.to_pandas()
    amount = offers["topup_yuan"].dropna().astype(float)
    band = pd.cut(amount, [-1, *TOPUP_BANDS, 1e9], labels=_labels(TOPUP_BANDS)).astype(str)
    found = {}
    if len(amount):
        by_amount = _counted(offers.loc[amount.index].assign(yuan=band), ["yuan", "offer_kind"])
        found["recommended top-ups (建议充值)"] = bars(by_amount, "yuan", "count", "offer_kind")
    limits = offers.dropna(subset=["advance_limit_yuan"])
    if len(limits):
        limit = limits["advance_limit_yuan"].astype(float)
        band = pd.cut(limit, [-1, 0, 10, 25, 50, 75, 100, 1e9], labels=_labels(
            (0, 10, 25, 50, 75, 100))).astype(str)  # fmt: skip
        by_limit = _counted(limits.assign(yuan=band), ["yuan", "arrears_risk"])
        found["advance limits by risk (预支额度)"] = bars(by_limit, "yuan", "count", "arrears_risk")
    return found


def enterprise_plots(rows: pa.Table) -> dict[str, str]:
    """Recommended services of small enterprises by arrears risk."""
    frame = rows.select(["service_code", "arrears_risk"]).to_pandas()
    counted = _counted(frame, ["service_code", "arrears_risk"])
    return {
        "recommended services (推荐服务)": bars(counted, "service_code", "count", "arrears_risk")
    }


def class_plots(rows: pa.Table) -> dict[str, str]:
    """Complaint texts by category, and by what classified them."""
    counted = _counted(rows.select(["category", "method"]).to_pandas(), ["category", "method"])
    if counted.empty:
        return {}
    return {"complaint texts by category (投诉文本分类)": bars(
        counted, "category", "count", "method")}  # fmt: skip


def _labels(edges: tuple[int, ...]) -> list[str]:
    inner = [f"{low}–{high}" for low, high in pairwise(edges)]
    return [f"≤ {edges[0]}", *inner, f"> {edges[-1]}"]


def _counted(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    return frame.groupby(columns, as_index=False, observed=True).size().rename(
        columns={"size": "count"}
    )  # fmt: skip


def confusion_plot(chosen: np.ndarray, labels: np.ndarray, categories: tuple[str, ...]) -> str:
    """Texts by right category and by what was said of them."""
    import pandas as pd

    names = [*categories, "unclassified"]
    frame = pd.DataFrame(
        {"right": [names[n] for n in labels], "said": [names[n] for n in chosen]}
    )  # fmt: skip
    return heat(_counted(frame, ["right", "said"]), "said", "right", "count")
