"""Rows of ``promotion_method_effect``: campaigns of one contact means pooled, outcome by outcome.

Within a campaign all contacted arms count as one, against its holdout. Campaigns of different
means are not randomised against each other, and every row says so.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from dagster_project.lib.decisions.experiments.contrasts import HOLDOUT
from dagster_project.lib.decisions.experiments.estimates import ALL, PLAIN
from dagster_project.lib.decisions.experiments.notes import joined
from dagster_project.lib.decisions.experiments.outcomes import BY_NAME, CAMPAIGN, PRIMARY
from dagster_project.lib.deliveries.messages import Bilingual
from ml.experiments.multiplicity import benjamini_hochberg
from ml.experiments.pooling import Pooled, pooled

CONTACT = "contact"  # all contacted arms of a campaign together
UNDECLARED = "undeclared"
NOT_RANDOMISED = Bilingual(
    "means were not randomised against each other: differences between rows are observational",
    "触达方式之间未随机分配，行间差异仅为观察结果",
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


def promotion_rows(effects: pd.DataFrame, campaigns: pd.DataFrame) -> pd.DataFrame:
    """One row per contact means and outcome, of the plain differences of whole campaigns."""
    chosen = effects[
        (effects["segment"] == ALL)
        & (effects["estimator"] == PLAIN)
        & (effects["horizon"] == CAMPAIGN)
        & (effects["against_arm"] == HOLDOUT)
    ].merge(campaigns[["campaign_code", "budget_yuan"]], on="campaign_code")
    rows = pd.DataFrame(
        [_row(means, outcome, group)
         for (means, outcome), group in chosen.groupby(["contact_means", "outcome"], sort=True)]
    )  # fmt: skip
    return rows.assign(p_value_adjusted=benjamini_hochberg(rows["p_value"]))


def _row(means: str, outcome: str, group: pd.DataFrame) -> dict[str, Any]:
    """The campaigns of a means, pooled over those that can be read."""
    read = group[group["is_readable"]]
    found = pooled(read["effect"], read["std_error"]) if len(read) else None
    left_out = sorted(set(group["campaign_code"]) - set(read["campaign_code"]))
    remarks = [] if found else [NONE_READABLE]
    if found and left_out:
        names = ", ".join(left_out)
        remarks.append(Bilingual(f"left out, not readable: {names}", f"不可读未计入：{names}"))
    remarks += [ONE_CAMPAIGN] if len(read) == 1 else []
    note_en, note_zh = joined([*remarks, NOT_RANDOMISED])
    return {
        "contact_means": means, "creative": UNDECLARED, "outcome": outcome,
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
