"""The plain difference against scipy and statsmodels, and cells that cannot be judged."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ml.experiments.effects import (
    ARM_EMPTY,
    NO_DENOMINATOR,
    ZERO_VARIANCE,
    difference,
    variance_of_ratio,
)
from ml.experiments.moments import Moments, moments_of
from tests.ml.experiments.units import means, two_arms

ONES = np.ones(5)


@pytest.mark.parametrize("seed", range(5))
def test_the_difference_of_means_is_welchs_test(seed: int) -> None:
    y_t, _, y_c, _ = two_arms(seed)
    found = difference(means(y_t), means(y_c))
    oracle = stats.ttest_ind(y_t, y_c, equal_var=False)
    low, high = oracle.confidence_interval()
    assert float(found.p_value) == pytest.approx(oracle.pvalue, rel=1e-9)
    assert float(found.degrees) == pytest.approx(oracle.df, rel=1e-9)
    assert [float(end) for end in found.interval()] == pytest.approx([low, high], rel=1e-9)


def test_the_variance_of_a_ratio_is_that_of_its_linear_form() -> None:
    random = np.random.default_rng(1)
    bills = random.integers(1, 4, 500).astype(float)
    on_time = random.binomial(bills.astype(int), 0.7).astype(float)
    found = float(variance_of_ratio(moments_of(on_time, bills)))
    ratio = on_time.sum() / bills.sum()
    oracle = np.var((on_time - ratio * bills) / bills.mean(), ddof=1) / len(bills)
    assert found == pytest.approx(oracle, rel=1e-9)


def test_the_delta_method_gives_the_textbook_formula() -> None:
    random = np.random.default_rng(2)
    d, m = random.gamma(4, 1, 300), random.gamma(3, 1, 300)
    mean_m, mean_d, n = m.mean(), d.mean(), len(m)
    cov = np.cov(m, d) / n
    oracle = (
        cov[0, 0] / mean_d**2
        + cov[1, 1] * mean_m**2 / mean_d**4
        - 2 * cov[0, 1] * mean_m / mean_d**3
    )
    assert float(variance_of_ratio(moments_of(m, d))) == pytest.approx(oracle, rel=1e-9)


def test_clusters_as_units_give_the_cluster_robust_variance() -> None:
    random = np.random.default_rng(3)
    cluster = np.repeat(np.arange(40), random.integers(5, 30, 40))
    treated = cluster < 18
    y = random.normal(size=len(cluster)) + random.normal(size=40)[cluster] + 0.3 * treated
    sums, sizes = np.bincount(cluster, y), np.bincount(cluster).astype(float)
    found = difference(moments_of(sums[:18], sizes[:18]), moments_of(sums[18:], sizes[18:]))
    design = sm.add_constant(treated.astype(float))
    fitted = sm.OLS(y, design).fit(
        cov_type="cluster", cov_kwds={"groups": cluster, "use_correction": False}
    )
    covariance = fitted.cov_params()
    of_control = covariance[0, 0]
    of_treated = covariance.sum()  # variance of constant + effect: the arms are independent
    oracle = np.sqrt(of_treated * 18 / 17 + of_control * 22 / 21)
    assert float(found.estimate) == pytest.approx(fitted.params[1], rel=1e-9)
    assert float(found.std_error) == pytest.approx(oracle, rel=1e-9)


@pytest.mark.parametrize(
    ("treated", "control", "why"),
    [
        (np.array([1.0]), ONES, ARM_EMPTY),
        (np.array([]), ONES, ARM_EMPTY),
        (ONES, ONES, ZERO_VARIANCE),
        (0 * ONES, 0 * ONES, ZERO_VARIANCE),
    ],
)
def test_a_cell_that_cannot_be_judged_says_why(
    treated: np.ndarray, control: np.ndarray, why: str
) -> None:
    found = difference(means(treated), means(control))
    assert str(found.refusal) == why
    assert np.isnan(found.std_error)
    assert np.isnan(found.p_value)


def test_a_ratio_without_a_denominator_is_refused() -> None:
    found = difference(moments_of(0 * ONES, 0 * ONES), moments_of(ONES, ONES))
    assert str(found.refusal) == NO_DENOMINATOR


def test_one_constant_arm_leaves_the_other_arms_variance() -> None:
    y = np.array([0.0, 1.0, 0.0, 0.0, 1.0])
    found = difference(means(y), means(0 * ONES))
    assert str(found.refusal) == ""
    assert float(found.std_error) == pytest.approx(np.sqrt(y.var(ddof=1) / 5), rel=1e-12)
    assert float(found.degrees) == pytest.approx(4)


@settings(deadline=None)
@given(st.lists(st.integers(0, 50), min_size=4, max_size=30), st.integers(1, 3))
def test_moments_of_parts_add_up_to_those_of_the_whole(values: list[int], cut: int) -> None:
    y = np.array(values, dtype=float)
    whole, parts = means(y), means(y[:cut]) + means(y[cut:])
    for name in ("count", "sums", "products"):
        assert np.allclose(getattr(whole, name), getattr(parts, name), rtol=0, atol=1e-9)


@settings(deadline=None)
@given(st.floats(-1e3, 1e3), st.floats(0.01, 100))
def test_the_effect_moves_with_the_unit_and_not_with_the_origin(shift: float, unit: float) -> None:
    y_t, _, y_c, _ = two_arms(0)
    plain = difference(means(y_t), means(y_c))
    moved = difference(means(shift + unit * y_t), means(shift + unit * y_c))
    assert float(moved.estimate) == pytest.approx(unit * float(plain.estimate), abs=1e-6)
    assert float(moved.std_error) == pytest.approx(unit * float(plain.std_error), rel=1e-5)


def test_moments_of_the_wrong_shape_are_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        Moments(np.ones(3), np.ones((3, 2)), np.ones((3, 2)))
