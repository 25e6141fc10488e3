"""Forecasting between the warehouse and ``ml``: payments and amounts by channel and region."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa

from dagster_project.lib.models import plots
from dagster_project.lib.models.candidate import (
    Candidate,
    ParameterValues,
    Validation,
    Verdict,
    parameter_table,
    refused,
)
from dagster_project.lib.models.expected_payments import TRUSTED_DAYS, timing_weights
from dagster_project.lib.models.releases import Release, reading, released
from dagster_project.lib.models.spec import Scored, Work
from dagster_project.lib.models.tables import read

NAME = "forecasting"
TABLES = ("payment_forecast_predicted", "payment_forecast_history")
HORIZON_DAYS = 60
FEWEST_KNOWN_SHARE = 0.5  # of the days; with fewer, no origin has an error to calibrate with
ALL = "all"  # of channels or regions
PANEL = """
with days as (select distinct paid_on from platform_support.channel_region_days),
series as (select distinct channel_code, region_code from platform_support.channel_region_days)
select series.channel_code || '/' || series.region_code as unique_id, days.paid_on as ds,
    coalesce(paid.payments, 0)::double as payments,
    coalesce(paid.amount_yuan, 0)::double as amount_yuan
from series cross join days
left join platform_support.channel_region_days as paid using (channel_code, region_code, paid_on)
order by unique_id, ds
"""
BILLS = """
select region_code as region, issued_on as ds, bills::double as bills,
    amount_yuan::double as amount_yuan
from platform_support.region_bill_days order by region, ds
"""
OVERRIDES = "select calendar_date, is_workday from data_processing.calendar_overrides"


@dataclass(frozen=True)
class Measure:
    """What is forecast: a column of the panel, driven by a column of the bills."""

    name: str
    bills: str
    candidates: tuple[str, ...] | None  # None: all


MEASURES = (
    Measure("payments", "bills", None),
    # Amounts follow the counts' order of models: the baselines and the champion are tried again.
    Measure(
        "amount_yuan",
        "amount_yuan",
        ("seasonal_naive", "same_bill_day", "bill_calendar", "prophet_tuned"),
    ),
)


def fit(work: Work) -> Candidate:
    """Backtest both measures; the champion of each is fitted on all that is known."""
    from ml.forecasting import backtest

    panel, bills, overrides = _frames(work)
    if panel.empty:
        return refused("no_payments", "no day has a payment", "没有任何缴费记录")
    days, span = panel["ds"].nunique(), (panel["ds"].max() - panel["ds"].min()).days + 1
    if days < FEWEST_KNOWN_SHARE * span:
        return refused(
            "too_sparse",
            f"payments on {days} of {span} days; at least half of the days are needed",
            f"{span}天中仅{days}天有缴费，至少需要一半的天数",
        )
    incumbents = _champions(released(work.connection, NAME))
    found, sample = {}, _largest(panel, work.settings.forecast_sample_series)
    for measure in MEASURES:
        found[measure.name] = backtest(
            _measured(panel, measure),
            _bills(bills, measure),
            overrides=overrides,
            candidates=measure.candidates,
            sample=sample,
            horizon=HORIZON_DAYS,
            incumbent=incumbents.get(measure.name, "seasonal_naive"),
        )
    counts = found["payments"]
    if counts.refusal_code is not None:
        return refused(counts.refusal_code, counts.reason_en, counts.reason_zh)
    rows = [row for name, result in found.items() for row in _rows(name, result)]
    verdict = Verdict(
        "promoted",
        "; ".join(f"{name}: {result.reason_en}" for name, result in found.items()),
        "；".join(f"{name}：{result.reason_zh}" for name, result in found.items()),
    )
    figures = [row for name, result in found.items() for row in _figures(name, result)]
    return Candidate(
        parameter_table(rows), verdict, figures, _backtests(found), _backtest_plots(counts)
    )


def score(work: Work, release: Release) -> dict[str, Scored]:
    """Forecast both measures with the released champions, counts drawn towards the windows' sum."""
    from ml.forecasting import forecast
    from ml.forecasting.reconciliation.timing_aggregate import shrunk_to_timing

    panel, bills, overrides = _frames(work)
    frames = {}
    for measure in MEASURES:
        with reading(release):
            frames[measure.name] = forecast(
                _measured(panel, measure),
                _parameters(release, measure.name),
                _bills(bills, measure),
                overrides=overrides,
                horizon=HORIZON_DAYS,
            )
    if frames["payments"].empty:
        reason = "no series has two weeks of history (历史不足两周)"
        return {name: Scored(None, reason) for name in TABLES}
    timing, weights = timing_weights(work)
    counts = frames["payments"]
    if weights:
        counts = shrunk_to_timing(counts, timing, weights)
    table = _published(work, counts, frames["amount_yuan"], weights)
    return {
        TABLES[0]: Scored(table, plots=_fan(counts)),
        TABLES[1]: Scored(_history(work, frames["payments"]), kept_by="forecast_as_of"),
    }


def _frames(work: Work) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    panel, bills, overrides = (
        read(work.connection, query).to_pandas() for query in (PANEL, BILLS, OVERRIDES)
    )
    return panel, bills, overrides


def _measured(panel: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    return panel[["unique_id", "ds"]].assign(y=panel[measure.name])


def _bills(bills: pd.DataFrame, measure: Measure) -> pd.DataFrame | None:
    if bills.empty:
        return None
    return bills[["region", "ds"]].assign(bills=bills[measure.bills])


def _largest(panel: pd.DataFrame, count: int) -> tuple[str, ...]:
    """The total and the channels with the most payments: the slow candidates run on these."""
    channels = panel.groupby(panel["unique_id"].str.split("/").str[0])["payments"].sum()
    return ("total", *channels.sort_values(ascending=False).index)[:count]


def _champions(release: Release | None) -> dict[str, str]:
    if release is None:
        return {}
    rows = release.component("champion").to_pylist()
    return {row["name"]: row["text"] for row in rows}


def _rows(measure: str, result: Any) -> list[ParameterValues]:
    """Parameters of a measure; the model and series of a row stand in its text."""
    found: list[ParameterValues] = [("champion", -1, measure, 0, None, result.champion)]
    if result.parameters is not None:
        for row in result.parameters.itertuples(index=False):
            text = f"{row.model}\t{row.unique_id}"
            found.append((measure, -1, row.name, int(row.index), float(row.value), text))
    return found


def _parameters(release: Release, measure: str) -> pd.DataFrame | None:
    rows = release.component(measure).to_pandas()
    if rows.empty:
        return None
    places = rows["text"].str.split("\t", n=1, expand=True)
    return pd.DataFrame(
        {"model": places[0], "unique_id": places[1], "name": rows["name"],
         "index": rows["index"].astype(int), "value": rows["value"]}
    )  # fmt: skip


def _figures(measure: str, result: Any) -> list[Validation]:
    """Every comparison with a baseline, and the gain that the platform's own books show."""
    figures = [
        Validation(f"{measure}: {row.candidate}", f"relative_{row.metric}", _known(row.difference),
                   champion=row.baseline, difference_low=_known(row.low),
                   segment=f"against {row.baseline}",
                   difference_high=_known(row.high), bar="95 % interval below 0",
                   is_met=bool(row.passed))
        for row in result.decisions.itertuples()
    ]  # fmt: skip
    own = result.decisions
    chosen = own[(own["candidate"] == result.champion) & (own["baseline"] == "seasonal_naive")]
    gains = chosen[chosen["metric"] == "mase"]["difference"]
    if measure == "payments":
        gain = -100 * float(gains.iloc[0]) if len(gains) else 0.0
        figures.append(Validation("payments", "mase_gain_over_seasonal_naive_pct", _known(gain)))
    return figures


def _known(value: float) -> float | None:
    return None if pd.isna(value) else float(value)


def _backtests(found: dict[str, Any]) -> pa.Table:
    frames = []
    for name, result in found.items():
        if not result.table.empty:
            origin = result.table["origin"].dt.strftime("%Y-%m-%d").fillna(ALL)
            seconds = result.table["candidate"].map(result.seconds)
            frames.append(
                result.table.assign(measure=name, origin=origin, seconds_per_series=seconds)
            )
    return pa.Table.from_pandas(pd.concat(frames), preserve_index=False)


def _published(
    work: Work, counts: pd.DataFrame, amounts: pd.DataFrame, weights: dict[str, float]
) -> pa.Table:
    """Both measures side by side, sums named ``all``."""
    bounds = {f"{side}_{level}": f"{word}_{level}" for side, word in (("lo", "low"), ("hi", "high"))
              for level in (80, 95)}  # fmt: skip
    sides = [
        frame.rename(
            columns={"mean": f"expected_{name}", "model": f"{name}_model"}
            | {ours: f"{name}_{theirs}" for ours, theirs in bounds.items()}
        )
        for name, frame in (("payments", counts), ("amount", amounts))
    ]
    both = sides[0].merge(
        sides[1].drop(columns="is_calendar_estimated"), on=["unique_id", "ds"], how="left"
    )
    parts = both["unique_id"].str.split("/", n=1, expand=True).reindex(columns=[0, 1])
    both = both.rename(columns={"expected_amount": "expected_amount_yuan", "ds": "forecast_on"})
    both = both.assign(
        release_id=work.release_id,
        channel_code=parts[0].replace("total", ALL),
        region_code=parts[1].fillna(ALL),
        timing_weight=parts[0].map(weights).astype("float64"),
    ).drop(columns="unique_id")
    return pa.Table.from_pandas(both, preserve_index=False)


def _history(work: Work, counts: pd.DataFrame) -> pa.Table:
    """Today's forecast of the channels before it is drawn to the windows, to be judged later."""
    near = counts["ds"] <= pd.Timestamp(work.as_of) + pd.Timedelta(days=TRUSTED_DAYS)
    channels = counts[near & ~counts["unique_id"].str.contains("/")]
    table = pd.DataFrame(
        {
            "forecast_as_of": [work.as_of] * len(channels),
            "channel_code": channels["unique_id"].replace("total", ALL).to_numpy(),
            "forecast_on": channels["ds"].dt.date.to_numpy(),
            "expected_payments": channels["mean"].to_numpy(),
        }
    )
    return pa.Table.from_pandas(table, preserve_index=False)


def _backtest_plots(result: Any) -> dict[str, str]:
    table = result.table
    if table.empty:
        return {}
    over_all = table[table["origin"].isna() & (table["series"] == "sample")].sort_values("wql")
    return {
        "WQL of the candidates (各模型加权分位数损失)": plots.bars(over_all, "candidate", "wql")
    }


def _fan(counts: pd.DataFrame) -> dict[str, str]:
    total = counts[counts["unique_id"] == "total"]
    if total.empty:
        return {}
    named = total.rename(columns={"ds": "day", "mean": "payments"})
    bands = (("lo_95", "hi_95"), ("lo_80", "hi_80"))
    return {"forecast of all payments (总缴费笔数预测)": plots.fan(named, "day", "payments", bands)}
