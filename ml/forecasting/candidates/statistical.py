"""AutoETS, DynamicOptimizedTheta and MSTL of statsforecast, behind the candidates' signature."""

from __future__ import annotations

import warnings

import numpy as np

from ml.forecasting.candidates.task import Task, filled

WEEK, YEAR = 7, 365
THIRD_PARTIES = r"(statsforecast|statsmodels|coreforecast|matplotlib|pyparsing)\b"


def auto_ets(task: Task, settings: object = None) -> np.ndarray:
    """Exponential smoothing with the form chosen by AICc; (n, horizon)."""
    return _each(task, "AutoETS", WEEK)


def dynamic_theta(task: Task, settings: object = None) -> np.ndarray:
    """Dynamic optimised theta model (Fiorucci et al. 2016); (n, horizon)."""
    return _each(task, "DynamicOptimizedTheta", WEEK)


def mstl(task: Task, settings: object = None) -> np.ndarray:
    """Multiple seasonal decomposition, week and (from two years on) year; (n, horizon)."""
    seasons = [WEEK, YEAR] if task.known >= 2 * YEAR else [WEEK]
    return _each(task, "MSTL", seasons)


def _each(task: Task, name: str, season_length: int | list[int]) -> np.ndarray:
    """Fit one model per series, on gaps filled; a constant series is its own forecast."""
    values = filled(task.past.values)
    result = np.empty((len(values), task.horizon))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=THIRD_PARTIES)
        from statsforecast import models  # slow to import, and only the refit needs it

        for number, row in enumerate(values):
            if np.ptp(row) == 0:
                result[number] = row[-1]
                continue
            model = getattr(models, name)(season_length=season_length)
            result[number] = model.forecast(y=row, h=task.horizon)["mean"]
    return np.maximum(result, 0)
