"""The schedule with the largest expected saving that keeps every principle, and the frontier.

All schedules are screened over a few draws of the responses; the best of them are then judged over
all draws, so that saving, interval and chance of loss rest on the whole posterior.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.commission.declaration import Keeping, PlanDeclaration, Principles
from ml.commission.grid import Grid, Judged, grid_of, judge
from ml.commission.market import Market
from ml.commission.principles import Conflict, Mask, all_of, conflict_of, masks
from ml.commission.response import Responses
from ml.commission.terms import Array, Terms

SCREENING_DRAWS = 20  # enough to rank: the standard error of a rank is not published
SHORTLIST = 150  # by expected saving, and as many by a cautious one
CAUTION = 1.645  # standard deviations: the lower 5 % of a normal saving
QUANTILES = (2.5, 97.5)  # percent, of every interval


@dataclass(frozen=True)
class Plan:
    """The chosen schedule, or why there is none."""

    schedule: Mapping[str, Terms]  # of the lever channels; today's where nothing is better
    binding: tuple[str, ...]  # principles without which a cheaper schedule would be chosen
    saving: Array  # (D,) yuan a year, by draw
    partners_change_pct: float  # of all partners' commissions, expected
    conflict: Conflict | None = None

    @property
    def worse_probability(self) -> float:
        """Share of the draws in which it costs more than today."""
        return float((self.saving < 0).mean())


@dataclass(frozen=True)
class Frontier:
    """The best plan at each largest cut of a partner, in percent."""

    cuts_pct: tuple[float, ...]
    plans: tuple[Plan, ...]


@dataclass(frozen=True)
class Search:
    """A grid, screened once for every set of principles."""

    market: Market
    responses: Responses
    grid: Grid
    screened: Judged
    today: Judged  # over the screening draws

    def best(self, principles: Principles) -> Plan:
        """The plan under these principles."""
        keeps = masks(self.market, principles, self.grid, self.screened, self.today)
        feasible = all_of(keeps)
        if not feasible.any():
            nothing = np.zeros(len(self.responses.draws))
            schedule = self.grid.schedule(self.grid.today)
            return Plan(schedule, (), nothing, 0.0, conflict_of(keeps))
        return self._chosen(principles, keeps, feasible)

    def _chosen(self, principles: Principles, keeps: dict[str, Mask], feasible: Mask) -> Plan:
        rows = np.union1d(self._shortlist(feasible), [self.grid.today])
        count = len(self.responses.draws)
        judged = judge(self.market, self.grid, rows, self.responses, count)
        today = judge(self.market, self.grid, np.array([self.grid.today]), self.responses, count)
        saving = today.cost - judged.cost
        allowed = all_of(masks(self.market, principles, self.grid, judged, today))
        is_safe = (saving < 0).mean(axis=1) <= principles.worse_at_most
        if not (allowed & is_safe).any():
            allowed = judged.rows == self.grid.today  # cheaper, but never surely so
        else:
            allowed &= is_safe
        at = int(np.argmax(np.where(allowed, saving.mean(axis=1), -np.inf)))
        binding = self._binding(keeps)
        if saving.mean(axis=1)[~is_safe].max(initial=-np.inf) > saving[at].mean():
            binding.append("worse_at_most")
        partners = [self.market.index(channel) for channel in self.market.partners]
        before = today.fees[0, partners].sum()
        change = 100 * (judged.fees[at, partners].sum() / before - 1) if before else 0.0
        schedule = self.grid.schedule(int(judged.rows[at]))
        return Plan(schedule, tuple(binding), saving[at], float(change))

    def _shortlist(self, feasible: Mask) -> NDArray[np.int64]:
        saving = self.today.cost - self.screened.cost
        mean, spread = saving.mean(axis=1), saving.std(axis=1)
        chosen = [
            np.argsort(np.where(feasible, -score, np.inf), kind="stable")[:SHORTLIST]
            for score in (mean, mean - CAUTION * spread)
        ]
        rows = np.union1d(*chosen)
        return np.asarray(rows[feasible[rows]], dtype=np.int64)

    def _binding(self, keeps: dict[str, Mask]) -> list[str]:
        """Principles without which, the others held, a cheaper schedule could be chosen."""
        mean = self.screened.cost.mean(axis=1)
        lowest = mean[all_of(keeps)].min()
        without = {
            name: all_of(keeps, [other for other in keeps if other != name]) for name in keeps
        }
        return [name for name, allowed in without.items() if mean[allowed].min() < lowest]


def search(market: Market, declared: PlanDeclaration, responses: Responses) -> Search:
    """Screen the grid of the declared levers."""
    chosen = declared.levers.channels
    wanted = market.partners if chosen == "partners" else chosen
    levers = [c for c in market.channels if c in wanted and c in market.terms]
    grid = grid_of(market, levers, declared.levers.steps)
    every = np.arange(len(grid.choices))
    screened = judge(market, grid, every, responses, SCREENING_DRAWS)
    today = judge(market, grid, np.array([grid.today]), responses, SCREENING_DRAWS)
    return Search(market, responses, grid, screened, today)


def plan(searched: Search, principles: Principles) -> Plan:
    """The plan under the declared principles; today's terms where nothing is better."""
    return searched.best(principles)


def frontier(searched: Search, principles: Principles, cuts_pct: Sequence[float]) -> Frontier:
    """The best plan when no partner loses more than each cut, the other principles held."""
    plans = [
        searched.best(
            principles.model_copy(update={"partner_keeps": Keeping(share_of_today=1 - cut / 100)})
        )
        for cut in cuts_pct
    ]
    return Frontier(tuple(cuts_pct), tuple(plans))
