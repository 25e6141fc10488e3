"""The DEA that stands beside the fuzzy evaluation, for the last whole quarter."""

from __future__ import annotations

import pandas as pd

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
COLUMNS = ["dea_efficiency", "dea_rank", "dea_rank_difference", "dea_note_en", "dea_note_zh"]
KEY = ["channel_code", "paid_month", "indicator_group"]


def latest_efficiency(work: Work, scores: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Efficiency per channel, at the overall row of the last month of the last whole quarter.

    A refusal stands in the notes of every channel of that month.
    """
    from ml.fuzzy_evaluation import evaluate_efficiency

    units = read(work.connection, UNITS, {"as_of": work.as_of.isoformat()}).to_pandas()
    if units.empty:
        return pd.DataFrame(columns=[*KEY, *COLUMNS])
    month = pd.Timestamp(units["quarter_start"].iloc[0]) + pd.DateOffset(months=2)
    of_month = scores[pd.to_datetime(scores["period"]) == month].set_index("unit")["score"]
    made = evaluate_efficiency(units, of_month.dropna(), seed=seed)
    if made.refusal is not None:
        channels = pd.DataFrame({"unit": sorted(units["unit"].unique())})
        notes = {"dea_note_en": made.refusal.en, "dea_note_zh": made.refusal.zh}
        channels = channels.assign(**dict.fromkeys(COLUMNS[:3]), **notes)
    else:
        channels = made.channels.rename(
            columns={
                "efficiency": "dea_efficiency",
                "efficiency_rank": "dea_rank",
                "rank_difference": "dea_rank_difference",
            }
        ).assign(dea_note_en=None, dea_note_zh=None)
    placed = channels.rename(columns={"unit": "channel_code"}).assign(
        paid_month=month.date(), indicator_group="overall"
    )
    return placed[[*KEY, *COLUMNS]]
