"""The bill-calendar model: fitted on a panel, kept as parameters, read again with today's level.

ln E y = ln(bill flow) + trend + week + day of cycle + lunar window + season + events, ridge with
weights that halve every year, times the level of the last weeks.  How strongly it is shrunk and how
long its memory is, forward validation decides (``selection``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from ml.forecasting.bill_calendar.design import design
from ml.forecasting.bill_calendar.flows import Delays, log_flows, region_bases
from ml.forecasting.bill_calendar.level import Memory, coming_days
from ml.forecasting.bill_calendar.regression import coefficients_of
from ml.forecasting.bill_calendar.selection import chosen_memory, prepared
from ml.forecasting.candidates.task import Task


@dataclass(frozen=True)
class BillCalendar:
    """Fitted parameters: coefficients (n, p) by series and column, and the delays of channels."""

    ids: tuple[str, ...]
    columns: tuple[str, ...]
    coefficients: np.ndarray
    log_mean: np.ndarray  # (n,), of the fitted past: units of a flow without bills
    memory: Memory
    delays: Delays
    origin: pd.Timestamp
    history: int


def fit(task: Task, with_bills: bool = True) -> BillCalendar:
    """Fit on the task's past; shrinkage and memory of each channel by forward absolute error.

    One thread: the matrices are small, and threads of a shared machine wait for each other.
    """
    with threadpool_limits(1, user_api="blas"):
        memory = chosen_memory(task, with_bills)
        ready = prepared(task, with_bills)
        coefficients = coefficients_of(
            task.past.values, ready.shape, ready.offset, ready.weights, memory.shrinkage
        )
    return BillCalendar(
        task.past.ids, ready.shape.names, coefficients, ready.offset.mean(axis=1), memory,
        ready.delays, task.past.days[-1], task.known,
    )  # fmt: skip


def predict(task: Task, fitted: BillCalendar) -> np.ndarray:
    """Mean of the coming days, (n, horizon); n are the series of the task's past.

    Raises:
        KeyError: a series was not fitted.
        ValueError: the model was fitted with bills and the task has none.
    """
    bills = task.outside.bills
    if fitted.delays.by_channel and (bills is None or bills.empty):
        raise ValueError("the model was fitted with bills, but none are given; give those issued")
    place = {name: number for number, name in enumerate(fitted.ids)}
    rows = np.array([place[name] for name in task.past.ids])
    shape = design(task.calendar, fitted.origin, fitted.history, task.outside.events)
    if fitted.delays.by_channel:
        offset = log_flows(task, region_bases(task), fitted.delays)
    else:
        offset = np.repeat(fitted.log_mean[rows][:, None], len(task.calendar), axis=1)
    return coming_days(
        task.past.values, shape.aligned(fitted.columns), fitted.columns, offset,
        fitted.coefficients[rows], fitted.memory.only(rows),
    )  # fmt: skip
