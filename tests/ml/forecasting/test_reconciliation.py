"""Sums agree after reconciliation, nothing is negative, and the timing aggregate has its weight."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ml.forecasting.contract import panel_of
from ml.forecasting.hierarchy import completed, hierarchy_of
from ml.forecasting.reconciliation.min_trace import coherent, projection
from ml.forecasting.reconciliation.timing_aggregate import (
    inverse_variance_weight,
    shrunk_to_timing,
)
from tests.ml.forecasting.panels import long, weekly

IDS = ("app/R01", "app/R02", "counter/R01")
HIERARCHY = hierarchy_of(IDS)
assert HIERARCHY is not None
RANDOM = np.random.default_rng(5)


def test_a_panel_is_completed_by_its_sums_and_gaps_of_all_parts_stay_gaps() -> None:
    values = {name: weekly(30, seed) for seed, name in enumerate(IDS)}
    for name in values:
        values[name][4] = np.nan
    whole = completed(panel_of(long(values)))
    assert whole.ids == ("total", "app", "counter", *IDS)
    np.testing.assert_array_equal(whole.values[0], whole.values[3:].sum(axis=0))
    assert np.isnan(whole.values[:, 4]).all()


def test_series_without_regions_have_no_sums() -> None:
    assert hierarchy_of(("purchase", "redeem")) is None


def test_the_projection_is_generalised_least_squares_with_the_shrunk_covariance() -> None:
    summing = HIERARCHY.summing
    errors = RANDOM.normal(size=(6, 400)) * np.array([3, 2, 2, 1, 1, 1])[:, None]
    mean = np.full((6, 400), 50.0)
    found = projection(HIERARCHY, mean + errors, mean)
    np.testing.assert_allclose(found @ summing, np.eye(3), atol=1e-8)
    inverse = np.linalg.inv(np.diag(errors.var(axis=1)))
    oracle = np.linalg.solve(summing.T @ inverse @ summing, summing.T @ inverse)
    np.testing.assert_allclose(found, oracle, atol=0.1)


def test_few_known_errors_give_ordinary_least_squares() -> None:
    summing = HIERARCHY.summing
    found = projection(HIERARCHY, np.full((6, 5), np.nan), np.ones((6, 5)))
    np.testing.assert_allclose(found, np.linalg.pinv(summing), atol=1e-8)


def test_a_series_that_was_always_zero_does_not_break_the_projection() -> None:
    actual = RANDOM.poisson(20, (6, 100)).astype(float)
    mean = np.full((6, 100), 20.0)
    actual[5] = mean[5] = 0
    assert np.isfinite(projection(HIERARCHY, actual, mean)).all()


@settings(max_examples=50, deadline=None)
@given(hnp.arrays(float, (6, 4), elements=st.floats(-1e4, 1e6)))
def test_reconciled_forecasts_are_sums_and_not_negative(mean: np.ndarray) -> None:
    errors = np.random.default_rng(0).normal(size=(6, 60))
    found = coherent(HIERARCHY, projection(HIERARCHY, errors, np.zeros((6, 60))), mean)
    assert (found >= 0).all()
    np.testing.assert_allclose(found[0], found[3:].sum(axis=0), rtol=1e-12)
    np.testing.assert_allclose(found[1], found[3:5].sum(axis=0), rtol=1e-12)


def test_the_better_of_two_forecasts_has_the_larger_weight() -> None:
    assert inverse_variance_weight(np.array([2.0, -2.0]), np.array([1.0, np.nan])) == 0.8
    with pytest.raises(ValueError, match="0 errors of the series forecast"):
        inverse_variance_weight(np.array([np.nan]), np.array([1.0]))


def forecast_frame() -> pd.DataFrame:
    bottom = np.array([[10.0, 20.0], [30.0, 0.0], [5.0, 5.0]])
    mean = (HIERARCHY.summing @ bottom).ravel()
    return pd.DataFrame({
        "unique_id": np.repeat(list(HIERARCHY.ids), 2),
        "ds": np.tile(pd.date_range("2025-01-01", periods=2), 6),
        "mean": mean, "lo_95": mean * 0.5, "lo_80": mean * 0.8,
        "hi_80": mean * 1.2, "hi_95": mean * 1.5,
    })  # fmt: skip


def test_channels_move_towards_the_timing_aggregate_and_stay_coherent() -> None:
    timing = pd.DataFrame({"channel": ["app"], "ds": ["2025-01-01"], "expected": [60.0]})
    moved = shrunk_to_timing(forecast_frame(), timing, {"app": 0.25}).set_index(["unique_id", "ds"])
    first, second = pd.Timestamp("2025-01-01"), pd.Timestamp("2025-01-02")
    assert moved.loc[("app", first), "mean"] == pytest.approx(0.75 * 40 + 0.25 * 60)
    assert moved.loc[("app/R01", first), "mean"] == pytest.approx(10 * 45 / 40)
    assert moved.loc[("counter", first), "mean"] == 5
    assert moved.loc[("total", first), "mean"] == pytest.approx(50)
    assert moved.loc[("app", second), "mean"] == 20
    assert (moved["lo_95"] <= moved["mean"]).all()


def test_a_weight_outside_zero_to_one_is_refused_with_its_channel() -> None:
    timing = pd.DataFrame({"channel": ["app"], "ds": ["2025-01-01"], "expected": [60.0]})
    with pytest.raises(ValueError, match=r"weight 1.5 of app"):
        shrunk_to_timing(forecast_frame(), timing, {"app": 1.5})
