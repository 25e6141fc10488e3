"""The baselines: published figures, closed forms, simulated truth and bad input."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifetimes import BetaGeoFitter
from scipy.special import gammaincc

from ml.payment_timing.baselines import (
    BetaGeometric,
    ExponentialGaps,
    GammaGaps,
    LastGap,
    MeanGap,
)
from ml.payment_timing.baselines.beta_geometric import _value_and_gradient
from ml.payment_timing.baselines.distinct import distinct
from ml.payment_timing.baselines.rates import log_open_gap
from ml.payment_timing.renewal.history import history_of
from tests.builders import SHARED, needs_real_data
from tests.ml.payment_timing.renewal.customers import one, renewals

DAYS = np.arange(1, 61)
MODELS = [ExponentialGaps, GammaGaps, MeanGap, LastGap, BetaGeometric]


def known(states: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """States with the last gap, here a customer's mean gap; NaN where there is none."""
    gaps = states["payment_days"] - 1
    mean = np.divide(states["gap_days_sum"], gaps, out=np.full(len(gaps), np.nan), where=gaps > 0)
    return states | {"last_gap_days": mean}


@pytest.fixture(scope="module")
def states() -> dict[str, np.ndarray]:
    return known(renewals(3000, 11, 3).states)


@needs_real_data
def test_bg_nbd_of_the_cdnow_sample_has_the_published_fit() -> None:
    table = pd.read_csv(SHARED / "cdnow" / "cdnow_sample_summary.csv")
    sample = {
        "payment_days": table["frequency"].to_numpy() + 1.0,
        "gap_log_sum": np.where(table["frequency"] > 0, -1e3, 0.0),  # not read by the BG/NBD
        "days_since_first": table["T"].to_numpy(),
        "days_since_last": (table["T"] - table["recency"]).to_numpy(),
    }
    model = BetaGeometric.fit(sample)
    assert model.log_likelihood(sample).sum() == pytest.approx(-9582.4, abs=0.1)
    np.testing.assert_allclose(model.table.values[0], [0.243, 4.414, 0.793, 2.426], atol=6e-4)


@pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::DeprecationWarning")
def test_bg_nbd_has_the_published_expectation_and_chance_of_being_alive(
    states: dict[str, np.ndarray],
) -> None:
    model, peer = BetaGeometric.fit(states), BetaGeoFitter()
    names = ["r", "alpha", "a", "b"]
    peer.params_ = pd.Series(dict(zip(names, model.table.values[0], strict=True)))
    x, age = states["payment_days"] - 1, states["days_since_first"]
    last = age - states["days_since_last"]
    np.testing.assert_allclose(
        model.expected_payments(states, 90),
        peer.conditional_expected_number_of_purchases_up_to_time(90, x, last, age),
        rtol=1e-6,
    )
    alive = peer.conditional_probability_alive(x, last, age)
    np.testing.assert_allclose(model.alive(states), alive, rtol=1e-8)


def test_the_gradient_of_bg_nbd_is_the_difference_quotient(states: dict[str, np.ndarray]) -> None:
    history, step = history_of(states).in_units_of(20.0), 1e-5
    counts, logs = np.ones(len(history)), np.array([0.3, -0.2, 0.1, 0.8])
    _, gradient = _value_and_gradient(history, counts, logs)
    for at, unit in enumerate(np.eye(4) * step):
        above, _ = _value_and_gradient(history, counts, logs + unit)
        below, _ = _value_and_gradient(history, counts, logs - unit)
        assert gradient[at] == pytest.approx((above - below) / (2 * step), rel=1e-4)


def test_exponential_gaps_have_the_survival_of_a_lomax(states: dict[str, np.ndarray]) -> None:
    model = ExponentialGaps.fit(states)
    r, alpha = model.table.of(np.zeros(1))["r"][0, 0], model.table.of(np.zeros(1))["alpha"][0, 0]
    gaps, seen = states["payment_days"] - 1, states["gap_days_sum"] + states["days_since_last"]
    expected = (1 + DAYS / (alpha + seen[:, None])) ** -(r + gaps)[:, None]
    np.testing.assert_allclose(model.survival(states, DAYS), expected, rtol=1e-9)


def test_the_common_shape_of_gamma_gaps_is_recovered() -> None:
    simulated = renewals(4000, 4, 5, dropout=(1e-6, 1.0))
    found = GammaGaps.fit(simulated.states).table.of(np.zeros(1))
    assert found["k"][0, 0] == pytest.approx(5, rel=0.03)
    assert found["r"][0, 0] == pytest.approx(4, rel=0.1)
    assert found["alpha"][0, 0] == pytest.approx(80 / 5, rel=0.12)  # of the rate k m


@given(st.floats(0.3, 300), st.floats(0.2, 5))
def test_an_open_gap_of_a_known_rate_survives_like_a_gamma(k: float, u: float) -> None:
    total, t = np.array([1e9]), np.array([u])
    found = log_open_gap(k, total, total / k, t)
    expected = gammaincc(k, k * u)
    assert np.exp(found[0]) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("model", MODELS)
def test_survival_never_rises_and_stays_a_probability(model, states) -> None:  # type: ignore[no-untyped-def]
    fitted = model.fit(states)
    assert fitted.covers(states).all()
    survival = fitted.survival(states, DAYS)
    assert ((survival >= 0) & (survival <= 1)).all()
    assert (np.diff(survival, axis=1) <= 0).all()


@pytest.mark.parametrize("model", MODELS)
def test_a_model_is_the_same_after_a_round_trip_through_its_rows(model, states) -> None:  # type: ignore[no-untyped-def]
    by_stratum = states | {"stratum": np.arange(3000) % 2}
    fitted = model.fit(by_stratum)
    assert fitted.table.strata == (-1, 0, 1)
    assert model.from_rows(fitted.to_rows()) == fitted


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    "values", [{"payment_days": np.nan}, {"payment_days": 0.0}, {"days_since_last": -2.0}]
)
def test_an_unsound_state_is_not_covered_and_refused(model, values, states) -> None:  # type: ignore[no-untyped-def]
    fitted, state = model.fit(states), known(one(**values))
    assert not fitted.covers(state)[0]
    with pytest.raises(ValueError, match="1 of 1 states are not covered"):
        fitted.survival(state, DAYS)


@pytest.mark.parametrize("model", MODELS)
def test_a_single_payment_is_covered_but_all_censored_is_refused(model, states) -> None:  # type: ignore[no-untyped-def]
    single = known(
        one(
            payment_days=1, gap_days_sum=0, gap_log_sum=0, gap_log_square_sum=0,
            days_since_first=20, days_since_last=20,
        )
    )  # fmt: skip
    assert np.isfinite(model.fit(states).survival(single, DAYS)).all()
    with pytest.raises(ValueError, match="none of 40 customers"):
        model.fit({name: np.repeat(values, 40) for name, values in single.items()})


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("gap", [1.0, 30.0, 1e5])
def test_constant_and_extreme_gaps_give_probabilities(model, gap: float) -> None:  # type: ignore[no-untyped-def]
    count = np.repeat([3.0, 5.0, 9.0], 30)
    constant = known(
        {
            "payment_days": count + 1,
            "gap_days_sum": count * gap,
            "gap_log_sum": count * np.log(gap),
            "gap_log_square_sum": count * np.log(gap) ** 2,
            "days_since_first": count * gap + gap / 2,
            "days_since_last": np.full(90, gap / 2),
        }
    )
    survival = model.fit(constant).survival(constant, DAYS)
    assert ((survival >= 0) & (survival <= 1)).all()


def test_last_gap_says_which_statistic_is_missing(states: dict[str, np.ndarray]) -> None:
    bare = {name: values for name, values in states.items() if name != "last_gap_days"}
    with pytest.raises(ValueError, match="last_gap_days"):
        LastGap.fit(bare)


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=40))
def test_distinct_customers_stand_for_all(pairs: list[tuple[int, int]]) -> None:
    table = np.array(pairs)
    rows, place = distinct(table[:, 0], table[:, 1])
    np.testing.assert_array_equal(table[rows][place], table)
    assert len(rows) == len(set(pairs))
