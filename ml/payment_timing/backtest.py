"""The table that every claim rests on: model x origin x metric, and each model against the stack.

Baselines, candidates, the stack and the recalibrated stack are judged on the same outcomes;
differences are paired by customer, so that customers a model does not cover do not favour it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ml.payment_timing.metrics import log_scores, paired_bootstrap, summary
from ml.payment_timing.rolling import Round
from ml.payment_timing.segments import segment

STACK, RECALIBRATED = "stack", "stack_recalibrated"
SEGMENT_FLOOR = 500  # customers below which a segment's coverage says nothing


class BacktestRow(NamedTuple):
    """One figure of ``payment_timing_backtest``; only differences have an interval."""

    model: str
    origin_day: int  # days since 1970-01-01
    segment: int  # code of the segment; -1: all customers
    metric: str
    value: float
    low: float
    high: float
    customers: int


def backtest_table(rounds: Sequence[Round]) -> list[BacktestRow]:
    """Every metric of every model at every origin, and coverage of the stack by segment."""
    found: list[BacktestRow] = []
    for this in rounds:
        forecasts = all_forecasts(this)
        for name, cumulative in forecasts.items():
            found += _metrics(this, name, cumulative)
        best = RECALIBRATED if RECALIBRATED in forecasts else STACK
        if best in forecasts:
            found += _differences(this, best, forecasts)
            found += _by_segment(this, best, forecasts[best])
    return found


def all_forecasts(this: Round) -> dict[str, np.ndarray]:
    """Models, baselines and, where they exist, the two stacks."""
    found = dict(this.forecasts)
    if this.pooled is not None:
        found[STACK] = this.pooled
    if this.recalibrated is not None:
        found[RECALIBRATED] = this.recalibrated
    return found


def difference(this: Round, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Log score of ``first`` minus ``second``, per customer that both cover."""
    both = ~np.isnan(first[:, 0]) & ~np.isnan(second[:, 0])
    paid_in = this.origin.paid_in[both]
    return log_scores(first[both], paid_in) - log_scores(second[both], paid_in)


def _metrics(this: Round, name: str, cumulative: np.ndarray) -> list[BacktestRow]:
    known = ~np.isnan(cumulative[:, 0])
    if not known.any():
        return []
    figures = summary(cumulative[known], this.origin.paid_in[known])
    size = int(known.sum())
    return [_row(this, name, -1, metric, value, size) for metric, value in figures.items()]


def _differences(this: Round, best: str, forecasts: dict[str, np.ndarray]) -> list[BacktestRow]:
    found = []
    for name, cumulative in forecasts.items():
        gain = difference(this, forecasts[best], cumulative)
        if name != best and len(gain):
            mean, low, high = paired_bootstrap(gain)
            metric = f"log_score_of_{best}_minus_this"
            found.append(BacktestRow(name, this.origin.day, -1, metric, mean, low, high, len(gain)))
    return found


def _by_segment(this: Round, name: str, cumulative: np.ndarray) -> list[BacktestRow]:
    found, place = [], segment(this.origin.states)
    known = ~np.isnan(cumulative[:, 0])
    for code in np.unique(place[known]):
        chosen = known & (place == code)
        if chosen.sum() >= SEGMENT_FLOOR:
            figures = summary(cumulative[chosen], this.origin.paid_in[chosen])
            size = int(chosen.sum())
            found += [_row(this, name, int(code), key, figures[key], size) for key in figures]
    return found


def _row(this: Round, model: str, place: int, metric: str, value: float, size: int) -> BacktestRow:
    return BacktestRow(model, this.origin.day, place, metric, value, np.nan, np.nan, size)
