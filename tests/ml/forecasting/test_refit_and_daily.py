"""Refit and daily run together: decided, coherent, covered, and read back from plain rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ml.forecasting import BacktestResult, backtest, forecast
from ml.forecasting.candidates.registry import SEASONAL_NAIVE
from ml.forecasting.parameters import from_rows
from tests.ml.forecasting.panels import long, province, weekly

FAST = (SEASONAL_NAIVE, "same_bill_day", "bill_calendar")
PANEL, BILLS = province(days=84 + 8 * 28)


@pytest.fixture(scope="module")
def result() -> BacktestResult:
    """Fast candidates on a small province; the model is declared the incumbent."""
    return backtest(PANEL, BILLS, candidates=FAST, sample=(), horizon=42, incumbent="bill_calendar")


def test_the_table_has_every_candidate_at_six_origins_and_over_all(result: BacktestResult) -> None:
    names = {*FAST, "combination", "bill_calendar_reconciled"}
    assert set(result.table["candidate"]) == names
    assert (result.table.groupby("candidate").size() == 7).all()
    assert result.table["wql"].notna().all()


def test_the_model_has_less_loss_than_last_week_on_bills(result: BacktestResult) -> None:
    over_all = result.table[result.table["origin"].isna()].set_index("candidate")["wql"]
    assert over_all["bill_calendar"] < 0.5 * over_all[SEASONAL_NAIVE]


def test_without_prophet_nothing_is_promoted_and_the_incumbent_stays(
    result: BacktestResult,
) -> None:
    assert result.champion == "bill_calendar"
    assert "stays" in result.reason_en
    assert not result.decisions["passed"].all()


def test_intervals_cover_about_what_they_say(result: BacktestResult) -> None:
    over_all = result.table[result.table["origin"].isna()].set_index("candidate")
    reconciled = over_all.loc["bill_calendar_reconciled"]
    assert abs(reconciled["coverage_80"] - 0.80) < 0.08
    assert abs(reconciled["coverage_95"] - 0.95) < 0.05


def test_the_daily_forecast_is_coherent_and_not_negative(result: BacktestResult) -> None:
    found = forecast(PANEL, result.parameters, BILLS)
    wide = found.pivot(index="ds", columns="unique_id", values="mean")
    for parent in ("app", "counter"):
        parts = wide[[f"{parent}/R01", f"{parent}/R02"]].sum(axis=1)
        np.testing.assert_allclose(wide[parent], parts, atol=1e-6)
    np.testing.assert_allclose(wide["total"], wide[["app", "counter"]].sum(axis=1), atol=1e-6)
    assert (found[["mean", "lo_95", "lo_80"]] >= 0).all(axis=None)
    assert (found["lo_95"] <= found["hi_95"]).all()
    assert len(found) == 7 * 60
    assert set(found["model"]) == {"bill_calendar"}


def test_later_days_are_forecast_with_the_same_parameters(result: BacktestResult) -> None:
    early = PANEL[PANEL["ds"] < PANEL["ds"].max() - pd.Timedelta(days=3)]
    found = forecast(early, result.parameters, BILLS, horizon=7)
    assert found["ds"].min() == early["ds"].max() + pd.Timedelta(days=1)
    assert np.isfinite(found["mean"]).all()


def test_a_series_that_the_refit_did_not_know_gets_the_naive_forecast(
    result: BacktestResult,
) -> None:
    index = pd.date_range(PANEL["ds"].min(), PANEL["ds"].max())
    more = pd.concat([PANEL, long({"kiosk/R01": weekly(len(index))}, first=str(index[0]))])
    found = forecast(more, result.parameters, BILLS, horizon=7)
    models = found.drop_duplicates("unique_id").set_index("unique_id")["model"]
    assert models["kiosk/R01"] == SEASONAL_NAIVE
    assert models["app/R01"] == "bill_calendar"
    wide = found.pivot(index="ds", columns="unique_id", values="mean")
    bottoms = [name for name in wide if "/" in name]
    np.testing.assert_allclose(wide["total"], wide[bottoms].sum(axis=1), atol=1e-6)


def test_parameters_are_plain_rows_and_come_back(result: BacktestResult) -> None:
    rows = result.parameters
    assert rows is not None
    assert list(rows.columns) == ["model", "unique_id", "name", "index", "value"]
    again = from_rows(rows)
    assert again.champion == "bill_calendar"
    assert again.quantiles.shape == (7, 42, 4)
    assert again.projection is not None
    np.testing.assert_allclose(again.projection.sum(), again.projection.sum())


def test_parameters_without_a_champion_are_refused(result: BacktestResult) -> None:
    assert result.parameters is not None
    rows = result.parameters[result.parameters["name"] != "is_champion"]
    with pytest.raises(ValueError, match="exactly one"):
        from_rows(rows)


def test_one_series_alone_is_backtested_and_forecast() -> None:
    panel = long({"app": weekly(84 + 4 * 28)})
    found = backtest(panel, candidates=FAST[:2], sample=())
    assert found.refusal_code is None
    assert found.champion == SEASONAL_NAIVE
    assert len(forecast(panel, found.parameters)) == 60


def test_the_combination_can_be_the_published_model() -> None:
    panel = long({"app": weekly(84 + 4 * 28), "kiosk": weekly(84 + 4 * 28, seed=4)})
    found = backtest(panel, candidates=FAST, sample=(), incumbent="combination")
    assert found.champion == "combination"
    assert sum(found.weights.values()) == pytest.approx(1)
    assert np.isfinite(forecast(panel, found.parameters)["mean"]).all()


def test_parameters_fitted_with_bills_ask_for_bills(result: BacktestResult) -> None:
    with pytest.raises(ValueError, match="none are given"):
        forecast(PANEL, result.parameters)


def test_a_channel_whose_regions_are_all_new_or_empty_does_not_stop_the_others(
    result: BacktestResult,
) -> None:
    moved = PANEL[PANEL["unique_id"] != "counter/R01"].copy()
    moved.loc[moved["unique_id"] == "counter/R02", "unique_id"] = "counter/R09"
    moved.loc[moved["unique_id"] == "app/R02", "y"] = 0.0
    found = forecast(moved, result.parameters, BILLS, horizon=7)
    models = found.drop_duplicates("unique_id").set_index("unique_id")["model"].to_dict()
    assert models["counter"] == models["counter/R09"] == SEASONAL_NAIVE
    assert models["app/R02"] == "zero"
    assert models["app/R01"] == "bill_calendar"
    wide = found.pivot(index="ds", columns="unique_id", values="mean")
    bottoms = [name for name in wide if "/" in name]
    np.testing.assert_allclose(wide["total"], wide[bottoms].sum(axis=1), atol=1e-6)
