"""Regressors of a day: trend, week, day of cycle, days off, lunar window, season, known events.

Every column belongs to a group, and every group has its own shrinkage.  Bills are not here: they
enter as an offset (``bill_flow``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ml.forecasting.calendar.bill_runs import following_workday
from ml.forecasting.calendar.days import LUNAR_WINDOW

HINGE_DAYS = 91  # a knot a quarter: contracts and campaigns move that fast, not faster
YEAR_DAYS = 365.25
YEAR_HARMONICS = 3
SEASON_NEEDS_DAYS = 480  # below that a year's wave and a trend are the same thing
CYCLE_DAYS = 31
# Times lambda: 0.1 hardly shrunk, 10 strongly.  Trend knots extrapolate, so they are shrunk most.
SHRINKAGE = {
    "level": 1e-6, "slope": 3.0, "hinge": 30.0, "weekday": 0.3, "day_off": 0.3,
    "cycle": 1.0, "shifted_cycle": 1.0, "month_end": 1.0, "lunar": 1.0, "season": 3.0,
    "event": 0.3,
}  # fmt: skip


@dataclass(frozen=True)
class Design:
    """Regressors X of shape (T, p), and the name and group of each column."""

    matrix: np.ndarray
    names: tuple[str, ...]
    groups: tuple[str, ...]

    @property
    def penalty(self) -> np.ndarray:
        """Relative shrinkage of each column, shape (p,)."""
        return np.array([SHRINKAGE[group] for group in self.groups])

    def aligned(self, names: tuple[str, ...]) -> np.ndarray:
        """The matrix with these columns; zeros for an event that this calendar does not have."""
        place = {name: number for number, name in enumerate(self.names)}
        zero = np.zeros(len(self.matrix))
        return np.column_stack([
            self.matrix[:, place[name]] if name in place else zero for name in names
        ])  # fmt: skip


def design(
    calendar: pd.DataFrame,
    origin: pd.Timestamp,
    history: int,
    events: pd.DataFrame | None = None,
) -> Design:
    """Regressors of the days of ``calendar`` for a model fitted on ``history`` days to ``origin``.

    Args:
        calendar: as ``calendar_frame`` returns it, one row per day.
        origin: last day that the model was fitted on; the trend is counted from it.
        history: number of days it was fitted on; knots of the trend lie among them.
        events: ``ds, name``: known events (outage, change of commission, campaign), past or coming.
    """
    columns: dict[str, tuple[str, np.ndarray]] = {"level": ("level", np.ones(len(calendar)))}
    columns |= _trend((calendar["ds"] - origin).dt.days.to_numpy(), history)
    columns |= _week(calendar)
    columns |= _cycle(calendar)
    low, high = LUNAR_WINDOW
    for offset in range(low, high + 1):
        is_offset = (calendar["lunar_offset"] == offset).to_numpy(float)
        columns[f"lunar_{offset}"] = ("lunar", is_offset)
    if history >= SEASON_NEEDS_DAYS:
        columns |= _season(calendar)
    if events is not None:
        for name, rows in events.groupby("name"):
            happened = calendar["ds"].isin(pd.to_datetime(rows["ds"]))
            columns[f"event_{name}"] = ("event", happened.to_numpy(float))
    matrix = np.column_stack([values for _, values in columns.values()])
    return Design(matrix, tuple(columns), tuple(group for group, _ in columns.values()))


def _trend(day: np.ndarray, history: int) -> dict[str, tuple[str, np.ndarray]]:
    """Years after the origin, and hinges before it; all are 0 there, so the level is today's."""
    result = {"slope": ("slope", day / YEAR_DAYS)}
    for back in range(HINGE_DAYS, history - HINGE_DAYS, HINGE_DAYS):
        result[f"hinge_{back}"] = ("hinge", np.minimum(day + back, 0) / YEAR_DAYS)
    return result


def _week(calendar: pd.DataFrame) -> dict[str, tuple[str, np.ndarray]]:
    off = ~calendar["is_workday"].to_numpy(bool)
    result = {
        f"weekday_{day}": ("weekday", (calendar["weekday"] == day).to_numpy(float))
        for day in range(7)
    }
    holiday = calendar["is_holiday"].to_numpy(bool)
    following = np.log1p(calendar["days_off_before"].to_numpy(float))
    return result | {
        "day_off": ("day_off", off.astype(float)),
        "holiday": ("day_off", holiday.astype(float)),
        "makeup_workday": ("day_off", calendar["is_makeup_workday"].to_numpy(float)),
        "after_days_off": ("day_off", following),
        "before_holiday": ("day_off", (np.append(holiday[1:], False) & ~off).astype(float)),
    }


def _cycle(calendar: pd.DataFrame) -> dict[str, tuple[str, np.ndarray]]:
    """Days of the month, as they are and as moved to the next workday; the last days before end."""
    day = calendar["day_of_month"].to_numpy()
    workday = calendar["is_workday"].to_numpy(bool)
    following = following_workday(workday)
    result = {}
    for number in range(1, CYCLE_DAYS + 1):
        result[f"cycle_{number}"] = ("cycle", (day == number).astype(float))
        moved = np.bincount(following[day == number], minlength=len(day) + 1)[: len(day)]
        result[f"shifted_cycle_{number}"] = ("shifted_cycle", moved.astype(float))
    left = calendar["days_to_month_end"].to_numpy()
    for number in range(5):
        result[f"month_end_{number}"] = ("month_end", (left == number).astype(float))
    return result


def _season(calendar: pd.DataFrame) -> dict[str, tuple[str, np.ndarray]]:
    angle = 2 * np.pi * calendar["ds"].dt.dayofyear.to_numpy() / YEAR_DAYS
    waves = {}
    for order in range(1, YEAR_HARMONICS + 1):
        waves[f"season_sin_{order}"] = ("season", np.sin(order * angle))
        waves[f"season_cos_{order}"] = ("season", np.cos(order * angle))
    return waves
