"""From the customers' answers at the dual's prices to a choice within the limits.

Whoever wants least what is overused is let go; what is left over then goes, round by round, to
those next in line. Customers who want something alike are served in the order of their hashes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml.matching.problem import NOTHING, Floats, Problem
from ml.matching.relaxation import answer, batches

MOST_IN_LINE = 200_000  # customers near the prices who may still change: a bound on memory
MOST_ROUNDS = 50
SLACK = 1e-9  # relative: sums of floats


class Holdings:
    """Who holds which option; ``margin``: what it is worth more than the next best, in yuan."""

    def __init__(self, problem: Problem, prices: NDArray[np.float64]) -> None:
        """One pass at the prices."""
        size = problem.customers
        self.problem, self.prices = problem, prices
        self.choice = np.full(size, NOTHING, np.int16)
        self.margin = np.empty(size, np.float32)
        self.load = np.zeros(size, np.float32)
        for rows in batches(size):
            block = problem.block(rows)
            found = answer(problem, block, prices)
            self.choice[rows] = found.choice
            self.margin[rows] = _margin(found.choice, found.best, found.second)
            options = np.maximum(found.choice, 0)
            at = 0 if block.load.shape[0] == 1 else options
            self.load[rows] = block.load[at, np.arange(len(options))]

    def use(self) -> NDArray[np.float64]:
        """What is held of every limit, (C + 2,)."""
        at = np.flatnonzero(self.choice != NOTHING)
        option, problem = self.choice[at], self.problem
        capacity = np.bincount(
            problem.channel[option],
            self.load[at].astype(np.float64),
            len(problem.limits.capacity),
        )
        return np.append(capacity, [problem.contact_yuan[option].sum(), len(at)])


def _margin(choice: NDArray[np.int16], best: Floats, second: Floats) -> Floats:
    """Lead of the held option; for who holds none, what the best one lacks (negative)."""
    return np.where(choice == NOTHING, np.minimum(best, 0), best - second)


def repaired(problem: Problem, prices: NDArray[np.float64]) -> NDArray[np.int16]:
    """A choice within every limit, near the optimum when the prices are; (n,), -1 for nothing."""
    held = Holdings(problem, prices)
    let_go = [_trim(held, limit) for limit in range(len(prices))]
    line = _in_line(held, np.concatenate(let_go))
    _serve(held, line)
    return held.choice


def _trim(held: Holdings, limit: int) -> NDArray[np.int64]:
    """Let go of the smallest margins until the limit holds; returns who was let go."""
    problem = held.problem
    allowed = problem.limits.all()[limit]
    excess = held.use()[limit] - allowed
    if excess <= SLACK * max(allowed, 1):
        return np.empty(0, np.int64)
    holders = np.flatnonzero(held.choice != NOTHING)
    options = held.choice[holders]
    channels = len(problem.limits.capacity)
    if limit < channels:
        taken = np.where(problem.channel[options] == limit, held.load[holders], 0)
    else:
        is_yuan = limit == channels
        taken = problem.contact_yuan[options] if is_yuan else np.ones(len(holders))
    holders, taken = holders[taken > 0], taken[taken > 0].astype(np.float64)
    order = np.lexsort((problem.tie[holders], held.margin[holders] / taken))
    count = int(np.searchsorted(np.cumsum(taken[order]), excess * (1 - SLACK))) + 1
    gone: NDArray[np.int64] = holders[order[:count]]
    held.choice[gone] = NOTHING
    return gone


def _in_line(held: Holdings, let_go: NDArray[np.int64]) -> NDArray[np.int64]:
    """Who may change: those let go, and those whose answer was the closest."""
    closeness = np.abs(held.margin)
    room = min(MOST_IN_LINE, len(closeness))
    near = np.argpartition(closeness, room - 1)[:room] if room else np.empty(0, np.int64)
    is_possible = np.isfinite(closeness[near])
    return np.unique(np.concatenate([let_go, near[is_possible]])).astype(np.int64)


def _serve(held: Holdings, line: NDArray[np.int64]) -> None:
    """Rounds in which everybody in line asks for the best change that there is room for."""
    problem = held.problem
    if len(line) == 0:
        return
    block = problem.block(line)
    load = np.broadcast_to(block.load, block.gain.shape)
    for _ in range(MOST_ROUNDS):
        option, worth = _wishes(held, line, block.gain, load)
        asking = np.flatnonzero(option != NOTHING)
        if len(asking) == 0:
            return
        order = asking[np.lexsort((problem.tie[line[asking]], -worth[asking]))]
        count = _affordable(held, line[order], option[order], load[option[order], order])
        if count == 0:
            return
        served = order[:count]
        held.choice[line[served]] = option[served]
        held.load[line[served]] = load[option[served], served]


def _wishes(
    held: Holdings, line: NDArray[np.int64], gain: Floats, load: Floats
) -> tuple[NDArray[np.int16], Floats]:
    """The change that each asks for, and its worth at the prices; a change must raise the gain."""
    problem, prices = held.problem, held.prices
    present = held.choice[line]
    at, everyone = np.maximum(present, 0), np.arange(len(line))
    is_holder = present != NOTHING
    now = np.where(is_holder, gain[at, everyone], 0)
    own = np.where(is_holder, held.load[line], 0)
    own_yuan = np.where(is_holder, problem.contact_yuan[at], 0)
    left = problem.limits.all() - held.use()
    option = np.full(len(line), NOTHING, np.int16)
    worth = np.full(len(line), -np.inf, np.float32)
    present_price = _price(problem, prices, at, own) * is_holder
    for wish in np.flatnonzero(problem.usable):
        channel, yuan = problem.channel[wish], problem.contact_yuan[wish]
        freed = np.where(is_holder & (problem.channel[at] == channel), own, 0)
        fits = load[wish] - freed <= left[channel] * (1 + SLACK)
        fits &= (yuan - own_yuan <= left[-2]) & (is_holder | (left[-1] >= 1))
        wishes = np.full(len(line), wish)
        value = gain[wish] - now - _price(problem, prices, wishes, load[wish]) + present_price
        is_better = fits & (gain[wish] > now) & (value > worth)
        option[is_better], worth[is_better] = wish, value[is_better]
    return option, worth


def _price(
    problem: Problem, prices: NDArray[np.float64], option: NDArray[np.int64], load: Floats
) -> NDArray[np.float64]:
    result: NDArray[np.float64] = (
        prices[problem.channel[option]] * load + problem.contact_yuan[option] * prices[-2]
        + prices[-1]
    )  # fmt: skip
    return result


def _affordable(
    held: Holdings, who: NDArray[np.int64], option: NDArray[np.int16], load: Floats
) -> int:
    """How many of the line, from its head, may change before a limit is reached."""
    problem = held.problem
    present = held.choice[who]
    is_holder, at = present != NOTHING, np.maximum(present, 0)
    yuan, channel = problem.contact_yuan, problem.channel
    added = [yuan[option] - np.where(is_holder, yuan[at], 0), np.where(is_holder, 0, 1)]
    for one in range(len(problem.limits.capacity)):
        gives = np.where(is_holder & (channel[at] == one), held.load[who], 0)
        added.insert(one, np.where(channel[option] == one, load, 0) - gives)
    left = problem.limits.all() - held.use()
    fits = np.ones(len(who), bool)
    for limit, takes in enumerate(added):
        fits &= np.cumsum(takes) <= left[limit] + SLACK * max(1, abs(left[limit]))
    return len(who) if fits.all() else int(np.argmin(fits))
