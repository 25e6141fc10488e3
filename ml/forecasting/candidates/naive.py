"""The two forecasts that need no model: last week again, and the same bill day a cycle ago."""

from __future__ import annotations

import numpy as np

from ml.forecasting.candidates.task import Task, filled

WEEK = 7
MONTH = 31
CYCLE_REACH = 35  # days back: a whole month and the weekend at its edge
WRONG_KIND = 2.0  # days; a Saturday stands for a Saturday two dates off rather than for a Friday


def seasonal_naive(task: Task, settings: object = None) -> np.ndarray:
    """y(T + h) = y of the last same weekday; (n, horizon)."""
    last = filled(task.past.values)[:, -WEEK:]
    weeks = -(-task.horizon // WEEK)
    return np.tile(last, (1, weeks))[:, : task.horizon]


def same_bill_day(task: Task, settings: object = None) -> np.ndarray:
    """The same day of the last cycle, a workday for a workday; (n, horizon).

    Bills run on dates, but halls and banks work on workdays only: of the last ``CYCLE_REACH``
    days, the one nearest in day of month, where a wrong kind of day counts like two days.
    """
    values = filled(task.past.values)
    day = task.calendar["day_of_month"].to_numpy()
    workday = task.calendar["is_workday"].to_numpy(bool)
    past = np.arange(max(0, task.known - CYCLE_REACH), task.known)
    coming = np.arange(task.known, task.known + task.horizon)
    apart = np.abs(day[coming][:, None] - day[past])
    apart = np.minimum(apart, MONTH - apart)
    distance = apart + WRONG_KIND * (workday[coming][:, None] != workday[past])
    latest_first = distance[:, ::-1]
    return values[:, past[::-1][latest_first.argmin(axis=1)]]
