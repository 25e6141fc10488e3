"""The project's own evaluations on small, partly delivered data."""

from __future__ import annotations

import pandas as pd
import pytest
import yaml

from dagster_project.settings import PROJECT_ROOT
from ml.fuzzy_evaluation import Declaration, evaluate, parse_declaration

FOLDER = PROJECT_ROOT / "dagster_project" / "declarations" / "evaluation"
MONTH = pd.Timestamp("2025-01-01")


def own(code: str) -> Declaration:
    """A declaration of the project."""
    return parse_declaration(yaml.safe_load((FOLDER / f"{code}.yaml").read_text("utf-8")), code)


def test_the_platform_is_graded_on_what_is_delivered() -> None:
    month = pd.DataFrame(
        [("platform", MONTH, 9.0, 100.0, 99.0, 0.05, 100.0)],
        columns=["unit", "period", "freshness_hours", "published_on_time_pct", "files_loaded_pct",
                 "rows_quarantined_pct", "checks_passed_pct"],
    )  # fmt: skip
    result = evaluate(month, own("platform_operation"), draws=20)
    row = result.units.iloc[0]
    assert row["grade_en"] == "Excellent"
    assert row["score"] > 90
    assert "payment_timing_backtest not delivered" in row["dropped_indicators_en"]
    assert "campaign_effect 未提供" in row["dropped_indicators_zh"]
    assert result.weights["weight_overall"].sum() == pytest.approx(1)


def test_a_platform_that_fails_everywhere_is_poor() -> None:
    month = pd.DataFrame(
        [("platform", MONTH, 200.0, 10.0, 50.0, 9.0, 60.0)],
        columns=["unit", "period", "freshness_hours", "published_on_time_pct", "files_loaded_pct",
                 "rows_quarantined_pct", "checks_passed_pct"],
    )  # fmt: skip
    row = evaluate(month, own("platform_operation"), draws=20).units.iloc[0]
    assert (row["grade"], row["score"]) == ("poor", pytest.approx(45))


def test_one_channel_with_one_month_of_payments_alone_has_a_score() -> None:
    month = pd.DataFrame(
        [("counter", MONTH, 120, 100.0, 97.0, 0.0)],
        columns=["unit", "period", "payments", "share_pct", "success_pct", "reversal_pct"],
    )  # fmt: skip
    row = evaluate(month, own("channel_evaluation"), draws=20).units.iloc[0]
    assert 45 <= row["score"] <= 95
    assert "bills not delivered" in row["dropped_indicators_en"]
    assert "1 values, at least 5 expected for quantiles" in row["dropped_indicators_en"]
