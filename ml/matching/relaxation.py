"""One pass over the customers at given prices of the limits: the Lagrangian relaxation.

    D(l) = sum_i max(0, max_j [g_ij - l . use_ij]) + l . limits

is convex in the prices l >= 0 and never below the best feasible sum of gains; its subgradient is
the limits less what the customers use at these prices.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.matching.problem import NOTHING, Block, Floats, MatchingError, Problem

BATCH = 1 << 16  # customers at a time: a row of options stays in the cache


@dataclass(frozen=True)
class Answer:
    """What the customers of a block choose at given prices; all arrays (m,).

    ``best`` is the gain less the price of the best option, also where it is not worth it;
    ``second`` that of the next best, doing nothing included.
    """

    choice: NDArray[np.int16]
    best: Floats
    second: Floats


def batches(count: int, size: int = BATCH) -> Iterator[slice]:
    """Slices over ``count`` customers."""
    for begin in range(0, count, size):
        yield slice(begin, min(begin + size, count))


def answer(problem: Problem, block: Block, prices: NDArray[np.float64]) -> Answer:
    """Each customer's best option at the prices; an option at a tie with nothing is not taken."""
    channel_price = prices[problem.channel].astype(np.float32)
    fixed = (problem.contact_yuan * prices[-2] + prices[-1]).astype(np.float32)
    shape = block.gain.shape[1]
    best = np.full(shape, -np.inf, np.float32)
    second = np.zeros(shape, np.float32)
    choice = np.full(shape, NOTHING, np.int16)
    one_load = block.load.shape[0] == 1
    for option in np.flatnonzero(problem.usable):
        load = block.load[0 if one_load else option]
        value = block.gain[option] - channel_price[option] * load
        value -= fixed[option]
        is_better = value > best
        np.maximum(second, np.minimum(best, value), out=second)
        choice[is_better] = option
        np.maximum(best, value, out=best)
    choice[best <= 0] = NOTHING
    return Answer(choice, best, second)


def used(
    problem: Problem, block: Block, choice: NDArray[np.int16]
) -> tuple[NDArray[np.float64], float]:
    """What the choices take of every limit, (C + 2,), and the sum of their gains."""
    at = np.flatnonzero(choice != NOTHING)
    option = choice[at]
    loads = block.load[0 if block.load.shape[0] == 1 else option, at]
    channels = len(problem.limits.capacity)
    capacity = np.bincount(problem.channel[option], loads.astype(np.float64), channels)
    yuan = float(problem.contact_yuan[option].sum())
    gain = float(block.gain[option, at].sum(dtype=np.float64))
    return np.append(capacity, [yuan, len(at)]), gain


def relaxed(problem: Problem, prices: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
    """Value D(prices) and what is used at them, by one pass.

    Raises:
        MatchingError: a gain is not a number.
    """
    total, use = 0.0, np.zeros(len(prices))
    for rows in batches(problem.customers):
        block = problem.block(rows)
        found = answer(problem, block, prices)
        taken, gain = used(problem, block, found.choice)
        if np.isnan(found.best).any() or not np.isfinite(gain):
            raise MatchingError(
                f"gain that is not a number among customers {rows.start} to {rows.stop}: numbers, "
                "or -inf for a barred option, expected; leave out customers without known costs"
            )
        total += gain - float(prices @ taken)
        use += taken
    limits = problem.limits.all()
    limited = np.isfinite(limits)
    return total + float(prices[limited] @ limits[limited]), use
