"""Every metric against its definition in one line."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from utilsforecast import losses

from ml.forecasting.contract import Panel
from ml.forecasting.judgement.conformal import QUANTILES, WQL_QUANTILES
from ml.forecasting.judgement.metrics import cells, summary

RANDOM = np.random.default_rng(3)
PAST = Panel(("a", "b"), pd.date_range("2025-01-01", periods=60), RANDOM.poisson(20, (2, 60)) * 1.0)
ACTUAL = RANDOM.poisson(20, (2, 28)).astype(float)
MEAN = RANDOM.uniform(10, 30, (2, 28))
FORECASTS = np.sort(RANDOM.uniform(5, 40, (2, 28, len(QUANTILES))), axis=-1)
CELLS = cells(PAST, ACTUAL, MEAN, FORECASTS).set_index("unique_id")
SCALE = np.abs(PAST.values[:, 7:] - PAST.values[:, :-7]).mean(1)
SQUARE_SCALE = ((PAST.values[:, 7:] - PAST.values[:, :-7]) ** 2).mean(1)


def pinball() -> np.ndarray:
    """2 x mean over levels of the pinball loss, summed over days; (n,)."""
    levels = np.array(WQL_QUANTILES)
    miss = ACTUAL[..., None] - FORECASTS[..., 1:-1]
    return 2 * np.maximum(levels * miss, (levels - 1) * miss).mean(-1).sum(1)


ORACLES = {
    "mase": np.abs(ACTUAL - MEAN).mean(1) / SCALE,
    "rmsse": np.sqrt(((ACTUAL - MEAN) ** 2).mean(1) / SQUARE_SCALE),
    "quantile_loss": pinball(),
    "volume": ACTUAL.sum(1),
    "scrps": pinball() / ACTUAL.sum(1),
    "error": (MEAN - ACTUAL).sum(1),
    "coverage_80": ((FORECASTS[..., 1] <= ACTUAL) & (FORECASTS[..., -2] >= ACTUAL)).mean(1),
    "coverage_95": ((FORECASTS[..., 0] <= ACTUAL) & (FORECASTS[..., -1] >= ACTUAL)).mean(1),
}


@pytest.mark.parametrize("name", sorted(ORACLES))
def test_a_metric_equals_its_definition(name: str) -> None:
    np.testing.assert_allclose(CELLS[name], ORACLES[name], rtol=1e-9)


def test_a_metric_equals_that_of_the_library() -> None:
    names = [f"q_{level}" for level in WQL_QUANTILES]
    days = {"unique_id": np.repeat(PAST.ids, 28), "ds": np.tile(PAST.coming(28), 2)}
    columns = {name: FORECASTS[..., at + 1].ravel() for at, name in enumerate(names)}
    frame = pd.DataFrame({**days, "y": ACTUAL.ravel(), "mean": MEAN.ravel(), **columns})
    past = {"unique_id": np.repeat(PAST.ids, 60), "ds": np.tile(PAST.days, 2)}
    before = pd.DataFrame({**past, "y": PAST.values.ravel()})
    theirs = {
        "mase": losses.mase(frame, ["mean"], 7, train_df=before),
        "rmsse": losses.rmsse(frame, ["mean"], 7, train_df=before),
        "scrps": losses.scaled_crps(frame, {"mean": names}, np.array(WQL_QUANTILES)),
    }
    for name, table in theirs.items():
        np.testing.assert_allclose(CELLS[name], table["mean"], rtol=1e-9)


def test_wql_and_bias_pool_sums_over_series() -> None:
    row = summary(CELLS.reset_index().assign(candidate="x"), ["candidate"]).iloc[0]
    assert row.wql == pytest.approx(pinball().sum() / ACTUAL.sum())
    assert row.bias == pytest.approx((MEAN - ACTUAL).sum() / ACTUAL.sum())


def test_days_without_a_value_are_not_judged() -> None:
    holed = ACTUAL.copy()
    holed[0, 5:] = np.nan
    found = cells(PAST, holed, MEAN, FORECASTS).set_index("unique_id")
    assert found.loc["a", "volume"] == ACTUAL[0, :5].sum()
    assert found.loc["a", "mase"] == pytest.approx(
        np.abs(ACTUAL - MEAN)[0, :5].mean() / SCALE[0]
    )  # fmt: skip


def test_what_does_not_exist_is_nan_and_never_zero() -> None:
    constant = Panel(("a",), PAST.days, np.zeros((1, 60)))
    nothing = np.zeros((1, 28))
    found = cells(constant, nothing, nothing, np.zeros((1, 28, len(QUANTILES)))).iloc[0]
    assert np.isnan(found.mase)
    assert np.isnan(found.scrps)
