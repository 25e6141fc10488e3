"""Restricted means against plain means and statsmodels, and their variance."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.duration.survfunc import SurvfuncRight

from ml.experiments.survival import (
    NOT_OBSERVED,
    difference_in_days,
    post_stratified_days,
    restricted_mean,
)

LIMIT = 20


def _counts(days: np.ndarray, is_paid: np.ndarray, length: int = 60) -> tuple[np.ndarray, ...]:
    return (
        np.bincount(days[is_paid], minlength=length),
        np.bincount(days[~is_paid], minlength=length),
    )


def _customers(seed: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    paid_after, seen_for = random.geometric(0.1, 400), random.integers(5, 50, 400)
    return np.minimum(paid_after, seen_for), paid_after <= seen_for


def test_without_censoring_it_is_the_mean_of_the_shorter_of_days_and_limit() -> None:
    days, _ = _customers(0)
    everybody = np.ones(len(days), dtype=bool)
    found = restricted_mean(*_counts(days, everybody), LIMIT)
    short = np.minimum(days, LIMIT)
    assert float(found.days) == pytest.approx(short.mean(), rel=1e-9)
    assert float(found.variance) == pytest.approx(short.var() / len(short), rel=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_with_censoring_it_is_the_area_under_kaplan_and_meier(seed: int) -> None:
    days, is_paid = _customers(seed)
    found = restricted_mean(*_counts(days, is_paid), LIMIT)
    curve = SurvfuncRight(days, is_paid)
    steps = np.searchsorted(curve.surv_times, np.arange(LIMIT), side="right")
    oracle = np.concatenate([[1.0], curve.surv_prob])[steps].sum()
    assert float(found.days) == pytest.approx(oracle, rel=1e-9)


def test_greenwoods_variance_is_that_of_repeated_samples() -> None:
    random = np.random.default_rng(3)
    estimates, variances = [], []
    for _ in range(800):
        paid_after, seen_for = random.geometric(0.08, 200), random.integers(5, 50, 200)
        days, is_paid = np.minimum(paid_after, seen_for), paid_after <= seen_for
        found = restricted_mean(*_counts(days, is_paid), LIMIT)
        estimates.append(float(found.days))
        variances.append(float(found.variance))
    assert np.mean(variances) == pytest.approx(np.var(estimates), rel=0.15)


def test_nobody_seen_up_to_the_limit_is_refused() -> None:
    seen = restricted_mean([0, 1, 1], [0, 2, 2], LIMIT)
    found = difference_in_days(seen, seen)
    assert str(found.refusal) == NOT_OBSERVED
    assert np.isnan(found.estimate)
    assert np.isnan(found.mean_treated)


def test_all_paid_before_the_limit_needs_nobody_at_it() -> None:
    found = restricted_mean([0, 3, 5], [0, 0, 0], LIMIT)
    assert bool(found.is_observed)
    assert float(found.days) == pytest.approx((3 * 1 + 5 * 2) / 8)


def test_all_days_equal_leave_nothing_to_infer() -> None:
    same = restricted_mean([0, 0, 8], [0, 0, 0], LIMIT)
    assert str(difference_in_days(same, same).refusal) == "zero_variance"


def test_strata_of_one_size_and_kind_agree_with_the_whole() -> None:
    days, is_paid = _customers(5)
    paid, censored = _counts(days, is_paid)
    one = restricted_mean(np.stack([paid, paid]), np.stack([censored, censored]), LIMIT)
    other = restricted_mean(paid, censored, LIMIT)
    found = post_stratified_days(one, one)
    assert float(found.mean_treated) == pytest.approx(float(other.days), rel=1e-9)
    assert float(found.std_error) ** 2 == pytest.approx(float(other.variance), rel=1e-9)


def test_a_limit_of_no_day_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        restricted_mean([1], [0], 0)
