"""Whether a campaign's random assignment can be trusted, campaign by campaign.

The sample-ratio test blocks its effects; irregular contacts and overlaps are said in the note.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from dagster_project.lib.decisions.experiments.contrasts import HOLDOUT
from dagster_project.lib.decisions.experiments.creatives import declare, with_balance
from ml.experiments.sample_ratio import BLOCKS_BELOW, across_groups, sample_ratio


def with_sample_ratio(campaigns: pd.DataFrame, sizes: pd.DataFrame) -> pd.DataFrame:
    """Campaigns with ``srm_whole``, ``srm_segments``, ``srm_days``, and the least as ``srm``.

    nan where no share was planned, or where there are too few customers to test. Beside it,
    whether the campaign names creatives, and whether they were drawn alike everywhere.
    """
    by_campaign = dict(tuple(sizes.groupby("campaign_code")))
    found = [
        _tested(by_campaign[code], share)
        for code, share in zip(campaigns["campaign_code"], campaigns["holdout_share"], strict=True)
    ]
    names = ["srm_whole", "srm_segments", "srm_days"]
    tested = campaigns.assign(**dict(zip(names, np.array(found).T, strict=True)))
    tested = tested.assign(
        srm=tested[names].min(axis=1), srm_blocks=tested[names].min(axis=1) < BLOCKS_BELOW
    )
    return with_balance(tested.merge(declare(sizes), on="campaign_code"), sizes)


def _tested(sizes: pd.DataFrame, share: float) -> tuple[float, float, float]:
    """p-values of the held-out share: of the whole, of segments together, of days together."""
    if not 0 < share < 1:
        return np.nan, np.nan, np.nan
    planned = [share, 1 - share]
    counted = sizes.assign(is_held_out=np.where(sizes["arm"] == HOLDOUT, "held", "treated"))

    def table(by: pd.Series | str) -> np.ndarray:
        return (
            counted.pivot_table("customers", by, "is_held_out", aggfunc="sum", fill_value=0)
            .reindex(columns=["held", "treated"], fill_value=0)
            .to_numpy(dtype=float)
        )

    whole = sample_ratio(table("campaign_code"), planned).p_value[0]
    segments, days = (
        float(across_groups(sample_ratio(table(by), planned)).p_value)
        for by in ("stratum", "assigned_on")
    )
    return float(whole), segments, days
