"""How strongly each channel is shrunk and how long its memory is: by errors on days held back.

The inner origins lie before the end of the past, so nothing of the judged days is seen.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from ml.forecasting.bill_calendar.design import Design, design
from ml.forecasting.bill_calendar.flows import Delays, fit_flows, log_flows, region_bases
from ml.forecasting.bill_calendar.level import Memory, coming_days
from ml.forecasting.bill_calendar.regression import coefficients_of
from ml.forecasting.candidates.memo import digest, identity, remembered
from ml.forecasting.candidates.task import Task, task_of
from ml.forecasting.hierarchy import channel_of, mean_of_known

HALF_LIFE_DAYS = 365  # a year: every season is seen once at more than half weight
LAMBDAS = (30.0, 10.0, 3.0, 1.0)  # strong first: each fit starts where the stronger one ended
LEVEL_DAYS = (56, 28, 14)
PROLONGS = (False, True)
MEMORIES = tuple(itertools.product(LAMBDAS, LEVEL_DAYS, PROLONGS))
DEFAULT_MEMORY = (3.0, 56, False)
FOLDS = (56, 28)  # days before the end of the past, each judged on 28 days
FOLD_DAYS = 28
SHORTEST_FOLD_DAYS = 84


@dataclass(frozen=True)
class Prepared:
    """What a fit needs of a task."""

    shape: Design
    delays: Delays
    offset: np.ndarray
    weights: np.ndarray


def prepared(task: Task, with_bills: bool) -> Prepared:
    """Regressors, flows and weights of a task."""
    weights = 0.5 ** ((task.known - 1 - np.arange(task.known)) / HALF_LIFE_DAYS)
    bases = region_bases(task) if with_bills else {}
    delays = remembered(
        task.outside,
        ("delays", with_bills, identity(task.past)),
        lambda: fit_flows(task, bases, weights),
    )
    shape = design(task.calendar, task.past.days[-1], task.known, task.outside.events)
    return Prepared(shape, delays, log_flows(task, bases, delays), weights)


def chosen_memory(task: Task, with_bills: bool) -> Memory:
    """The best of ``MEMORIES`` for each channel over the inner origins.

    Errors are absolute, over the series' mean day, summed over the channel's series; a past too
    short for an inner origin has the default.
    """
    owners = np.array([channel_of(name) for name in task.past.ids])
    channels, owner = np.unique(owners, return_inverse=True)
    errors = np.zeros((len(MEMORIES), len(channels)))
    for back in FOLDS:
        known = task.known - back
        if known < SHORTEST_FOLD_DAYS:
            continue
        inner = task_of(task.past.until(known), FOLD_DAYS, task.outside)
        actual = task.past.values[:, known : known + FOLD_DAYS]
        for row, series in enumerate(_known_errors(inner, actual, with_bills)):
            errors[row] += np.bincount(owner, weights=series, minlength=len(channels))
    best = errors.argmin(axis=0)[owner] if errors.any() else None
    if best is None:
        return _memory([DEFAULT_MEMORY] * len(owners))
    return _memory([MEMORIES[row] for row in best])


def _memory(chosen: list[tuple[float, int, bool]]) -> Memory:
    shrinkage, days, prolongs = zip(*chosen, strict=True)
    return Memory(np.array(shrinkage), np.array(days), np.array(prolongs, dtype=bool))


def _known_errors(inner: Task, actual: np.ndarray, with_bills: bool) -> list[np.ndarray]:
    """``_errors``, once: an inner origin is one of two successive outer origins."""
    key = ("errors", with_bills, identity(inner.past), digest(actual))
    return remembered(inner.outside, key, lambda: _errors(inner, actual, with_bills))


def _errors(inner: Task, actual: np.ndarray, with_bills: bool) -> list[np.ndarray]:
    """Absolute errors over the series' mean day, one (n,) per memory, in their order."""
    ready = prepared(inner, with_bills)
    past, shape = inner.past.values, ready.shape
    mean_day = np.maximum(mean_of_known(past), 1e-9)
    start, last, result = None, None, []
    for shrinkage, days, prolongs in MEMORIES:
        if shrinkage != last:
            start = coefficients_of(
                past, shape, ready.offset, ready.weights, np.full(len(past), shrinkage), start
            )
            last = shrinkage
        assert start is not None
        memory = _memory([(shrinkage, days, prolongs)] * len(past))
        coming = coming_days(past, shape.matrix, shape.names, ready.offset, start, memory)
        result.append(np.nansum(np.abs(actual - coming), axis=1) / mean_day)
    return result
