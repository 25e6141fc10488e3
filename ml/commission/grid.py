"""The schedules that a plan may choose from, and what each of them is expected to bring.

Every tier of every lever channel takes one of the declared steps of its present rate, or of its
fee per payment where it has no rate.  Tiers that no month comes near move with the tier below.
Where that makes more schedules than can be judged, every other step is left out, and again.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from ml.commission.market import Market, growth_of
from ml.commission.response import Responses
from ml.commission.terms import Array, Terms, Tier

NEAR = 1.5  # of the largest month: a tier above it is out of reach of any plan
LARGEST_GRID = 250_000  # schedules; screening them takes about a minute
CHUNK = 200_000  # schedules x draws at a time: 10 channels of them are 16 MB


class GridTooLargeError(ValueError):
    """Steps, tiers and channels make more schedules than can be judged."""


@dataclass(frozen=True)
class Grid:
    """All schedules: a choice of candidate terms for every lever channel."""

    channels: tuple[str, ...]  # K lever channels
    candidates: tuple[tuple[Terms, ...], ...]  # of each
    choices: NDArray[np.int64]  # (N, K)
    paid_pct: tuple[Array, ...]  # of each candidate, what a typical payment pays
    today: int  # row of today's terms
    steps: tuple[float, ...]  # of the declared ones those that are tried, rising

    def schedule(self, row: int) -> dict[str, Terms]:
        """Terms of the lever channels in one schedule."""
        return {
            channel: self.candidates[k][self.choices[row, k]]
            for k, channel in enumerate(self.channels)
        }


@dataclass(frozen=True)
class Judged:
    """Expected figures of N schedules a year: fees and growth by channel, saving by draw."""

    rows: NDArray[np.int64]  # of the grid, (N,)
    fees: Array  # (N, C) mean over the draws, in yuan
    growth: Array  # (N, C) mean factor of the payments
    cost: Array  # (N, D) all fees and handling, in yuan


def grid_of(market: Market, channels: Sequence[str], steps: Sequence[float]) -> Grid:
    """The grid over the lever channels, with as many of the steps as can be judged.

    Raises:
        GridTooLargeError: more schedules than ``LARGEST_GRID`` even with the fewest steps.
    """
    tried = tuple(sorted(steps))
    while True:
        candidates = tuple(_candidates(market, channel, tried) for channel in channels)
        count = math.prod(len(listed) for listed in candidates)
        if count <= LARGEST_GRID:
            break
        fewer = _every_other(tried)
        if fewer == tried:
            raise GridTooLargeError(
                f"levers.steps make {count:,} schedules of {len(channels)} channels even with "
                f"{len(tried)} steps; at most {LARGEST_GRID:,} are judged. Declare fewer channels."
            )
        tried = fewer
    sizes = [np.arange(len(listed)) for listed in candidates]
    mesh = np.meshgrid(*sizes, indexing="ij") if sizes else []
    choices = np.column_stack([axis.ravel() for axis in mesh]) if mesh else np.zeros((1, 0), int)
    here = [
        listed.index(market.terms_of(c)) for c, listed in zip(channels, candidates, strict=True)
    ]
    today = int(np.flatnonzero((choices == np.array(here, dtype=int)).all(axis=1))[0])
    paid = tuple(
        np.array([market.paid_pct(channel, terms) for terms in listed])
        for channel, listed in zip(channels, candidates, strict=True)
    )
    return Grid(tuple(channels), candidates, choices, paid, today, tried)


def _every_other(steps: Sequence[float]) -> tuple[float, ...]:
    """Every other step, counted from today's; today's and the outermost ones stay."""
    today, last = steps.index(1), len(steps) - 1
    return tuple(step for k, step in enumerate(steps) if (k - today) % 2 == 0 or k in (0, last))


def _candidates(market: Market, channel: str, steps: Sequence[float]) -> tuple[Terms, ...]:
    """Today's terms and their steps, without repetition."""
    terms = market.terms_of(channel)
    highest = NEAR * market.months[market.index(channel)].max()
    reached = max(1, sum(tier.from_yuan <= highest for tier in terms.tiers))
    found = [terms]
    for chosen in product(steps, repeat=reached):
        factors = (*chosen, *[chosen[-1]] * (len(terms.tiers) - reached))
        tiers = tuple(_stepped(tier, step) for tier, step in zip(terms.tiers, factors, strict=True))
        found.append(terms.with_tiers(tiers))
    return tuple(dict.fromkeys(found))


def _stepped(tier: Tier, step: float) -> Tier:
    """A tier at a step of its rate, to 0.01 %; of its fee per payment, to 0.01 yuan."""
    if step == 1:
        return tier
    if tier.rate_pct > 0:
        return Tier(tier.from_yuan, round(tier.rate_pct * step, 2), tier.fixed_yuan)
    return Tier(tier.from_yuan, 0.0, round(tier.fixed_yuan * step, 2))


def judge(
    market: Market, grid: Grid, rows: NDArray[np.int64], responses: Responses, draws: int
) -> Judged:
    """What each of the schedules brings over the first ``draws`` draws of the responses."""
    eta = responses.draws[:draws, [responses.channels.index(c) for c in grid.channels]]
    size = max(1, CHUNK // max(1, draws))
    parts = [_judged(market, grid, rows[at : at + size], eta) for at in range(0, len(rows), size)]
    return Judged(rows, *(np.concatenate(column) for column in zip(*parts, strict=True)))


def _judged(
    market: Market, grid: Grid, rows: NDArray[np.int64], eta: Array
) -> tuple[Array, Array, Array]:
    moves = np.zeros((len(rows), len(eta), len(market.channels)))
    for k, channel in enumerate(grid.channels):
        today = grid.choices[grid.today, k]
        change = grid.paid_pct[k][grid.choices[rows, k]] - grid.paid_pct[k][today]
        moves[:, :, market.index(channel)] = change[:, None] * eta[None, :, k]
    growth = growth_of(market, moves)
    fees = np.zeros_like(growth)
    for column, channel in enumerate(market.channels):
        if channel in grid.channels:
            k = grid.channels.index(channel)
            for j in np.unique(grid.choices[rows, k]):
                chosen = grid.choices[rows, k] == j
                terms = grid.candidates[k][j]
                fees[chosen, :, column] = _fees(market, channel, terms, growth[chosen, :, column])
        elif channel in market.terms:
            terms = market.terms_of(channel)
            fees[:, :, column] = _fees(market, channel, terms, growth[:, :, column])
    handling = market.year * growth @ (market.payments * np.nan_to_num(market.handling_yuan))
    return fees.mean(axis=1), growth.mean(axis=1), fees.sum(axis=2) + handling


def _fees(market: Market, channel: str, terms: Terms, growth: Array) -> Array:
    return market.fees(channel, terms, growth.ravel()).reshape(growth.shape)
