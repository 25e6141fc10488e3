"""Builders of panels whose truth is known, for the tests of forecasting."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ml.forecasting.calendar.bill_runs import following_workday
from ml.forecasting.calendar.days import calendar_frame

FIRST = "2024-01-01"
DELAYS = np.array([0.05, 0.2, 0.3, 0.2, 0.1, 0.05, 0.04, 0.03, 0.02, 0.01])
READING_DAY = {"R01": 5, "R02": 17}


def long(values: dict[str, np.ndarray], first: str = FIRST) -> pd.DataFrame:
    """``unique_id, ds, y`` from arrays of days."""
    return pd.concat(
        [
            pd.DataFrame({
                "unique_id": name, "ds": pd.date_range(first, periods=len(row)), "y": row,
            })
            for name, row in values.items()
        ],
        ignore_index=True,
    )  # fmt: skip


def weekly(days: int, seed: int = 0, level: float = 50.0) -> np.ndarray:
    """Poisson counts with half the payments on weekends; from a Monday."""
    mean = level * np.where(np.arange(days) % 7 >= 5, 0.5, 1.0)
    return np.random.default_rng(seed).poisson(mean).astype(float)


def bill_days(region: str, days: pd.DatetimeIndex, count: float = 400.0) -> np.ndarray:
    """Bills issued on the region's reading day, moved to the next workday."""
    workday = calendar_frame(days[0], days[-1])["is_workday"].to_numpy(bool)
    landed = following_workday(workday)[days.day == READING_DAY[region]]
    return np.bincount(landed, minlength=len(days) + 1)[: len(days)] * count


def province(
    days: int = 420, channels: tuple[str, ...] = ("app", "counter"), seed: int = 0
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Panel and bills of two regions: payments follow bills by ``DELAYS``, closed on days off."""
    index = pd.date_range("2023-11-01", periods=days + 61)
    workday = calendar_frame(index[0], index[-1])["is_workday"].to_numpy(bool)
    random = np.random.default_rng(seed)
    values, bills = {}, []
    for region in READING_DAY:
        issued = bill_days(region, index)
        flow = np.convolve(issued, DELAYS)[: len(index)] * 0.4 + 4.0
        for channel in channels:
            mean = flow * np.where(workday, 1.0, 0.02 if channel == "counter" else 0.8)
            values[f"{channel}/{region}"] = random.poisson(mean)[61:].astype(float)
        bills.append(pd.DataFrame({"region": region, "ds": index, "bills": issued}))
    return long(values), pd.concat(bills, ignore_index=True)
