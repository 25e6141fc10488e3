"""The expected flow of payments of every series of a panel, from the bills of its regions.

Bottom series of one channel share one distribution of delays; sums of series have the sum of the
flows.  Without bills, and for a channel that bills do not explain, the flow is constant.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ml.forecasting.bill_calendar.bill_flow import fit_delays, flow_basis
from ml.forecasting.calendar.bill_runs import expected_bills
from ml.forecasting.calendar.days import calendar_frame
from ml.forecasting.candidates.task import BILLS_BEFORE_DAYS, Task
from ml.forecasting.contract import Panel
from ml.forecasting.hierarchy import channel_of, hierarchy_of, mean_of_known, region_of

FLOOR = 1e-4  # of a series' mean: a day without any expected payment keeps a finite logarithm


@dataclass(frozen=True)
class Delays:
    """Distributions of delays by channel, and the base (payments without a bill) by series."""

    by_channel: dict[str, np.ndarray]
    base: dict[str, float]


def leaves_of(panel: Panel) -> tuple[str, ...]:
    """The series that are sums of no other."""
    hierarchy = hierarchy_of(panel.ids)
    return panel.ids if hierarchy is None else hierarchy.bottoms


def region_bases(task: Task) -> dict[str | None, np.ndarray]:
    """Delayed bill issues by region, (T + horizon, 2L) each; None is all regions together."""
    bills = task.outside.bills
    if bills is None or bills.empty:
        return {}
    first = task.calendar["ds"].iloc[0] - pd.Timedelta(days=BILLS_BEFORE_DAYS)
    calendar = calendar_frame(first, task.calendar["ds"].iloc[-1], task.outside.overrides)
    days, workday = pd.DatetimeIndex(calendar["ds"]), calendar["is_workday"].to_numpy(bool)
    known = task.known + BILLS_BEFORE_DAYS
    rows = bills.assign(ds=pd.to_datetime(bills["ds"]), bills=bills["bills"].astype(float))
    wide = rows.pivot_table(index="region", columns="ds", values="bills", aggfunc="sum")
    issued = wide.reindex(columns=days, fill_value=0.0).fillna(0.0)
    wanted = {region_of(name) for name in leaves_of(task.past)}
    parts: dict[str | None, np.ndarray] = {
        region: expected_bills(row, days, workday, known)
        for region, row in zip(issued.index, issued.to_numpy(), strict=True)
    }
    parts[None] = sum(parts.values(), np.zeros(len(days)))
    nothing = np.zeros(len(days))
    return {
        region: flow_basis(parts.get(region, nothing), workday)[BILLS_BEFORE_DAYS:]
        for region in wanted
    }


def fit_flows(task: Task, bases: dict[str | None, np.ndarray], weights: np.ndarray) -> Delays:
    """Delays of every channel of the task's past; empty where there are no bills."""
    leaves = task.past.only(leaves_of(task.past))
    by_channel: dict[str, np.ndarray] = {}
    base: dict[str, float] = {}
    owners = np.array([channel_of(name) for name in leaves.ids])
    for channel in dict.fromkeys(owners.tolist()) if bases else ():
        rows = np.flatnonzero(owners == channel)
        stacked = np.stack([bases[region_of(leaves.ids[row])][: task.known] for row in rows])
        values = leaves.values[rows]
        found, by_channel[channel] = fit_delays(values, stacked, weights)
        base |= {leaves.ids[row]: float(found[place]) for place, row in enumerate(rows)}
    return Delays(by_channel, base)


def log_flows(task: Task, bases: dict[str | None, np.ndarray], delays: Delays) -> np.ndarray:
    """Logarithm of the expected flow, (n, T + horizon); of the mean where bills are unknown."""
    mean = np.maximum(mean_of_known(task.past.values), 1e-9)
    result = np.repeat(np.log(mean)[:, None], len(task.calendar), axis=1)
    leaves = leaves_of(task.past)
    if not delays.by_channel or not bases:
        return result
    flows = np.stack([_flow(name, bases, delays, len(task.calendar)) for name in leaves])
    hierarchy = hierarchy_of(task.past.ids)
    if hierarchy is not None:
        place = {name: number for number, name in enumerate(hierarchy.ids)}
        flows = (hierarchy.summing @ flows)[[place[name] for name in task.past.ids]]
    return np.log(np.maximum(flows, FLOOR * mean[:, None]))


def _flow(
    name: str, bases: dict[str | None, np.ndarray], delays: Delays, length: int
) -> np.ndarray:
    weights = delays.by_channel.get(channel_of(name))
    basis = bases.get(region_of(name))
    if weights is None or basis is None:
        return np.full(length, delays.base.get(name, 0.0))
    return delays.base.get(name, 0.0) + basis @ weights
