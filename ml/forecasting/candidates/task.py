"""What every candidate is given: a panel's past, the coming days, and what is known of them."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from ml.forecasting.calendar.days import calendar_frame
from ml.forecasting.contract import Panel

BILLS_BEFORE_DAYS = 62  # bills this old still bring payments on the first day of the panel


@dataclass(frozen=True)
class Outside:
    """What is known besides the series: bills (``region, ds, bills``), events, overridden days.

    ``memo`` holds parts of fits that were made with it (see ``memo``).
    """

    bills: pd.DataFrame | None = None
    events: pd.DataFrame | None = None
    overrides: pd.DataFrame | None = None
    memo: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True)
class Task:
    """Forecast ``horizon`` days after the last day of ``past``; ``calendar`` covers both."""

    past: Panel
    horizon: int
    calendar: pd.DataFrame = field(repr=False)
    outside: Outside = Outside()

    @property
    def known(self) -> int:
        """Number of past days."""
        return len(self.past.days)


def task_of(past: Panel, horizon: int, outside: Outside | None = None) -> Task:
    """A task with its calendar."""
    outside = outside or Outside()
    calendar = calendar_frame(past.days[0], past.coming(horizon)[-1], outside.overrides)
    return Task(past, horizon, calendar, outside)


def filled(values: np.ndarray) -> np.ndarray:
    """Gaps replaced by the value a week before, else by the series' mean; for models without NaN.

    Args:
        values: (n, T).
    """
    result = values.copy()
    for day in range(result.shape[1]):
        before = result[:, day - 7] if day >= 7 else np.full(len(result), np.nan)
        result[:, day] = np.where(np.isfinite(result[:, day]), result[:, day], before)
    seen = np.isfinite(values).sum(axis=1)
    mean = np.nansum(values, axis=1) / np.maximum(seen, 1)
    return np.where(np.isfinite(result), result, mean[:, None])
