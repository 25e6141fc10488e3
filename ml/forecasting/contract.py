"""What a forecast is made from: a panel of daily series, checked, and what is wrong with it, said.

Long frames come in (``unique_id, ds, y``), a wide array with gaps goes to the models.  A finding
about a series has a code and a sentence in both languages; forecasting itself is elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

SHORTEST_HISTORY_DAYS = 14  # two weeks: one seasonal difference of each weekday
MODEL_HISTORY_DAYS = 84  # below that nothing but the naive forecast is tried
MODEL_NONZERO_DAYS = 14  # a series paid on fewer days has no calendar to learn

FINDINGS = {
    "too_short": (
        "{days} days of history; at least 14 are needed to forecast.",
        "历史仅{days}天，至少需要14天才能预测。",
    ),
    "short": (
        "{days} days of history; under 84 only the seasonal naive forecast is given.",
        "历史仅{days}天，不足84天时只给出季节朴素预测。",
    ),
    "sparse": (
        "Payments on {days} days only; the forecast is their mean day.",
        "仅有{days}天有缴费，采用日均值预测。",
    ),
    "all_zero": (
        "Nothing but zeros on {days} days; the forecast is zero.",
        "{days}天全部为零，预测为零。",
    ),
    "gaps": ("{days} days without a value are left out.", "{days}天无数据，已排除。"),
    "negative": (
        "{days} days with a negative value are left out.", "{days}天数值为负，已排除。",
    ),
    "repeated": (
        "{days} rows repeat another exactly and are dropped.", "{days}行完全重复，已去除。",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """What is odd about a series; a refusal if no forecast is given."""

    unique_id: str
    code: str
    days: int

    @property
    def is_refusal(self) -> bool:
        """Whether the series gets no forecast."""
        return self.code == "too_short"

    @property
    def message_en(self) -> str:
        """The sentence in English."""
        return FINDINGS[self.code][0].format(days=self.days)

    @property
    def message_zh(self) -> str:
        """The sentence in Chinese."""
        return FINDINGS[self.code][1].format(days=self.days)


@dataclass(frozen=True)
class Panel:
    """n daily series over T days without holes in the calendar; NaN where there is no value."""

    ids: tuple[str, ...]
    days: pd.DatetimeIndex
    values: np.ndarray
    findings: tuple[Finding, ...] = ()

    def until(self, known: int) -> Panel:
        """The first ``known`` days."""
        return replace(self, days=self.days[:known], values=self.values[:, :known])

    def only(self, ids: tuple[str, ...] | list[str]) -> Panel:
        """The named series, in that order."""
        place = {name: number for number, name in enumerate(self.ids)}
        rows = [place[name] for name in ids]
        return replace(self, ids=tuple(ids), values=self.values[rows])

    def coming(self, horizon: int) -> pd.DatetimeIndex:
        """The days after the last."""
        return pd.date_range(self.days[-1] + pd.Timedelta(days=1), periods=horizon, freq="D")


def panel_of(frame: pd.DataFrame) -> Panel:
    """Check a long frame ``unique_id, ds, y`` and spread it over its days.

    Missing days and NaN are gaps, negative values are left out, exact repeats dropped; each is a
    finding.  Series end where the panel ends: a channel without rows lately has a gap, not zeros.

    Raises:
        ValueError: a column is missing, the frame is empty, ``y`` is infinite, or two rows of one
            series and day contradict each other.
    """
    missing = {"unique_id", "ds", "y"} - set(frame.columns)
    if missing:
        raise ValueError(f"panel lacks the columns {sorted(missing)}; give unique_id, ds, y")
    if frame.empty:
        raise ValueError("the panel has no rows; give at least one series of 14 days")
    rows = frame[["unique_id", "ds", "y"]].assign(
        unique_id=frame["unique_id"].astype(str),
        ds=pd.to_datetime(frame["ds"]).dt.normalize(),
        y=frame["y"].astype(float),
    )
    if np.isinf(rows["y"]).any():
        where = rows[np.isinf(rows["y"])].iloc[0]
        raise ValueError(f"y of {where.unique_id} on {where.ds:%Y-%m-%d} is infinite")
    once = rows.drop_duplicates()
    repeated = rows["unique_id"].value_counts() - once["unique_id"].value_counts()
    _refuse_contradictions(once)
    wide = once.pivot(index="unique_id", columns="ds", values="y")
    days = pd.date_range(wide.columns.min(), wide.columns.max(), freq="D")
    wide = wide.reindex(columns=days)
    values = wide.to_numpy(float)
    negative = values < 0
    values = np.where(negative, np.nan, values)
    ids = tuple(str(name) for name in wide.index)
    return Panel(ids, days, values, tuple(_findings(ids, values, negative, repeated)))


def _refuse_contradictions(rows: pd.DataFrame) -> None:
    twice = rows[rows.duplicated(["unique_id", "ds"], keep=False)]
    if len(twice):
        first = twice.iloc[0]
        same = twice[(twice["unique_id"] == first.unique_id) & (twice["ds"] == first.ds)]
        raise ValueError(
            f"{first.unique_id} has {len(same)} values on {first.ds:%Y-%m-%d}: "
            f"{same['y'].tolist()}; give one row per series and day"
        )


def _findings(
    ids: tuple[str, ...], values: np.ndarray, negative: np.ndarray, repeated: pd.Series
) -> list[Finding]:
    result = []
    for number, name in enumerate(ids):
        row = values[number]
        seen = np.flatnonzero(np.isfinite(row))
        known, positive = len(seen), int((row > 0).sum())
        if known < SHORTEST_HISTORY_DAYS:
            result.append(Finding(name, "too_short", known))
        elif positive == 0:
            result.append(Finding(name, "all_zero", known))
        elif known < MODEL_HISTORY_DAYS:
            result.append(Finding(name, "short", known))
        elif positive < MODEL_NONZERO_DAYS:
            result.append(Finding(name, "sparse", positive))
        below = int(negative[number].sum())
        gaps = len(row) - known - below
        for code, days in (("gaps", gaps), ("negative", below), ("repeated", repeated[name])):
            if days:
                result.append(Finding(name, code, int(days)))
    return result
