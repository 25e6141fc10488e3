"""The decision ``campaign_effect``: what every campaign changed, and what each means of contact.

Reads sums and counts of layer 2, asks ``ml.experiments``, writes two long tables.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa

from dagster_project.lib.decisions.experiments.contrasts import (
    compared,
    contrasts,
    with_large_strata,
)
from dagster_project.lib.decisions.experiments.creatives import as_arms, creatives_compared
from dagster_project.lib.decisions.experiments.effect_plots import (
    daily_plots,
    effect_plots,
    method_plots,
)
from dagster_project.lib.decisions.experiments.effect_rows import COLUMNS, effect_rows
from dagster_project.lib.decisions.experiments.estimates import estimates
from dagster_project.lib.decisions.experiments.payment_days import days_compared
from dagster_project.lib.decisions.experiments.promotion_rows import (
    contacted_as_one,
    promotion_rows,
)
from dagster_project.lib.decisions.experiments.validity import with_sample_ratio
from dagster_project.lib.decisions.spec import Checked, CheckOfDecision, Decided, DecisionSpec
from dagster_project.lib.models.spec import Scored, Work
from dagster_project.lib.models.tables import read

TABLES = ("campaign_effect", "promotion_method_effect")
NO_CAMPAIGN = "no campaign with an assigned audience was delivered (尚无已分配受众的活动)"
SIZES_HOLD = "arms_have_their_planned_sizes"
SUMS = "platform_support.campaign_outcome_sums"
DAYS = "platform_support.campaign_payment_days"
HERE = Path(__file__).parent


def decide(work: Work) -> Decided:
    """Effects of every campaign up to the declared today."""
    sizes = _query(work, "arm_sizes")
    if sizes.empty:
        empty = {table: Scored(None, NO_CAMPAIGN) for table in TABLES}
        return Decided(empty, {SIZES_HOLD: Checked(True)})
    campaigns = with_sample_ratio(_query(work, "validity"), sizes)
    sums, days = (
        with_large_strata(read(work.connection, f"from {table}").to_pandas(), sizes)
        for table in (SUMS, DAYS)
    )
    effects = _effects((sums, days), compared(sizes), campaigns)
    by_creative = _by_creative((sums, days), sizes, campaigns)
    one_sums, one_days, one_sizes = map(contacted_as_one, (sums, days, sizes))
    as_one = _effects((one_sums, one_days), compared(one_sizes), campaigns)
    methods = promotion_rows(as_one, by_creative, campaigns)
    effects = pd.concat([rows for rows in (effects, by_creative) if len(rows)], ignore_index=True)
    blocked = sorted(campaigns.loc[campaigns["srm_blocks"], "campaign_code"])
    length = (pd.to_datetime(campaigns["ends_on"]) - pd.to_datetime(campaigns["starts_on"])).dt
    lengths = dict(zip(campaigns["campaign_code"], length.days + 1, strict=True))
    looks = daily_plots(_query(work, "daily_looks"), set(blocked), lengths)
    return Decided(
        {
            "campaign_effect": Scored(_arrow(effects), plots=effect_plots(effects) | looks),
            "promotion_method_effect": Scored(_arrow(methods), plots=method_plots(methods)),
        },
        {SIZES_HOLD: Checked(not blocked, {"not_readable": ", ".join(blocked) or "none"})},
    )


def _effects(
    given: tuple[pd.DataFrame, pd.DataFrame],
    pairs: pd.DataFrame,
    campaigns: pd.DataFrame,
    is_by_creative: bool = False,
) -> pd.DataFrame:
    """Effects between the pairs of arms; ``given`` are the sums and the counts of days."""
    found = estimates(contrasts(given[0], pairs), days_compared(given[1], pairs))
    return effect_rows(found, campaigns, is_by_creative)


def _by_creative(
    given: tuple[pd.DataFrame, pd.DataFrame], sizes: pd.DataFrame, campaigns: pd.DataFrame
) -> pd.DataFrame:
    """Effects of the creatives; no rows where no campaign names one."""
    if not campaigns["names_creatives"].any():
        return pd.DataFrame(columns=COLUMNS)
    sums, days = (as_arms(frame, campaigns) for frame in given)
    pairs = creatives_compared(as_arms(sizes, campaigns))
    return _effects((sums, days), pairs, campaigns, is_by_creative=True)


def _query(work: Work, name: str) -> pd.DataFrame:
    text = (HERE / f"{name}.sql").read_text(encoding="utf-8")
    return read(work.connection, text).to_pandas()


def _arrow(rows: pd.DataFrame) -> pa.Table:
    """The rows with nan as null: nothing that could not be computed passes for a number."""
    return pa.Table.from_pandas(rows, preserve_index=False)


CAMPAIGN_EFFECT = DecisionSpec(
    name="campaign_effect",
    title_en="Effects of campaigns and of means of contact",
    title_zh="活动效果与触达方式效果",
    decide=decide,
    reads=(
        "data_processing.stg_landing__campaign_contacts",
        "data_processing.stg_landing__campaigns",
        "platform_support.campaign_firsts",
        "platform_support.campaign_members",
        SUMS,
        "platform_support.campaign_outcomes",
        DAYS,
        "platform_support.campaign_savings",
    ),
    writes=TABLES,
    checks=(
        CheckOfDecision(
            SIZES_HOLD,
            "campaign_effect",
            "No campaign's arms differ from their planned sizes (p < 0.001); one that does is not "
            "read (各组人数与计划比例相符).",
            blocking=False,
        ),
    ),
)
