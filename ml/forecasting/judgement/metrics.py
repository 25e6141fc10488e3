"""Every figure that a forecast is judged by, per series and origin, with utilsforecast's losses.

Sums that are pooled over series (WQL, bias) keep numerator and denominator; a figure that does not
exist (a constant past, a window of zeros) is NaN, never 0.
"""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
from utilsforecast import losses

from ml.forecasting.contract import Panel
from ml.forecasting.judgement.conformal import QUANTILES, WQL_QUANTILES

WEEK = 7
CELLS = (
    "mase", "rmsse", "scrps", "quantile_loss", "volume", "error", "coverage_80", "coverage_95",
)  # fmt: skip
METRICS = ("wql", "mase", "rmsse", "scrps", "coverage_80", "coverage_95", "bias")


def cells(past: Panel, actual: np.ndarray, mean: np.ndarray, quantiles: np.ndarray) -> pd.DataFrame:
    """One row per series: the figures of one candidate at one origin.

    Args:
        past: what was known, scale of MASE and RMSSE (season 7).
        actual: (n, h), NaN where unknown.
        mean: (n, h).
        quantiles: (n, h, len(QUANTILES)).

    Returns:
        ``unique_id`` and ``CELLS``: quantile_loss is 2 sum_t mean_q rho_q, volume sum_t |y|, so
        that WQL of any set of rows is the ratio of their sums; error is sum_t (forecast - y).
    """
    frame = _long(past, actual, mean, quantiles)
    names = [f"q_{level}" for level in WQL_QUANTILES]
    result = pd.DataFrame({"unique_id": list(past.ids)}).set_index("unique_id")
    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        warnings.filterwarnings("ignore", module=r"(utilsforecast|narwhals|pandas)\b")
        before = _history(past)
        for name, loss in (("mase", losses.mase), ("rmsse", losses.rmsse)):
            result[name] = _column(loss(frame, ["mean"], WEEK, train_df=before), "mean")
        crps = losses.scaled_crps(frame, {"mean": names}, np.array(WQL_QUANTILES))
        loss = losses.mqloss(frame, {"mean": names}, np.array(WQL_QUANTILES))
        for percent, low, high in ((80, "q_0.1", "q_0.9"), (95, "q_0.025", "q_0.975")):
            inside = frame.rename(columns={low: f"mean-lo-{percent}", high: f"mean-hi-{percent}"})
            covered = losses.coverage(inside, ["mean"], percent)
            result[f"coverage_{percent}"] = _column(covered, "mean")
        result["error"] = _column(losses.bias(frame, ["mean"]), "mean")
    days = frame.groupby("unique_id").size()
    result["scrps"] = _column(crps, "mean")
    result["quantile_loss"] = 2 * _column(loss, "mean") * days
    result["error"] = result["error"] * days
    result["volume"] = frame.groupby("unique_id")["y"].sum().abs()
    result = result.replace([np.inf, -np.inf], np.nan)
    result.loc[result["volume"] == 0, "scrps"] = np.nan
    return result[list(CELLS)].reset_index()


def summary(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Figures of groups of cells, ``METRICS`` per group.

    WQL = sum quantile_loss / sum volume and bias = sum error / sum volume over the group (volume
    weighted); the others are means over series and origins.
    """
    groups = rows.groupby(by, sort=False)
    sums = groups[["quantile_loss", "error", "volume"]].sum()
    result = groups[["mase", "rmsse", "scrps", "coverage_80", "coverage_95"]].mean()
    volume = sums["volume"].where(sums["volume"] > 0)
    result["wql"] = sums["quantile_loss"] / volume
    result["bias"] = sums["error"] / volume
    return result[list(METRICS)].reset_index()


def _column(frame: pd.DataFrame, name: str) -> pd.Series:
    return frame.set_index("unique_id")[name]


def _long(past: Panel, actual: np.ndarray, mean: np.ndarray, quantiles: np.ndarray) -> pd.DataFrame:
    count, horizon = actual.shape
    frame = pd.DataFrame({
        "unique_id": np.repeat(list(past.ids), horizon),
        "ds": np.tile(past.coming(horizon), count),
        "y": actual.ravel(),
        "mean": mean.ravel(),
        **{f"q_{level}": quantiles[..., at].ravel() for at, level in enumerate(QUANTILES)},
    })  # fmt: skip
    return frame[frame["y"].notna()]


def _history(past: Panel) -> pd.DataFrame:
    count, length = past.values.shape
    return pd.DataFrame({
        "unique_id": np.repeat(list(past.ids), length),
        "ds": np.tile(past.days, count),
        "y": past.values.ravel(),
    })  # fmt: skip
