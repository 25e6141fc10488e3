"""One row per customer: what the columns mean, and that nothing depends on batches or storage."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.payment_timing.channel_choice import decayed, fit_dirichlet, posterior_best
from ml.payment_timing.contract import DELAY_BINS, HORIZON
from ml.payment_timing.depletion import depletion_in, expected_amount
from ml.payment_timing.fitted import FittedTiming
from ml.payment_timing.refusals import NOT_CALIBRATED
from ml.payment_timing.rolling import Origin
from ml.payment_timing.scoring import score_batches
from ml.payment_timing.segments import segment
from ml.payment_timing.states import rows


def test_a_stored_fit_scores_the_very_same(
    fitted: FittedTiming, seen_origins: list[Origin]
) -> None:
    again = FittedTiming.from_rows(fitted.to_rows())
    states = seen_origins[-1].states
    assert again.strata == fitted.strata
    assert again.score(states).equals(fitted.score(states))


def test_customers_of_a_withheld_segment_get_no_window_and_the_reason(
    fitted: FittedTiming, seen_origins: list[Origin]
) -> None:
    states = seen_origins[-1].states
    place = segment(states)
    code = int(np.bincount(place).argmax())
    again = FittedTiming.from_rows(fitted.without([code]).to_rows())
    table, before = again.score(states).to_pandas(), fitted.score(states).to_pandas()
    held = place == code
    assert (table["basis"][held] == NOT_CALIBRATED).all()
    shown = [name for name in table if name.startswith(("window_", "median", "p_pay", "weight_"))]
    assert table.loc[held, shown].isna().all().all()
    pd.testing.assert_frame_equal(table[~held], before[~held], check_dtype=False)


def test_batches_and_threads_do_not_matter(
    fitted: FittedTiming, seen_origins: list[Origin]
) -> None:
    states = seen_origins[-1].states
    whole = fitted.score(states).to_pandas()
    pieces = [(rows(states, slice(begin, begin + 37)), None) for begin in range(0, 400, 37)]
    parts = [batch.to_pandas() for batch in score_batches(fitted, pieces, threads=3)]
    joined = np.concatenate([part["p_pay_14"].to_numpy() for part in parts])
    np.testing.assert_allclose(joined, whole["p_pay_14"].to_numpy(), atol=1e-5)


def test_windows_nest_and_hold_the_median(fitted: FittedTiming, seen_origins: list[Origin]) -> None:
    table = fitted.score(seen_origins[-1].states).to_pandas()
    closed = table.dropna(subset=["window_95_to", "median_in_days"])
    length = [closed[f"window_{q}_to"] - closed[f"window_{q}_from"] for q in (50, 80, 95)]
    assert (length[0] <= length[1]).all()
    assert (length[1] <= length[2]).all()
    inside = closed["median_in_days"].between(closed["window_95_from"], closed["window_95_to"])
    assert inside.all()
    assert (table["p_pay_7"] <= table["p_pay_14"] + 1e-6).all()


def test_weights_of_the_models_sum_to_one(fitted: FittedTiming, seen_origins: list[Origin]) -> None:
    table = fitted.score(seen_origins[-1].states).to_pandas()
    weights = table[[name for name in table if name.startswith("weight_")]]
    np.testing.assert_allclose(weights.sum(axis=1), 1.0, atol=1e-5)


def test_unpaid_at_due_is_null_without_and_one_after_the_due_day(
    fitted: FittedTiming, seen_origins: list[Origin]
) -> None:
    states = dict(seen_origins[-1].states)
    due = np.full(len(states["stratum"]), np.nan)
    due[:2] = [-3.0, 12.0]
    found = fitted.score({**states, "open_bill_due_in": due})
    values = found["p_unpaid_at_due"].to_pylist()
    forecast = fitted.forecast(states)
    assert values[0] == 1.0
    assert values[1] == pytest.approx(1 - forecast[1, 11], abs=1e-5)
    assert values[2] is None


def test_few_payments_are_drawn_to_the_stratum_and_many_are_not() -> None:
    stratum = np.zeros(500, dtype=np.int64)
    random = np.random.default_rng(0)
    share = random.dirichlet([6, 3, 1], 500)
    counts = np.array([random.multinomial(12, one) for one in share], dtype=float)
    alpha = fit_dirichlet(stratum, counts, 1)
    assert alpha[0] / alpha[0].sum() == pytest.approx([0.6, 0.3, 0.1], abs=0.03)
    assert alpha[0].sum() == pytest.approx(10, rel=0.35)
    best, probability = posterior_best(stratum[:2], np.array([[0, 0, 1.0], [0, 0, 90.0]]), alpha)
    assert best.tolist() == [0, 2]
    assert probability[1] > 0.85


def test_payments_count_half_after_the_half_life() -> None:
    np.testing.assert_allclose(decayed(np.array([4.0, 4.0]), np.array([0.0, 180.0])), [4, 2])


def test_depletion_is_the_balance_over_the_use(seen_origins: list[Origin]) -> None:
    prepaid = rows(seen_origins[-1].states, seen_origins[-1].states["stratum"] == 2)
    prepaid = rows(prepaid, slice(0, 3))
    known = {
        "gap_amount_sum": np.array([300.0, 300.0, 0.0]),
        "gap_days_sum": np.array([100.0, 100.0, 0.0]),
        "balance_yuan": np.array([30.0, np.nan, 5.0]),
        "balance_age": np.array([4.0, np.nan, 1.0]),
        "last_amount_yuan": np.array([90.0, 90.0, 50.0]),
        "days_since_last": np.array([10.0, 10.0, 3.0]),
        "payment_days": np.array([4.0, 4.0, 1.0]),
    }
    states = {**prepaid, **known}
    np.testing.assert_allclose(depletion_in(states), [6.0, 20.0, np.nan])
    np.testing.assert_allclose(expected_amount(states), [97.5, 97.5, 50.0])


@given(st.lists(st.integers(0, 400), min_size=3, max_size=60), st.integers(1, 59))
def test_merging_delay_statistics_is_associative(delays: list[int], cut: int) -> None:
    edges = np.append(np.array([0, 1, 2, 3, 4, 6, 9, 13, 18, 24, 32, 46]), np.inf)

    def of(part: list[int]) -> np.ndarray:
        y = np.log1p(part)
        return np.array([len(part), y.sum(), (y**2).sum(), *np.histogram(part, edges)[0]])

    assert len(edges) == len(DELAY_BINS) + 1
    np.testing.assert_allclose(of(delays[:cut]) + of(delays[cut:]), of(delays), atol=1e-9)


def test_every_customer_has_one_row(fitted: FittedTiming, seen_origins: list[Origin]) -> None:
    table = fitted.score(seen_origins[-1].states)
    assert table.num_rows == 400
    assert max(table["median_in_days"].drop_null().to_pylist()) <= HORIZON
