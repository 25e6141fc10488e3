"""Days from bill to payment, compared by arm: counts of layer 2 into restricted means.

The first bill issued from assignment on, up to thirty days past its due day.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dagster_project.lib.decisions.experiments.contrasts import (
    cells_of,
    strata_of,
    stratum_names,
)
from dagster_project.lib.decisions.experiments.outcomes import CAMPAIGN, DAYS_TO_PAY
from ml.experiments.moments import Array
from ml.experiments.survival import RestrictedMean, restricted_mean

PAST_DUE_DAYS = 30  # an unpaid bill counts as that late
CELL = ["campaign_code", "arm"]


@dataclass(frozen=True)
class DaysCompared:
    """Comparisons (k) with restricted means over all strata (k) and by stratum (strata, k)."""

    frame: pd.DataFrame
    strata: np.ndarray
    whole: tuple[RestrictedMean, RestrictedMean]
    by_stratum: tuple[RestrictedMean, RestrictedMean]
    limits: list[int | None]  # days; None where the campaign has no bill


def days_compared(counts: pd.DataFrame, pairs: pd.DataFrame) -> DaysCompared:
    """Every pair of arms; one without bills has no units."""
    frame = pairs.assign(outcome=DAYS_TO_PAY, horizon=CAMPAIGN)
    terms = counts.groupby("campaign_code")["term_days"].max().astype(int) + PAST_DUE_DAYS
    limits = [int(terms[code]) if code in terms else None for code in frame["campaign_code"]]
    if counts.empty:
        counts = pairs.assign(stratum="", days=0, paid=0, censored=0)
    place = strata_of(counts)
    cells = counts[CELL].drop_duplicates().reset_index(drop=True)
    cells["cell"] = np.arange(len(cells))
    paid, censored = _dense(counts, place.to_numpy(), cells, max(terms, default=1))
    arms = [cells_of(frame, side, cells) for side in ("arm", "against_arm")]
    by_stratum = [_restricted(paid[:, cell], censored[:, cell], limits) for cell in arms]
    whole = [
        _restricted(paid[:, cell].sum(axis=0), censored[:, cell].sum(axis=0), limits)
        for cell in arms
    ]
    names = stratum_names(counts, place, frame["campaign_code"], paid.shape[0])
    return DaysCompared(frame, names, (whole[0], whole[1]), (by_stratum[0], by_stratum[1]), limits)


def _dense(
    counts: pd.DataFrame, stratum: np.ndarray, cells: pd.DataFrame, longest: int
) -> tuple[Array, Array]:
    """Counts (strata, cells + 1, days); later days than the longest limit count as one."""
    at = counts.merge(cells, on=CELL)["cell"].to_numpy()
    days = counts["days"].clip(0, longest).to_numpy()
    shape = (int(stratum.max()) + 1, len(cells) + 1, longest + 1)
    paid, censored = np.zeros(shape), np.zeros(shape)
    np.add.at(paid, (stratum, at, days), counts["paid"].to_numpy(dtype=float))
    np.add.at(censored, (stratum, at, days), counts["censored"].to_numpy(dtype=float))
    return paid, censored


def _restricted(paid: Array, censored: Array, limits: list[int | None]) -> RestrictedMean:
    """Restricted means of comparisons, the last axis but one, each up to its own limit."""
    found = [
        restricted_mean(paid[..., i, :], censored[..., i, :], limit or 1)
        for i, limit in enumerate(limits)
    ]
    return RestrictedMean(
        np.stack([one.days for one in found], -1),
        np.stack([one.variance for one in found], -1),
        np.stack([one.units for one in found], -1),
        np.stack([one.is_observed for one in found], -1),
    )
