"""Which arms of which campaigns are compared, and their sums as arrays over all comparisons.

Reads the sums of layer 2; estimators see every comparison of every campaign at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dagster_project.lib.decisions.experiments.outcomes import ASKED, DAYS_TO_PAY
from ml.experiments.moments import Array, Moments

HOLDOUT, RANDOM_DAY = "holdout", "random_day"
PAIRS = (
    ("window", HOLDOUT),
    (RANDOM_DAY, HOLDOUT),
    ("contact", HOLDOUT),
    ("window", RANDOM_DAY),
)
VARIABLES = ("m", "d", "c", "x1", "x2", "x3", "x4")
RECEIVED, COVARIATES = 2, [3, 4, 5, 6]  # places in the moments
CELL = ["campaign_code", "arm", "outcome", "horizon"]
LEAST_STRATUM = 100  # customers; smaller strata of a campaign are told and weighted as one
OTHER = "other"


@dataclass(frozen=True)
class Contrasts:
    """Comparisons (k) with the moments of their arms by stratum (strata, k).

    ``frame`` has a row a comparison; ``strata`` names the strata (strata, k), empty where a
    campaign has fewer; ``missing`` counts customers whose outcome could not be computed.
    """

    frame: pd.DataFrame
    strata: np.ndarray
    treated: Moments
    control: Moments
    missing: Array


def compared(arms: pd.DataFrame) -> pd.DataFrame:
    """Pairs of arms to be compared in every campaign: campaign_code, arm, against_arm.

    A campaign is compared with a holdout even where it has none, so that its rows say so.
    """
    rows = []
    for code, group in arms.groupby("campaign_code", sort=True):
        there = set(group["arm"])
        rows += [
            (code, arm, against)
            for arm, against in PAIRS
            if arm in there and (against in there or against == HOLDOUT)
        ]
    return pd.DataFrame(rows, columns=["campaign_code", "arm", "against_arm"])


def with_large_strata(frame: pd.DataFrame, sizes: pd.DataFrame) -> pd.DataFrame:
    """Rows by stratum, those of a campaign's small strata under one name.

    By the size of the whole audience, which no arm can change.
    """
    customers = sizes.groupby(["campaign_code", "stratum"])["customers"].sum()
    small = customers[customers < LEAST_STRATUM].index
    is_small = pd.MultiIndex.from_frame(frame[["campaign_code", "stratum"]]).isin(small)
    return frame.assign(stratum=frame["stratum"].mask(is_small, OTHER))


def contrasts(sums: pd.DataFrame, pairs: pd.DataFrame) -> Contrasts:
    """Every pair of arms with every outcome that is a mean or a ratio."""
    asked = [question for question in ASKED if question[0] != DAYS_TO_PAY]
    frame = pairs.merge(pd.DataFrame(asked, columns=["outcome", "horizon"]), how="cross")
    place = strata_of(sums)
    cells = sums[CELL].drop_duplicates().reset_index(drop=True)
    cells["cell"] = np.arange(len(cells))
    at = sums.merge(cells, on=CELL)["cell"].to_numpy()
    moments = _dense(sums, place.to_numpy(), at, len(cells))
    missing = np.zeros(len(cells) + 1)
    np.add.at(missing, at, sums["units_missing"].to_numpy(dtype=float))
    arms = [cells_of(frame, side, cells) for side in ("arm", "against_arm")]
    treated, control = (moments[:, cell] for cell in arms)
    names = stratum_names(sums, place, frame["campaign_code"], treated.count.shape[0])
    return Contrasts(frame, names, treated, control, missing[arms[0]] + missing[arms[1]])


def strata_of(sums: pd.DataFrame) -> pd.Series:
    """Number of each row's stratum within its campaign."""
    ranks = sums.groupby("campaign_code")["stratum"].rank(method="dense")
    return ranks.astype(int) - 1


def stratum_names(
    sums: pd.DataFrame, place: pd.Series, campaigns: pd.Series, strata: int
) -> np.ndarray:
    """Names (strata, comparisons) of the strata; empty where a campaign has fewer."""
    names = sums.assign(place=place).drop_duplicates(["campaign_code", "place"])
    table = names.pivot(index="place", columns="campaign_code", values="stratum")
    table = table.reindex(range(strata))
    return table[campaigns].fillna("").to_numpy(dtype=object)


def cells_of(frame: pd.DataFrame, side: str, cells: pd.DataFrame) -> np.ndarray:
    """Cell of each comparison's arm; the last one, which is empty, where there is none."""
    keys = [name for name in CELL if name in cells.columns]
    wanted = frame.drop(columns="arm").assign(arm=frame[side])
    found = wanted.merge(cells, on=keys, how="left")["cell"]
    return found.fillna(len(cells)).astype(int).to_numpy()


def _dense(sums: pd.DataFrame, stratum: np.ndarray, cell: np.ndarray, cells: int) -> Moments:
    """Moments (strata, cells + 1); the last cell stays empty."""
    shape, k = (int(stratum.max()) + 1, cells + 1), len(VARIABLES)
    count, first = np.zeros(shape), np.zeros((*shape, k))
    second, at = np.zeros((*shape, k, k)), (stratum, cell)
    np.add.at(count, at, sums["units"].to_numpy(dtype=float))
    for i, a in enumerate(VARIABLES):
        np.add.at(first[..., i], at, sums[f"sum_{a}"].fillna(0.0).to_numpy())
        for j, b in enumerate(VARIABLES[i:], start=i):
            np.add.at(second[..., i, j], at, sums[f"sum_{a}_{b}"].fillna(0.0).to_numpy())
            second[..., j, i] = second[..., i, j]
    return Moments(count, first, second)
