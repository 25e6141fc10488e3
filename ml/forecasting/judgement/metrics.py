"""Every figure that a forecast is judged by, per series and origin.

On whole arrays: a refit judges a hundred tables, and the losses of utilsforecast, which are the
tests' oracle, take a quarter of its time.  Sums that are pooled over series (WQL, bias) keep
numerator and denominator; a figure that does not exist (a constant past, a window of zeros) is
NaN, never 0.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

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
    known = np.isfinite(actual)
    days = np.where(known.any(axis=1), known.sum(axis=1), np.nan)
    error = np.where(known, mean - actual, 0.0)
    volume = np.where(known, actual, 0.0).sum(axis=1) + 0 * days  # NaN without a known day
    lagged = past.values[:, WEEK:] - past.values[:, :-WEEK]
    seen = np.isfinite(lagged)
    quantile_loss = 2 * _pinball(actual, quantiles) + 0 * days
    return pd.DataFrame({
        "unique_id": list(past.ids),
        "mase": _ratio(np.abs(error).sum(axis=1) / days, _mean(np.abs(lagged), seen)),
        "rmsse": np.sqrt(_ratio((error**2).sum(axis=1) / days, _mean(lagged**2, seen))),
        "scrps": _ratio(quantile_loss, np.abs(volume)),
        "quantile_loss": quantile_loss,
        "volume": np.abs(volume),
        "error": error.sum(axis=1) + 0 * days,
        "coverage_80": _covered(actual, quantiles, 0.1, 0.9) / days,
        "coverage_95": _covered(actual, quantiles, 0.025, 0.975) / days,
    })  # fmt: skip


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


def _pinball(actual: np.ndarray, quantiles: np.ndarray) -> np.ndarray:
    """Mean over ``WQL_QUANTILES`` of sum_t max(q (y - f), (q - 1) (y - f)); (n,)."""
    total = np.zeros(len(actual))
    for level in WQL_QUANTILES:
        miss = np.nan_to_num(actual - quantiles[..., QUANTILES.index(level)])
        total += np.maximum(level * miss, (level - 1) * miss).sum(axis=1)
    return total / len(WQL_QUANTILES)


def _covered(actual: np.ndarray, quantiles: np.ndarray, low: float, high: float) -> np.ndarray:
    """Days within the interval, (n,); an unknown day lies in none."""
    below, above = quantiles[..., QUANTILES.index(low)], quantiles[..., QUANTILES.index(high)]
    found: np.ndarray = ((below <= actual) & (actual <= above)).sum(axis=1)
    return found


def _mean(values: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Mean of the known values of each row, NaN without any."""
    return _ratio(np.where(known, values, 0.0).sum(axis=1), known.sum(axis=1))


def _ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """NaN where the denominator is 0 or unknown."""
    return np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0)
