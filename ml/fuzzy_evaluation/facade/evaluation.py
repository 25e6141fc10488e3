"""``evaluate``: indicators and survey answers in, the tables of an evaluation out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ml.fuzzy_evaluation.declaration.types import Declaration
from ml.fuzzy_evaluation.facade.panel import build_panel
from ml.fuzzy_evaluation.facade.period import Ranking, rank_period
from ml.fuzzy_evaluation.facade.scoring import score_panel
from ml.fuzzy_evaluation.facade.tables import (
    central_rows,
    group_rows,
    rank_rows,
    unit_rows,
    weight_rows,
)
from ml.fuzzy_evaluation.robustness.acceptability import DRAWS
from ml.fuzzy_evaluation.wording import Said


@dataclass(frozen=True)
class Evaluation:
    """Tables of one evaluation.

    Attributes:
        units: one row per unit and period; score in points, memberships in [0, 1], reasons in
            both languages; figures that do not exist are null and the reason says why.
        groups: one row per unit, period and indicator group.
        ranks: one row per unit, period and rank, with its probability.
        central_weights: one row per unit, period and group, for units that can be first.
        weights: one row per indicator.
    """

    units: pd.DataFrame
    groups: pd.DataFrame
    ranks: pd.DataFrame
    central_weights: pd.DataFrame
    weights: pd.DataFrame


def evaluate(
    units: pd.DataFrame,
    declaration: Declaration,
    survey: pd.DataFrame | None = None,
    seed: int = 0,
    draws: int = DRAWS,
    names: Mapping[str, Said] | None = None,
) -> Evaluation:
    """Fuzzy comprehensive evaluation of every unit in every period, with its robustness.

    Breakpoints by pooled quantiles and objective weights come from all rows together, so scores of
    different periods compare.  Each period draws from its own random stream.

    Args:
        units: wide (unit, period, a column per indicator) or long (unit, period, indicator, value).
        declaration: see ``parse_declaration``.
        survey: unit, period, question, grade, answers; None when no survey was delivered.
        seed: of the draws.
        draws: of the weights and the survey shares, per period.
        names: unit -> name in both languages, for the reasons; default the unit itself.

    Raises:
        ValueError: frames that cannot be read: absent key columns, a unit twice in a period,
            infinite values, unknown survey grades, or no row at all.
    """
    if units.empty:
        raise ValueError("no units: at least one row per unit and period expected")
    panel = build_panel(units, declaration, survey)
    scored = score_panel(panel)
    rankings: dict[Any, Ranking] = {}
    has_score = np.isfinite(scored.scores)
    for number, (period, rows) in enumerate(panel.keys.groupby("period").indices.items()):
        random = np.random.default_rng([seed, number])
        rankings[period] = rank_period(scored, rows[has_score[rows]], draws, random, names or {})
    return Evaluation(
        units=unit_rows(scored, rankings),
        groups=group_rows(scored),
        ranks=rank_rows(scored, rankings),
        central_weights=central_rows(scored, rankings),
        weights=weight_rows(scored),
    )
