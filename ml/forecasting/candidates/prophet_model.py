"""Prophet with our own holiday frame, as it comes and tuned over a declared grid.

Its built-in Chinese holidays lack make-up workdays and make a regressor of every substituted day;
here every kind of day has one name.  Prophet's chatter is silenced at its loggers.
"""

from __future__ import annotations

import itertools
import logging
import warnings
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from ml.forecasting.calendar.days import LUNAR_WINDOW
from ml.forecasting.candidates.task import Task, task_of

# The knobs that Prophet's documentation names for tuning, and the month that bills follow.
GRID = tuple(
    {"changepoint_prior_scale": flexibility, "seasonality_mode": mode, "monthly": monthly}
    for flexibility, mode, monthly in itertools.product(
        (0.05, 0.5), ("additive", "multiplicative"), (False, True)
    )
)
DEFAULT = {"changepoint_prior_scale": 0.05, "seasonality_mode": "additive", "monthly": False}
INNER_ORIGINS = (56, 28)  # days before the end of the past, each judged on 28 days
INNER_DAYS = 28
MONTH_DAYS, MONTH_ORDER = 30.5, 5
THIRD_PARTIES = r"(prophet|cmdstanpy|pandas|holidays|matplotlib|pyparsing|plotly)\b"
Settings: TypeAlias = dict[str, dict[str, Any]]


def prophet_default(task: Task, settings: Settings | None = None) -> np.ndarray:
    """Prophet's defaults and our holidays; (n, horizon)."""
    return prophet_tuned(task, {})


def prophet_tuned(task: Task, settings: Settings | None = None) -> np.ndarray:
    """Prophet with each series' settings, the defaults where there are none; (n, horizon)."""
    chosen = settings or {}
    holidays = holiday_frame(task.calendar)
    return np.stack([
        _forecast(task, number, chosen.get(name, DEFAULT), holidays)
        for number, name in enumerate(task.past.ids)
    ])  # fmt: skip


def tune(task: Task) -> Settings:
    """Per series, the settings of ``GRID`` with the least absolute error at the inner origins."""
    errors = np.zeros((len(GRID), len(task.past.ids)))
    for back in INNER_ORIGINS:
        known = task.known - back
        if known < 2 * INNER_DAYS:
            continue
        inner = task_of(task.past.until(known), INNER_DAYS, task.outside)
        actual = task.past.values[:, known : known + INNER_DAYS]
        for row, setting in enumerate(GRID):
            settings = dict.fromkeys(task.past.ids, setting)
            errors[row] += np.nansum(np.abs(actual - prophet_tuned(inner, settings)), axis=1)
    best = errors.argmin(axis=0)
    return {name: dict(GRID[best[number]]) for number, name in enumerate(task.past.ids)}


def holiday_frame(calendar: pd.DataFrame) -> pd.DataFrame:
    """``holiday, ds``: holidays, make-up workdays, and the days around the lunar New Year."""
    low, high = LUNAR_WINDOW
    offset = calendar["lunar_offset"]
    named = {
        "holiday": calendar["is_holiday"] & ~offset.between(low, high),
        "makeup_workday": calendar["is_makeup_workday"],
    } | {f"lunar_{day}": offset == day for day in range(low, high + 1)}
    frames = [
        pd.DataFrame({"holiday": name, "ds": calendar.loc[is_day, "ds"]})
        for name, is_day in named.items()
    ]
    return pd.concat([frame for frame in frames if len(frame)], ignore_index=True)


def _forecast(
    task: Task, number: int, setting: dict[str, Any], holidays: pd.DataFrame
) -> np.ndarray:
    row = task.past.values[number]
    if np.isfinite(row).sum() < 2 or np.nanmax(row) == np.nanmin(row):
        return np.full(task.horizon, np.nanmean(row))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=THIRD_PARTIES)
        for name in ("cmdstanpy", "prophet", "prophet.plot", "prophet.forecaster"):
            logging.getLogger(name).disabled = True  # they set their own levels when first used
        from prophet import Prophet  # slow to import, and only the refit needs it

        model = Prophet(
            holidays=holidays,
            changepoint_prior_scale=setting["changepoint_prior_scale"],
            seasonality_mode=setting["seasonality_mode"],
            uncertainty_samples=0,
        )
        if setting["monthly"]:
            model.add_seasonality("monthly", period=MONTH_DAYS, fourier_order=MONTH_ORDER)
        model.fit(pd.DataFrame({"ds": task.past.days, "y": row}))
        coming = model.predict(pd.DataFrame({"ds": task.past.coming(task.horizon)}))
    return np.maximum(coming["yhat"].to_numpy(), 0)
