"""Rows of ``promotion_method_effect``: campaigns of one means pooled, as a whole and by creative.

Within a campaign all contacted arms count as one, against its holdout. Campaigns are not
randomised against each other, and every row says so; creatives of one campaign are, and that
comparison stands in ``campaign_effect``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from dagster_project.lib.decisions.experiments.contrasts import HOLDOUT
from dagster_project.lib.decisions.experiments.creatives import (
    ALL_CREATIVES,
    CONTACT,
    UNDECLARED,
)
from dagster_project.lib.decisions.experiments.estimates import ALL, PLAIN
from dagster_project.lib.decisions.experiments.notes import joined
from dagster_project.lib.decisions.experiments.outcomes import BY_NAME, CAMPAIGN, PRIMARY
from dagster_project.lib.deliveries.messages import Bilingual
from ml.experiments.multiplicity import benjamini_hochberg
from ml.experiments.pooling import Pooled, pooled

NOT_RANDOMISED = Bilingual(
    "means were not randomised against each other: differences between rows are observational",
    "触达方式之间未随机分配，行间差异仅为观察结果",
)
CREATIVES_NOT_RANDOMISED = Bilingual(
    "creatives of different campaigns were not randomised against each other: differences between "
    "rows are observational; campaign_effect compares those of one campaign",
    "不同活动的创意之间未随机分配，行间差异仅为观察结果；同一活动内的比较见 campaign_effect",
)
ONE_CAMPAIGN = Bilingual(
    "one campaign: means, target and audience cannot be told apart",
    "仅一次活动，无法区分触达方式、目标渠道与受众的作用",
)
NONE_READABLE = Bilingual(
    "no campaign of the means can be read for this outcome", "该方式下无可读的活动效果"
)


def contacted_as_one(sums: pd.DataFrame) -> pd.DataFrame:
    """Sums or counts by arm, those of the contacted arms under one name."""
    return sums.assign(arm=sums["arm"].where(sums["arm"] == HOLDOUT, CONTACT))


def promotion_rows(
    effects: pd.DataFrame, by_creative: pd.DataFrame, campaigns: pd.DataFrame
) -> pd.DataFrame:
    """One row per contact means, creative and outcome, of plain differences over the campaign.

    Creative ``all`` are all campaigns of the means, ``undeclared`` those that name no creative.
    ``effects`` are those of whole campaigns, ``by_creative`` those of their creatives.
    """
    whole = _pooled_from(effects, campaigns)
    parts = [
        whole.assign(creative=ALL_CREATIVES),
        whole[whole["creative"] == UNDECLARED],
        _pooled_from(by_creative, campaigns).assign(budget_yuan=np.nan),  # is of the campaign
    ]
    chosen = pd.concat([part for part in parts if len(part)], ignore_index=True)
    groups = chosen.groupby(["contact_means", "creative", "outcome"], sort=True)
    rows = pd.DataFrame(
        [_row(means, creative, outcome, group) for (means, creative, outcome), group in groups]
    )
    family = rows["creative"] == ALL_CREATIVES
    adjusted = rows["p_value"].groupby(family).transform(benjamini_hochberg)
    return rows.assign(p_value_adjusted=adjusted)


def _pooled_from(effects: pd.DataFrame, campaigns: pd.DataFrame) -> pd.DataFrame:
    """Effects of whole campaigns against their holdouts, with the campaigns' budgets."""
    return effects[
        (effects["segment"] == ALL)
        & (effects["estimator"] == PLAIN)
        & (effects["horizon"] == CAMPAIGN)
        & (effects["against_arm"] == HOLDOUT)
    ].merge(campaigns[["campaign_code", "budget_yuan"]], on="campaign_code")


def _row(means: str, creative: str, outcome: str, group: pd.DataFrame) -> dict[str, Any]:
    """The campaigns of a means, pooled over those that can be read."""
    read = group[group["is_readable"]]
    found = pooled(read["effect"], read["std_error"]) if len(read) else None
    left_out = sorted(set(group["campaign_code"]) - set(read["campaign_code"]))
    remarks = [] if found else [NONE_READABLE]
    if found and left_out:
        names = ", ".join(left_out)
        remarks.append(Bilingual(f"left out, not readable: {names}", f"不可读未计入：{names}"))
    remarks += [ONE_CAMPAIGN] if len(read) == 1 else []
    is_of_means = creative in (ALL_CREATIVES, UNDECLARED)
    remarks.append(NOT_RANDOMISED if is_of_means else CREATIVES_NOT_RANDOMISED)
    note_en, note_zh = joined(remarks)
    return {
        "contact_means": means, "creative": creative, "outcome": outcome,
        "campaigns": len(read),
        "campaign_codes": ", ".join(read["campaign_code"]),
        "target_channels": ", ".join(sorted(set(read["target_channel_code"]))),
        "treated": int(read["treated"].sum()), "controls": int(read["controls"].sum()),
        **_figures(found), "budget_per_extra_customer_yuan": _cost(outcome, read),
        "is_lower_better": BY_NAME[outcome].is_lower_better, "is_readable": found is not None,
        "note_en": note_en, "note_zh": note_zh,
    }  # fmt: skip


def _figures(found: Pooled | None) -> dict[str, float]:
    many = found is not None and found.experiments > 1
    return {
        "effect": found.estimate if found else np.nan,
        "std_error": found.std_error if found else np.nan,
        "effect_low": found.low if found else np.nan,
        "effect_high": found.high if found else np.nan,
        "p_value": found.p_value if found else np.nan,
        "heterogeneity_q": found.q if found and many else np.nan,
        "heterogeneity_p_value": found.q_p_value if found and many else np.nan,
        "i_squared_pct": 100 * found.i_squared if found and many else np.nan,
        "between_campaign_sd": found.between_sd if found and many else np.nan,
    }


def _cost(outcome: str, read: pd.DataFrame) -> float:
    """Budget per customer who pays through the target only because of the campaigns.

    Empty where the campaigns together are not surely better than nothing.
    """
    if outcome != PRIMARY or read.empty or read["budget_yuan"].isna().any():
        return np.nan
    extra = (read["effect"] * read["treated"]).sum()
    error = float(np.sqrt(((read["std_error"] * read["treated"]) ** 2).sum()))
    return float(read["budget_yuan"].sum() / extra) if extra > 2 * error else np.nan
