"""Scores of all rows of a panel at once, under any operator, weights or moved standards."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ml.fuzzy_evaluation.arrays import Array
from ml.fuzzy_evaluation.composition import OPERATORS, compose_two_levels
from ml.fuzzy_evaluation.decision import score
from ml.fuzzy_evaluation.facade.panel import Panel
from ml.fuzzy_evaluation.weights.combined import Weights, combined_weights

MOVED = 0.1  # breakpoints are moved by 10 % of their span, both ways


@dataclass(frozen=True)
class Scored:
    """Memberships and scores of every row of a panel; refused rows are NaN."""

    panel: Panel
    weights: Weights
    memberships: Array  # (rows, indicators, grades)
    by_group: Array  # (rows, groups, grades)
    overall: Array  # (rows, grades)
    scores: Array  # (rows,)
    operator_scores: dict[str, Array]
    moved_scores: Array  # (moves, rows)
    without: dict[str, tuple[Panel, Array]]  # unit left out -> remaining rows and their scores


def grade_scores(panel: Panel) -> Array:
    """Scores of the grades, best first."""
    return np.array([grade.score for grade in panel.declaration.grades])


def score_panel(panel: Panel) -> Scored:
    """Score the panel as declared, and in every variation that the robustness looks at."""
    weights = panel_weights(panel)
    memberships = panel.memberships()
    by_group, overall = _composed(panel, weights, memberships, panel.declaration.operator)
    return Scored(
        panel=panel,
        weights=weights,
        memberships=memberships,
        by_group=by_group,
        overall=overall,
        scores=score(overall, grade_scores(panel)),
        operator_scores={
            operator: _scores(panel, weights, memberships, operator) for operator in OPERATORS
        },
        moved_scores=_moved(panel, weights),
        without=_without_each(panel),
    )


def panel_weights(panel: Panel) -> Weights:
    """Weights from the judgements and from the rows that are evaluated.

    One unit's months are no sample of units that differ: its weights are those of judgement.
    """
    kept = panel.is_kept
    several = panel.keys["unit"][kept].nunique() > 1
    values = panel.values[kept] if several else np.full((1, len(panel.scales)), np.nan)
    return combined_weights(values, panel.in_use, panel.declaration)


def _composed(
    panel: Panel, weights: Weights, memberships: Array, operator: str
) -> tuple[Array, Array]:
    kept = np.where(panel.is_kept[:, None, None], memberships, np.nan)
    by_group, overall = compose_two_levels(
        weights.within[None], weights.groups[None], kept[None], panel.declaration.group_of, operator
    )
    return by_group[0], overall[0]


def _scores(panel: Panel, weights: Weights, memberships: Array, operator: str) -> Array:
    return score(_composed(panel, weights, memberships, operator)[1], grade_scores(panel))


def _moved(panel: Panel, weights: Weights) -> Array:
    """All standards together, then one after the other, each 10 % up and down."""
    count = len(panel.scales)
    single = [np.eye(count)[i] for i, scale in enumerate(panel.scales) if scale is not None]
    moves = [sign * MOVED * move for move in [np.ones(count), *single] for sign in (1.0, -1.0)]
    operator = panel.declaration.operator
    return np.array([_scores(panel, weights, panel.memberships(move), operator) for move in moves])


def _without_each(panel: Panel) -> dict[str, tuple[Panel, Array]]:
    """Everything once more without each unit in turn: rank reversal needs two that remain."""
    units = sorted(panel.keys["unit"].unique())
    if len(units) < 3:
        return {}
    result = {}
    for unit in units:
        rest = panel.without(unit)
        scores = _scores(rest, panel_weights(rest), rest.memberships(), panel.declaration.operator)
        result[unit] = (rest, scores)
    return result
