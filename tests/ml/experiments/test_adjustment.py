"""CUPED, post-stratification and compliance against regressions, and what they gain."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.sandbox.regression.gmm import IV2SLS

from ml.experiments.adjustment import compliers, cuped, post_stratified
from ml.experiments.effects import difference
from ml.experiments.moments import Moments, moments_of
from tests.ml.experiments.units import means, two_arms


def _stacked(cells: list[Moments]) -> Moments:
    return Moments(
        np.stack([c.count for c in cells]),
        np.stack([c.sums for c in cells]),
        np.stack([c.products for c in cells]),
    )


@pytest.mark.parametrize("seed", range(3))
def test_cuped_is_the_regression_on_arm_and_covariates(seed: int) -> None:
    y_t, x_t, y_c, x_c = two_arms(seed)
    found = cuped(means(y_t, x_t, x_t**2), means(y_c, x_c, x_c**2), [2, 3])
    y, x = np.concatenate([y_t, y_c]), np.concatenate([x_t, x_c])
    arm = np.repeat([1.0, 0.0], [len(y_t), len(y_c)])
    oracle = sm.OLS(y, sm.add_constant(np.column_stack([arm, x, x**2]))).fit().params[1]
    assert float(found.estimate) == pytest.approx(oracle, rel=1e-9)


def test_cuped_with_one_covariate_cuts_the_variance_by_its_squared_correlation() -> None:
    random = np.random.default_rng(5)
    x = random.normal(size=(2, 40_000))
    y = np.sqrt(0.45) * x + np.sqrt(0.55) * random.normal(size=x.shape)
    arms = [means(y[i], x[i]) for i in range(2)]
    plain, adjusted = difference(*arms), cuped(*arms, [2])
    assert 1 - float(adjusted.std_error / plain.std_error) ** 2 == pytest.approx(0.45, abs=0.015)


def test_covariates_that_say_the_same_or_nothing_do_no_harm() -> None:
    y_t, x_t, y_c, x_c = two_arms(4)
    one = cuped(means(y_t, x_t), means(y_c, x_c), [2])
    several = cuped(
        means(y_t, x_t, 2 * x_t + 1, np.full_like(x_t, 7.0)),
        means(y_c, x_c, 2 * x_c + 1, np.full_like(x_c, 7.0)),
        [2, 3, 4],
    )
    assert float(several.estimate) == pytest.approx(float(one.estimate), rel=1e-6)
    assert float(several.std_error) == pytest.approx(float(one.std_error), rel=0.03)


def test_a_covariate_that_explains_everything_leaves_nothing_to_infer() -> None:
    x = np.arange(10.0)
    found = cuped(means(x, x), means(x, x), [2])
    assert str(found.refusal) in ("", "zero_variance")
    assert not np.isinf(found.estimate)


def test_compliers_are_two_stage_least_squares() -> None:
    random = np.random.default_rng(6)
    assigned = np.repeat([1.0, 0.0], [300, 200])
    reached = assigned * random.binomial(1, 0.8, 500)
    y = 0.5 * reached + random.normal(size=500)
    arms = [means(y[assigned == side], reached[assigned == side]) for side in (1, 0)]
    found = compliers(*arms, received=2)
    oracle = IV2SLS(y, sm.add_constant(reached), sm.add_constant(assigned)).fit()
    assert float(found.estimate) == pytest.approx(oracle.params[1], rel=1e-9)
    assert float(found.std_error) == pytest.approx(oracle.bse[1], rel=0.05)  # not homoscedastic


def test_where_everybody_is_reached_the_compliers_are_all() -> None:
    y_t, _, y_c, _ = two_arms(7)
    arms = means(y_t, np.ones_like(y_t)), means(y_c, np.zeros_like(y_c))
    assert float(compliers(*arms, 2).estimate) == pytest.approx(float(difference(*arms).estimate))
    assert float(compliers(*arms, 2).std_error) == pytest.approx(float(difference(*arms).std_error))


def test_post_strata_are_weighted_by_the_size_of_both_arms() -> None:
    random = np.random.default_rng(8)
    cells = [random.normal(mean, 1, size) for mean, size in ((0, 30), (5, 70), (0, 60), (4, 40))]
    found = post_stratified(
        _stacked([means(cells[0]), means(cells[1])]), _stacked([means(cells[2]), means(cells[3])])
    )
    weights = np.array([90, 110]) / 200
    gaps = np.array([cells[0].mean() - cells[2].mean(), cells[1].mean() - cells[3].mean()])
    variances = np.array(
        [cells[0].var(ddof=1) / 30 + cells[2].var(ddof=1) / 60,
         cells[1].var(ddof=1) / 70 + cells[3].var(ddof=1) / 40]
    )  # fmt: skip
    assert float(found.estimate) == pytest.approx(weights @ gaps, rel=1e-9)
    assert float(found.std_error) == pytest.approx(np.sqrt(weights**2 @ variances), rel=1e-9)


def test_one_stratum_is_the_plain_difference() -> None:
    random = np.random.default_rng(9)
    d = random.integers(1, 4, (2, 80)).astype(float)
    m = random.binomial(d.astype(int), 0.6).astype(float)
    arms = [moments_of(m[i], d[i]) for i in range(2)]
    found = post_stratified(*(_stacked([arm]) for arm in arms))
    plain = difference(*arms)
    for name in ("estimate", "std_error", "degrees"):
        assert float(getattr(found, name)) == pytest.approx(float(getattr(plain, name)), rel=1e-9)


def test_a_stratum_with_one_arm_only_joins_the_largest() -> None:
    y_t, _, y_c, _ = two_arms(10)
    nobody = means(np.array([]))
    found = post_stratified(
        _stacked([means(y_t[:50]), means(y_t[50:])]), _stacked([means(y_c), nobody])
    )
    assert float(found.estimate) == pytest.approx(
        float(difference(means(y_t), means(y_c)).estimate)
    )


def test_empty_arms_are_refused_by_every_estimator() -> None:
    y_t, x_t, _, _ = two_arms(11)
    some, nobody = means(y_t, x_t), means(np.array([]), np.array([]))
    for found in (
        cuped(some, nobody, [2]),
        compliers(some, nobody, 2),
        post_stratified(_stacked([some, some]), _stacked([nobody, nobody])),
    ):
        assert str(found.refusal) == "arm_empty"
        assert np.isnan(found.std_error)
