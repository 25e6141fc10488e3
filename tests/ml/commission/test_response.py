"""Responses: past changes of terms give back the truth, and pooling is Bayes' rule."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from ml.commission import Prior, event_estimates, pooled

HABIT = 0.7
PRIOR = Prior(0.3, 0.2, 0.15)


def _months(eta: float, seed: int, after: int = 9) -> pd.DataFrame:
    """Two years of shares; wechat's rate falls by 0.4 points, and habit lets go month by month."""
    random = np.random.default_rng(seed)
    months = [date(2024 + k // 12, k % 12 + 1, 1) for k in range(15 + after)]
    rows = []
    for k, month in enumerate(months):
        followed = 1 - HABIT ** (k - 14) if k >= 15 else 0.0
        odds = np.exp(-0.5 + 0.01 * k - 0.4 * eta * followed)
        season = 1 + 0.2 * np.sin(k)
        paid, contract = (0.6, "old") if k < 15 else (0.2, "new")
        rows += [
            ("wechat", month, random.poisson(8000 * odds * season), contract, paid),
            ("counter", month, random.poisson(8000 * season), None, np.nan),
        ]
    return pd.DataFrame(rows, columns=["channel", "month", "payments", "contract", "paid_pct"])


def test_a_past_change_gives_back_the_true_response_within_its_interval() -> None:
    found = [event_estimates(_months(0.5, seed), HABIT).iloc[0] for seed in range(200)]
    inside = [abs(row["estimate"] - 0.5) <= 2.086 * row["std_error"] for row in found]
    assert np.mean(inside) == pytest.approx(0.95, abs=0.045)  # t of 20 degrees; 3 sd of 200 runs
    assert np.mean([row["estimate"] for row in found]) == pytest.approx(0.5, abs=0.02)


def test_the_regression_is_the_one_of_statsmodels() -> None:
    months = _months(0.5, 1)
    wide = months.pivot(index="month", columns="channel", values="payments")
    since = np.arange(24) - 15
    followed = np.where(since >= 0, 1 - HABIT ** np.maximum(since + 1, 0), 0)
    fit = sm.OLS(
        np.log(wide["wechat"].to_numpy() / wide["counter"].to_numpy()),
        np.column_stack([np.ones(24), since, followed]),
    ).fit()
    found = event_estimates(months, HABIT).iloc[0]
    assert found["estimate"] == pytest.approx(fit.params[2] / -0.4, abs=1e-9)
    assert found["std_error"] == pytest.approx(fit.bse[2] / 0.4, abs=1e-9)


def test_a_change_with_too_few_months_after_it_is_not_evaluated() -> None:
    assert event_estimates(_months(0.5, 1, after=1), HABIT).empty


def test_a_channel_without_a_change_is_marked_as_assumed_and_follows_the_others() -> None:
    found = pooled(["a", "b"], {"a": [(1.0, 0.05)]}, PRIOR, 100, 1)
    assert found.is_assumed == (False, True)
    assert PRIOR.mean < found.of("b")[0] < found.of("a")[0] < 1.0
    assert found.of("b")[1] > found.of("a")[1]


def test_pooling_is_the_normal_posterior_and_the_draws_follow_it() -> None:
    found = pooled(["a"], {"a": [(0.8, 0.1)]}, PRIOR, 10_000, 1)
    before = 1 / (PRIOR.sd**2 + PRIOR.between_sd**2)  # precision of eta, m integrated out
    precision = before + 1 / 0.1**2
    assert found.mean[0] == pytest.approx((before * PRIOR.mean + 0.8 / 0.1**2) / precision)
    assert found.sd[0] == pytest.approx(precision**-0.5)
    assert found.draws.mean() == pytest.approx(found.mean[0], abs=0.005)


def test_without_any_change_the_prior_is_left_as_it_was() -> None:
    found = pooled(["a", "b"], {}, PRIOR, 100, 1)
    assert found.mean == pytest.approx([0.3, 0.3])
    assert found.sd == pytest.approx([0.25, 0.25])
