"""The randomised share: some customers get an option at random, so that all of them are tried.

Only options that gain are drawn, each with the same chance, and the draws take at most their
share of every limit; the chance of each is kept, for estimates from what comes of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.matching.chance import hashed, uniform
from ml.matching.problem import NOTHING, MatchingError, Problem
from ml.matching.relaxation import batches, used


@dataclass(frozen=True)
class Explored:
    """``rows``: (e,) positions of the customers drawn; ``choice``: their options.

    ``propensity``: chance of that option for the customer once drawn.
    """

    rows: NDArray[np.int64]
    choice: NDArray[np.int16]
    propensity: NDArray[np.float64]


def explore(
    problem: Problem, customers: NDArray[np.int64], share: float, salt: str
) -> Explored:
    """Draw ``share`` of the customers by hash, each one of its gaining options.

    Raises:
        MatchingError: the share is not in [0, 1).
    """
    if not 0 <= share < 1:
        raise MatchingError(f"exploration share {share}: a part from 0 to below 1 expected")
    luck = uniform(hashed(customers, salt))
    drawn = np.flatnonzero(luck < share)
    drawn = drawn[np.argsort(luck[drawn], kind="stable")]  # nobody is first by being known longer
    dice = uniform(hashed(customers[drawn], f"{salt}/option"))
    choice = np.full(len(drawn), NOTHING, np.int16)
    propensity = np.ones(len(drawn))
    left = problem.limits.all() * share
    kept = np.zeros(len(drawn), bool)
    for rows in batches(len(drawn)):
        options = problem.block(drawn[rows]).gain > 0
        options &= problem.usable[:, None]
        count = options.sum(axis=0)
        nth = np.minimum((dice[rows] * count).astype(np.int64), np.maximum(count - 1, 0))
        first = np.argmax(np.cumsum(options, axis=0) > nth, axis=0)
        choice[rows] = np.where(count > 0, first, NOTHING)
        propensity[rows] = 1 / np.maximum(count, 1)
        kept[rows], left = _within(problem, drawn[rows], choice[rows], left)
    return Explored(drawn[kept], choice[kept], propensity[kept])


def _within(
    problem: Problem, who: NDArray[np.int64], choice: NDArray[np.int16], left: NDArray[np.float64]
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Those from the head of the draw that keep within what is left, limit by limit."""
    kept = choice != NOTHING
    block = problem.block(who)
    option = np.maximum(choice, 0)
    load = np.broadcast_to(block.load, block.gain.shape)[option, np.arange(len(who))]
    for limit, room in enumerate(left):
        if limit < len(left) - 2:
            takes = np.where(kept & (problem.channel[option] == limit), load, 0)
        else:
            one = problem.contact_yuan[option] if limit == len(left) - 2 else np.ones(len(who))
            takes = np.where(kept, one, 0)
        kept &= (np.cumsum(takes, dtype=np.float64) <= room) | (takes == 0)
    taken, _ = used(problem, block, np.where(kept, choice, NOTHING).astype(np.int16))
    return kept, left - taken
