"""The weighted mean of candidates: weights are inverse WQL of the origins before.

Members that are bad get little weight, none gets a negative one.  A combination is judged like any
candidate and promoted only as one.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ml.forecasting.judgement.metrics import summary
from ml.forecasting.judgement.rolling_origin import Run


def inverse_wql(rows: pd.DataFrame, members: list[str]) -> dict[str, float]:
    """w_k = (1 / WQL_k) / sum_j (1 / WQL_j) over the rows given; equal without any.

    Args:
        rows: cells of judged origins, of the members at least.
        members: names of candidates.
    """
    if rows.empty:
        return dict.fromkeys(members, 1 / len(members))
    wql = summary(rows, ["candidate"]).set_index("candidate")["wql"].reindex(members)
    if wql.isna().any() or (wql <= 0).any():
        return dict.fromkeys(members, 1 / len(members))
    inverse = 1 / wql
    return {str(name): float(weight) for name, weight in (inverse / inverse.sum()).items()}


def combined(name: str, runs: list[Run], rows: pd.DataFrame, ids: tuple[str, ...]) -> Run:
    """The members' weighted mean at every origin, weights from earlier origins only."""
    members = [run.name for run in runs]
    rows = rows[rows["candidate"].isin(members) & rows["unique_id"].isin(ids)]
    dates = sorted(rows["origin"].unique())
    means = []
    for number in range(len(runs[0].means)):
        earlier = dates[: max(0, number - 1)]
        weights = inverse_wql(rows[rows["origin"].isin(earlier)], members)
        means.append(mixed({run.name: rows_of(run, ids, number) for run in runs}, weights))
    return Run(name, ids, means, sum(run.seconds for run in runs))


def mixed(means: dict[str, np.ndarray], weights: dict[str, float]) -> np.ndarray:
    """sum_k w_k mean_k."""
    total: np.ndarray = sum(
        (weight * means[name] for name, weight in weights.items()),
        np.zeros_like(next(iter(means.values()))),
    )
    return total


def rows_of(run: Run, ids: tuple[str, ...], number: int) -> np.ndarray:
    """A run's forecasts of some of its series at an origin."""
    if ids == run.ids:
        return run.means[number]
    place = {name: at for at, name in enumerate(run.ids)}
    return run.means[number][[place[name] for name in ids]]
