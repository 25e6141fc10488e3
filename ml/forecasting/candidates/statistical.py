"""AutoETS, DynamicOptimizedTheta and MSTL of statsforecast, behind the candidates' signature."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from statsforecast.models import MSTL, AutoETS, DynamicOptimizedTheta

from ml.forecasting.candidates.task import Task, filled

WEEK, YEAR = 7, 365


def auto_ets(task: Task, settings: object = None) -> np.ndarray:
    """Exponential smoothing with the form chosen by AICc; (n, horizon)."""
    return _each(task, lambda: AutoETS(season_length=WEEK))


def dynamic_theta(task: Task, settings: object = None) -> np.ndarray:
    """Dynamic optimised theta model (Fiorucci et al. 2016); (n, horizon)."""
    return _each(task, lambda: DynamicOptimizedTheta(season_length=WEEK))


def mstl(task: Task, settings: object = None) -> np.ndarray:
    """Multiple seasonal decomposition, week and (from two years on) year; (n, horizon)."""
    seasons = [WEEK, YEAR] if task.known >= 2 * YEAR else [WEEK]
    return _each(task, lambda: MSTL(season_length=seasons))


def _each(task: Task, model: Callable[[], Any]) -> np.ndarray:
    """Fit one model per series, on gaps filled; a constant series is its own forecast."""
    values = filled(task.past.values)
    result = np.empty((len(values), task.horizon))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"(statsforecast|statsmodels|coreforecast)\b")
        for number, row in enumerate(values):
            if np.ptp(row) == 0:
                result[number] = row[-1]
                continue
            result[number] = model().forecast(y=row, h=task.horizon)["mean"]
    return np.maximum(result, 0)
