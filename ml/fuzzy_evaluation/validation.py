"""Does a high score come before good figures, and do experts rank alike?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from ml.fuzzy_evaluation.robustness.agreement import kendall
from ml.fuzzy_evaluation.wording import Said

LEAST_PAIRS = 8  # fewer pairs cannot show a Spearman correlation at the 5 % level unless near 1


@dataclass(frozen=True)
class Outcome:
    """A figure of the next quarter: its sums, so that months weigh by their size."""

    name: str
    numerator: str
    denominator: str


OUTCOMES = (
    Outcome("complaints_per_10000_payments", "complaints", "payments"),
    Outcome("cost_per_payment_yuan", "all_in_cost_yuan", "payments"),
)


def validate_scores(
    scores: pd.DataFrame, indicators: pd.DataFrame, outcomes: tuple[Outcome, ...] = OUTCOMES
) -> pd.DataFrame:
    """Spearman's rho of the mean score in quarter q with each outcome in quarter q + 1.

    A score that tells something has a negative rho with complaints and with cost.

    Args:
        scores: unit, period (month), score.
        indicators: unit, period and the sums of ``outcomes``.
        outcomes: what is looked at.

    Returns:
        One row per outcome: rho, two-sided p, pairs; refusal_en and refusal_zh where rho is null.
    """
    by_quarter = _quarters(scores.dropna(subset=["score"])).groupby(["unit", "quarter"])
    means = by_quarter["score"].mean()
    rows = []
    for outcome in outcomes:
        next_quarter = _next_quarter(indicators, outcome)
        pairs = pd.concat([means, next_quarter], axis=1, join="inner").dropna()
        rows.append({"outcome": outcome.name, **_spearman(pairs), "pairs": len(pairs)})
    return pd.DataFrame(rows)


def expert_agreement(scores: Mapping[str, float], expert_ranks: Mapping[str, int]) -> float | None:
    """Kendall's tau of scores with ranks given by experts (1 the best), on the units of both.

    None when fewer than two units are ranked by both, or all are tied.
    """
    both = sorted(set(scores) & set(expert_ranks))
    return kendall(
        np.array([scores[unit] for unit in both]),
        -np.array([expert_ranks[unit] for unit in both], dtype=np.float64),
    )


def _quarters(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(quarter=pd.PeriodIndex(pd.to_datetime(frame["period"]), freq="Q"))


def _next_quarter(indicators: pd.DataFrame, outcome: Outcome) -> pd.Series:
    absent = [c for c in (outcome.numerator, outcome.denominator) if c not in indicators]
    if absent:
        return pd.Series(
            dtype=float, name="outcome",
            index=pd.MultiIndex.from_arrays([[], pd.PeriodIndex([], freq="Q")]),
        )  # fmt: skip
    numbers = _quarters(indicators)
    columns = [outcome.numerator, outcome.denominator]
    numbers[columns] = numbers[columns].apply(pd.to_numeric)
    sums = numbers.groupby(["unit", "quarter"])[columns].sum(min_count=1)
    value = sums[columns[0]] / sums[columns[1]].where(sums[columns[1]] > 0)
    shifted = value.rename("outcome").reset_index()
    shifted["quarter"] = shifted["quarter"] - 1
    return shifted.set_index(["unit", "quarter"])["outcome"]


def _spearman(pairs: pd.DataFrame) -> dict[str, float | str | None]:
    said = None
    if len(pairs) < LEAST_PAIRS:
        said = Said(
            f"{len(pairs)} pairs of unit and quarter, at least {LEAST_PAIRS} expected",
            f"单元与季度配对 {len(pairs)} 个，至少应有 {LEAST_PAIRS} 个",
        )
    elif pairs["score"].nunique() < 2 or pairs["outcome"].nunique() < 2:
        said = Said("all values are equal: no correlation exists", "取值全部相同，相关系数不存在")
    if said is not None:
        return {"rho": None, "p": None, "refusal_en": said.en, "refusal_zh": said.zh}
    found = spearmanr(pairs["score"], pairs["outcome"])
    return {
        "rho": float(found.statistic), "p": float(found.pvalue),
        "refusal_en": None, "refusal_zh": None,
    }  # fmt: skip
