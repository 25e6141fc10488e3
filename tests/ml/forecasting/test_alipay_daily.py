"""A real daily series: the published error of last week's repetition, and the model beside it."""

from __future__ import annotations

import numpy as np

from ml.forecasting import backtest
from ml.forecasting.candidates.naive import seasonal_naive
from ml.forecasting.candidates.registry import SEASONAL_NAIVE
from ml.forecasting.candidates.task import task_of
from ml.forecasting.contract import panel_of
from tests.builders import SHARED, needs_real_data
from tests.evaluation.forecasts import ALIPAY, alipay_panel


@needs_real_data
def test_last_week_again_misses_august_2014_by_the_published_percentages() -> None:
    panel = panel_of(alipay_panel(SHARED / ALIPAY)).only(("purchase", "redeem"))
    known = len(panel.days) - 31
    actual = panel.values[:, known:]
    missed = np.abs(actual - seasonal_naive(task_of(panel.until(known), 31))) / actual
    np.testing.assert_allclose(100 * missed.mean(axis=1), [25.1, 24.4], atol=0.1)


@needs_real_data
def test_the_model_has_less_quantile_loss_than_last_week_on_real_series() -> None:
    result = backtest(
        alipay_panel(SHARED / ALIPAY), candidates=[SEASONAL_NAIVE, "bill_calendar"], sample=()
    )
    over_all = result.table[result.table["origin"].isna()].set_index("candidate")["wql"]
    assert over_all["bill_calendar"] < over_all[SEASONAL_NAIVE]
