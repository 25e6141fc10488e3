"""Sums forecast from before: their error, what is looked at, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from ml.experiments.counterfactual import (
    FEWEST_ORIGINS,
    MOST_ORIGINS,
    Array,
    NothingForecastError,
    counterfactual,
    origins_before,
)
from ml.experiments.interference import interference

DAYS, SHORTEST = 28, 84


def _mean_day(values: Array, days: int) -> Array:
    return np.full(days, np.nanmean(values))


def test_the_interval_covers_what_comes_as_often_as_it_says() -> None:
    random, inside = np.random.default_rng(5), 0
    for _ in range(400):
        level = 100 + np.repeat(random.normal(0, 8, 20), DAYS)  # a month errs as a whole
        values = random.poisson(level).astype(float)
        past, came = values[:-DAYS], values[-DAYS:]
        found = counterfactual(past, DAYS, lambda known, y=past: _mean_day(y[:known], DAYS), 84)
        check = interference(came, found.daily, found.std_error, 0.0, 0.0, found.origins)
        low, high = check.interval()
        inside += low <= 0 <= high
    assert 0.92 < inside / 400 < 0.98


def test_with_few_errors_the_interval_is_students() -> None:
    found = interference([100.0, 110.0], [95.0, 100.0], 8.0, 5.0, 0.0, 3)
    half = stats.t.ppf(0.975, 3) * 8.0
    assert found.interval() == pytest.approx((10 - half, 10 + half))
    assert found.p_value == pytest.approx(2 * stats.t.sf(10 / 8, 3))


def test_a_forecast_sees_nothing_after_its_origin() -> None:
    asked_for: list[int] = []

    def forecast(known: int) -> Array:
        asked_for.append(known)
        return np.ones(DAYS)

    counterfactual(np.ones(300), DAYS, forecast, SHORTEST)
    assert max(asked_for) == 300
    assert sorted(asked_for)[:-1] == sorted(origins_before(300, DAYS, SHORTEST))


def test_spans_do_not_overlap_and_have_enough_before_them() -> None:
    origins = origins_before(1000, DAYS, SHORTEST)
    assert len(origins) == MOST_ORIGINS
    assert set(np.diff(origins)) == {-DAYS}
    assert origins_before(SHORTEST + 2 * DAYS, DAYS, SHORTEST)[-1] == SHORTEST


def test_days_without_a_value_are_left_out_of_the_errors() -> None:
    values = np.full(300, 10.0)
    values[290] = np.nan
    found = counterfactual(values, DAYS, lambda known: np.full(DAYS, 10.0), SHORTEST)
    assert found.std_error == pytest.approx(0.0)


def test_too_short_a_past_and_an_unused_channel_are_refused() -> None:
    short = SHORTEST + FEWEST_ORIGINS * DAYS - 1
    with pytest.raises(ValueError, match="earlier spans"):
        counterfactual(np.ones(short), DAYS, lambda known: np.ones(DAYS), SHORTEST)
    with pytest.raises(NothingForecastError):
        counterfactual(np.zeros(300), DAYS, lambda known: np.zeros(DAYS), SHORTEST)
