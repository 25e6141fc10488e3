"""Customers matched to options: exploration drawn first, the rest by the Lagrangian dual."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml.matching.dual import dual_prices
from ml.matching.exploration import Explored, explore
from ml.matching.problem import Block, Limits, MatchingError, Problem, Rows
from ml.matching.relaxation import batches, used
from ml.matching.repair import repaired

SAMPLE = 100_000  # customers on whom the prices are found before the passes over all
GAP = 1e-3  # asked for


@dataclass(frozen=True)
class Matching:
    """The choice and what is known of it.

    ``choice``: (n,) option, -1 for nothing. ``is_exploration``: (n,) drawn at random.
    ``propensity``: (n,) chance of the option: of the draw among the drawn, 1 for the matched.
    ``prices``: (C + 2,) yuan per unit of each limit. ``used``: (C + 2,) of all choices.
    ``gain``: yuan of the matched, ``bound``: no choice within the limits gains more;
    ``explored_gain``: yuan of the drawn. ``passes`` over the customers.
    """

    choice: NDArray[np.int16]
    is_exploration: NDArray[np.bool_]
    propensity: NDArray[np.float64]
    prices: NDArray[np.float64]
    used: NDArray[np.float64]
    gain: float
    bound: float
    explored_gain: float
    passes: int

    @property
    def gap(self) -> float:
        """Duality gap of the matched, as a part of the bound; 0 where nothing can be gained."""
        return (self.bound - self.gain) / self.bound if self.bound > 0 else 0.0


def match(
    problem: Problem, customers: NDArray[np.int64], share: float = 0.0, salt: str = ""
) -> Matching:
    """Match within the limits; ``share`` of the customers, and of every limit, is randomised.

    Raises:
        MatchingError: a gain is not a number, or ids are not one per customer.
    """
    if len(customers) != problem.customers:
        raise MatchingError(f"{len(customers)} ids for {problem.customers} customers: one each")
    drawn = explore(problem, customers, share, salt)
    taken, explored_gain = _of(problem, drawn)
    rest = _without(problem, drawn, taken)
    start = _sampled_prices(rest) if rest.customers > 2 * SAMPLE else None
    found = dual_prices(rest, start)
    choice = repaired(rest, found.prices)
    matched, gain = _total(rest, choice)
    choice[drawn.rows] = drawn.choice
    is_exploration = np.zeros(problem.customers, bool)
    is_exploration[drawn.rows] = True
    propensity = np.ones(problem.customers)
    propensity[drawn.rows] = drawn.propensity
    return Matching(
        choice, is_exploration, propensity, found.prices, matched + taken, gain, found.value,
        explored_gain, found.passes,
    )  # fmt: skip


def _of(problem: Problem, drawn: Explored) -> tuple[NDArray[np.float64], float]:
    return used(problem, problem.block(drawn.rows), drawn.choice)


def _without(problem: Problem, drawn: Explored, taken: NDArray[np.float64]) -> Problem:
    """The problem that is left: the drawn are barred, and what they take is gone."""
    if len(drawn.rows) == 0:
        return problem
    is_drawn = np.zeros(problem.customers, bool)
    is_drawn[drawn.rows] = True

    def block(rows: Rows) -> Block:
        whole = problem.block(rows)
        barred = np.where(is_drawn[rows], np.float32(-np.inf), np.float32(0))
        return Block(whole.gain + barred, whole.load)

    left = np.maximum(problem.limits.all() - taken, 0)
    return replace(problem, block=block, limits=Limits(left[:-2], left[-2], left[-1]))


def _sampled_prices(problem: Problem) -> NDArray[np.float64]:
    """Prices of the same problem on the customers of the smallest hashes, limits scaled to them."""
    chosen = np.sort(np.argpartition(problem.tie, SAMPLE)[:SAMPLE]).astype(np.int64)
    blocks = [problem.block(chosen[rows]) for rows in batches(SAMPLE)]
    gain = np.concatenate([block.gain for block in blocks], axis=1)
    load = np.concatenate([block.load for block in blocks], axis=1)
    scaled = problem.limits.all() * (SAMPLE / problem.customers)
    sample = replace(
        problem,
        customers=SAMPLE,
        block=lambda rows: Block(gain[:, rows], load[:, rows]),
        limits=Limits(scaled[:-2], scaled[-2], scaled[-1]),
        tie=problem.tie[chosen],
    )
    return dual_prices(sample).prices


def _total(problem: Problem, choice: NDArray[np.int16]) -> tuple[NDArray[np.float64], float]:
    use, gain = np.zeros(len(problem.limits.all())), 0.0
    for rows in batches(problem.customers):
        taken, gained = used(problem, problem.block(rows), choice[rows])
        use, gain = use + taken, gain + gained
    return use, gain
