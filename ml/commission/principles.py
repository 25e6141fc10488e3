"""The principles as constraints over schedules: which keep which, and which conflict.

A principle that today's terms break already asks only that it get no worse, unless it is declared
strict: a plan that has to heal everything at once would have no schedule at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from ml.commission.declaration import Coverage, GradeOrder, Principles, RateLimits
from ml.commission.grid import Grid, Judged
from ml.commission.market import Market
from ml.commission.terms import Array

Mask = NDArray[np.bool_]
SLACK = 1e-9  # of a comparison of doubles, relative to today's figure
NAMES = {
    "partner_keeps": ("a partner keeps its share of today's commission", "合作方酬金保底"),
    "rate_limits": ("rates stay within their limits", "费率上下限"),
    "coverage": ("every area keeps its coverage", "区域覆盖底线"),
    "grade_order": ("a better grade never earns a lower rate", "效能优者费率不低"),
    "monotone_tiers": ("more volume never raises the rate", "阶梯费率不随量上升"),
    "budget": ("all commissions stay within the budget", "酬金总额预算"),
    "on_time": ("payments in time are kept", "按时缴费不降低"),
    "worse_at_most": ("hardly a chance of costing more than today", "劣于现状的概率上限"),
}


@dataclass(frozen=True)
class Conflict:
    """Principles of which no schedule keeps all; without any one of them, one would."""

    principles: tuple[str, ...]

    @property
    def said(self) -> tuple[str, str]:
        """The conflict in English and Chinese."""
        english = "; ".join(f"{name} ({NAMES[name][0]})" for name in self.principles)
        chinese = "；".join(f"{name}（{NAMES[name][1]}）" for name in self.principles)
        return (
            f"no schedule keeps these principles together: {english}. Relax one of them.",
            f"没有方案能同时满足以下原则：{chinese}。请放宽其中之一。",
        )


def masks(
    market: Market, principles: Principles, grid: Grid, judged: Judged, today: Judged
) -> dict[str, Mask]:
    """For every declared principle, which of the judged schedules keep it; (N,) each."""
    tests: dict[str, Callable[[], Mask]] = {
        "partner_keeps": lambda: _partners_keep(market, principles, judged, today)
    }
    if (limits := principles.rate_limits) is not None:
        tests["rate_limits"] = lambda: _within(grid, judged, limits)
    if (coverage := principles.coverage) is not None:
        tests["coverage"] = lambda: _covered(market, coverage, judged)
    if (order := principles.grade_order) is not None:
        tests["grade_order"] = lambda: _ordered(market, order, grid, judged)
    if principles.monotone_tiers:
        tests["monotone_tiers"] = lambda: _monotone(grid, judged)
    if (budget := principles.budget) is not None:
        limit = budget.share_of_today * today.fees.sum() * (1 + SLACK)
        tests["budget"] = lambda: judged.fees.sum(axis=1) <= limit
    if (on_time := principles.on_time) is not None:
        tests["on_time"] = lambda: _in_time(market, judged) >= -on_time.points_lost - SLACK
    return {name: test() for name, test in tests.items()}


def conflict_of(found: Mapping[str, Mask]) -> Conflict:
    """A smallest set of principles that no schedule keeps, by the deletion filter."""
    kept = list(found)
    for name in list(found):
        others = [other for other in kept if other != name]
        if not all_of(found, others).any():
            kept = others
    return Conflict(tuple(kept))


def all_of(found: Mapping[str, Mask], names: list[str] | None = None) -> Mask:
    """Which schedules keep all of the named principles."""
    size = len(next(iter(found.values())))
    chosen = list(found) if names is None else names
    return np.logical_and.reduce([np.ones(size, bool), *(found[name] for name in chosen)])


def better_pairs(market: Market, order: GradeOrder) -> list[tuple[str, str]]:
    """(better, worse) within each group: by certain grades, else by a clear difference of score."""
    pairs = []
    for group in order.groups:
        for better, worse in permutations(group, 2):
            if better in market.scores and worse in market.scores:
                ahead = market.scores[better] - market.scores[worse]
                both = better in market.grades and worse in market.grades
                same = both and market.grades[better] == market.grades[worse]
                if not same and ahead > (0 if both else order.clear_points):
                    pairs.append((better, worse))
    return pairs


def _partners_keep(market: Market, principles: Principles, judged: Judged, today: Judged) -> Mask:
    columns = [market.index(channel) for channel in market.partners]
    least = principles.partner_keeps.share_of_today * today.fees[0, columns] * (1 - SLACK)
    return np.asarray((judged.fees[:, columns] >= least).all(axis=1))


def _within(grid: Grid, judged: Judged, limits: RateLimits) -> Mask:
    """Rates of typical payments in their limits; a rate that is outside today may stay."""
    inside = np.ones(len(judged.rows), bool)
    for k, paid in enumerate(grid.paid_pct):
        chosen = grid.choices[judged.rows, k]
        rates = paid[chosen]
        stays = chosen == grid.choices[grid.today, k]
        inside &= stays | ((rates >= limits.least_pct) & (rates <= limits.most_pct))
    return inside


def _covered(market: Market, coverage: Coverage, judged: Judged) -> Mask:
    """In every area, the covering channels keep the floor, or today's share where that is less."""
    columns = [market.index(c) for c in coverage.channels if c in market.channels]
    here = market.area_payments
    floor = np.minimum(
        coverage.at_least_share_pct / 100, here[:, columns].sum(axis=1) / here.sum(axis=1)
    )
    covering = judged.growth[:, columns] @ here[:, columns].T
    share = covering / (judged.growth @ here.T)
    return np.asarray((share >= floor * (1 - SLACK)).all(axis=1))


def _ordered(market: Market, order: GradeOrder, grid: Grid, judged: Judged) -> Mask:
    keeps = np.ones(len(judged.rows), bool)
    for better, worse in better_pairs(market, order):
        gap = _paid(market, grid, judged, better) - _paid(market, grid, judged, worse)
        before = market.paid_pct(better, market.terms_of(better)) - market.paid_pct(
            worse, market.terms_of(worse)
        )
        keeps &= gap >= (0 if order.is_strict else min(0.0, before)) - SLACK
    return keeps


def _paid(market: Market, grid: Grid, judged: Judged, channel: str) -> Array:
    if channel not in grid.channels:
        return np.full(len(judged.rows), market.paid_pct(channel, market.terms_of(channel)))
    k = grid.channels.index(channel)
    return grid.paid_pct[k][grid.choices[judged.rows, k]]


def _monotone(grid: Grid, judged: Judged) -> Mask:
    keeps = np.ones(len(judged.rows), bool)
    for k, candidates in enumerate(grid.candidates):
        today = int(grid.choices[grid.today, k])
        rising = [j for j, terms in enumerate(candidates) if not terms.is_monotone and j != today]
        keeps &= ~np.isin(grid.choices[judged.rows, k], rising)
    return keeps


def _in_time(market: Market, judged: Judged) -> Array:
    """Change of the share of payments in time, in percentage points, channels of known share."""
    known = ~np.isnan(market.on_time)
    payments, rates = market.payments[known], market.on_time[known]
    if not known.any():
        return np.zeros(len(judged.rows))
    moved = judged.growth[:, known] * payments
    change: Array = 100 * ((moved @ rates) / moved.sum(axis=1) - payments @ rates / payments.sum())
    return change
