"""Forecasts of series that no model can learn: last week again, the mean day, or zero.

Their intervals come from the few known days and are as wide as these allow.
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from ml.forecasting.candidates.naive import WEEK, seasonal_naive
from ml.forecasting.candidates.task import Task
from ml.forecasting.hierarchy import mean_of_known
from ml.forecasting.judgement.conformal import spread

MEAN_DAY, ZERO = "mean_day", "zero"
MODELS = {"short": "seasonal_naive", "sparse": MEAN_DAY, "all_zero": ZERO}


def fallback_means(task: Task, models: tuple[str, ...]) -> np.ndarray:
    """(n, horizon); ``models`` names ``seasonal_naive``, ``mean_day`` or ``zero`` per series."""
    naive = seasonal_naive(task)
    mean = np.repeat(mean_of_known(task.past.values)[:, None], task.horizon, axis=1)
    kind = np.array(models)[:, None]
    return np.where(kind == MEAN_DAY, mean, np.where(kind == ZERO, 0.0, naive))


def fallback_bounds(
    task: Task, mean: np.ndarray, models: tuple[str, ...], levels: tuple[float, ...]
) -> np.ndarray:
    """Quantile forecasts without a backtest; (n, horizon, levels).

    - seasonal naive: m + sd sqrt(k) t_{N-1}(p), sd the root mean square of the N seasonal
      differences, k = 1 + floor((h - 1) / 7) the weeks ahead (Hyndman and Athanasopoulos, 5.5).
    - mean day: the same with the deviations from the mean and k = 1.
    - zero: after N zeros the next day is above zero with probability 1 / (N + 2) (Laplace), so the
      bound is 0 below that quantile and 1 above.
    """
    values = task.past.values
    weeks = 1 + np.arange(task.horizon) // WEEK
    result = np.empty((*mean.shape, len(levels)))
    for number, kind in enumerate(models):
        row = values[number]
        if kind == ZERO:
            known = int(np.isfinite(row).sum())
            bound = np.where(np.array(levels) > 1 - 1 / (known + 2), 1.0, 0.0)
            result[number] = bound
            continue
        change = row - row[np.isfinite(row)].mean() if kind == MEAN_DAY else row[7:] - row[:-7]
        change = change[np.isfinite(change)]
        deviation, freedom = _deviation(change, mean[number])
        steps = np.ones(task.horizon) if kind == MEAN_DAY else weeks
        quantile = stats.t.ppf(levels, df=freedom)
        result[number] = mean[number][:, None] + deviation * np.sqrt(steps)[:, None] * quantile
    return np.maximum(result, 0)


def _deviation(change: np.ndarray, mean: np.ndarray) -> tuple[float, int]:
    """Root mean square and its degrees of freedom; a Poisson count's where nothing is known."""
    if len(change) < 2:
        return float(spread(mean[None, :], np.array([mean.mean()])).max()), 1
    return float(np.sqrt(np.mean(change**2))), len(change) - 1
