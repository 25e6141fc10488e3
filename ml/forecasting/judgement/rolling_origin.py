"""Forecasts of every candidate from the same origins, 28 days apart, and their figures.

The first origins only calibrate intervals and weights; the rest are judged.  Nothing at an origin
looks past it, except known events and the calendar.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ml.forecasting.candidates.registry import Candidate
from ml.forecasting.candidates.task import Outside, Task, task_of
from ml.forecasting.contract import MODEL_HISTORY_DAYS, Panel
from ml.forecasting.hierarchy import mean_of_known
from ml.forecasting.judgement.conformal import quantile_forecasts, score_quantiles, scores
from ml.forecasting.judgement.metrics import cells

JUDGED_DAYS = 28
STEP_DAYS = 28
JUDGED_ORIGINS = 6
CALIBRATION_ORIGINS = 2


@dataclass(frozen=True)
class Origins:
    """The tasks, oldest first, and what came: actual (n, horizon) each, NaN after the data end."""

    panel: Panel
    horizon: int
    known: tuple[int, ...]
    outside: Outside

    def task(self, number: int, ids: tuple[str, ...] | None = None) -> Task:
        """The task at an origin, of all series or of some."""
        past = self.panel.until(self.known[number])
        return task_of(past if ids is None else past.only(ids), self.horizon, self.outside)

    def actual(self, number: int, ids: tuple[str, ...]) -> np.ndarray:
        """What came after an origin."""
        values = self.panel.only(ids).values
        begin = self.known[number]
        result = np.full((len(ids), self.horizon), np.nan)
        there = values[:, begin : begin + self.horizon]
        result[:, : there.shape[1]] = there
        return result

    def typical(self, number: int, ids: tuple[str, ...]) -> np.ndarray:
        """Mean day of each series before an origin."""
        return mean_of_known(self.panel.only(ids).values[:, : self.known[number]])


@dataclass
class Run:
    """A candidate's forecasts: one (n, horizon) per origin, for its series."""

    name: str
    ids: tuple[str, ...]
    means: list[np.ndarray]
    seconds: float = 0.0
    settings: object = field(default=None, repr=False)


def origins_of(panel: Panel, horizon: int, outside: Outside) -> Origins:
    """As many origins as wanted and possible, 28 days apart, the last 28 days before the end."""
    room = (len(panel.days) - MODEL_HISTORY_DAYS) // STEP_DAYS
    count = max(0, min(room, JUDGED_ORIGINS + CALIBRATION_ORIGINS))
    known = tuple(len(panel.days) - STEP_DAYS * back for back in range(count, 0, -1))
    return Origins(panel, horizon, known, outside)


def run(candidate: Candidate, origins: Origins, ids: tuple[str, ...]) -> Run:
    """Forecast from every origin; settings are tuned once, at the first."""
    begin = time.perf_counter()
    settings = candidate.tune(origins.task(0, ids)) if candidate.tune else None
    means = [
        candidate.forecast(origins.task(number, ids), settings)
        for number in range(len(origins.known))
    ]
    return Run(candidate.name, ids, means, time.perf_counter() - begin, settings)


def past_scores(run_: Run, origins: Origins, before: int) -> np.ndarray:
    """Scaled errors of the origins before one; (k, n, horizon).

    An error is used as far as it was known: its day lies before the origin.
    """
    result = []
    for number in range(before):
        actual = origins.actual(number, run_.ids)
        if before < len(origins.known):
            actual[:, origins.known[before] - origins.known[number] :] = np.nan
        result.append(scores(actual, run_.means[number], origins.typical(number, run_.ids)))
    return np.array(result)


def judged(run_: Run, origins: Origins) -> pd.DataFrame:
    """Cells of every origin after the first: ``candidate, origin, is_judged, unique_id, ...``."""
    frames = []
    for number in range(1, len(origins.known)):
        mean, typical = run_.means[number], origins.typical(number, run_.ids)
        quantiles = score_quantiles(past_scores(run_, origins, number))
        forecasts = quantile_forecasts(mean, typical, quantiles)
        near = slice(0, JUDGED_DAYS)
        past = origins.panel.until(origins.known[number]).only(run_.ids)
        actual = origins.actual(number, run_.ids)[:, near]
        frame = cells(past, actual, mean[:, near], forecasts[:, near])
        frame.insert(0, "candidate", run_.name)
        frame.insert(1, "origin", past.days[-1])
        frame.insert(2, "is_judged", number >= len(origins.known) - JUDGED_ORIGINS)
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def declared_sample(ids: Iterable[str], size: int) -> tuple[str, ...]:
    """``size`` series by the MD5 of their id: the same ones every time, whatever their results."""
    return tuple(sorted(ids, key=lambda name: hashlib.md5(name.encode()).hexdigest())[:size])
