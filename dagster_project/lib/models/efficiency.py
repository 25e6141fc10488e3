"""The DEA that stands beside the fuzzy evaluation, for the last whole quarter.

Its bootstrap costs seconds and a quarter ends four times a year: what was measured of the same
inputs by the same code is kept.
"""

from __future__ import annotations

import hashlib

import pandas as pd

from dagster_project.lib.models.code import models_fingerprint
from dagster_project.lib.models.spec import Work
from dagster_project.lib.models.tables import read

UNITS = """
select channel_code as unit, region_code as region, * exclude (channel_code, region_code)
from platform_support.channel_region_quarters
where quarter_start = (
    select max(quarter_start) from platform_support.channel_region_quarters
    where quarter_start + interval 3 month <= $as_of::date + 1
) order by unit, region
"""
GRADED = "platform_support.channel_evaluation_graded"
IS_KEPT = """
select count(*) as columns from information_schema.columns
where column_name = 'dea_inputs' and table_schema || '.' || table_name = $graded
"""
MEASURED = """
select channel_code, paid_month, indicator_group, dea_efficiency, dea_rank, dea_note_en,
    dea_note_zh, dea_inputs
from platform_support.channel_evaluation_graded where dea_inputs = $inputs
"""
MEASURES = ["dea_efficiency", "dea_rank", "dea_note_en", "dea_note_zh"]
COLUMNS = [*MEASURES, "dea_rank_difference", "dea_inputs"]
KEY = ["channel_code", "paid_month", "indicator_group"]


def latest_efficiency(work: Work, scores: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Efficiency per channel, at the overall row of the last month of the last whole quarter.

    A refusal stands in the notes of every channel of that month.
    """
    units = read(work.connection, UNITS, {"as_of": work.as_of.isoformat()}).to_pandas()
    if units.empty:
        return pd.DataFrame(columns=[*KEY, *COLUMNS])
    month = pd.Timestamp(units["quarter_start"].iloc[0]) + pd.DateOffset(months=2)
    of_month = scores[pd.to_datetime(scores["period"]) == month].set_index("unit")["score"].dropna()
    inputs = _identified(units, seed)
    measured = _measured(work, inputs)
    if measured.empty:
        measured = _measure(units, seed).assign(
            paid_month=month.date(), indicator_group="overall", dea_inputs=inputs
        )
    return _compared(measured, of_month)[[*KEY, *COLUMNS]]


def _identified(units: pd.DataFrame, seed: int) -> str:
    """Changes with whatever the DEA rests on; the scores beside it move with every day."""
    texts = (units.to_csv(index=False), models_fingerprint(), str(seed))
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]


def _compared(measured: pd.DataFrame, scores: pd.Series) -> pd.DataFrame:
    """How many places DEA puts a channel behind its fuzzy score, among the channels of the DEA."""
    found = measured["dea_efficiency"].notna()
    ranks = scores.reindex(measured.loc[found, "channel_code"]).rank(ascending=False, method="min")
    difference = measured.loc[found, "dea_rank"].astype(float) - ranks.to_numpy()
    return measured.assign(dea_rank_difference=difference.reindex(measured.index))


def _measured(work: Work, inputs: str) -> pd.DataFrame:
    """What an earlier scoring found of the same inputs; no row where there was none."""
    there = read(work.connection, IS_KEPT, {"graded": GRADED})
    if not there["columns"][0].as_py():
        return pd.DataFrame(columns=[*KEY, *COLUMNS])
    return read(work.connection, MEASURED, {"inputs": inputs}).to_pandas()


def _measure(units: pd.DataFrame, seed: int) -> pd.DataFrame:
    from ml.fuzzy_evaluation import evaluate_efficiency

    made = evaluate_efficiency(units, seed=seed)
    if made.refusal is not None:
        channels = pd.DataFrame({"unit": sorted(units["unit"].unique())})
        notes = {"dea_note_en": made.refusal.en, "dea_note_zh": made.refusal.zh}
        channels = channels.assign(**dict.fromkeys(MEASURES[:2]), **notes)
    else:
        channels = made.channels.rename(
            columns={
                "efficiency": "dea_efficiency",
                "efficiency_rank": "dea_rank",
            }
        ).assign(dea_note_en=None, dea_note_zh=None)
    return channels.rename(columns={"unit": "channel_code"})
