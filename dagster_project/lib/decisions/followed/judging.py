"""Shares of windows that came true as figures of model validation, with their intervals.

Pure: rows in, rows out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date
from typing import Any

from dagster_project.lib.decisions.followed.figures import figure

MODEL, COMPONENT = "payment_timing", "published_windows"
TOLERANCE, SEGMENT_TOLERANCE = 0.015, 0.03  # as the backtest's bars, METHODS.md section 10
FEWEST_CUSTOMERS = 100  # of a segment: below it the interval is wider than twenty points
LEVEL_95 = 1.959964
NOTHING_EN = "no windows of an earlier day have ended yet: the figures of the backtest stand"
NOTHING_ZH = "尚无到期的历史窗口，以回测结果为准"


def hit_rows(
    counted: Iterable[dict[str, Any]], backtested: Iterable[dict[str, Any]], as_of: date
) -> list[dict[str, Any]]:
    """One figure a release, segment and level; the one that says so where there is none.

    value: share of ended windows that held the next payment. Its 95 % interval less the
    backtest's share is in difference_low and difference_high; windows of one customer are not
    independent, so customers are counted for it, not windows.
    """
    expected = {(row["release_id"], row["metric"]): row["value"] for row in backtested}
    rows = [
        _figure(row, expected.get((row["release_id"], f"whole_coverage_{row['level']}")), as_of)
        for row in counted
        if row["segment"] == "all" or row["customers"] >= FEWEST_CUSTOMERS
    ]
    return rows or [_nothing(as_of)]


def _figure(row: dict[str, Any], backtest: float | None, as_of: date) -> dict[str, Any]:
    share = row["hits"] / row["windows"]
    spread = LEVEL_95 * math.sqrt(share * (1 - share) / row["customers"])
    nominal = row["level"] / 100
    is_all = row["segment"] == "all"
    least = nominal - (TOLERANCE if is_all else SEGMENT_TOLERANCE)
    compared = backtest if is_all else None
    return _row(row["release_id"], as_of) | {
        "segment": row["segment"],
        "metric": f"window_{row['level']}_hit",
        "value": share,
        "champion": "" if compared is None else "backtest",
        "champion_value": compared,
        "difference_low": None if compared is None else share - spread - compared,
        "difference_high": None if compared is None else share + spread - compared,
        "bar": f">= {least:.3f}",
        # Not met only where chance does not explain it.
        "is_met": share + spread >= least,
        "reason_en": f"{row['windows']:,} windows of {row['customers']:,} customers have ended; "
        f"the next payment fell into {row['hits']:,}",
        "reason_zh": f"{row['customers']:,}户的{row['windows']:,}个窗口已到期，"
        f"其中{row['hits']:,}个包含下一次缴费",
    }


def _nothing(as_of: date) -> dict[str, Any]:
    return _row(f"{as_of:%Y-%m-%d}-followed", as_of) | {
        "segment": "all", "metric": "windows_hit", "value": None, "champion": "", "bar": "",
        "reason_en": NOTHING_EN, "reason_zh": NOTHING_ZH,
    }  # fmt: skip


def _row(release_id: str, as_of: date) -> dict[str, Any]:
    return figure(release_id, MODEL, COMPONENT, "", as_of)
