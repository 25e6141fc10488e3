"""Survival and expected counts: properties, oracles and simulated truth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifetimes import ModifiedBetaGeoFitter, ParetoNBDFitter

from ml.payment_timing.renewal import (
    ForwardSample,
    GammaRenewalLifetime,
    GammaRenewalMixture,
    Pause,
)
from tests.ml.payment_timing.renewal.customers import one, renewals

DAYS = np.arange(1, 91)


@pytest.fixture(scope="module")
def simulated():  # type: ignore[no-untyped-def]
    return renewals(6000, 1, np.random.default_rng(1).choice([1, 6], size=6000))


@pytest.fixture(scope="module")
def mixture(simulated) -> GammaRenewalMixture:  # type: ignore[no-untyped-def]
    return GammaRenewalMixture.fit(simulated.states, shapes=(1, 2, 6))


@pytest.fixture(scope="module")
def with_death(simulated) -> GammaRenewalLifetime:  # type: ignore[no-untyped-def]
    return GammaRenewalLifetime.fit(simulated.states, shapes=(1, 2, 6), most_customers=1500)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 60), st.floats(2, 400), st.floats(0, 2000), st.floats(0.3, 1))
def test_survival_never_rises_and_stays_a_probability(
    mixture: GammaRenewalMixture,
    with_death: GammaRenewalLifetime,
    payments: int,
    gap: float,
    elapsed: float,
    evenness: float,
) -> None:
    gaps = payments - 1
    state = one(
        payment_days=payments,
        gap_log_sum=gaps * np.log(gap * evenness) if gaps else 0.0,
        days_since_first=gaps * gap + elapsed,
        days_since_last=elapsed,
    )
    for model in (mixture, with_death):
        survival = model.survival(state, DAYS)
        assert ((survival >= 0) & (survival <= 1)).all()
        assert (np.diff(survival) <= 0).all()


def test_mass_that_never_arrives_is_the_chance_of_being_dead(mixture, simulated) -> None:  # type: ignore[no-untyped-def]
    states = {name: values[:50] for name, values in simulated.states.items()}
    far = mixture.survival(states, np.array([1e12]))[:, 0]
    np.testing.assert_allclose(far, 1 - mixture.alive(states), atol=1e-9)


def test_the_next_event_of_simulated_customers_is_calibrated(mixture, simulated) -> None:  # type: ignore[no-untyped-def]
    survival = mixture.survival(simulated.states, np.array([7, 28, 90]))
    for at, day in enumerate((7, 28, 90)):
        came = (simulated.wait <= day).mean()
        assert 1 - survival[:, at].mean() == pytest.approx(came, abs=3.5 * np.sqrt(0.25 / 6000))


@pytest.mark.parametrize("name", ["mixture", "with_death"])
def test_expected_payments_are_those_of_the_survival_when_at_most_one_comes(
    name: str, request: pytest.FixtureRequest, simulated
) -> None:  # type: ignore[no-untyped-def]
    model = request.getfixturevalue(name)
    states = {key: values[:300] for key, values in simulated.states.items()}
    arrives = 1 - model.survival(states, np.array([0.05]))[:, 0]
    expected = model.expected_payments(states, 0.05)
    # 1e-5: a survival with a lifetime is the ratio of two quadratures.
    np.testing.assert_allclose(expected, arrives, atol=1e-5)


def test_expected_payments_match_what_simulated_customers_do(mixture, simulated) -> None:  # type: ignore[no-untyped-def]
    expected = mixture.expected_payments(simulated.states, 90.0)
    error = simulated.later.std() / np.sqrt(len(expected))
    assert expected.mean() == pytest.approx(simulated.later.mean(), abs=3 * error)
    assert np.corrcoef(expected, simulated.later)[0, 1] > 0.6


@pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::DeprecationWarning")
def test_shape_one_has_the_published_conditional_expectations(simulated) -> None:  # type: ignore[no-untyped-def]
    states = {name: values[:200] for name, values in simulated.states.items()}
    x, age = states["payment_days"] - 1, states["days_since_first"]
    last = age - states["days_since_last"]
    peers = [
        (GammaRenewalMixture, ModifiedBetaGeoFitter, ["r", "alpha", "a", "b"]),
        (GammaRenewalLifetime, ParetoNBDFitter, ["r", "alpha", "s", "beta"]),
    ]
    for ours, theirs, names in peers:
        model = ours.fit(states, shapes=(1,))
        peer = theirs()
        peer.params_ = pd.Series(dict(zip(names, model.table.values[0][:4], strict=True)))
        expected = peer.conditional_expected_number_of_purchases_up_to_time(90, x, last, age)
        np.testing.assert_allclose(model.expected_payments(states, 90), expected, rtol=1e-5)


def test_a_pause_lets_the_lost_return_and_is_chosen_by_the_forward_score() -> None:
    simulated = renewals(4000, 3, 1, dropout=(3.0, 4.0))
    random = np.random.default_rng(3)
    # The truth is a pause: half of those who would never return do so within the next 400 days.
    lost = np.isinf(simulated.wait) & (random.random(4000) < 0.5)
    wait = np.where(lost, random.uniform(1, 400, 4000), simulated.wait)
    seen = wait <= 90
    sample = ForwardSample(simulated.states, np.minimum(np.maximum(wait, 0.01), 90), seen)
    never = GammaRenewalMixture.fit(simulated.states, shapes=(1,))
    paused = GammaRenewalMixture.fit(simulated.states, shapes=(1,), forward=sample)
    assert never.pause == Pause()
    assert paused.pause.s > 0
    came = seen.mean()
    found = [1 - m.survival(simulated.states, DAYS)[:, -1].mean() for m in (never, paused)]
    assert abs(found[1] - came) < abs(found[0] - came)
    assert (
        paused.expected_payments(simulated.states, 90.0).mean()
        > never.expected_payments(simulated.states, 90.0).mean()
    )


@pytest.mark.parametrize("name", ["mixture", "with_death"])
def test_a_model_is_the_same_after_a_round_trip_through_its_rows(
    name: str, request: pytest.FixtureRequest
) -> None:
    model = request.getfixturevalue(name)
    assert type(model).from_rows(model.to_rows()) == model
