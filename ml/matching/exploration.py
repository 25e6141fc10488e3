"""The randomised share: some customers get an option at random, so that all of them are tried.

Only options that gain are drawn, an option with chance 1 / sqrt(contact cost): the allocation that
learns most from a budget (Cochran 1977, section 5.5). The draws take at most their share of every
limit, and each one's chance is kept, for estimates from what comes of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.matching.chance import hashed, uniform
from ml.matching.problem import NOTHING, Floats, MatchingError, Problem
from ml.matching.relaxation import batches

ROUNDS = 20  # of letting in those who still fit


@dataclass(frozen=True)
class Explored:
    """``rows``: (e,) positions of the customers drawn; ``choice``: their options.

    ``propensity``: chance of that option for the customer once drawn.
    """

    rows: NDArray[np.int64]
    choice: NDArray[np.int16]
    propensity: NDArray[np.float64]


def explore(problem: Problem, customers: NDArray[np.int64], share: float, salt: str) -> Explored:
    """Draw ``share`` of the customers by hash, each one of its gaining options.

    Raises:
        MatchingError: the share is not in [0, 1).
    """
    if not 0 <= share < 1:
        raise MatchingError(f"exploration share {share}: a part from 0 to below 1 expected")
    luck = uniform(hashed(customers, salt))
    drawn = np.flatnonzero((luck < share) & (share > 0))
    drawn = drawn[np.lexsort((customers[drawn], luck[drawn]))]
    dice = uniform(hashed(customers[drawn], f"{salt}/option"))
    choice = np.full(len(drawn), NOTHING, np.int16)
    propensity = np.ones(len(drawn))
    load = np.zeros(len(drawn), np.float32)
    for rows in batches(len(drawn)):
        block = problem.block(drawn[rows])
        everyone = np.arange(block.gain.shape[1])
        choice[rows], propensity[rows] = _draw(problem, block.gain, dice[rows])
        option = np.maximum(choice[rows], 0)
        load[rows] = np.broadcast_to(block.load, block.gain.shape)[option, everyone]
    kept = _within(problem, choice, load, _part(problem, share))
    return Explored(drawn[kept], choice[kept], propensity[kept])


def _part(problem: Problem, share: float) -> NDArray[np.float64]:
    limits = problem.limits.all()
    return np.where(np.isfinite(limits), limits * max(share, np.finfo(float).tiny), np.inf)


def _draw(
    problem: Problem, gain: Floats, dice: NDArray[np.float64]
) -> tuple[NDArray[np.int16], NDArray[np.float64]]:
    """An option of each customer by its dice, and the chance that it had."""
    costs = problem.contact_yuan
    cheapest = costs[costs > 0].min(initial=np.inf)
    weight = 1 / np.sqrt(np.maximum(costs, cheapest)) if np.isfinite(cheapest) else costs + 1
    open_weight = np.where((gain > 0) & problem.usable[:, None], weight[:, None], 0.0)
    heights = np.cumsum(open_weight, axis=0)
    total = heights[-1]
    choice = np.argmax(heights > dice * total, axis=0).astype(np.int16)
    chance = open_weight[choice, np.arange(len(dice))] / np.where(total > 0, total, 1)
    return np.where(total > 0, choice, NOTHING).astype(np.int16), chance


def _within(
    problem: Problem, choice: NDArray[np.int16], load: Floats, left: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Who keeps within what is left, in the order of the draw; one too dear is passed over."""
    option = np.maximum(choice, 0)
    takes = np.zeros((len(left), len(choice)))
    takes[problem.channel[option], np.arange(len(choice))] = load
    takes[-2], takes[-1] = problem.contact_yuan[option], 1
    kept = np.zeros(len(choice), bool)
    for _ in range(ROUNDS):
        room = (left - takes[:, kept].sum(axis=1))[:, None]
        asking = np.flatnonzero(~kept & (choice != NOTHING) & (takes <= room).all(axis=0))
        fits = (np.cumsum(takes[:, asking], axis=1) <= room).all(axis=0)
        if not fits.any():
            break
        count = len(fits) if fits.all() else int(np.argmin(fits))
        kept[asking[:count]] = True
    return kept
