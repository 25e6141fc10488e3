"""Curves, intervals, scores and policy values against one-line oracles."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.uplift.calibration import calibrate, only_average
from ml.uplift.evaluation import Ranked, figure, policy_value, ranking
from ml.uplift.experiment import Experiment
from ml.uplift.learners import folds, robust_scores
from tests.ml.uplift.simulated import campaign

TREATED = np.array([True, False, True, False, True, False, True, False])
OUTCOME = np.array([1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0])
SCORES = np.array([2.0, 0.0, 2.0, 0.0, 0.5, 0.0, 0.0, -2.0])
BEST = Ranked(TREATED, OUTCOME, SCORES)
ONES = np.ones(8)


def _noise(seed: int) -> Ranked:
    data, _ = campaign(4000, "heterogeneous", seed)
    order = ranking(np.random.default_rng(seed).random(len(data)), seed)
    effects = (data.outcome - 0.1) * np.where(data.treated, 1 / 0.8, -1 / 0.2)
    return Ranked(data.treated[order], data.outcome[order], effects[order])


def test_the_qini_curve_ends_in_the_difference_of_the_arms() -> None:
    share, curve = BEST.qini_curve(ONES)
    assert share[-1] == 1
    assert curve[-1] == pytest.approx(OUTCOME[TREATED].mean() - OUTCOME[~TREATED].mean())


def test_the_gain_of_everybody_is_the_difference_of_the_arms() -> None:
    _, gain = BEST.gains(ONES)
    assert gain[-1] == pytest.approx(OUTCOME[TREATED].mean() - OUTCOME[~TREATED].mean())


def test_the_rate_is_the_mean_advantage_of_the_best_ranked() -> None:
    means = [SCORES[:k].mean() for k in range(1, 9)]
    assert BEST.autoc(ONES) == pytest.approx(np.mean(means) - SCORES.mean())


def test_a_good_order_has_a_positive_qini_and_its_reverse_a_negative_one() -> None:
    reverse = Ranked(TREATED[::-1], OUTCOME[::-1], SCORES[::-1])
    assert BEST.qini(ONES) > 0 > reverse.qini(ONES)
    assert BEST.auuc(ONES) > reverse.auuc(ONES)


@given(st.floats(0.1, 9), st.integers(0, 99))
def test_areas_do_not_depend_on_the_scale_of_the_weights(scale: float, seed: int) -> None:
    weight = np.random.default_rng(seed).integers(1, 4, 8).astype(float)
    for statistic in (BEST.qini, BEST.auuc, BEST.autoc):
        assert statistic(scale * weight) == pytest.approx(statistic(weight))


@pytest.mark.parametrize("statistic", ["qini", "autoc"])
def test_random_numbers_have_an_interval_that_covers_zero(statistic: str) -> None:
    covered = 0
    for seed in range(20):
        noise = _noise(seed)
        found = figure(getattr(noise, statistic), noise, seed, rounds=100)
        assert found.low < found.value < found.high
        covered += found.low <= 0 <= found.high
    assert covered >= 17  # 19 expected; 16 or fewer of 20 has a chance of 1.6 %


def test_the_mean_score_is_the_effect_even_where_the_means_are_wrong() -> None:
    data, truth = campaign(40_000, "heterogeneous", 3)
    scores = robust_scores(data, np.full(len(data), 0.3), np.full(len(data), 0.9))
    error = scores.std(ddof=1) / np.sqrt(len(scores))
    assert abs(scores.mean() - truth.mean()) < 3 * error


def test_the_calibration_is_the_regression_of_statsmodels_with_hc1_errors() -> None:
    import statsmodels.api as sm

    random = np.random.default_rng(1)
    score = random.normal(size=300)
    robust = 0.1 + 0.5 * score + random.normal(size=300) * (1 + score**2)
    found = calibrate(score, robust)
    design = sm.add_constant(score - score.mean())
    oracle = sm.OLS(robust, design).fit(cov_type="HC1")
    assert [found.average, found.slope] == pytest.approx(oracle.params, abs=1e-9)
    assert found.covariance == pytest.approx(oracle.cov_params(), abs=1e-9)


def test_the_interval_of_the_average_is_that_of_a_mean() -> None:
    robust = np.random.default_rng(2).normal(size=50)
    uplifts = only_average(robust).apply(np.zeros(3))
    half = 1.959964 * robust.std(ddof=1) / np.sqrt(50)
    assert uplifts.low == pytest.approx(np.full(3, robust.mean() - half))


def test_contacting_everybody_is_worth_the_mean_effect_less_the_contact() -> None:
    value = np.linspace(1, 3, 8)
    found = policy_value(np.ones(8, dtype=bool), SCORES, value, 0.25)
    assert found.value == pytest.approx((SCORES * value).mean() - 0.25)
    assert policy_value(np.zeros(8, dtype=bool), SCORES, value, 0.25).value == 0


def test_folds_are_equally_full_within_each_arm() -> None:
    data, _ = campaign(1003, "null", 4)
    place = folds(data, 5)
    for arm in (data.treated, ~data.treated):
        counts = np.bincount(place[arm], minlength=5)
        assert counts.max() - counts.min() <= 1


def test_a_propensity_of_one_is_refused_by_value() -> None:
    with pytest.raises(ValueError, match=r"propensity 1: it must lie strictly between 0 and 1"):
        Experiment(np.zeros((1, 1)), np.ones(1, bool), np.ones(1), np.ones(1), np.ones(1), 0.1)


def test_an_array_of_another_length_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="outcome has 2 rows, features have 1"):
        Experiment(np.zeros((1, 1)), np.ones(1, bool), np.ones(2), np.full(1, 0.5), np.ones(1), 0.1)
