"""Conformal quantiles: ranks by definition, coverage on exchangeable errors, and properties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ml.forecasting.judgement.conformal import (
    QUANTILES,
    quantile_forecasts,
    score_quantiles,
    scores,
)


def test_the_upper_quantile_is_the_rank_of_split_conformal_prediction() -> None:
    past = np.random.default_rng(0).normal(size=(1, 1, 40))
    found = score_quantiles(past, (0.1, 0.9))[0, 0]
    near = np.sort(past[0, 0])  # fewer than sixty errors: all horizons are pooled
    assert found[1] == near[int(np.ceil(41 * 0.9)) - 1]
    assert found[0] == near[int(np.floor(41 * 0.1)) - 1]


def test_intervals_of_exchangeable_errors_cover_what_they_say() -> None:
    random = np.random.default_rng(1)
    mean = np.full((200, 28), 30.0)
    typical = mean[:, 0]
    past = np.stack([scores(random.gamma(mean), mean, typical) for _ in range(8)])
    forecasts = quantile_forecasts(mean, typical, score_quantiles(past))
    came = random.gamma(mean)
    for low, high, said in ((1, -2, 0.8), (0, -1, 0.95)):
        inside = (forecasts[..., low] <= came) & (came <= forecasts[..., high])
        assert abs(inside.mean() - said) < 0.03


def test_a_series_without_errors_borrows_those_of_all() -> None:
    past = np.random.default_rng(2).normal(size=(3, 2, 28))
    past[:, 1] = np.nan
    found = score_quantiles(past)
    assert np.isfinite(found).all()


def test_no_known_error_at_all_is_a_clear_error() -> None:
    with pytest.raises(ValueError, match="no earlier error is known"):
        score_quantiles(np.full((1, 2, 28), np.nan))


@settings(max_examples=30, deadline=None)
@given(
    hnp.arrays(float, (2, 5), elements=st.floats(0, 1e6)),
    hnp.arrays(float, (2, 5, len(QUANTILES)), elements=st.floats(-50, 50)),
)
def test_quantile_forecasts_never_cross_and_are_never_negative(
    mean: np.ndarray, quantiles: np.ndarray
) -> None:
    found = quantile_forecasts(mean, mean.mean(axis=1), quantiles)
    assert (found >= 0).all()
    assert (np.diff(found, axis=-1) >= 0).all()
