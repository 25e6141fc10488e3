"""Little, degenerate or extreme input: a sound answer or a stated refusal, never a crash."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from sklearn.metrics import adjusted_rand_score

from ml.segmentation import FittedSegmentation, Refusal, fit_segmentation
from tests.ml.segmentation.conftest import QUICK
from tests.ml.segmentation.customers import customers, replaced, without


def test_an_empty_table_is_assigned_to_an_empty_table_and_cannot_be_fitted(fitted):
    nobody = customers().slice(0, 0)
    assert fitted.assign(nobody).num_rows == 0
    refusal = fit_segmentation(nobody)
    assert isinstance(refusal, Refusal)
    assert refusal.code == "too_few_customers"
    assert "0户" in refusal.reason.zh


def test_equal_customers_are_one_segment_and_refused():
    one = customers(1)
    table = pa.concat_tables([one] * 100)
    refusal = fit_segmentation(table, effort=QUICK)
    assert isinstance(refusal, Refusal)
    assert refusal.code == "customers_do_not_differ"


def test_fewer_customers_than_segments_are_refused():
    refusal = fit_segmentation(customers(5), effort=QUICK)
    assert isinstance(refusal, Refusal)
    assert "5 customers" in refusal.reason.en


def test_a_table_without_payments_is_an_error():
    with pytest.raises(ValueError, match="hold no 'payments'"):
        fit_segmentation(without(customers(), "payments"))


def test_extreme_amounts_leave_the_other_customers_where_they_are(fitted):
    amounts = customers().column("amount_sum").to_numpy().copy()
    amounts[0] = 1e12
    squares = customers().column("amount_square_sum").to_numpy().copy()
    squares[0] = 1e24
    table = replaced(replaced(customers(), "amount_sum", amounts), "amount_square_sum", squares)
    again = fit_segmentation(table, candidates=(4,), effort=QUICK)
    assert isinstance(again, FittedSegmentation)
    ours = fitted.assign(customers())["segment"].to_numpy()[1:]
    assert adjusted_rand_score(ours, again.assign(table)["segment"].to_numpy()[1:]) > 0.98


def test_small_data_of_amounts_alone_are_answered_or_marked_unstable():
    random = np.random.default_rng(0)
    n = random.integers(1, 4, 100)
    amount = n * random.lognormal(4, 0.5, 100)
    table = pa.table({"payments": n, "amount_sum": amount, "counter_payments": n})
    answer = fit_segmentation(table, effort=QUICK)
    assert isinstance(answer, FittedSegmentation)
    assert answer.choice.is_stable == (answer.choice.chosen.passes)
    assert answer.choice.reason.en
    assert "not_delivered" in answer.space.dropped.values()


def test_two_weeks_of_one_payment_each_are_answered_or_refused():
    random = np.random.default_rng(0)
    once, delay = np.ones(100), np.log1p(random.integers(0, 14, 100))
    amount = random.lognormal(4, 0.5, 100)
    columns = {"payments": once, "amount_sum": amount, "amount_square_sum": amount**2}
    columns |= {"bills": once, "matched_payments": once, "delay_log_sum": delay}
    columns |= {"delay_log_square_sum": delay**2, "wechat_payments": once}
    answer = fit_segmentation(columns, effort=QUICK)
    assert isinstance(answer, FittedSegmentation)
    assert answer.space.dropped["amount_cv"] == "constant"
    assert np.isfinite(answer.assign(columns)["distance"].to_numpy()).all()
