"""Scores against what follows them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ml.fuzzy_evaluation import expert_agreement, validate_scores


def history(months: int, channels: int = 4) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Channels whose complaints of a quarter follow the score of the quarter before."""
    random = np.random.default_rng(1)
    periods = pd.date_range("2024-01-01", periods=months, freq="MS")
    rows = []
    scores: dict[tuple[int, int], float] = {}
    for channel in range(channels):
        for m, period in enumerate(periods):
            scores[channel, m // 3] = scores.get((channel, m // 3), random.uniform(50, 90))
            before = scores.get((channel, m // 3 - 1), 70.0)
            rows.append((f"c{channel}", period, scores[channel, m // 3], 1000, 2000 - 20 * before))
    frame = pd.DataFrame(rows, columns=["unit", "period", "score", "payments", "complaints"])
    return frame[["unit", "period", "score"]], frame.drop(columns="score")


def test_a_score_that_foretells_complaints_has_a_correlation_of_minus_one() -> None:
    found = validate_scores(*history(12)).set_index("outcome")
    assert found.loc["complaints_per_10000_payments", "rho"] == pytest.approx(-1)
    assert found.loc["complaints_per_10000_payments", "pairs"] == 12


def test_an_outcome_that_is_not_delivered_is_refused() -> None:
    found = validate_scores(*history(12)).set_index("outcome")
    assert pd.isna(found.loc["cost_per_payment_yuan", "rho"])
    assert found.loc["cost_per_payment_yuan", "refusal_en"].startswith("0 pairs")


def test_too_few_quarters_are_refused_in_both_languages() -> None:
    found = validate_scores(*history(6, channels=2)).iloc[0]
    assert pd.isna(found["rho"])
    assert found["refusal_en"] == "2 pairs of unit and quarter, at least 8 expected"
    assert found["refusal_zh"] == "单元与季度配对 2 个，至少应有 8 个"


def test_constant_scores_have_no_correlation() -> None:
    scores, sums = history(12)
    found = validate_scores(scores.assign(score=70.0), sums).iloc[0]
    assert found["refusal_en"].startswith("all values are equal")


def test_experts_who_rank_by_score_agree_wholly() -> None:
    scores = {"app": 90.0, "bank": 80.0, "counter": 60.0}
    assert expert_agreement(scores, {"app": 1, "bank": 2, "counter": 3}) == pytest.approx(1)
    assert expert_agreement(scores, {"app": 3, "bank": 2, "counter": 1}) == pytest.approx(-1)
    assert expert_agreement(scores, {"app": 1}) is None
