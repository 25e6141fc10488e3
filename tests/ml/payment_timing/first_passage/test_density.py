"""The law of the day of depletion against independent integrals and closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.special import stdtr
from scipy.stats import invgauss

from ml.payment_timing.first_passage.density import density_per_log_time, never
from ml.payment_timing.first_passage.grid import SurvivalGrid
from ml.payment_timing.first_passage.posterior import (
    Posterior,
    evidence_and_gradient,
    posterior_of,
)
from ml.payment_timing.first_passage.usage import Usage

ONE = np.ones((1, 1))
log_range = st.floats(0, 6).map(np.exp)


def law(kappa: float, a: float, shape: float, distance: float) -> tuple[Posterior, np.ndarray]:
    """A posterior of mean drift 2 whose walk has the given shape a m / sigma^2."""
    b = a * distance * 2.0 / shape
    return Posterior(*(np.array([v]) for v in (kappa, 2.0, a, b))), np.array([distance])


def cumulated(posterior: Posterior, distance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Fine grid of time, and the integral of the density from each point to the end."""
    x = np.log(distance / posterior.mean) + np.sinh(np.linspace(-6, 6.5, 40_001)) / 10
    y = density_per_log_time(posterior, distance[:, None], ONE, np.exp(x)[None])[0]
    panels = (y[1:] + y[:-1]) / 2 * np.diff(x)
    return np.exp(x), np.append(np.cumsum(panels[::-1])[::-1], 0.0)


@settings(max_examples=40, deadline=None)
@given(log_range, st.floats(1.2, 30), st.floats(-1, 7).map(np.exp), log_range)
def test_the_density_integrates_to_one_less_the_chance_of_never(
    kappa: float, a: float, shape: float, distance: float
) -> None:
    posterior, far = law(kappa, a, shape, distance)
    _, rest = cumulated(posterior, far)
    assert rest[0] + never(posterior, far)[0] == pytest.approx(1, abs=2e-4)


@settings(max_examples=40, deadline=None)
@given(log_range, st.floats(1.2, 30), st.floats(-1, 7).map(np.exp), log_range)
def test_the_grid_agrees_with_a_fine_integral(
    kappa: float, a: float, shape: float, distance: float
) -> None:
    posterior, far = law(kappa, a, shape, distance)
    time, rest = cumulated(posterior, far)
    ahead = distance / 2.0 * np.array([0.3, 0.7, 0.9, 1.0, 1.1, 1.5, 3.0])
    expected = np.interp(np.log(ahead), np.log(time), rest) + never(posterior, far)[0]
    grid = SurvivalGrid(posterior, far[:, None], ONE)
    np.testing.assert_allclose(np.exp(grid.log_at(ahead[None]))[0], expected, atol=6e-4)


@settings(max_examples=40, deadline=None)
@given(log_range, st.floats(1.2, 30), st.floats(-1, 2).map(np.exp), log_range, st.floats(0.2, 4))
def test_the_grid_agrees_with_the_two_student_terms_where_these_exist(
    kappa: float, a: float, shape: float, distance: float, u: float
) -> None:
    posterior, far = law(kappa, a, shape, distance)
    b, mean, t = posterior.b[0], 2.0, u * distance / 2.0
    left = b - 2 * distance * (mean + distance / kappa)
    assume(left > 1e-3 * b)
    sd = np.sqrt(t * (1 + t / kappa))
    first = stdtr(2 * a, (mean * t - distance) / sd * np.sqrt(a / b))
    tilted = ((mean + 2 * distance / kappa) * t + distance) / sd
    second = (b / left) ** a * stdtr(2 * a, -tilted * np.sqrt(a / left))
    grid = SurvivalGrid(posterior, far[:, None], ONE)
    assert 1 - np.exp(grid.log_at(np.array([[t]]))[0, 0]) == pytest.approx(first + second, abs=6e-4)


def test_a_posterior_without_doubt_is_the_inverse_gaussian() -> None:
    posterior = Posterior(*(np.array([v]) for v in (1e9, 2.0, 1e6, 5e6)))
    grid = SurvivalGrid(posterior, np.array([[100.0]]), ONE)
    days = np.arange(20.0, 90.0)
    shape = 100.0**2 / 5.0
    np.testing.assert_allclose(
        np.exp(grid.log_at(days[None]))[0], invgauss(50 / shape, scale=shape).sf(days), atol=2e-4
    )


gaps = st.lists(st.tuples(st.floats(1, 200), st.floats(5, 500)), min_size=3, max_size=8)


def usage(*parts: list[tuple[float, float]]) -> Usage:
    """Statistics of every part, added."""
    sums = np.zeros(4)
    for part in parts:
        t, amount = np.array(part).T
        sums = sums + np.array([len(t), amount.sum(), t.sum(), (amount**2 / t).sum()])
    return Usage(*sums[:, None], *(np.zeros(1),) * 5)


@given(gaps, gaps, gaps)
def test_statistics_merge_in_any_order_to_the_same_posterior(one, two, three) -> None:  # type: ignore[no-untyped-def]
    prior = (np.array([3.0]), np.array([40.0]), np.array([8.0]), np.array([60.0]))
    whole = posterior_of(usage(one + two + three), *prior)
    added = posterior_of(usage(three, usage_free := one, two), *prior)
    first = posterior_of(usage(usage_free), *prior)
    then = posterior_of(usage(two), first.mean, first.kappa, first.a, first.b)
    step = posterior_of(usage(three), then.mean, then.kappa, then.a, then.b)
    for other in (added, step):
        for name in ("kappa", "mean", "a", "b"):
            np.testing.assert_allclose(getattr(other, name), getattr(whole, name), rtol=1e-9)


def test_the_gradient_of_the_evidence_is_the_difference_quotient() -> None:
    random = np.random.default_rng(0)
    t, amount = random.uniform(10, 50, (5, 40)), random.uniform(50, 150, (5, 40))
    own = Usage(
        np.full(40, 5.0), amount.sum(0), t.sum(0), (amount**2 / t).sum(0), *(np.zeros(40),) * 5
    )
    logs, step = np.array([1.0, 3.0, 1.5, 4.0]), 1e-5
    _, gradient = evidence_and_gradient(own, logs)
    for at, unit in enumerate(np.eye(4) * step):
        above, _ = evidence_and_gradient(own, logs + unit)
        below, _ = evidence_and_gradient(own, logs - unit)
        assert gradient[at] == pytest.approx((above - below) / (2 * step), rel=1e-5)
