"""The prices of the limits: the minimum of the Lagrangian dual by cutting planes in a box.

Every pass gives a plane below the dual; the next prices minimise the highest plane within a box
about the best prices so far (Marsten, Hogan and Blankenship 1975, the boxstep method). The master
problem has a handful of variables and goes to HiGHS.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from ml.matching.problem import Problem
from ml.matching.relaxation import relaxed

TOLERANCE = 2e-4  # predicted decrease, as a part of the value: a fifth of the gap asked for
MOST_PASSES = 300
FIRST_BOX, WARM_BOX, SMALLEST_BOX = 0.25, 0.02, 0.0025  # half width, as a part of the whole value
GOOD = 0.5  # part of the predicted decrease that was found: the planes are trusted farther

Oracle = Callable[[NDArray[np.float64]], tuple[float, NDArray[np.float64]]]


@dataclass
class Prices:
    """Prices per unit of each limit, (C + 2,), the dual's value there, and the passes made."""

    prices: NDArray[np.float64]
    value: float
    passes: int = 0


@dataclass
class _Planes:
    """Cutting planes: value + slope . (y - at)."""

    at: list[NDArray[np.float64]] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    slope: list[NDArray[np.float64]] = field(default_factory=list)

    def add(self, at: NDArray[np.float64], value: float, slope: NDArray[np.float64]) -> float:
        """One plane more; returns its value."""
        self.at.append(at)
        self.value.append(value)
        self.slope.append(slope)
        return value

    def lowest(self, centre: NDArray[np.float64], box: float) -> tuple[NDArray[np.float64], float]:
        """Minimiser of the highest plane in the box about the centre, and its height."""
        size = len(centre)
        slope = np.array(self.slope)
        level = np.array(self.value) - (slope * np.array(self.at)).sum(axis=1)
        low = np.maximum(centre - box, 0)
        bounds = [*zip(low, centre + box, strict=True), (None, None)]
        found = linprog(
            np.append(np.zeros(size), 1.0),
            A_ub=np.column_stack([slope, -np.ones(len(slope))]),
            b_ub=-level,
            bounds=bounds,
            method="highs",
        )
        return np.clip(found.x[:size], low, None), float(found.x[size])


def dual_prices(problem: Problem, start: NDArray[np.float64] | None = None) -> Prices:
    """Prices that minimise the dual of the problem, from ``start`` on if it is known.

    Prices are scaled so that 1 of each limit costs the value without limits: the optimum lies in
    [0, 1] of every axis, for the priced limits are never worth more than that.
    """
    limits = problem.limits.all()
    priced = np.flatnonzero(np.isfinite(limits) & (limits > 0))
    free, use = relaxed(problem, np.zeros(len(limits)))
    if free <= 0 or len(priced) == 0 or (use[priced] <= limits[priced]).all():
        return Prices(np.zeros(len(limits)), free, 1)
    unit = free / limits[priced]

    def oracle(y: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        prices = np.zeros(len(limits))
        prices[priced] = y * unit
        value, taken = relaxed(problem, prices)
        return value / free, (limits - taken)[priced] / limits[priced]

    first = np.zeros(len(priced)) if start is None else start[priced] / unit
    y, value, passes = _boxstep(oracle, first, FIRST_BOX if start is None else WARM_BOX)
    prices = np.zeros(len(limits))
    prices[priced] = y * unit
    return Prices(prices, value * free, passes + 1)


def _boxstep(
    oracle: Oracle, first: NDArray[np.float64], box: float
) -> tuple[NDArray[np.float64], float, int]:
    """Minimum of a convex function on y >= 0; returns where, its value, and the calls.

    A small predicted decrease ends the search only in a box that is not a tiny one.
    """
    planes, centre = _Planes(), first
    value = planes.add(centre, *oracle(centre))
    for calls in range(1, MOST_PASSES):
        trial, height = planes.lowest(centre, box)
        predicted = value - height
        if predicted <= TOLERANCE * value:
            if box >= WARM_BOX:
                return centre, value, calls
            box = WARM_BOX
        there = planes.add(trial, *oracle(trial))
        if there < value:
            box = min(2 * box, 1.0) if value - there >= GOOD * predicted else box
            centre, value = trial, there
        else:
            box = max(box / 2, SMALLEST_BOX)
    return centre, value, MOST_PASSES
