"""A release: fit, assignment, storage, stable labels, movements, drift and the gate."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from ml.segmentation import (
    FittedSegmentation,
    NobodyInBothError,
    Unmeasured,
    channel_user_groups,
    compare_dates,
    feature_drift,
    fit_segmentation,
    judge_release,
    profile_segments,
    score_customers,
    to_rows,
)
from ml.segmentation.releases.drift import churn, psi, transitions
from ml.segmentation.releases.matching import match_segments, number_segments
from ml.segmentation.releases.movement import contributions, main_mover
from tests.ml.segmentation.conftest import QUICK
from tests.ml.segmentation.customers import customers, kinds, replaced


def test_the_true_kinds_are_the_segments_chosen(fitted):
    table = customers(400, seed=5)
    assert fitted.choice.chosen.k == 4
    assert fitted.choice.is_stable
    assert adjusted_rand_score(kinds(table), fitted.assign(table)["segment"].to_numpy()) > 0.98
    assert fitted.surrogate.is_faithful


def test_names_are_unique_and_in_both_languages(fitted):
    english = {segment.name.en for segment in fitted.segments}
    chinese = {segment.name.zh for segment in fitted.segments}
    assert len(english) == len(chinese) == 4
    assert any("bank" in name for name in english)
    assert all(any("\u4e00" <= letter <= "\u9fff" for letter in name) for name in chinese)


def test_assignment_keeps_rows_and_order_and_the_second_is_farther(fitted):
    table = customers(50, seed=3, first_id=800)
    rows = fitted.assign(table)
    assert rows["customer_id"].to_pylist() == list(range(800, 850))
    assert (rows["second_distance"].to_numpy() >= rows["distance"].to_numpy()).all()
    assert set(rows["imputed_features"].to_pylist()) == {0}


def test_a_customer_without_payments_has_no_segment_and_a_reason(fitted):
    table = customers(10)
    for name in table.column_names:
        if name.endswith("payments") or name in ("amount_sum", "amount_square_sum", "bills"):
            values = table.column(name).to_numpy().astype(float)
            values[0] = 0
            table = replaced(table, name, values)
    rows = fitted.assign(table).to_pylist()
    assert (rows[0]["segment"], rows[0]["reason"]) == (None, "no_payment")
    assert rows[1]["segment"] is not None
    assert rows[1]["reason"] is None


def test_a_refit_keeps_numbers_and_names_whatever_the_order(fitted):
    again = fit_segmentation(customers(1100, seed=7), fitted, candidates=(4,), effort=QUICK, seed=3)
    assert isinstance(again, FittedSegmentation)
    assert not any(segment.is_new for segment in again.segments)
    table = customers(200, seed=8)
    assert again.assign(table)["segment"].equals(fitted.assign(table)["segment"])
    assert {(s.number, s.name.en) for s in again.segments} == {
        (s.number, s.name.en) for s in fitted.segments
    }


def test_the_order_of_rows_does_not_matter():
    table = customers(300)
    shuffled = table.take(np.random.default_rng(0).permutation(300))
    fits = [
        fit_segmentation(t, candidates=(3, 4), effort=QUICK, sample_size=200)
        for t in (table, shuffled)
    ]
    assert to_rows(fits[0]) == to_rows(fits[1])


def test_a_segment_far_from_every_old_one_is_new_and_gets_an_unused_number():
    old = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 4.0]])
    new = np.array([[0.0, 4.2], [0.1, 0.0], [9.0, 9.0]])
    matched = match_segments(new, old)
    assert matched.tolist() == [2, 0, -1]
    assert number_segments(matched, [1, 5, 3], 5) == [3, 1, 6]


def test_parts_of_a_movement_sum_to_the_change_of_the_difference_of_squared_distances():
    random = np.random.default_rng(0)
    before, now = (random.normal(size=(20, 4)).astype(np.float32) for _ in range(2))
    centroids = random.normal(size=(3, 4)).astype(np.float32)
    old, new = np.zeros(20, int), np.full(20, 2)
    parts, names = contributions(before, now, old, new, centroids, ["a", "mix", "mix", "b"])

    def gap(points):
        near, far = ((points - centroids[j]) ** 2 for j in (0, 2))
        return near.sum(axis=1) - far.sum(axis=1)

    np.testing.assert_allclose(parts.sum(axis=1), gap(now) - gap(before), atol=1e-4)
    mover, share = main_mover(parts, names)
    assert set(mover) <= {"a", "mix", "b", None}
    assert ((share >= 0) & (share <= 1)).all()


def test_who_stops_paying_late_is_moved_by_the_delay(fitted):
    before = now = customers(40, seed=2)
    late = now.column("late_payments").to_numpy().copy()
    late[0] = 0
    days = now.column("arrears_days").to_numpy().copy()
    days[0] = 0
    logs, squares = (now.column(f"delay_log_{n}").to_numpy().copy() for n in ("sum", "square_sum"))
    logs[0], squares[0] = logs[1], squares[1]
    now = replaced(replaced(now, "late_payments", late), "arrears_days", days)
    now = replaced(replaced(now, "delay_log_sum", logs), "delay_log_square_sum", squares)
    found = compare_dates(fitted, before, now)
    assert found.moved["customer_id"].to_pylist() == [0]
    assert found.moved["moved_by"][0].as_py() in ("delay_mean", "late_share")
    assert found.churn == pytest.approx(1 / 40)
    assert found.transitions.sum() == found.customers == 40


def test_the_same_month_shows_no_drift_and_a_shifted_one_alarms(fitted):
    assert not any(row["alarm"] for row in feature_drift(fitted, customers(seed=11)))
    shifted = replaced(customers(), "delay_log_sum", customers()["delay_log_sum"].to_numpy() + 24)
    alarms = {row["name"] for row in feature_drift(fitted, shifted) if row["alarm"]}
    assert {"delay_mean", "mean_distance", "far_customers"} <= alarms


def test_stability_index_is_zero_for_equal_shares_and_refuses_unlike_bins():
    assert psi(np.array([0.2, 0.8]), np.array([0.2, 0.8])) == 0
    assert psi(np.array([0.5, 0.5]), np.array([0.9, 0.1])) == pytest.approx(0.4 * np.log(9))
    with pytest.raises(ValueError, match="bins must be the same"):
        psi(np.array([1.0]), np.array([0.5, 0.5]))


def test_transitions_count_everybody_and_churn_needs_somebody():
    before, now = np.array([1, 1, 2, 7]), np.array([1, 2, 2, 7])
    assert transitions(before, now, [1, 2, 7]).tolist() == [[1, 1, 0], [0, 1, 0], [0, 0, 1]]
    assert churn(before, now) == 0.25
    with pytest.raises(ValueError, match="no customer is in both"):
        churn(before[:0], now[:0])


def test_gate_promotes_a_stable_release_and_stops_the_others_with_reasons(fitted):
    assert judge_release(fitted, 0.01).is_promoted
    assert not judge_release(fitted, 0.06).is_promoted
    chosen = dataclasses.replace(fitted.choice.chosen, ari=0.5)
    weak = dataclasses.replace(fitted, choice=dataclasses.replace(fitted.choice, chosen=chosen))
    verdict = judge_release(weak, Unmeasured.NO_EARLIER_MONTH)
    failed = [check for check in verdict.checks if not check.passed]
    assert [check.name for check in failed] == ["stability_ari"]
    assert "below 0.85" in failed[0].reason.en
    assert "低于" in failed[0].reason.zh


def test_an_unmeasured_churn_passes_only_without_an_earlier_month(fitted):
    assert judge_release(fitted, Unmeasured.NO_EARLIER_MONTH).is_promoted
    verdict = judge_release(fitted, Unmeasured.NOBODY_IN_BOTH)
    (failed,) = [check for check in verdict.checks if not check.passed]
    assert failed.value is None
    assert "no customer is in both" in failed.reason.en
    assert "没有共同客户" in failed.reason.zh


def test_two_dates_without_a_customer_in_common_are_an_error_that_says_what_to_check(fitted):
    with pytest.raises(NobodyInBothError, match="none of 40 customers of the earlier date"):
        compare_dates(fitted, customers(40), customers(30, first_id=5000))


def test_dates_are_compared_alike_whether_or_not_they_are_assigned_already(fitted):
    before, now = customers(60, seed=2), customers(50, seed=8, first_id=4)
    plain = compare_dates(fitted, before, now)
    known = compare_dates(fitted, before, now, (fitted.assign(before), fitted.assign(now)))
    assert known.moved.equals(plain.moved)
    assert (known.transitions == plain.transitions).all()
    assert plain.customers == 50


def test_one_pass_gives_what_the_three_descriptions_give(fitted):
    table = customers(200, seed=5)
    scores = score_customers(fitted, table)
    assert scores.assigned.equals(fitted.assign(table))
    assert scores.profiles.cards.equals(profile_segments(fitted, table).cards)
    assert scores.groups.equals(channel_user_groups(fitted, table))
