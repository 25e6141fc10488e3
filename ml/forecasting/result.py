"""What a refit hands over: figures, decisions, the champion and its parameters, or a refusal."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ml.forecasting.contract import Finding, Panel
from ml.forecasting.judgement import promotion
from ml.forecasting.judgement.metrics import METRICS, summary

TOO_SHORT = "backtest_too_short"
NO_ERROR_KNOWN = "no_error_known"
REFUSALS = {
    TOO_SHORT: (
        "{days} days of history; a backtest needs at least 168. No forecast is released.",
        "历史仅{days}天，回测至少需要168天，不发布预测。",
    ),
    NO_ERROR_KNOWN: (
        "{days} days of history, but none with a value in the four weeks after the first origin: "
        "no error is known to calibrate intervals with. No forecast is released.",
        "历史{days}天，但首个检验时点后的四周内没有任何数值，无误差可用于校准区间，不发布预测。",
    ),
}


@dataclass(frozen=True)
class BacktestResult:
    """What the refit found; ``parameters`` is what the daily forecast reads.

    ``table`` has one row per candidate, set of series (declared sample, all) and origin, and one
    with origin NaT over all judged origins; ``cells`` one per candidate, origin and series.
    """

    table: pd.DataFrame
    cells: pd.DataFrame
    decisions: pd.DataFrame
    champion: str
    reason_en: str
    reason_zh: str
    weights: dict[str, float]
    parameters: pd.DataFrame | None
    sample: tuple[str, ...]
    seconds: dict[str, float]  # per series and forecast
    findings: tuple[Finding, ...]
    refusal_code: str | None = None


def table_of(rows: pd.DataFrame, sample: tuple[str, ...]) -> pd.DataFrame:
    """Figures by candidate, set of series and origin, and over all origins (origin NaT)."""
    rows = rows[rows["is_judged"]]
    parts = []
    counts = rows.groupby("candidate")["unique_id"].nunique()
    for name, part in (
        ("sample", rows[rows["unique_id"].isin(sample)]),
        ("all", rows[rows["candidate"].map(counts) == counts.max()]),
    ):
        if part.empty:
            continue
        by_origin = summary(part, ["candidate", "origin"])
        over_all = summary(part, ["candidate"]).assign(origin=pd.NaT)
        joined = pd.concat([by_origin.astype({"origin": "datetime64[ns]"}), over_all.astype(
            {"origin": "datetime64[ns]"}
        )], ignore_index=True)  # fmt: skip
        parts.append(joined.assign(series=name))
    table = pd.concat(parts, ignore_index=True)
    return table[["candidate", "series", "origin", *METRICS]]


def refused_backtest(panel: Panel, incumbent: str, code: str = TOO_SHORT) -> BacktestResult:
    """No figures, the incumbent, and the reason (one of ``REFUSALS``) in both languages."""
    english, chinese = (text.format(days=len(panel.days)) for text in REFUSALS[code])
    nothing = pd.DataFrame()
    return BacktestResult(
        nothing, nothing, promotion.as_frame([]), incumbent, english, chinese, {}, None, (), {},
        panel.findings, code,
    )  # fmt: skip
