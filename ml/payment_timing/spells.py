"""Spells under observation, summed to events and exposures per path and day, or per cell.

A spell is a customer followed from an origin until the next payment or the end of observation.
Sums are additive over customers and origins; no model is fitted here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ml.payment_timing.clocks import CELLS, Paths
from ml.payment_timing.contract import HORIZON, States
from ml.payment_timing.workdays import DAY_CLASSES


@dataclass(frozen=True)
class Spells:
    """States with what followed.

    Attributes:
        states: n customers, each as of an origin.
        event: int64 (n,), day of the payment after the origin, 0 where none was seen.
        observed: int64 (n,), days followed: the event's day, or the last day seen.
    """

    states: States
    event: np.ndarray
    observed: np.ndarray


def spells(states: States, paid_in: np.ndarray, seen_days: np.ndarray | int = HORIZON) -> Spells:
    """Spells censored after ``seen_days`` (<= the horizon).

    Raises:
        ValueError: a payment before the day after its origin.
    """
    if (paid_in < 1).any():
        raise ValueError(f"next payment in {np.nanmin(paid_in)} days; expected 1 or more, or NaN.")
    limit = np.minimum(np.broadcast_to(seen_days, paid_in.shape), HORIZON).astype(np.int64)
    happened = paid_in <= limit  # False for NaN
    event = np.where(happened, np.nan_to_num(paid_in), 0).astype(np.int64)
    return Spells(states, event, np.where(happened, event, limit))


def path_sums(known: Paths, seen: Spells, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weighted events and exposures.

    Args:
        known: paths of the spells' states.
        seen: the spells.
        weight: (n, k), a weight per customer and component; rows without a path are left out.

    Returns:
        events and at-risk weights, each float64 (p, h, k).
    """
    count, horizon = known.cell.shape
    size, used = count * horizon, known.known & (seen.observed > 0)
    path, event, last = known.path[used], seen.event[used], seen.observed[used]
    weight = weight[used]
    happened = event > 0
    at_event, at_last = path[happened] * horizon + event[happened] - 1, path * horizon + last - 1
    shape = (count, horizon, weight.shape[1])
    events, leaving = np.empty(shape), np.empty(shape)
    for k in range(weight.shape[1]):
        events[..., k] = np.bincount(at_event, weight[happened, k], size).reshape(count, horizon)
        leaving[..., k] = np.bincount(at_last, weight[:, k], size).reshape(count, horizon)
    at_risk = leaving[:, ::-1].cumsum(axis=1)[:, ::-1]
    return events, at_risk


class CellCounts(NamedTuple):
    """Sums per stratum, cell and calendar class, (s, cells, classes).

    Attributes:
        events: payments.
        weighed: payments, each times its customer's frailty.
        at_risk: customers at the day's beginning, each times its frailty.
    """

    events: np.ndarray
    weighed: np.ndarray
    at_risk: np.ndarray


def stratum_cells(
    known: Paths, seen: Spells, strata: int, frailty: np.ndarray | None = None
) -> CellCounts:
    """Counts of the spells, each in its own stratum; ``frailty`` (n,) is 1 where None."""
    count, horizon = known.cell.shape
    used = known.known & (seen.observed > 0)
    stratum = seen.states["stratum"].astype(np.int64)[used]
    row = (stratum * count + known.path[used]) * horizon - 1
    event, size, shape = seen.event[used], strata * count * horizon, (strata, count, horizon)
    weight = np.ones(len(row)) if frailty is None else frailty[used]
    happened = event > 0
    at_event = row[happened] + event[happened]
    events = np.bincount(at_event, minlength=size).astype(np.float64)
    weighed = np.bincount(at_event, weight[happened], size)
    leaving = np.bincount(row + seen.observed[used], weight, size)
    at_risk = leaving.reshape(shape)[..., ::-1].cumsum(2)[..., ::-1]
    return CellCounts(
        *(
            cell_sums(known.cell, known.day_class, np.moveaxis(part.reshape(shape), 0, 2))
            for part in (events, weighed, at_risk)
        )
    )


def cell_sums(
    cell: np.ndarray, day_class: np.ndarray, values: np.ndarray, cells: int = CELLS
) -> np.ndarray:
    """Sum (p, h, k) over the days of each cell and calendar class: (k, cells, classes)."""
    classes = len(DAY_CLASSES)
    flat = (cell.astype(np.int64) * classes + day_class).ravel()
    sums = np.array(
        [np.bincount(flat, values[..., k].ravel(), cells * classes) for k in range(values.shape[2])]
    )
    return sums.reshape(-1, cells, classes)


def person_time(events: np.ndarray, at_risk: np.ndarray, intensity: np.ndarray) -> np.ndarray:
    """Exposure in days, with the day of an event counted up to the event.

    Given a payment within a day of intensity L, the expected time to it is
    tau(L) = 1/L - 1/(e^L - 1); with it the Poisson estimate E / exposure tends to -ln(1 - E/R),
    the intensity under which exp(-L) is the share that did not pay.

    Args:
        events: E per cell and class, weighted like the exposure.
        at_risk: R per cell and class, customers at the day's beginning.
        intensity: L, the estimate so far.
    """
    level = np.clip(intensity, 1e-6, 50.0)
    tau = 1 / level - 1 / np.expm1(level)
    return at_risk - events * (1 - tau)
