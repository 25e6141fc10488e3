"""Sample ratio, many questions, many looks, planning, pooling, interference: against oracles."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.meta_analysis import combine_effects
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import NormalIndPower

from ml.experiments import customers_per_arm, detectable_effect, power_of, sample_ratio
from ml.experiments.interference import interference
from ml.experiments.multiplicity import benjamini_hochberg, holm
from ml.experiments.planning import customers_for_difference
from ml.experiments.pooling import pooled
from ml.experiments.sample_ratio import across_groups, homogeneity
from ml.experiments.sequential import half_width

P_VALUES = st.lists(st.floats(1e-6, 1.0), min_size=1, max_size=12)


def test_the_sample_ratio_is_pearsons_chi_square() -> None:
    found = sample_ratio([480, 520, 130], [0.4, 0.45, 0.15])
    oracle = stats.chisquare([480, 520, 130], 1130 * np.array([0.4, 0.45, 0.15]))
    assert float(found.statistic) == pytest.approx(oracle.statistic, rel=1e-9)
    assert float(found.p_value) == pytest.approx(oracle.pvalue, rel=1e-9)


def test_leaks_of_opposite_sign_are_found_across_groups_only() -> None:
    counts = np.array([[560, 440], [440, 560]])
    assert float(sample_ratio(counts.sum(axis=0), [1, 1]).p_value) == pytest.approx(1.0)
    assert float(across_groups(sample_ratio(counts, [1, 1])).p_value) < 1e-3


def test_groups_too_small_to_test_say_nothing() -> None:
    found = across_groups(sample_ratio([[1, 2], [0, 3]], [1, 1]))
    assert np.isnan(found.p_value)


def test_classes_in_one_proportion_are_those_of_scipy_and_small_groups_say_nothing() -> None:
    counts = [[50, 60, 0], [30, 90, 0], [1, 3, 0]]
    oracle = stats.chi2_contingency([row[:2] for row in counts[:2]], correction=False)
    assert homogeneity(counts) == pytest.approx(oracle.pvalue)
    for nothing in ([[50, 0], [60, 0]], [[50, 60]], [[0, 0], [0, 0]], [[5, 3], [2, 4]]):
        assert np.isnan(homogeneity(nothing))


@pytest.mark.parametrize("planned", [[0.5, 0.0], [1.0], [0.5, -0.5]])
def test_shares_that_are_no_plan_are_refused(planned: list[float]) -> None:
    with pytest.raises(ValueError, match="positive"):
        sample_ratio([10, 10], planned)


@settings(deadline=None, max_examples=25)
@given(P_VALUES)
def test_adjusted_p_values_are_those_of_statsmodels(p_values: list[float]) -> None:
    for ours, name in ((holm, "holm"), (benjamini_hochberg, "fdr_bh")):
        oracle = multipletests(p_values, method=name)[1]
        assert ours(p_values) == pytest.approx(oracle, rel=1e-9)


def test_questions_that_were_not_asked_do_not_count() -> None:
    asked, gap = [0.01, 0.04], float("nan")
    for adjust in (holm, benjamini_hochberg):
        found = adjust([asked[0], gap, asked[1]])
        assert np.isnan(found[1])
        assert found[[0, 2]] == pytest.approx(adjust(asked))
    assert np.isnan(benjamini_hochberg([gap])).all()


def test_five_against_six_percent_needs_the_published_sizes() -> None:
    assert customers_per_arm(0.05, 0.06) == (8155, 8155)
    assert customers_per_arm(0.05, 0.06, squared_correlation=0.4) == (4893, 4893)


def test_the_planned_size_has_the_planned_power() -> None:
    treated, control = customers_per_arm(0.05, 0.06, controls_per_treated=0.25)
    error = np.sqrt(0.06 * 0.94 / treated + 0.05 * 0.95 / control)
    assert float(power_of(0.01, error)) == pytest.approx(0.8, abs=1e-3)
    assert float(detectable_effect(error)) == pytest.approx(0.01, rel=1e-3)


def test_power_and_size_are_those_of_statsmodels() -> None:
    oracle = NormalIndPower().solve_power(0.1, nobs1=500, alpha=0.05)
    assert float(power_of(0.1, np.sqrt(2 / 500))) == pytest.approx(oracle, rel=1e-9)
    size = NormalIndPower().solve_power(0.1, power=0.8, alpha=0.05, ratio=0.5)
    found = customers_for_difference(0.1, 1.0, 1.0, controls_per_treated=0.5)
    assert found[0] == pytest.approx(size, abs=1.1)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ((0.05, 0.05, {}), "cannot be planned"),
        ((0.05, 1.06, {}), "between 0 and 1"),
        ((0.05, 0.06, {"squared_correlation": 1.0}), "squared_correlation"),
        ((0.05, 0.06, {"controls_per_treated": 0.0}), "controls_per_treated"),
        ((0.05, 0.06, {"power": 1.0}), "power"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(arguments: tuple, word: str) -> None:
    control, treated, options = arguments
    with pytest.raises(ValueError, match=word):
        customers_per_arm(control, treated, **options)


def test_the_sequential_interval_is_the_published_formula() -> None:
    n, planned, alpha, sd = 4_000, 5_000, 0.05, 1.3
    rho2 = (-2 * np.log(alpha) + np.log(-2 * np.log(alpha) + 1)) / planned
    inside = 2 * (n * rho2 + 1) / (n**2 * rho2) * np.log(np.sqrt(n * rho2 + 1) / alpha)
    found = half_width(sd / np.sqrt(n), n, planned, alpha)
    assert float(found) == pytest.approx(sd * np.sqrt(inside), rel=1e-9)


def test_the_sequential_interval_is_wider_than_the_fixed_one() -> None:
    units = np.array([10, 100, 1_000, 100_000, 10_000_000])
    assert (half_width(np.ones(5), units, 1_000) > stats.norm.ppf(0.975)).all()


@pytest.mark.parametrize(("planned", "alpha"), [(0, 0.05), (10, 0.0)])
def test_a_sequence_without_size_or_level_is_refused(planned: float, alpha: float) -> None:
    with pytest.raises(ValueError, match="expected"):
        half_width(1.0, 10, planned, alpha)


def test_pooling_is_that_of_statsmodels() -> None:
    effects, errors = np.array([0.02, 0.035, 0.01, 0.05]), np.array([0.01, 0.008, 0.012, 0.009])
    oracle = combine_effects(effects, errors**2, method_re="dl")
    found = pooled(effects, errors)
    assert found.estimate == pytest.approx(oracle.mean_effect_re, rel=1e-9)
    assert found.std_error == pytest.approx(oracle.sd_eff_w_re, rel=1e-9)
    assert found.q == pytest.approx(oracle.q, rel=1e-9)
    assert found.between_sd**2 == pytest.approx(oracle.tau2, rel=1e-9)


def test_one_experiment_pools_to_itself_without_heterogeneity() -> None:
    found = pooled([0.03], [0.01])
    assert (found.estimate, found.std_error, found.experiments) == pytest.approx((0.03, 0.01, 1))
    assert np.isnan(found.q_p_value)
    assert found.between_sd == 0


def test_an_experiment_without_an_error_is_refused() -> None:
    with pytest.raises(ValueError, match="positive"):
        pooled([0.1, 0.2], [0.1, 0.0])


def test_a_channel_that_gained_what_the_experiment_says_agrees() -> None:
    agrees = interference([110, 112, 108], [100, 101, 99], 6.0, 29.0, 5.0)
    moved = interference([110, 112, 108], [100, 101, 99], 6.0, 90.0, 5.0)
    assert not agrees.disagrees
    assert moved.disagrees
    assert agrees.observed_gain == pytest.approx(30)


def test_days_that_do_not_match_are_refused() -> None:
    with pytest.raises(ValueError, match="same days"):
        interference([1, 2], [1], 1.0, 0.0, 1.0)
