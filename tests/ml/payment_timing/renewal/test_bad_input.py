"""Histories that no renewal model can read are flagged; impossible fits are refused."""

from __future__ import annotations

import numpy as np
import pytest

from ml.payment_timing.renewal import ForwardSample, GammaRenewalLifetime, GammaRenewalMixture
from tests.ml.payment_timing.renewal.customers import one, renewals

DAYS = np.arange(1, 61)
MODELS = [GammaRenewalMixture, GammaRenewalLifetime]


@pytest.fixture(scope="module")
def fitted():  # type: ignore[no-untyped-def]
    return GammaRenewalMixture.fit(renewals(2000, 7).states, shapes=(1, 2, 6, 24))


@pytest.mark.parametrize(
    "values",
    [
        {"payment_days": np.nan},
        {"gap_log_sum": np.nan},
        {"days_since_first": np.inf},
        {"payment_days": 0.0},
        {"days_since_last": -1.0},
        {"days_since_last": 140.0},  # before the first payment
        {"payment_days": 1.0},  # one payment, yet a span
        {"gap_log_sum": 40.0},  # more than an even split of the span allows
    ],
)
def test_an_unsound_history_is_not_covered_and_refused(fitted, values: dict[str, float]) -> None:  # type: ignore[no-untyped-def]
    state = one(**values)
    assert not fitted.covers(state)[0]
    with pytest.raises(ValueError, match="1 of 1 states are not covered"):
        fitted.survival(state, DAYS)


def test_a_single_payment_is_covered_by_the_prior(fitted) -> None:  # type: ignore[no-untyped-def]
    state = one(payment_days=1, gap_log_sum=0, days_since_first=20, days_since_last=20)
    assert fitted.covers(state)[0]
    assert np.isfinite(fitted.survival(state, DAYS)).all()


@pytest.mark.parametrize("gap", [1.0, 1e-3, 1e5])
def test_extreme_gaps_give_probabilities(fitted, gap: float) -> None:  # type: ignore[no-untyped-def]
    state = one(
        payment_days=400,
        gap_log_sum=399 * np.log(gap),
        days_since_first=400 * gap,
        days_since_last=gap,
    )
    survival = fitted.survival(state, DAYS)
    assert ((survival >= 0) & (survival <= 1)).all()


@pytest.mark.parametrize("model", MODELS)
def test_constant_gaps_are_fitted_as_very_regular(model) -> None:  # type: ignore[no-untyped-def]
    payments = np.repeat([4.0, 6.0, 8.0, 10.0], 60)
    states = {
        "payment_days": payments,
        "gap_log_sum": (payments - 1) * np.log(30.0),
        "days_since_first": (payments - 1) * 30.0 + 10,
        "days_since_last": np.full(240, 10.0),
    }
    found = model.fit(states, shapes=(1, 24))
    assert found.table.of(np.zeros(1))["weight"][0, 1] > 0.99
    assert np.isfinite(found.survival(states, DAYS)).all()


@pytest.mark.parametrize("model", MODELS)
def test_all_censored_is_refused_with_the_reason(model) -> None:  # type: ignore[no-untyped-def]
    state = one(payment_days=1, gap_log_sum=0, days_since_first=20, days_since_last=20)
    states = {name: np.repeat(values, 50) for name, values in state.items()}
    with pytest.raises(ValueError, match="none of 50 customers has a second payment day"):
        model.fit(states)


def test_a_missing_statistic_is_named() -> None:
    states = one()
    del states["gap_log_sum"]
    with pytest.raises(ValueError, match="gap_log_sum"):
        GammaRenewalMixture.fit(states)


@pytest.mark.parametrize("shapes", [(0, 1), (1, 1), (1.5,)])
def test_shapes_that_are_no_distinct_whole_numbers_are_refused(shapes) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match="distinct whole numbers"):
        GammaRenewalMixture.fit(renewals(100, 1).states, shapes=shapes)


@pytest.mark.parametrize("horizon", [0.0, np.nan, -1.0])
def test_a_horizon_that_is_no_time_is_refused(fitted, horizon: float) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match="horizon"):
        fitted.expected_payments(one(), horizon)


def test_waits_that_no_forecast_could_have_are_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        ForwardSample(one(), np.array([0.0]), np.array([True]))
