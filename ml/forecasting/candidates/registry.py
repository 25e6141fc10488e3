"""All candidates in one table; a new forecaster is one more row.

A candidate forecasts all series of a task's past at once.  Slow ones run on declared series in the
refit only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ml.forecasting.bill_calendar import model as bill_calendar
from ml.forecasting.candidates import naive, prophet_model, statistical
from ml.forecasting.candidates.task import Task

SEASONAL_NAIVE = "seasonal_naive"
PROPHET_TUNED = "prophet_tuned"
BASELINES = (SEASONAL_NAIVE, PROPHET_TUNED)  # what a model must beat to be promoted
COMBINATION = "combination"


@dataclass(frozen=True)
class Candidate:
    """A forecaster: (task, settings) -> (n, horizon), and how its settings are found, if any."""

    name: str
    label_en: str
    label_zh: str
    forecast: Callable[[Task, Any], np.ndarray]
    is_slow: bool = False
    tune: Callable[[Task], Any] | None = None


def _with_bills(task: Task, settings: object = None) -> np.ndarray:
    return bill_calendar.predict(task, bill_calendar.fit(task))


def _calendar_only(task: Task, settings: object = None) -> np.ndarray:
    return bill_calendar.predict(task, bill_calendar.fit(task, with_bills=False))


CANDIDATES = {
    candidate.name: candidate
    for candidate in (
        Candidate(SEASONAL_NAIVE, "Same weekday of last week", "上周同日", naive.seasonal_naive),
        Candidate(
            "same_bill_day", "Same bill day of the last cycle", "上一账期同日",
            naive.same_bill_day,
        ),
        Candidate("bill_calendar", "Bill-calendar model", "账单日历模型", _with_bills),
        Candidate(
            "calendar_only", "Bill-calendar model without bills", "日历模型（不含账单）",
            _calendar_only,
        ),
        Candidate("auto_ets", "AutoETS", "自动指数平滑", statistical.auto_ets, is_slow=True),
        Candidate(
            "dynamic_theta", "Dynamic optimised theta", "动态优化Theta",
            statistical.dynamic_theta, is_slow=True,
        ),
        Candidate("mstl", "MSTL", "多重季节分解", statistical.mstl, is_slow=True),
        Candidate(
            "prophet_default", "Prophet, untuned", "Prophet（默认）",
            prophet_model.prophet_default, is_slow=True,
        ),
        Candidate(
            PROPHET_TUNED, "Prophet, tuned", "Prophet（调优）",
            prophet_model.prophet_tuned, is_slow=True, tune=prophet_model.tune,
        ),
    )
}  # fmt: skip
