"""The frames that come out: one row per unit and period, and the long tables beside it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ml.fuzzy_evaluation.decision import decided_grade, score, validity_index
from ml.fuzzy_evaluation.facade.period import Ranking
from ml.fuzzy_evaluation.facade.scoring import Scored, grade_scores
from ml.fuzzy_evaluation.wording import (
    AHP_ALONE_CONSTANT,
    GRADE_UNDECIDED,
    NOTHING_TO_GRADE,
    Said,
    joined,
    missing_for_unit,
)


def unit_rows(scored: Scored, rankings: dict[Any, Ranking]) -> pd.DataFrame:
    """One row per unit and period: memberships, score, grade, rank, robustness, reasons."""
    panel, of = scored.panel, scored.panel.declaration
    frame = panel.keys.copy()
    for g, grade in enumerate(of.grades):
        frame[f"membership_{grade.code}"] = scored.overall[:, g]
    frame["score"] = scored.scores
    decided = decided_grade(scored.overall)
    frame["grade"] = [of.grades[g].code if g >= 0 else None for g in decided]
    frame["grade_en"] = [of.grades[g].name.en if g >= 0 else None for g in decided]
    frame["grade_zh"] = [of.grades[g].name.zh if g >= 0 else None for g in decided]
    frame["grade_validity_index"] = validity_index(scored.overall)
    ranked: list[dict[str, Any]] = [{} for _ in range(len(frame))]
    for ranking in rankings.values():
        for place, row in enumerate(ranking.rows):
            ranked[row] = _ranked(ranking, place, panel.keys["unit"])
    frame = pd.concat([frame, pd.DataFrame(ranked, columns=list(RANK_COLUMNS))], axis=1)
    frame = frame.astype({name: kind for name, kind in RANK_COLUMNS.items() if kind != "object"})
    frame["dropped_indicators_en"], frame["dropped_indicators_zh"] = _both(
        _dropped(scored, row) for row in range(len(frame))
    )
    reasons = list(frame.pop("reason"))
    frame["reason_en"], frame["reason_zh"] = _both(
        _reason(scored, row, reasons[row], int(decided[row])) for row in range(len(frame))
    )
    return frame


RANK_COLUMNS = {
    "rank": "Int64", "p_rank_1": "float64", "expected_rank": "float64",
    "smallest_weight_move": "float64", "winner_after_move": "object",
    "tau_operators": "float64", "mean_tau_operators": "float64",
    "least_agreeing_operator": "object",
    "tau_topsis": "float64", "tau_vikor": "float64",
    "p_same_top_moved_breakpoints": "float64", "tau_moved_breakpoints": "float64",
    "rank_reversals": "Int64", "is_robust": "boolean", "reason": "object",
}  # fmt: skip


def _ranked(ranking: Ranking, place: int, units: pd.Series) -> dict[str, Any]:
    chances = ranking.probabilities
    rank = ranking.rank[place]
    return {
        "rank": None if np.isnan(rank) else int(rank),
        "p_rank_1": None if chances is None else chances[place, 0],
        "expected_rank": None if chances is None
        else float(chances[place] @ np.arange(1, len(chances) + 1)),
        "smallest_weight_move": None if ranking.move is None else ranking.move.size,
        "winner_after_move": None if ranking.move is None
        else units.iloc[ranking.rows[ranking.move.winner]],
        "tau_operators": ranking.operator_tau,
        "mean_tau_operators": ranking.mean_tau,
        "least_agreeing_operator": ranking.least_agreeing,
        "tau_topsis": ranking.topsis_tau,
        "tau_vikor": ranking.vikor_tau,
        "p_same_top_moved_breakpoints": ranking.moved_same_top,
        "tau_moved_breakpoints": ranking.moved_tau,
        "rank_reversals": ranking.reversals,
        "is_robust": ranking.is_robust,
        "reason": ranking.reason,
    }  # fmt: skip


def _dropped(scored: Scored, row: int) -> Said | None:
    panel = scored.panel
    said = list(panel.dropped.values())
    own = [
        indicator.name
        for i, indicator in enumerate(panel.declaration.indicators)
        if i not in panel.dropped and not np.isfinite(scored.memberships[row, i, 0])
    ]
    if own:
        said.append(missing_for_unit(own))
    return joined(said) if said else None


def _reason(scored: Scored, row: int, ranked: Any, decided: int) -> Said | None:
    refused = scored.panel.refused[row]
    if refused is not None:
        return refused
    if not np.isfinite(scored.scores[row]):
        return NOTHING_TO_GRADE
    said = [ranked] if isinstance(ranked, Said) else []
    return joined([*said, GRADE_UNDECIDED] if decided < 0 else said) if said else None


def _both(sentences: Any) -> tuple[list[str | None], list[str | None]]:
    listed = list(sentences)
    return [s.en if s else None for s in listed], [s.zh if s else None for s in listed]


def group_rows(scored: Scored) -> pd.DataFrame:
    """One row per unit, period and indicator group: memberships and score."""
    panel, of = scored.panel, scored.panel.declaration
    frames = []
    for g, group in enumerate(of.groups):
        frame = panel.keys.copy()
        frame["group"] = group.code
        frame["group_en"], frame["group_zh"] = group.name.en, group.name.zh
        for k, grade in enumerate(of.grades):
            frame[f"membership_{grade.code}"] = scored.by_group[:, g, k]
        frame["score"] = score(scored.by_group[:, g], grade_scores(panel))
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def rank_rows(scored: Scored, rankings: dict[Any, Ranking]) -> pd.DataFrame:
    """One row per unit, period and rank: its probability."""
    rows = [
        {**scored.panel.keys.iloc[row].to_dict(), "rank": k + 1, "probability": float(chance)}
        for ranking in rankings.values() if ranking.probabilities is not None
        for place, row in enumerate(ranking.rows)
        for k, chance in enumerate(ranking.probabilities[place])
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["unit", "period", "rank", "probability"])


def central_rows(scored: Scored, rankings: dict[Any, Ranking]) -> pd.DataFrame:
    """One row per unit, period and group: mean weight under which the unit is first."""
    groups = scored.panel.declaration.groups
    rows = [
        {**scored.panel.keys.iloc[row].to_dict(), "group": group.code,
         "central_weight": float(ranking.central[place, g])}
        for ranking in rankings.values() if ranking.central is not None
        for place, row in enumerate(ranking.rows)
        for g, group in enumerate(groups)
        if np.isfinite(ranking.central[place, g])
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["unit", "period", "group", "central_weight"])


def weight_rows(scored: Scored) -> pd.DataFrame:
    """One row per indicator: judged, entropy, CRITIC and combined weights, and what is dropped."""
    weights, of, panel = scored.weights, scored.panel.declaration, scored.panel
    overall = weights.overall(of.group_of)
    rows = []
    for i, (indicator, g) in enumerate(zip(of.indicators, of.group_of, strict=True)):
        group, gone = of.groups[g], panel.dropped.get(i)
        is_constant = np.isnan(weights.entropy[i])
        said = gone or weights.note or (AHP_ALONE_CONSTANT if is_constant else None)
        rows.append({
            "group": group.code, "group_en": group.name.en, "group_zh": group.name.zh,
            "indicator": indicator.code, "indicator_en": indicator.name.en,
            "indicator_zh": indicator.name.zh, "unit_of_measure": indicator.unit,
            "direction": indicator.direction, "source": indicator.source,
            "is_dropped": gone is not None,
            "group_weight_judged": weights.judged_groups[g], "group_weight": weights.groups[g],
            "weight_judged": weights.judged_within[i], "weight_entropy": weights.entropy[i],
            "weight_critic": weights.critic[i], "weight": weights.within[i],
            "weight_overall": overall[i],
            "breakpoints": _points(panel.scales[i]),
            "group_consistency_ratio": group.consistency_ratio,
            "consistency_ratio": of.consistency_ratio,
            "note_en": said.en if said else None, "note_zh": said.zh if said else None,
        })  # fmt: skip
    return pd.DataFrame(rows)


def _points(scale: Any) -> str | None:
    return None if scale is None else " ".join(f"{point:.6g}" for point in scale.points)
