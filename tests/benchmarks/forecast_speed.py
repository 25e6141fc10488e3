"""Seconds per daily series of three years, of every candidate side by side.

The series are simulated counts with a week, a month and a trend; all candidates get the same ones.
"""

from __future__ import annotations

import time

import numpy as np
import pandas as pd

from ml.forecasting.candidates.registry import CANDIDATES, PROPHET_TUNED
from ml.forecasting.candidates.task import task_of
from ml.forecasting.contract import Panel

DAYS = 1096
SLOW_SERIES, FAST_SERIES = 4, 100
HORIZON = 60


def rows() -> list[tuple[str, str, str]]:
    """(figure, measured, bar) of every candidate, and the ratio to Prophet."""
    seconds = {name: seconds_per_series(name) for name in CANDIDATES}
    ratio = seconds["prophet_default"] / seconds["bill_calendar"]
    return [
        *[
            (f"forecast: {name}, s per series", f"{each:.4f}", bar(name))
            for name, each in sorted(seconds.items(), key=lambda item: item[1])
        ],
        ("forecast: Prophet / bill-calendar model", f"{ratio:.1f}", ""),
    ]


def bar(name: str) -> str:
    """The model that is published daily has a bar."""
    return "<= 0.1" if name == "bill_calendar" else ""


def seconds_per_series(name: str) -> float:
    """Fit and forecast after one warm-up on a single series; tuning is counted for Prophet."""
    candidate = CANDIDATES[name]
    candidate.forecast(task_of(series(1), HORIZON), None)
    task = task_of(series(SLOW_SERIES if candidate.is_slow else FAST_SERIES), HORIZON)
    begin = time.perf_counter()
    settings = candidate.tune(task) if name == PROPHET_TUNED and candidate.tune else None
    candidate.forecast(task, settings)
    return (time.perf_counter() - begin) / len(task.past.ids)


def series(count: int) -> Panel:
    """Simulated counts over ``DAYS`` days."""
    day = np.arange(DAYS)
    mean = 80 * np.exp(0.1 * np.sin(2 * np.pi * day / 30.4) + 0.0002 * day)
    mean = mean * np.where(day % 7 >= 5, 0.6, 1.0)
    values = np.random.default_rng(0).poisson(mean, (count, DAYS)).astype(float)
    days = pd.date_range("2023-01-01", periods=DAYS)
    return Panel(tuple(f"s{number}" for number in range(count)), days, values)


if __name__ == "__main__":
    for row in rows():
        print(*row, sep=" | ")
