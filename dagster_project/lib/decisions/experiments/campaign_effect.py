"""The decision ``campaign_effect``: what every campaign changed, and how surely.

Reads sums and counts of layer 2, asks ``ml.experiments``, writes one long table.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from dagster_project.lib.decisions.experiments.contrasts import (
    compared,
    contrasts,
    with_large_strata,
)
from dagster_project.lib.decisions.experiments.effect_rows import as_arrow, effect_rows
from dagster_project.lib.decisions.experiments.estimates import estimates
from dagster_project.lib.decisions.experiments.payment_days import days_compared
from dagster_project.lib.decisions.experiments.validity import with_sample_ratio
from dagster_project.lib.decisions.spec import Checked, CheckOfDecision, Decided, DecisionSpec
from dagster_project.lib.models.spec import Scored, Work
from dagster_project.lib.models.tables import read

NO_CAMPAIGN = "no campaign with an assigned audience was delivered (尚无已分配受众的活动)"
SIZES_HOLD = "arms_have_their_planned_sizes"
SUMS = "platform_support.campaign_outcome_sums"
DAYS = "platform_support.campaign_payment_days"
HERE = Path(__file__).parent


def decide(work: Work) -> Decided:
    """Effects of every campaign up to the declared today."""
    sizes = _query(work, "arm_sizes")
    if sizes.empty:
        return Decided({"campaign_effect": Scored(None, NO_CAMPAIGN)}, {SIZES_HOLD: Checked(True)})
    campaigns = with_sample_ratio(_query(work, "validity"), sizes)
    rows = effect_rows(_estimated(work, sizes), campaigns)
    blocked = sorted(campaigns.loc[campaigns["srm_blocks"], "campaign_code"])
    check = Checked(not blocked, {"campaigns_not_readable": ", ".join(blocked) or "none"})
    return Decided({"campaign_effect": Scored(as_arrow(rows))}, {SIZES_HOLD: check})


def _estimated(work: Work, sizes: pd.DataFrame) -> pd.DataFrame:
    pairs = compared(sizes)
    sums, days = (
        with_large_strata(read(work.connection, f"from {table}").to_pandas(), sizes)
        for table in (SUMS, DAYS)
    )
    return estimates(contrasts(sums, pairs), days_compared(days, pairs))


def _query(work: Work, name: str) -> pd.DataFrame:
    text = (HERE / f"{name}.sql").read_text(encoding="utf-8")
    return read(work.connection, text).to_pandas()


CAMPAIGN_EFFECT = DecisionSpec(
    name="campaign_effect",
    title_en="Effects of campaigns",
    title_zh="活动效果",
    decide=decide,
    reads=(
        "data_processing.stg_landing__campaign_contacts",
        "data_processing.stg_landing__campaigns",
        "platform_support.campaign_members",
        SUMS,
        "platform_support.campaign_outcomes",
        DAYS,
        "platform_support.campaign_savings",
    ),
    writes=("campaign_effect",),
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
