"""Probabilities of moving, payments to expect, intervals and gains: against known truth."""

from __future__ import annotations

import numpy as np
import pytest

from ml.matching.gains import Gains, Option
from ml.matching.moving import interval, posterior
from ml.matching.rates import expected_payments


def test_without_experiments_the_assumption_stands() -> None:
    found = posterior(0.02, 0.01, [])
    assert (found.mean, found.sd, found.effects) == (0.02, pytest.approx(0.01), 0)


def test_experiments_pull_the_assumption_by_their_precision() -> None:
    found = posterior(0.02, 0.01, [(0.05, 0.01), (0.05, 0.005)])
    assert found.mean == pytest.approx((0.02 * 1e4 + 0.05 * 1e4 + 0.05 * 4e4) / 6e4)
    assert found.sd == pytest.approx(6e4**-0.5)


def test_a_harmful_experiment_makes_the_probability_zero_and_not_less() -> None:
    assert posterior(0.02, 0.01, [(-0.2, 0.005)]).mean == 0


def test_an_effect_without_an_error_is_refused() -> None:
    with pytest.raises(ValueError, match="leave out effects that cannot be read"):
        posterior(0.02, 0.01, [(0.03, 0.0)])


def test_posteriors_of_drawn_truths_cover_them() -> None:
    random = np.random.default_rng(3)
    truths = np.abs(random.normal(0.03, 0.004, 2000))
    seen = truths + random.normal(0, 0.004, 2000)
    made = [posterior(0.03, 0.004, [(effect, 0.004)]) for effect in seen]
    inside = [abs(m.mean - truth) < 1.96 * m.sd for m, truth in zip(made, truths, strict=True)]
    assert np.mean(inside) == pytest.approx(0.95, abs=0.015)


def test_the_interval_of_a_product_covers_products_of_lognormals() -> None:
    random = np.random.default_rng(4)
    sds = (0.5, 0.3, 0.2)
    product = np.ones(200_000)
    for sd in sds:
        s = np.sqrt(np.log(1 + sd**2))
        product *= np.exp(random.normal(-(s**2) / 2, s, len(product)))
    low, high = interval(np.ones(1), sds)
    assert ((product > low) & (product < high)).mean() == pytest.approx(0.95, abs=0.003)


def test_an_interval_of_nothing_uncertain_is_a_point() -> None:
    low, high = interval(np.array([3.0]), [0.0])
    assert (low[0], high[0]) == (3.0, 3.0)


def test_shrunken_rates_are_nearer_to_the_truth_than_counts_and_than_the_mean() -> None:
    random = np.random.default_rng(0)
    truth = random.gamma(6, 2, 20_000)
    years = random.uniform(0.1, 1, 20_000)
    payments = random.poisson(truth * years).astype(float)
    found = expected_payments(payments, years)
    error = np.square(found.mean - truth).mean()
    assert error < 0.5 * np.square(payments / years - truth).mean()
    assert error < 0.6 * np.square(payments.sum() / years.sum() - truth).mean()
    spread = np.abs(found.mean - truth) < 1.96 * found.mean * found.relative_sd
    assert spread.mean() == pytest.approx(0.95, abs=0.02)


def test_customers_who_pay_with_every_bill_have_nearly_one_rate() -> None:
    payments, years = np.array([12.0, 12.0, 12.0, 1.0]), np.array([1.0, 1.0, 1.0, 1 / 12])
    assert expected_payments(payments, years).mean == pytest.approx(12, rel=0.01)


@pytest.mark.parametrize(
    ("payments", "years"), [([], []), ([-1.0], [1.0]), ([1.0], [0.0]), ([0.0], [1.0])]
)
def test_rates_of_nobody_and_of_nothing_are_refused(
    payments: list[float], years: list[float]
) -> None:
    with pytest.raises(ValueError, match="leave out"):
        expected_payments(np.array(payments), np.array(years))


def test_a_gain_is_the_chance_times_what_moving_is_worth_less_the_contact() -> None:
    gains = Gains(
        (Option(0, 0, 0.02, 0.05, 2.0), Option(0, 1, 0.04, 1.5, 2.0)),
        np.array([[100.0, np.nan]], np.float32),
        np.array([12.0, 12.0], np.float32),
        np.array([0b01, 0b11], np.uint8),
    )
    block = gains.block(slice(0, 2))
    assert block.gain[0, 0] == pytest.approx(0.02 * 98 - 0.05)
    assert block.load[0, 0] == pytest.approx(0.02 * 12 / 365)
    assert np.isneginf(block.gain[1, 0])  # that means does not reach the first customer
    assert np.isneginf(block.gain[:, 1]).all()  # the channel is barred for the second


def test_a_deployed_model_takes_the_place_of_the_common_probability() -> None:
    gains = Gains(
        (Option(0, 0, 0.02, 0.0, 0.0),),
        np.full((1, 2), 10, np.float32),
        np.full(2, 12, np.float32),
        np.ones(2, np.uint8),
        np.array([[0.5, np.nan]], np.float32),
    )
    assert gains.block(slice(0, 2)).gain[0] == pytest.approx([5.0, 0.2])
