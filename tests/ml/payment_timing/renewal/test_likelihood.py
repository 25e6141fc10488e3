"""The likelihood against published figures, closed forms and finite differences."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betainc, betaln, gammaln

from ml.payment_timing.renewal import (
    GammaRenewalLifetime,
    GammaRenewalMixture,
    lifetime_likelihood,
    likelihood,
)
from ml.payment_timing.renewal.erlang import log_gap_survival
from ml.payment_timing.renewal.fitting import fit_logs, log_errors, mean_gap
from ml.payment_timing.renewal.history import History, history_of
from tests.builders import SHARED, needs_real_data
from tests.ml.payment_timing.renewal.customers import renewals

positive = st.floats(0.2, 50)


@pytest.fixture(scope="module")
def cdnow() -> dict[str, np.ndarray]:
    table = pd.read_csv(SHARED / "cdnow" / "cdnow_sample_summary.csv")
    return {
        "payment_days": table["frequency"].to_numpy() + 1.0,
        "gap_log_sum": np.where(table["frequency"] > 0, -1e3, 0.0),  # shape 1 does not read it
        "days_since_first": table["T"].to_numpy(),
        "days_since_last": (table["T"] - table["recency"]).to_numpy(),
    }


@needs_real_data
def test_shape_one_is_the_mbg_nbd_of_the_cdnow_sample(cdnow: dict[str, np.ndarray]) -> None:
    model = GammaRenewalMixture.fit(cdnow, shapes=(1,))
    assert model.log_likelihood(cdnow).sum() == pytest.approx(-9582.1, abs=0.1)


@needs_real_data
def test_lifetimes_of_shape_one_are_the_pareto_nbd_of_the_cdnow_sample(
    cdnow: dict[str, np.ndarray],
) -> None:
    model = GammaRenewalLifetime.fit(cdnow, shapes=(1,))
    assert model.log_likelihood(cdnow).sum() == pytest.approx(-9595.0, abs=0.1)


@given(st.integers(1, 24), positive, positive, st.floats(0, 500))
def test_the_gap_survives_like_the_incomplete_beta(
    k: int, total: float, exposure: float, t: float
) -> None:
    found = log_gap_survival(k, np.array([total]), np.array([exposure]), np.array([t]))
    assert np.exp(found[0]) == pytest.approx(
        betainc(total, k, exposure / (exposure + k * t)), rel=1e-9, abs=1e-300
    )


@pytest.mark.parametrize("module", [likelihood, lifetime_likelihood])
@pytest.mark.parametrize("seed", [0, 1])
def test_the_gradient_is_the_difference_quotient(module, seed: int) -> None:  # type: ignore[no-untyped-def]
    random = np.random.default_rng(seed)
    history = history_of(renewals(200, seed).states).in_units_of(40.0)
    logs, shapes, step = random.normal(0, 0.5, 6), (1, 2, 6), 1e-5
    _, gradient = module.value_and_gradient(history, logs, shapes)
    for at, unit in enumerate(np.eye(6) * step):
        above, _ = module.value_and_gradient(history, logs + unit, shapes)
        below, _ = module.value_and_gradient(history, logs - unit, shapes)
        assert gradient[at] == pytest.approx((above - below) / (2 * step), rel=1e-4, abs=1e-3)


@given(st.integers(0, 40), st.floats(1, 300), st.floats(0, 300), *[positive] * 4)
def test_shape_one_equals_the_closed_form_of_the_mbg_nbd(
    x: int, last: float, elapsed: float, r: float, alpha: float, a: float, b: float
) -> None:
    last = last if x else 0.0
    history = History(*(np.array([v]) for v in (float(x), 0.0, last, last + elapsed)))
    one = np.ones(1)
    hyper = likelihood.Hyper(r * one, alpha * one, a * one, b * one, one[None], (1,))
    alive = betaln(a, b + x + 1) - betaln(a, b) - (r + x) * np.log(alpha + last + elapsed)
    dead = betaln(a + 1, b + x) - betaln(a, b) - (r + x) * np.log(alpha + last)
    expected = r * np.log(alpha) + gammaln(r + x) - gammaln(r) + np.logaddexp(alive, dead)
    assert likelihood.log_likelihood(history, hyper)[0] == pytest.approx(expected, rel=1e-9)


def test_parameters_of_a_simulated_mixture_are_recovered_within_their_intervals() -> None:
    random = np.random.default_rng(5)
    truth = {"r": 4.0, "alpha": 80.0, "a": 1.0, "b": 6.0}
    kinds = random.choice([1, 6], p=[0.4, 0.6], size=20_000)
    history = history_of(renewals(20_000, 5, kinds).states)
    scale = mean_gap(history)
    logs = fit_logs(history, (1, 6))
    errors = log_errors(history.in_units_of(scale), logs, (1, 6))
    found = logs[:4] + np.log([1, scale, 1, 1])
    # Four intervals at once: 3 standard errors keep the family at 99 %.
    assert (np.abs(found - np.log(list(truth.values()))) < 3 * errors[:4]).all()
    assert logs[4] == pytest.approx(np.log(0.6 / 0.4), abs=3 * errors[4])
    assert (errors[:4] < 0.2).all()


def test_days_and_weeks_give_the_same_fit() -> None:
    states = renewals(3000, 2).states
    weeks = states | {
        "gap_log_sum": states["gap_log_sum"] - (states["payment_days"] - 1) * np.log(7),
        "days_since_first": states["days_since_first"] / 7,
        "days_since_last": states["days_since_last"] / 7,
    }
    in_days = GammaRenewalMixture.fit(states, shapes=(1, 2)).survival(states, np.array([14, 28]))
    in_weeks = GammaRenewalMixture.fit(weeks, shapes=(1, 2)).survival(weeks, np.array([2, 4]))
    np.testing.assert_allclose(in_days, in_weeks, atol=1e-6)
