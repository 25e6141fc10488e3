"""A campaign's target channel forecast from the days before it, once; kept until these change.

The released model of the daily payments is fitted anew on those days alone; before any release it
is the backtest's baseline. Published forecasts reach fourteen days: no campaign is that short.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from dagster_project.lib.decisions.followed.figures import asked, is_there
from dagster_project.lib.decisions.followed.volumes import wording
from dagster_project.lib.deliveries.messages import Bilingual
from dagster_project.lib.models.code import code_mark
from dagster_project.lib.models.spec import Work
from dagster_project.lib.models.tables import read
from ml.experiments.counterfactual import (
    FEWEST_ORIGINS,
    Array,
    Forecast,
    NothingForecastError,
    counterfactual,
    origins_before,
)

KEPT = "campaign_volumes_forecast"
HERE = Path(__file__).parent
SHAPE = pa.schema([
    ("campaign_code", pa.string()), ("starts_on", pa.date32()), ("ends_on", pa.date32()),
    ("target_channel_code", pa.string()),
])  # fmt: skip
Row = dict[str, Any]


def forecasts(work: Work, campaigns: list[Row]) -> tuple[list[Row], dict[str, Bilingual]]:
    """Rows a campaign and day, and why there are none, by campaign."""
    if not campaigns:
        return [], {}
    table = pa.Table.from_pylist([{n: c[n] for n in SHAPE.names} for c in campaigns], SHAPE)
    work.connection.register("followed_campaigns", table)
    marks = {
        row["campaign_code"]: f"{row['data_mark']}/{code_mark()}"
        for row in asked(work, HERE, "marks")
    }
    rows: list[Row] = []
    refusals: dict[str, Bilingual] = {}
    earlier = _kept(work)
    for campaign in campaigns:
        code = campaign["campaign_code"]
        kept = [row for row in earlier if (row["campaign_code"], row["data_mark"]) == (
            code, marks[code]
        )]  # fmt: skip
        found = kept or _forecast(work, campaign, marks[code])
        if isinstance(found, Bilingual):
            refusals[code] = found
        else:
            rows += found
    return rows, refusals


def _kept(work: Work) -> list[Row]:
    table = f"decided.{KEPT}"
    return read(work.connection, f"from {table}").to_pylist() if is_there(work, table) else []


def _forecast(work: Work, campaign: Row, mark: str) -> list[Row] | Bilingual:
    from ml.forecasting.contract import MODEL_HISTORY_DAYS

    starts_on, channel = campaign["starts_on"], campaign["target_channel_code"]
    length = (campaign["ends_on"] - starts_on).days + 1
    before = {"before": starts_on.isoformat()}
    values = daily(asked(work, HERE, "days", before | {"channel": channel}), starts_on)
    if len(origins_before(len(values), length, MODEL_HISTORY_DAYS)) < FEWEST_ORIGINS:
        return wording.too_short(len(values), FEWEST_ORIGINS * length + MODEL_HISTORY_DAYS)
    weights = members(work)
    bills = pd.DataFrame(asked(work, HERE, "bills", before))
    forecast = forecaster(channel, values, starts_on, length, weights, bills)
    try:
        found = counterfactual(values, length, forecast, MODEL_HISTORY_DAYS)
    except NothingForecastError:
        return wording.NOTHING_FORECAST
    return [
        {
            "campaign_code": campaign["campaign_code"], "channel_code": channel,
            "forecast_on": starts_on + timedelta(days=day), "expected_payments": float(expected),
            "std_error": found.std_error, "origins": found.origins,
            "model": " + ".join(weights), "data_mark": mark,
        }
        for day, expected in enumerate(found.daily)
    ]  # fmt: skip


def daily(rows: Iterable[Row], before: date) -> Array:
    """Values of every day up to the one before; nan where nothing was paid anywhere."""
    known = {row["ds"]: row["y"] for row in rows}
    if not known:
        return np.empty(0)
    first = min(known)
    days = [first + timedelta(days=day) for day in range((before - first).days)]
    return np.array([known.get(day, np.nan) for day in days], dtype=float)


def members(work: Work) -> dict[str, float]:
    """The released model, or the members of a combination, with weights; else the baseline."""
    from ml.forecasting.candidates.registry import CANDIDATES, COMBINATION, SEASONAL_NAIVE

    rows = (
        asked(work, HERE, "champion")
        if is_there(work, "platform_support.forecasting_release")
        else []
    )
    champion = next((row["model"] for row in rows if row["role"] == "champion"), SEASONAL_NAIVE)
    weights = {row["model"]: float(row["value"]) for row in rows if row["role"] == "member"}
    wanted = weights if champion == COMBINATION else {champion: 1.0}
    # A model that is fitted on a sample of the series only cannot be asked here.
    is_usable = all(name in CANDIDATES and not CANDIDATES[name].is_slow for name in wanted)
    return wanted if wanted and is_usable else {SEASONAL_NAIVE: 1.0}


def forecaster(
    channel: str,
    values: Array,
    before: date,
    length: int,
    weights: dict[str, float],
    bills: pd.DataFrame,
) -> Forecast:
    """The channel's ``length`` days after the first ``known`` values, which alone are looked at."""
    from ml.forecasting.candidates.combination import mixed
    from ml.forecasting.candidates.registry import CANDIDATES
    from ml.forecasting.candidates.task import Outside, task_of
    from ml.forecasting.contract import Panel

    days = pd.date_range(end=pd.Timestamp(before) - pd.Timedelta(days=1), periods=len(values))
    panel = Panel((channel,), days, values[None, :])
    outside = Outside(bills=None if bills.empty else bills)

    def forecast(known: int) -> Array:
        task = task_of(panel.until(known), length, outside)
        means = {name: CANDIDATES[name].forecast(task, None) for name in weights}
        return np.maximum(mixed(means, weights)[0], 0.0)

    return forecast
