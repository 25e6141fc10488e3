"""Membership of a value in the grades: trapezoids inside, half-trapezoids at both ends.

A value is first mapped to a position on the grades (0 the best), linear between breakpoints; the
membership in grade k is max(0, 1 - |position - k|).  That is the trapezoid, its rows sum to one by
construction.  Surveys have their own file.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ml.fuzzy_evaluation.arrays import Array

QUANTILES = (0.1, 0.3, 0.5, 0.7, 0.9)
LEAST_POOLED = len(QUANTILES)  # fewer values do not have five quantiles of their own


def breakpoint_counts(grades: int) -> tuple[int, ...]:
    """How many breakpoints may be declared: triangles, pooled quantiles, trapezoids."""
    return tuple(sorted({grades, len(QUANTILES) if grades == 4 else grades, 2 * (grades - 1)}))


def node_positions(count: int, grades: int) -> Array:
    """Positions (0 ... grades - 1) of ``count`` ascending breakpoints.

    2 (n - 1) breakpoints: pairs of ramps with a plateau between them (0, 1, 1, 2, 2, 3).
    n breakpoints: a peak at each.  n + 1 (quantiles, n even): the middle one lies half-way between
    the two middle grades (0, 1, 1.5, 2, 3).

    Raises:
        ValueError: any other count.
    """
    if count == grades:
        return np.arange(grades, dtype=np.float64)
    if count == 2 * (grades - 1):
        return np.repeat(np.arange(grades, dtype=np.float64), 2)[1:-1]
    if count == grades + 1 and grades % 2 == 0:
        half = np.arange(grades, dtype=np.float64)
        return np.insert(half, grades // 2, (grades - 1) / 2)
    raise ValueError(f"{count} breakpoints for {grades} grades: see breakpoint_counts")


@dataclass(frozen=True)
class Scale:
    """Breakpoints of one indicator and the positions that they stand for, 0 the best grade."""

    points: Array
    positions: Array
    grades: int

    def moved(self, fraction: float) -> Scale:
        """All breakpoints moved by a fraction of their span (a stricter or looser standard)."""
        return Scale(
            self.points + fraction * (self.points[-1] - self.points[0]), self.positions, self.grades
        )

    def memberships(self, values: Array) -> Array:
        """(units,) values to (units, grades); rows sum to one; NaN stays NaN."""
        position = np.interp(values, self.points, self.positions)
        rows = np.clip(1 - np.abs(position[:, None] - np.arange(self.grades)), 0, 1)
        return np.where(np.isfinite(values)[:, None], rows, np.nan)


def declared_scale(points: tuple[float, ...], is_higher_better: bool, grades: int) -> Scale:
    """Scale of a standard: strictly ascending breakpoints.

    Raises:
        ValueError: breakpoints that do not ascend.
    """
    nodes = np.asarray(points, dtype=np.float64)
    if not (np.diff(nodes) > 0).all():
        raise ValueError(f"breakpoints {list(points)}: ascending expected; sort them")
    return _directed(nodes, node_positions(len(nodes), grades), is_higher_better, grades)


def pooled_scale(pool: Array, is_higher_better: bool, grades: int) -> Scale | None:
    """Scale of the pool's quantiles 10/30/50/70/90 %; None when they all coincide or are too few.

    Quantiles that tie (an indicator with many zeros) become one breakpoint half-way between their
    outermost positions: what most units reach is neither the best nor the worst.
    With other than four grades the quantiles are spread evenly over the grades.
    """
    pool = pool[np.isfinite(pool)]
    if len(pool) < LEAST_POOLED:
        return None
    nodes = np.quantile(pool, QUANTILES)
    points = np.unique(nodes)
    if len(points) < 2:
        return None
    spread = np.linspace(0, grades - 1, len(QUANTILES))
    positions = node_positions(len(QUANTILES), grades) if grades == 4 else spread
    first = np.searchsorted(nodes, points, side="left")
    last = np.searchsorted(nodes, points, side="right") - 1
    return _directed(points, (positions[first] + positions[last]) / 2, is_higher_better, grades)


def _directed(points: Array, positions: Array, is_higher_better: bool, grades: int) -> Scale:
    return Scale(points, (grades - 1) - positions if is_higher_better else positions, grades)
