"""Differences of shares against statsmodels, and where nothing happened at all."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep

from ml.experiments.shares import difference_of_shares


@pytest.mark.parametrize("counts", [(56, 70, 48, 80), (9, 10, 3, 10), (5, 56, 0, 29)])
def test_the_interval_is_newcombes(counts: tuple[int, int, int, int]) -> None:
    found = difference_of_shares(*counts)
    oracle = confint_proportions_2indep(*counts, method="newcomb", compare="diff")
    assert (found.low, found.high) == pytest.approx(oracle, abs=1e-6)


def test_the_standard_error_is_welchs() -> None:
    arms = [np.repeat([1.0, 0.0], [30, 170]), np.repeat([1.0, 0.0], [10, 90])]
    found = difference_of_shares(30, 200, 10, 100)
    assert found.std_error**2 == pytest.approx(sum(a.var(ddof=1) / len(a) for a in arms))


def test_nobody_in_either_arm_is_not_certainty() -> None:
    found = difference_of_shares(0, 100, 0, 100)
    assert found.std_error == 0
    assert found.low < -0.03 < 0.03 < found.high


@pytest.mark.parametrize("counts", [(1, 1, 0, 10), (3, 2, 0, 10), (0, 10, -1, 10)])
def test_counts_that_cannot_be_are_refused(counts: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="two or more"):
        difference_of_shares(*counts)
