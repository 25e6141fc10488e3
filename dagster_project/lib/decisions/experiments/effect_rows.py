"""Rows of ``campaign_effect`` out of the estimates: blocked, adjusted, powered, annotated."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dagster_project.lib.decisions.experiments.contrasts import HOLDOUT
from dagster_project.lib.decisions.experiments.creatives import of_whole_arms, with_creatives
from dagster_project.lib.decisions.experiments.estimates import ALL, PLAIN
from dagster_project.lib.decisions.experiments.notes import (
    CREATIVES_UNEVEN,
    NO_HOLDOUT,
    REFUSALS,
    SAMPLE_RATIO,
    campaign_remarks,
    creative_remarks,
    joined,
    outcome_remarks,
)
from dagster_project.lib.decisions.experiments.outcomes import BY_NAME, CAMPAIGN, HORIZONS
from ml.experiments.multiplicity import holm
from ml.experiments.planning import detectable_effect, power_of
from ml.experiments.sequential import LEAST_EVENTS, half_width

PAIR = ["campaign_code", "arm", "against_arm"]
QUESTION = [*PAIR, "outcome", "horizon"]
INFERRED = [
    "effect", "std_error", "effect_low", "effect_high", "p_value", "p_value_holm",
    "sequential_low", "sequential_high", "power_reached", "detectable_effect",
    "variance_reduction_pct",
]  # fmt: skip
MEANS = ["mean_treated", "mean_control"]
COLUMNS = [
    *QUESTION, "campaign_version", "target_channel_code", "contact_means", "bills_after",
    "creative", "against_creative", "segment", "estimator", "treated", "controls", *MEANS,
    *INFERRED, "effect_of_interest", "srm_p_value", "measured_to", "is_running",
    "is_lower_better", "is_readable", "note_en", "note_zh",
]  # fmt: skip
YES_OR_NO = ("paid_through_target", "relocated", "opted_out", "paid", "complaints")


def effect_rows(
    estimated: pd.DataFrame, campaigns: pd.DataFrame, is_by_creative: bool = False
) -> pd.DataFrame:
    """One row per estimate; where it must not be read, the figures are empty and the note says why.

    ``campaigns`` is what ``validity`` found, a row a campaign; ``is_by_creative`` says that the
    arms are those of ``creatives``.
    """
    rows = estimated.merge(
        campaigns.drop(columns=["holdout_share", "settled_share"]), on="campaign_code"
    )
    rows["refusal"] = np.select(
        [rows["srm_blocks"], rows["creatives_block"] & is_by_creative, _lacks_holdout(rows)],
        [SAMPLE_RATIO, CREATIVES_UNEVEN, NO_HOLDOUT],
        rows["refusal"],
    )
    rows["is_readable"] = rows["refusal"] == ""
    rows = _inferred(_described(rows))
    rows.loc[~rows["is_readable"], INFERRED] = np.nan
    rows.loc[rows["srm_blocks"], MEANS] = np.nan
    rows = _noted(rows, campaigns, is_by_creative)
    rows = with_creatives(rows) if is_by_creative else of_whole_arms(rows)
    return rows.sort_values([*QUESTION, "segment", "estimator"], ignore_index=True)[COLUMNS]


def _lacks_holdout(rows: pd.DataFrame) -> pd.Series:
    """Compared with a holdout of nobody, in an outcome that the arm itself has."""
    held = rows[rows["against_arm"] == HOLDOUT].groupby("campaign_code")["controls"].max()
    empty = rows["campaign_code"].map(held).fillna(1) == 0
    return (rows["against_arm"] == HOLDOUT) & empty


def _inferred(rows: pd.DataFrame) -> pd.DataFrame:
    """Intervals under daily looks, power, and p-values adjusted within a family of questions."""
    interest = rows["outcome"].map({name: o.of_interest for name, o in BY_NAME.items()})
    half = np.where(
        rows["is_rough"], np.nan, half_width(rows["std_error"], rows["passed"], np.ones(len(rows)))
    )
    plain = rows[rows["estimator"] == PLAIN].set_index([*QUESTION, "segment"])["std_error"]
    keys = pd.MultiIndex.from_frame(rows[[*QUESTION, "segment"]])
    ratio = rows["std_error"].to_numpy() / plain.reindex(keys).to_numpy()
    is_adjusted = rows["estimator"].isin(["cuped", "post_stratified"])
    asked = rows["p_value"].where(rows["is_readable"])
    family = [rows[name] for name in [*PAIR, "estimator"]] + [rows["segment"] == ALL]
    return rows.assign(
        effect_of_interest=interest,
        sequential_low=rows["effect"] - half,
        sequential_high=rows["effect"] + half,
        power_reached=power_of(interest.to_numpy(), rows["std_error"].to_numpy()),
        detectable_effect=detectable_effect(rows["std_error"].to_numpy()),
        variance_reduction_pct=np.where(is_adjusted, 100 * (1 - ratio**2), np.nan),
        p_value_holm=asked.groupby(family).transform(holm),
    )


def _described(rows: pd.DataFrame) -> pd.DataFrame:
    """What the row is about, beside its figures."""
    is_bills, is_late = rows["horizon"] != CAMPAIGN, rows["ends_on"] > rows["measured_to"]
    counts_on = rows["outcome"].eq("relocated") | is_bills
    yes = rows["outcome"].isin(YES_OR_NO)
    passed, length = (
        (pd.to_datetime(rows[end]) - pd.to_datetime(rows["starts_on"])).dt.days + 1
        for end in ("last_on", "ends_on")
    )
    return rows.assign(
        bills_after=rows["horizon"].map(HORIZONS).astype("Int32"),
        srm_p_value=rows["srm"],
        measured_to=rows["measured_to"].where(counts_on, rows["last_on"]),
        is_running=is_late,
        is_lower_better=rows["outcome"].map({n: o.is_lower_better for n, o in BY_NAME.items()}),
        is_rough=yes & (rows["events"] < LEAST_EVENTS),
        passed=(passed / length).where(~counts_on, 1.0).clip(1e-9, 1.0),
    )


def _noted(rows: pd.DataFrame, campaigns: pd.DataFrame, is_by_creative: bool) -> pd.DataFrame:
    by_code = {campaign.campaign_code: campaign for campaign in campaigns.itertuples()}
    general = {
        code: campaign_remarks(campaign) + (creative_remarks(campaign) if is_by_creative else [])
        for code, campaign in by_code.items()
    }
    notes = []
    for row in rows.itertuples():
        own = (
            outcome_remarks(row, by_code[row.campaign_code])
            if row.is_readable
            else [REFUSALS[row.refusal]]
        )
        notes.append(joined(own + general[row.campaign_code]))
    return rows.assign(note_en=[en for en, _ in notes], note_zh=[zh for _, zh in notes])
