"""The fitted first passage on simulated customers, and input that it must flag or refuse."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.payment_timing.first_passage import InverseGaussianPassage
from tests.ml.payment_timing.first_passage.top_ups import PRIOR, TopUps, one, top_ups

DAYS = np.arange(1, 61)


@pytest.fixture(scope="module")
def simulated() -> TopUps:
    return top_ups(4000, 5)


@pytest.fixture(scope="module")
def fitted(simulated: TopUps) -> InverseGaussianPassage:
    return InverseGaussianPassage.fit(simulated.states)


def test_pit_and_window_of_4000_simulated_customers_are_calibrated(
    fitted: InverseGaussianPassage, simulated: TopUps
) -> None:
    days = np.linspace(0.25, 400, 1600)
    survival = fitted.survival(simulated.states, days)
    pit = np.array(
        [1 - np.interp(w, days, row) for w, row in zip(simulated.wait, survival, strict=True)]
    )
    # Three standard errors of the mean, the deviation and the coverage of 4,000 uniforms.
    assert pit.mean() == pytest.approx(0.5, abs=3 * 0.289 / np.sqrt(4000))
    assert pit.std() == pytest.approx(0.289, abs=0.007)
    assert ((pit > 0.1) & (pit < 0.9)).mean() == pytest.approx(0.8, abs=3 * 0.4 / np.sqrt(4000))


def test_the_prior_of_simulated_customers_is_recovered() -> None:
    found = [
        InverseGaussianPassage.fit(top_ups(3000, seed).states).table.of(np.zeros(1))
        for seed in range(8)
    ]
    for name, truth in PRIOR.items():
        values = np.log([fit[name][0, 0] for fit in found])
        # The truth lies within three standard errors of the eight fits' mean.
        assert abs(values.mean() - np.log(truth)) < 3 * values.std(ddof=1) / np.sqrt(8) + 0.01


@settings(max_examples=60, deadline=None)
@given(st.floats(0, 400), st.floats(1, 5000), st.floats(0.5, 60))
def test_survival_never_rises_and_stays_a_probability(
    fitted: InverseGaussianPassage, elapsed: float, amount: float, per_day: float
) -> None:
    state = one(
        days_since_last=elapsed,
        last_amount_yuan=amount,
        gap_amount_sum=130 * per_day,
        gap_amount_square_per_day_sum=130 * per_day**2 * 1.01,
    )
    survival = fitted.survival(state, DAYS)
    assert ((survival >= 0) & (survival <= 1)).all()
    assert (np.diff(survival) <= 0).all()


def readings(count: int, season: float, seed: int) -> dict[str, np.ndarray]:
    """States read 1 to 20 days after a top-up made at 3 days of use, in a season of ``season``."""
    random = np.random.default_rng(seed)
    states = dict(top_ups(count, seed).states)
    drift = (120 + states["gap_amount_sum"]) / (40 + states["gap_days_sum"])
    since, age = random.uniform(8, 20, count), random.uniform(0, 7, count)
    threshold = drift * random.normal(3.0, 1.0, count)
    balance = threshold + states["last_amount_yuan"] - season * drift * (since - age)
    return states | {"days_since_last": since, "balance_age": age, "balance_yuan": balance}


def test_readings_show_the_threshold_and_the_season() -> None:
    fit = InverseGaussianPassage.fit(readings(3000, 0.8, 2)).table.of(np.zeros(1))
    assert fit["has_threshold"][0, 0] == 1
    assert fit["season"][0, 0] == pytest.approx(0.8, abs=0.03)
    assert fit["threshold_days"][0, 0] == pytest.approx(3.0, abs=0.4)
    assert fit["threshold_spread"][0, 0] == pytest.approx(1.0, abs=0.3)


def test_a_lower_balance_is_used_up_sooner() -> None:
    states = readings(3000, 1.0, 3)
    model = InverseGaussianPassage.fit(states)
    # Read on the origin: an older reading also says that the balance has lasted until now.
    few = {name: values[:500] for name, values in states.items()} | {"balance_age": np.zeros(500)}
    lower = few | {"balance_yuan": few["balance_yuan"] - 10}
    assert (model.survival(lower, DAYS) <= model.survival(few, DAYS) + 1e-3).all()


def test_a_reading_older_than_the_last_top_up_changes_nothing() -> None:
    states = readings(500, 1.0, 4)
    model = InverseGaussianPassage.fit(states)
    bare = {name: values for name, values in states.items() if "balance" not in name}
    stale = states | {"balance_age": states["days_since_last"] + 1}
    np.testing.assert_array_equal(model.survival(stale, DAYS), model.survival(bare, DAYS))


def test_a_season_ahead_of_double_use_halves_the_days(
    fitted: InverseGaussianPassage,
) -> None:
    double = one() | {"season_ahead": np.array([2.0])}
    np.testing.assert_allclose(
        fitted.survival(double, DAYS), fitted.survival(one(), 2 * DAYS), atol=1e-12
    )


def test_depletion_names_day_and_amount_and_flags_what_lies_beyond_the_horizon(
    fitted: InverseGaussianPassage,
) -> None:
    states = {
        name: np.concatenate([values, one(last_amount_yuan=1e5)[name]])
        for name, values in one().items()
    }
    found = fitted.depletion(states, 60)
    survival = fitted.survival(states, DAYS)
    day = int(found.median_day[0])
    assert survival[0, day - 1] <= 0.5 < survival[0, day - 2]
    assert np.isnan(found.median_day[1])
    assert found.mean_day_within[1] > 59
    assert found.mean_day_within[0] == pytest.approx(1 + survival[0, :-1].sum())
    assert 50 < found.amount_yuan[0] < 150


def test_mass_that_never_arrives_is_the_chance_of_never(fitted: InverseGaussianPassage) -> None:
    slow = one(
        gap_days_sum=4000.0, gap_amount_sum=40.0, gap_amount_square_per_day_sum=2000.0,
        last_amount_yuan=50.0,
    )  # fmt: skip
    chance = fitted.never(slow)[0]
    assert 0.001 < chance < 0.5
    assert fitted.survival(slow, np.array([1e12]))[0, 0] >= chance


def test_a_model_is_the_same_after_a_round_trip_through_its_rows(
    fitted: InverseGaussianPassage,
) -> None:
    assert InverseGaussianPassage.from_rows(fitted.to_rows()) == fitted


@pytest.mark.parametrize(
    "values",
    [
        {"last_amount_yuan": np.nan},
        {"last_amount_yuan": 0.0},
        {"payment_days": 0.0},
        {"gap_amount_sum": -5.0},
        {"days_since_last": -1.0},
        {"gap_amount_square_per_day_sum": 10.0},  # less than (sum A)^2 / sum t
        {"gap_days_sum": np.inf},
        {"payment_days": 1.0},  # one top-up, yet gaps
    ],
)
def test_an_unsound_state_is_not_covered_and_refused(
    fitted: InverseGaussianPassage, values: dict[str, float]
) -> None:
    state = one(**values)
    assert not fitted.covers(state)[0]
    with pytest.raises(ValueError, match="1 of 1 states are not covered"):
        fitted.survival(state, DAYS)


@pytest.mark.parametrize(
    "values",
    [
        {"last_amount_yuan": 1e-3},
        {"last_amount_yuan": 1e9},
        {"days_since_last": 5000.0},
        {"balance_yuan": -1e6, "balance_age": 1.0},
        {"balance_yuan": 1e9, "balance_age": 1.0},
    ],
)
def test_extreme_amounts_and_balances_give_probabilities(values: dict[str, float]) -> None:
    model = InverseGaussianPassage.fit(readings(500, 1.0, 6))
    survival = model.survival(one(**values), DAYS)
    assert ((survival >= 0) & (survival <= 1)).all()


def test_constant_gaps_and_amounts_are_fitted_as_very_regular() -> None:
    gaps = np.repeat([3.0, 5.0, 8.0], 50)
    states = {
        "payment_days": gaps + 1,
        "gap_days_sum": gaps * 30,
        "gap_amount_sum": gaps * 100,
        "gap_amount_square_per_day_sum": gaps * 100**2 / 30,
        "days_since_last": np.zeros(150),
        "last_amount_yuan": np.full(150, 100.0),
    }
    survival = InverseGaussianPassage.fit(states).survival(states, np.array([25, 35]))
    assert (survival[:, 0] > 0.9).all()
    assert (survival[:, 1] < 0.1).all()


def test_a_single_top_up_is_covered_by_the_prior_but_nobody_with_two_is_refused(
    fitted: InverseGaussianPassage,
) -> None:
    zero = {"gap_days_sum": 0.0, "gap_amount_sum": 0.0, "gap_amount_square_per_day_sum": 0.0}
    state = one(payment_days=1.0, **zero)
    assert np.isfinite(fitted.survival(state, DAYS)).all()
    with pytest.raises(ValueError, match="second top-up"):
        InverseGaussianPassage.fit({name: np.repeat(v, 9) for name, v in state.items()})
