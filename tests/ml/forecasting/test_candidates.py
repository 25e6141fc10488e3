"""Every candidate of the registry gives finite, non-negative forecasts, quietly."""

from __future__ import annotations

import logging

import numpy as np
import pytest

from ml.forecasting.candidates import prophet_model
from ml.forecasting.candidates.naive import same_bill_day, seasonal_naive
from ml.forecasting.candidates.registry import CANDIDATES
from ml.forecasting.candidates.task import task_of
from ml.forecasting.contract import panel_of
from tests.ml.forecasting.panels import long, weekly

HOLED = weekly(150, seed=1)
HOLED[60:66] = np.nan
TASK = task_of(panel_of(long({"app": weekly(150), "holed": HOLED, "zero": np.zeros(150)})), 30)


@pytest.mark.parametrize("name", sorted(CANDIDATES))
def test_a_candidate_bears_gaps_and_zeros_without_a_word(
    name: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        found = CANDIDATES[name].forecast(TASK, None)
    assert found.shape == (3, 30)
    assert np.isfinite(found).all()
    assert (found >= 0).all()
    assert found[2].max() < 0.1
    printed = capfd.readouterr()
    assert printed.out + printed.err + caplog.text == ""


def test_the_seasonal_naive_forecast_repeats_the_last_week() -> None:
    found = seasonal_naive(TASK)[0]
    np.testing.assert_array_equal(found[:7], TASK.past.values[0, -7:])
    np.testing.assert_array_equal(found[7:14], found[:7])


def test_the_same_bill_day_repeats_the_same_day_of_the_last_month() -> None:
    values = np.arange(150.0)
    past = panel_of(long({"app": values}))
    found = same_bill_day(task_of(past, 10))[0]
    coming = past.coming(10)
    repeated = past.days[found.astype(int)]
    apart = np.abs(np.array(coming.day) - np.array(repeated.day))
    assert (np.minimum(apart, 31 - apart) <= 2).all()
    assert ((coming - repeated).days <= 38).all()


def test_prophet_is_tuned_within_the_declared_grid() -> None:
    few = prophet_model.GRID[:1]
    task = task_of(TASK.past.only(["app"]), 28)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prophet_model, "GRID", few)
        assert prophet_model.tune(task) == {"app": few[0]}


def test_prophets_holidays_have_one_name_per_kind_of_day() -> None:
    names = set(prophet_model.holiday_frame(TASK.calendar)["holiday"])
    assert {"holiday", "lunar_0", "makeup_workday"} <= names
    assert len(names) <= 17
