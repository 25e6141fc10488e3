"""Matching: duality gap and limits in the built home, regret on simulated truth.

The simulated customers move with probabilities that the matching does not know: it has the
assumption first, then a campaign per option, of the size that is planned for one point of effect.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import duckdb
import numpy as np
from numpy.typing import NDArray

from ml.matching import NOTHING, Limits, Matching, Problem, hashed, match
from ml.matching.gains import Gains, Option
from ml.matching.moving import posterior
from tests.evaluation.rows import Inputs, Row, measured

CUSTOMERS, DRAWS = 50_000, 10
PER_ARM = 8155  # plan of METHODS 7: 5 % to 6 % with power 80 %
P_MOVE, P_SD = (0.020, 0.020, 0.015, 0.010), (0.012, 0.012, 0.010, 0.007)  # as declared
FACTORS, COSTS = (1.0, 2.0), (0.045, 1.5)  # SMS and telephone
BASE_RATE = 0.05  # who would pay there anyway: the noise of a campaign's difference
EXPLORATION = 0.05
REGRET_BAR, GAP_BAR = 5.0, 0.1


@dataclass(frozen=True)
class World:
    """One draw of customers and of the truth; ``gains`` by the truth."""

    gains: Gains
    problem: Problem
    ids: NDArray[np.int64]


def rows(inputs: Inputs) -> list[Row]:
    """Every figure of matching."""
    truths = f"mean of {DRAWS} truths"
    before, after = "regret before any experiment", "regret after one campaign an option"
    return [
        measured("matching: duality gap of the guidance of the home", f"<= {GAP_BAR} %",
                 lambda: _gap(inputs)),
        measured(f"matching: {before}, {truths}", "", lambda: (_regret(False), None)),
        measured(f"matching: {after}, {truths}", f"<= {REGRET_BAR:g} %",
                 lambda: _judged(_regret(True), REGRET_BAR)),
    ]  # fmt: skip


def _gap(inputs: Inputs) -> tuple[float | str, bool | None]:
    path = inputs.home / "warehouse.duckdb"
    if not path.exists():
        return "no built home", None
    with duckdb.connect(str(path), read_only=True) as connection:
        found = connection.execute(
            "select max(duality_gap_pct) from decided.guidance_limits"
        ).fetchone()
    if found is None or found[0] is None:
        return "no guidance decided", None
    return _judged(float(found[0]), GAP_BAR)


def _judged(value: float, bar: float) -> tuple[float, bool]:
    return value, value <= bar


def _regret(has_campaigns: bool) -> float:
    """Percent of the oracle's true gain that is missed, exploration included."""
    missed, whole = 0.0, 0.0
    for seed in range(DRAWS):
        world = simulated(seed)
        best = match(world.problem, world.ids)
        believed = _with(world, believed_p(world, seed, has_campaigns))
        made = match(believed, world.ids, EXPLORATION, "evaluation")
        whole += best.gain
        missed += best.gain - true_gain(world, made)
    return 100 * missed / whole


def simulated(seed: int) -> World:
    """Customers with savings of the shape of the platform's, and probabilities drawn about it."""
    random = np.random.default_rng(seed)
    channels = len(P_MOVE)
    now = random.choice([6.5, 1.8, 1.3, 0.6], CUSTOMERS, p=[0.3, 0.1, 0.1, 0.5])
    there = np.array([0.41, 0.63, 0.32, 0.58])[:, None] * random.lognormal(0, 0.2, CUSTOMERS)
    payments = random.gamma(12, 1, CUSTOMERS)
    saving = np.where(there < now, 0.65 * payments * (now - there), np.nan)
    options = tuple(
        Option(channel, means, max(random.normal(P_MOVE[channel], P_SD[channel]), 0) * factor,
               cost, 2.0)
        for channel in range(channels)
        for means, (factor, cost) in enumerate(zip(FACTORS, COSTS, strict=True))
    )  # fmt: skip
    everybody = np.full(CUSTOMERS, 0b11, np.uint8)
    gains = Gains(options, saving.astype(np.float32), payments.astype(np.float32), everybody)
    ids = np.arange(CUSTOMERS, dtype=np.int64)
    problem = Problem(
        CUSTOMERS,
        gains.block,
        np.array([option.channel for option in options]),
        np.array([option.contact_yuan for option in options]),
        Limits(np.full(channels, 10.0), 0.012 * CUSTOMERS, 0.25 * CUSTOMERS),
        hashed(ids, "tie"),
    )
    return World(gains, problem, ids)


def believed_p(world: World, seed: int, has_campaigns: bool) -> list[float]:
    """What the platform takes the probabilities for."""
    random = np.random.default_rng(1000 + seed)
    error = (2 * BASE_RATE * (1 - BASE_RATE) / PER_ARM) ** 0.5
    found = []
    for option in world.gains.options:
        factor = FACTORS[option.means]
        effects = [(random.normal(option.p_move, error), error)] if has_campaigns else []
        prior, spread = P_MOVE[option.channel] * factor, P_SD[option.channel] * factor
        found.append(posterior(prior, spread, effects).mean)
    return found


def _with(world: World, p_move: list[float]) -> Problem:
    options = tuple(
        replace(option, p_move=p) for option, p in zip(world.gains.options, p_move, strict=True)
    )
    return replace(world.problem, block=replace(world.gains, options=options).block)


def true_gain(world: World, made: Matching) -> float:
    """Expected gain of the choice by the truth."""
    at = np.flatnonzero(made.choice != NOTHING)
    return float(world.gains.block(at).gain[made.choice[at], np.arange(len(at))].sum())
