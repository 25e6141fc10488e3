"""One period: ranks of its units, and every figure of their robustness."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from ml.fuzzy_evaluation.arrays import Array
from ml.fuzzy_evaluation.composition import SYMBOLS, compose_two_levels
from ml.fuzzy_evaluation.decision import score
from ml.fuzzy_evaluation.facade.scoring import Scored, grade_scores
from ml.fuzzy_evaluation.robustness.acceptability import (
    SAME,
    central_weights,
    draw_weights,
    rank_probabilities,
)
from ml.fuzzy_evaluation.robustness.agreement import kendall, reversed_pairs
from ml.fuzzy_evaluation.robustness.other_methods import topsis, vikor
from ml.fuzzy_evaluation.robustness.smallest_move import Move, smallest_move
from ml.fuzzy_evaluation.robustness.verdict import verdict
from ml.fuzzy_evaluation.survey import draw_shares
from ml.fuzzy_evaluation.wording import ALL_EQUAL, ONE_INDICATOR, ONE_UNIT, Said

LINEAR = ("bounded-product-sum", "weighted-sum")  # scores linear in the weights: the LP is exact


@dataclass(frozen=True)
class Ranking:
    """Figures of one period; arrays follow ``rows``, the ranked rows of the panel."""

    rows: np.ndarray
    rank: Array
    is_robust: bool | None
    reason: Said
    probabilities: Array | None = None  # (units, ranks)
    central: Array | None = None  # (units, groups)
    first: int | None = None
    move: Move | None = None
    operator_tau: float | None = None
    least_agreeing: str | None = None
    mean_tau: float | None = None
    topsis_tau: float | None = None
    vikor_tau: float | None = None
    moved_same_top: float | None = None
    moved_tau: float | None = None
    reversals: int | None = None


def rank_period(
    scored: Scored, rows: np.ndarray, draws: int, random: np.random.Generator,
    names: Mapping[str, Said],
) -> Ranking:  # fmt: skip
    """Rank the rows of one period (those with a score) and test the ranking."""
    scores = scored.scores[rows]
    if len(rows) == 0:
        return Ranking(rows, np.zeros(0), None, ONE_UNIT)
    if len(rows) == 1:
        return Ranking(rows, np.full(1, np.nan), None, ONE_UNIT)
    rank = rankdata(-scores.round(9), method="min").astype(float)
    if np.ptp(scores) <= SAME:
        return Ranking(rows, rank, False, ALL_EQUAL)
    first = int(scores.argmax())
    drawn_scores, drawn_groups = _drawn(scored, rows, draws, random)
    probabilities = rank_probabilities(drawn_scores)
    lowest, least, mean_tau = _operators(scored, rows)
    unit = str(scored.panel.keys["unit"].iloc[rows[first]])
    name = names.get(unit, Said(unit, unit))
    is_robust: bool | None
    is_robust, reason = verdict(float(probabilities[first, 0]), name, lowest, SYMBOLS[least])
    if (scored.weights.overall(scored.panel.declaration.group_of) > 0).sum() < 2:
        is_robust, reason = None, ONE_INDICATOR
    moved = scored.moved_scores[:, rows]
    return Ranking(
        rows, rank, is_robust, reason, probabilities, central_weights(drawn_scores, drawn_groups),
        first, _move(scored, rows, first), lowest, least, mean_tau, *_methods(scored, rows),
        moved_same_top=float(np.mean(moved[:, first] >= moved.max(axis=1) - SAME)),
        moved_tau=_lowest([kendall(scores, other) for other in moved]),
        reversals=_reversals(scored, rows),
    )  # fmt: skip


def _drawn(
    scored: Scored, rows: np.ndarray, draws: int, random: np.random.Generator
) -> tuple[Array, Array]:
    """Scores (draws, units) under noisy weights and answers, and the drawn group weights."""
    panel, weights, of = scored.panel, scored.weights, scored.panel.declaration
    groups = draw_weights(weights.groups, of.weight_noise, draws, random)
    belongs = np.array(of.group_of)
    within = np.zeros((draws, len(belongs)))
    for g in range(len(of.groups)):
        own = belongs == g
        within[:, own] = draw_weights(weights.within[own], of.weight_noise, draws, random)
    memberships = scored.memberships[rows][None]
    asked = [i for i, indicator in enumerate(of.indicators) if indicator.question]
    if asked:
        memberships = np.repeat(memberships, draws, axis=0)
        memberships[:, :, asked] = draw_shares(panel.counts[rows][:, asked], draws, random)
    _, overall = compose_two_levels(within, groups, memberships, of.group_of, of.operator)
    return score(overall, grade_scores(panel)), groups


def _operators(scored: Scored, rows: np.ndarray) -> tuple[float | None, str, float | None]:
    """Lowest tau of the declared operator with the others, which one it is, and the mean tau.

    No tau exists where an operator ranks all units alike.
    """
    declared = scored.panel.declaration.operator
    taus = {
        operator: kendall(scored.scores[rows], scores[rows])
        for operator, scores in scored.operator_scores.items()
        if operator != declared
    }
    unknown = [operator for operator, tau in taus.items() if tau is None]
    if unknown:
        return None, unknown[0], None
    known = {operator: tau for operator, tau in taus.items() if tau is not None}
    least = min(known, key=lambda operator: known[operator])
    return known[least], least, sum(known.values()) / len(known)


def _methods(scored: Scored, rows: np.ndarray) -> tuple[float | None, float | None]:
    """Tau with TOPSIS and with VIKOR, on the indicators that all ranked units have."""
    panel = scored.panel
    matrix = panel.values[rows]
    overall = scored.weights.overall(panel.declaration.group_of)
    usable = np.isfinite(matrix).all(axis=0) & (overall > 0)
    if not usable.any():
        return None, None
    higher = np.array([i.is_higher_better for i in panel.declaration.indicators])[usable]
    weights = overall[usable] / overall[usable].sum()
    scores = scored.scores[rows]
    return (
        kendall(scores, topsis(matrix[:, usable], weights, higher)),
        kendall(scores, -vikor(matrix[:, usable], weights, higher)),
    )


def _move(scored: Scored, rows: np.ndarray, first: int) -> Move | None:
    of = scored.panel.declaration
    if of.operator not in LINEAR:
        return None
    items = score(scored.memberships[rows], grade_scores(scored.panel))
    return smallest_move(scored.weights.overall(of.group_of), items, first)


def _reversals(scored: Scored, rows: np.ndarray) -> int | None:
    """Pairs that swap when some other unit is left out, over all units left out in turn."""
    keys = scored.panel.keys.iloc[rows]
    before = dict(zip(keys["unit"], scored.scores[rows], strict=True))
    total = 0
    for unit, (rest, scores) in scored.without.items():
        same = (rest.keys["period"] == keys["period"].iloc[0]).to_numpy() & np.isfinite(scores)
        others = rest.keys["unit"][same]
        if unit in before and len(others) > 1:
            total += reversed_pairs(np.array([before[u] for u in others]), scores[same])
    return total if len(rows) > 2 and scored.without else None


def _lowest(taus: list[float | None]) -> float | None:
    known = [tau for tau in taus if tau is not None]
    return min(known) if len(known) == len(taus) and known else None
