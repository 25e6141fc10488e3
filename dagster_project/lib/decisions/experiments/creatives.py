"""Creatives of one campaign, compared as they were drawn: with its holdout, and with each other.

Within a campaign all contacted arms count as one, told apart by the creative alone; campaigns that
name no creative have no rows here, and customers without one are left out and counted.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from dagster_project.lib.decisions.experiments.contrasts import HOLDOUT
from ml.experiments.sample_ratio import BLOCKS_BELOW, homogeneity

ALL_CREATIVES, UNDECLARED, NONE = "all", "undeclared", "none"
CONTACT = "contact"  # all contacted arms of a campaign together
PREFIX = "creative "  # of an arm that stands for a creative: no code passes for an arm


def declare(sizes: pd.DataFrame) -> pd.DataFrame:
    """Campaigns (campaign_code) with whether they name creatives, and contacts without one."""
    is_contacted = sizes["arm"] != HOLDOUT
    is_unnamed = sizes["content_code"] == UNDECLARED
    counts = sizes.assign(
        named=sizes["customers"].where(is_contacted & ~is_unnamed, 0),
        unnamed=sizes["customers"].where(is_contacted & is_unnamed, 0),
    ).groupby("campaign_code")[["named", "unnamed"]]
    found = counts.sum().reset_index()
    return pd.DataFrame(
        {
            "campaign_code": found["campaign_code"],
            "names_creatives": found["named"] > 0,
            "without_creative": found["unnamed"].where(found["named"] > 0, 0),
        }
    )


def as_arms(frame: pd.DataFrame, campaigns: pd.DataFrame) -> pd.DataFrame:
    """Sums, counts or sizes with the creative in the place of the contacted arm."""
    codes = set(campaigns.loc[campaigns["names_creatives"], "campaign_code"])
    is_held = frame["arm"] == HOLDOUT
    chosen = frame["campaign_code"].isin(codes) & (is_held | (frame["content_code"] != UNDECLARED))
    arm = frame["arm"].where(is_held, PREFIX + frame["content_code"])
    return frame.assign(arm=arm)[chosen]


def creatives_compared(sizes: pd.DataFrame) -> pd.DataFrame:
    """Pairs of ``as_arms``: every creative with the holdout, and with every other one."""
    rows = []
    for code, group in sizes.groupby("campaign_code", sort=True):
        there = sorted(set(group["arm"]) - {HOLDOUT})
        rows += [(code, arm, HOLDOUT) for arm in there]
        rows += [(code, arm, against) for arm, against in combinations(there, 2)]
    return pd.DataFrame(rows, columns=["campaign_code", "arm", "against_arm"])


def with_balance(campaigns: pd.DataFrame, sizes: pd.DataFrame) -> pd.DataFrame:
    """Campaigns with ``creatives_block``: the creatives were not drawn alike everywhere.

    ``sizes`` is by arm and creative; strata, arms and days of assignment are tested.
    """
    named = sizes[(sizes["arm"] != HOLDOUT) & (sizes["content_code"] != UNDECLARED)]
    least = {
        code: min(_balance(group, by) for by in ("stratum", "arm", "assigned_on"))
        for code, group in named.groupby("campaign_code")
    }
    found = campaigns["campaign_code"].map(least).fillna(1.0)
    return campaigns.assign(creatives_block=found < BLOCKS_BELOW)


def _balance(sizes: pd.DataFrame, by: str) -> float:
    """p-value of one proportion of creatives in every group; 1 where there is nothing to test."""
    table = sizes.pivot_table("customers", by, "content_code", aggfunc="sum", fill_value=0)
    p_value = homogeneity(table.to_numpy(dtype=float))
    return 1.0 if np.isnan(p_value) else p_value


def with_creatives(rows: pd.DataFrame) -> pd.DataFrame:
    """Effects between creatives under the names of the table: arms contact, creatives apart."""
    is_held = rows["against_arm"] == HOLDOUT
    return rows.assign(
        creative=rows["arm"].str.removeprefix(PREFIX),
        against_creative=rows["against_arm"].str.removeprefix(PREFIX).mask(is_held, NONE),
        arm=CONTACT,
        against_arm=rows["against_arm"].where(is_held, CONTACT),
    )


def of_whole_arms(rows: pd.DataFrame) -> pd.DataFrame:
    """Effects of whole arms: all creatives together, or undeclared where none is named."""
    creative = np.where(rows["names_creatives"], ALL_CREATIVES, UNDECLARED)
    return rows.assign(creative=creative, against_creative=creative)
