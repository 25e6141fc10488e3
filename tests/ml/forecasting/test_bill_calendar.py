"""The bill-calendar model: parameters recovered, zeros and gaps borne, parameters as rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ml.forecasting.bill_calendar import model
from ml.forecasting.bill_calendar.bill_flow import LONGEST_DELAY, fit_delays, flow_basis
from ml.forecasting.bill_calendar.design import design
from ml.forecasting.bill_calendar.level import level
from ml.forecasting.bill_calendar.parameters import from_rows, to_rows
from ml.forecasting.bill_calendar.regression import fit_quasi_poisson
from ml.forecasting.candidates.naive import seasonal_naive
from ml.forecasting.candidates.task import Outside, task_of
from ml.forecasting.contract import panel_of
from ml.forecasting.hierarchy import completed
from tests.ml.forecasting.panels import DELAYS, bill_days, long, province, weekly


def test_the_regression_recovers_the_coefficients_of_simulated_counts() -> None:
    random = np.random.default_rng(0)
    matrix = np.column_stack([np.ones(2000), random.normal(size=(2000, 2))])
    truth = np.array([[3.0, 0.3, -0.2], [1.0, -0.4, 0.1]])
    values = random.poisson(np.exp(truth @ matrix.T)).astype(float)
    values[0, :100] = np.nan
    found = fit_quasi_poisson(
        values, matrix, np.zeros((2, 2000)), np.ones(2000), np.full((2, 3), 1e-6)
    )
    np.testing.assert_allclose(found, truth, atol=0.06)


def test_at_the_fit_the_score_of_every_coefficient_is_its_penalty() -> None:
    random = np.random.default_rng(1)
    matrix = np.column_stack([np.ones(300), random.normal(size=(300, 3))])
    values = random.poisson(20, (1, 300)).astype(float)
    penalty = np.full((1, 4), 2.0)
    found = fit_quasi_poisson(values, matrix, np.zeros((1, 300)), np.ones(300), penalty, rounds=50)
    score = (values - np.exp(found @ matrix.T)) @ matrix
    np.testing.assert_allclose(score, penalty * found, atol=2)


def test_the_distribution_of_delays_is_recovered() -> None:
    days = pd.date_range("2023-01-01", periods=900)
    issued = bill_days("R01", days)
    mean = 3.0 + 0.4 * np.convolve(issued, DELAYS)[:900]
    values = np.random.default_rng(2).poisson(mean).astype(float)[None]
    basis = flow_basis(issued, np.ones(900, bool))[None]
    _, weights = fit_delays(values, basis, np.ones(900))
    found = weights[: LONGEST_DELAY + 1] + weights[LONGEST_DELAY + 1 :]
    np.testing.assert_allclose(found[: len(DELAYS)] / 0.4, DELAYS, atol=0.03)


def test_what_is_due_on_a_day_off_flows_on_the_next_workday() -> None:
    workday = np.array([True, False, False, True, True])
    basis = flow_basis(np.array([7.0, 0, 0, 0, 0]), workday)
    moved = basis[:, LONGEST_DELAY + 1 :]
    assert moved[3, 1] == 7.0
    assert moved[3, 2] == 7.0
    assert moved[1:3].sum() == 0


def test_the_level_is_one_where_payments_are_as_expected_and_follows_where_not() -> None:
    mean = np.full((2, 100), 10.0)
    values = mean * np.array([[1.0], [1.5]])
    found = level(values, mean, np.array([56, 56]))
    assert found[0] == pytest.approx(1.0)
    assert 1.4 < found[1] < 1.5


def test_on_a_province_the_model_beats_last_week_by_far() -> None:
    panel, bills = province()
    whole = completed(panel_of(panel))
    task = task_of(whole.until(392), 28, Outside(bills=bills))
    actual = whole.values[:, 392:]
    missed = np.abs(actual - model.predict(task, model.fit(task))).mean()
    assert missed < 0.4 * np.abs(actual - seasonal_naive(task)).mean()


def test_parameters_survive_the_way_through_rows() -> None:
    panel, bills = province(days=200)
    task = task_of(completed(panel_of(panel)), 28, Outside(bills=bills))
    fitted = model.fit(task)
    rows = to_rows(fitted)
    assert list(rows.columns) == ["model", "unique_id", "name", "index", "value"]
    again = from_rows(rows.sample(frac=1, random_state=0))
    np.testing.assert_allclose(model.predict(task, again), model.predict(task, fitted))


def test_rows_without_the_model_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match="'bill_calendar'"):
        from_rows(pd.DataFrame({"model": ["x"], "unique_id": "a", "name": "n", "value": 1.0}))


def test_zeros_and_gaps_give_finite_forecasts_and_zeros_stay_near_zero() -> None:
    holed = weekly(300)
    holed[50:120] = np.nan
    panel = panel_of(long({"holed": holed, "zero": np.zeros(300), "few": np.eye(1, 300, 9)[0]}))
    task = task_of(panel, 28)
    found = dict(zip(panel.ids, model.predict(task, model.fit(task)), strict=True))
    assert all(np.isfinite(row).all() for row in found.values())
    assert found["zero"].max() < 1e-3
    assert 30 < found["holed"].mean() < 60


def test_a_known_event_has_its_own_effect() -> None:
    values = weekly(300, level=100)
    outage = pd.date_range("2024-02-01", periods=300, freq="15D")[:18]
    frame = long({"app": values})
    frame.loc[frame["ds"].isin(outage), "y"] *= 0.3
    events = pd.DataFrame({"ds": [*outage, pd.Timestamp("2024-11-05")], "name": "outage"})
    panel = panel_of(frame[frame["ds"] < "2024-10-26"])
    task = task_of(panel, 14, Outside(events=events))
    found = model.predict(task, model.fit(task))[0]
    assert found[10] < 0.6 * found[3]


def test_a_design_has_the_same_columns_in_a_later_calendar() -> None:
    panel = panel_of(long({"a": weekly(200)}))
    early, late = task_of(panel.until(150), 10), task_of(panel, 10)
    first = design(early.calendar, panel.days[149], 150)
    assert first.names == design(late.calendar, panel.days[149], 150).names
