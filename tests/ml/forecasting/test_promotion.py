"""A model is promoted only when it surely beats both baselines on both figures."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ml.forecasting.candidates.combination import inverse_wql
from ml.forecasting.candidates.registry import BASELINES, PROPHET_TUNED, SEASONAL_NAIVE
from ml.forecasting.judgement.promotion import decisions, promoted


def cells(factors: dict[str, float], origins: int = 6, series: int = 8) -> pd.DataFrame:
    """Cells whose losses are a noise common to all candidates, times a factor of each."""
    random = np.random.default_rng(0)
    noise = random.uniform(0.5, 1.5, (series, origins))
    rows = [
        {
            "candidate": name, "unique_id": f"s{one}", "origin": pd.Timestamp(2025, 1 + at, 1),
            "is_judged": True, "volume": 100.0, "quantile_loss": 20 * factor * noise[one, at],
            "mase": factor * noise[one, at] * random.uniform(0.95, 1.05), "rmsse": 1.0,
            "scrps": 0.1, "error": 1.0, "coverage_80": 0.8, "coverage_95": 0.95,
        }
        for name, factor in factors.items()
        for one in range(series)
        for at in range(origins)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def decided(factors: dict[str, float], **sizes: int) -> tuple[str, str, str]:
    made = decisions(cells(factors, **sizes), [name for name in factors if name not in BASELINES])
    return promoted(made, factors, "incumbent")


def test_the_best_of_those_that_beat_both_baselines_is_promoted() -> None:
    factors = {SEASONAL_NAIVE: 1.0, PROPHET_TUNED: 0.9, "good": 0.6, "better": 0.5}
    champion, english, chinese = decided(factors)
    assert champion == "better"
    assert "better" in english
    assert "优于" in chinese


def test_a_model_that_beats_only_one_baseline_is_not_promoted() -> None:
    champion, english, chinese = decided({SEASONAL_NAIVE: 1.0, PROPHET_TUNED: 0.5, "middle": 0.7})
    assert champion == "incumbent"
    assert "stays" in english
    assert "保留incumbent" in chinese


def test_a_model_that_is_only_as_good_as_a_baseline_is_not_promoted() -> None:
    assert decided({SEASONAL_NAIVE: 1.0, PROPHET_TUNED: 1.0, "same": 1.0})[0] == "incumbent"


def test_without_a_baseline_nothing_is_promoted_and_the_reason_says_which() -> None:
    made = decisions(cells({SEASONAL_NAIVE: 1.0, "good": 0.5}), ["good"])
    assert promoted(made, {"good": 0.5}, "incumbent")[0] == "incumbent"
    missing = next(each for each in made if each.baseline == PROPHET_TUNED)
    assert "prophet_tuned was not run" in missing.reason_en
    assert "未运行" in missing.reason_zh


def test_too_few_origins_are_not_judged() -> None:
    factors = {SEASONAL_NAIVE: 1.0, PROPHET_TUNED: 1.0, "good": 0.5}
    assert decided(factors, origins=5)[0] == "incumbent"


def test_the_difference_is_the_ratio_of_pooled_losses() -> None:
    made = decisions(cells({SEASONAL_NAIVE: 1.0, PROPHET_TUNED: 1.0, "good": 0.5}), ["good"])
    wql = next(each for each in made if each.metric == "wql")
    assert wql.difference == pytest.approx(-0.5)
    assert wql.low <= wql.difference <= wql.high < 0


def test_combination_weights_are_inverse_wql() -> None:
    rows = cells({"a": 1.0, "b": 0.25})
    assert inverse_wql(rows, ["a", "b"]) == pytest.approx({"a": 0.2, "b": 0.8})
    assert inverse_wql(rows.head(0), ["a", "b"]) == {"a": 0.5, "b": 0.5}
