"""The bill-anchored models: proper survival, truth recovered, exact storage."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from ml.payment_timing.bill_hazard import BillHazard
from ml.payment_timing.candidates import BILL_MODELS, forecast
from ml.payment_timing.contract import HORIZON
from ml.payment_timing.fitted import FittedTiming
from ml.payment_timing.habits import HabitClasses
from ml.payment_timing.lognormal import LognormalDelay
from ml.payment_timing.lognormal.evidence import fit_prior, log_evidence, posterior
from ml.payment_timing.lognormal.tables import upper_tails
from ml.payment_timing.metrics import log_scores
from ml.payment_timing.rolling import Origin
from tests.ml.payment_timing.world import SKIPPED, billed_only

DAYS = np.arange(1, HORIZON + 1)


@pytest.mark.parametrize("name", BILL_MODELS)
def test_survival_never_rises_and_stays_a_probability(
    name: str, fitted: FittedTiming, seen_origins: list[Origin]
) -> None:
    found = fitted.models[name].survival(billed_only(seen_origins[-1]).states, DAYS)
    found = found[~np.isnan(found[:, 0])]
    assert len(found)
    assert ((found >= 0) & (found <= 1)).all()
    assert (np.diff(found, axis=1) <= 1e-6).all()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("bill_hazard", BillHazard),
        ("lognormal_delay", LognormalDelay),
        ("habit_classes", HabitClasses),
    ],
)
def test_rows_give_back_the_very_same_model(
    name: str, kind: type, fitted: FittedTiming, seen_origins: list[Origin]
) -> None:
    model, states = fitted.models[name], billed_only(seen_origins[-1]).states
    again = kind.from_rows(model.to_rows())  # type: ignore[attr-defined]
    np.testing.assert_array_equal(again.survival(states, DAYS), model.survival(states, DAYS))


def test_a_debit_falls_on_the_first_workday_after_its_lag(
    fitted: FittedTiming, seen_origins: list[Origin]
) -> None:
    last = seen_origins[-1]
    debited = last.states["has_withholding"] > 0
    found = forecast(fitted.models, last.states)["habit_classes"][debited]
    likely = np.diff(found, axis=1, prepend=0).argmax(axis=1) + 1
    assert (likely == last.paid_in[debited]).mean() > 0.99


def test_bill_anchored_models_beat_every_gap_baseline_on_bill_payers(
    fitted: FittedTiming,
) -> None:
    scores = {
        row.model: row.value
        for row in fitted.backtest
        if row.metric == "log_score_of_stack_recalibrated_minus_this"
        and row.origin_day == fitted.rounds[-1].origin.day
    }
    for baseline in ("exponential_gaps", "beta_geometric", "gamma_gaps", "mean_gap", "last_gap"):
        assert scores[baseline] > 0.05, baseline


def test_skipped_bills_are_counted(fitted: FittedTiming) -> None:
    model = fitted.models["lognormal_delay"]
    assert isinstance(model, LognormalDelay)
    assert model.skipped[0] == pytest.approx(SKIPPED, abs=0.02)


def test_tabulated_tails_are_those_of_students_t() -> None:
    z = np.linspace(-9, 9, 400)[None, :].repeat(3, axis=0)
    freedom = np.array([1.5, 8.0, 60.0])
    np.testing.assert_allclose(upper_tails(freedom, z), stats.t.sf(z, freedom[:, None]), atol=2e-5)


def _normal_customers(seed: int, size: int) -> tuple[np.ndarray, ...]:
    random = np.random.default_rng(seed)
    variance = 1 / random.gamma(6.0, 1 / 0.6, size)
    mean = random.normal(2.0, np.sqrt(variance / 0.5))
    number = random.integers(1, 20, size)
    y = mean[:, None] + np.sqrt(variance)[:, None] * random.standard_normal((size, 20))
    y = np.where(np.arange(20) < number[:, None], y, 0.0)
    return number.astype(float), y.sum(axis=1), (y**2).sum(axis=1)


def test_the_prior_of_delays_is_recovered() -> None:
    m0, kappa0, a0, b0 = fit_prior(*_normal_customers(1, 20_000))
    assert m0 == pytest.approx(2.0, abs=0.03)
    assert kappa0 == pytest.approx(0.5, rel=0.1)
    assert b0 / a0 == pytest.approx(0.1, rel=0.05)


def test_the_fitted_prior_has_more_evidence_than_the_true_one() -> None:
    data = _normal_customers(2, 2_000)
    best = log_evidence(fit_prior(*data), *data)
    assert best >= log_evidence(np.array([2.0, 0.5, 6.0, 0.6]), *data) - 1e-6


def test_credible_intervals_of_the_customers_means_cover_95_percent() -> None:
    random = np.random.default_rng(4)
    covered = []
    for _ in range(5):
        variance = 1 / random.gamma(6.0, 1 / 0.6, 2_000)
        mean = random.normal(2.0, np.sqrt(variance / 0.5))
        y = mean[:, None] + np.sqrt(variance)[:, None] * random.standard_normal((2_000, 6))
        number, total, squares = np.full(2_000, 6.0), y.sum(axis=1), (y**2).sum(axis=1)
        found = posterior(fit_prior(number, total, squares), number, total, squares)
        half = stats.t.ppf(0.975, 2 * found.shape) * np.sqrt(
            found.rate / (found.shape * found.kappa)
        )
        covered.append((np.abs(mean - found.mean) <= half).mean())
    assert np.mean(covered) == pytest.approx(0.95, abs=0.02)


def test_one_delay_moves_a_new_customer_from_the_prior() -> None:
    prior = np.array([2.0, 1.0, 3.0, 0.5])
    none = posterior(prior, np.zeros(1), np.zeros(1), np.zeros(1))
    one = posterior(prior, np.ones(1), np.full(1, 4.0), np.full(1, 16.0))
    assert none.mean[0] == 2.0
    assert one.mean[0] == pytest.approx(3.0)


def test_habits_score_no_worse_than_frailty_where_habits_differ(
    fitted: FittedTiming, seen_origins: list[Origin]
) -> None:
    last = billed_only(seen_origins[-1])
    found = forecast(fitted.models, last.states)
    mean = {name: log_scores(found[name], last.paid_in).mean() for name in BILL_MODELS[::2]}
    assert mean["habit_classes"] > mean["bill_hazard"]
