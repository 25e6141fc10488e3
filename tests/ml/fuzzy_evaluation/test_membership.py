"""Memberships of values and of survey answers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ml.fuzzy_evaluation.membership import declared_scale, node_positions, pooled_scale
from ml.fuzzy_evaluation.survey import (
    answer_shares,
    draw_shares,
    graded_answers,
    weighted_counts,
)
from tests.ml.fuzzy_evaluation.examples import PROPERTY

finite = st.floats(-1e6, 1e6, allow_nan=False)
values = arrays(np.float64, st.integers(1, 20), elements=finite)
nodes = st.lists(st.integers(-1000, 1000), min_size=4, max_size=6, unique=True).map(sorted)


@PROPERTY
@given(values, nodes, st.booleans())
def test_memberships_lie_in_zero_to_one_and_sum_to_one(
    value: np.ndarray, points: list[int], is_higher: bool
) -> None:
    rows = declared_scale(tuple(points), is_higher, 4).memberships(value)
    assert ((rows >= 0) & (rows <= 1)).all()
    assert rows.sum(axis=1) == pytest.approx(np.ones(len(value)))


@PROPERTY
@given(values, nodes, st.booleans(), st.sampled_from([0.01, 3.0, 1000.0]), finite)
def test_rescaling_an_indicator_with_its_breakpoints_changes_nothing(
    value: np.ndarray, points: list[int], is_higher: bool, factor: float, shift: float
) -> None:
    scale = declared_scale(tuple(points), is_higher, 4)
    moved = declared_scale(tuple(factor * p + shift for p in points), is_higher, 4)
    again = moved.memberships(factor * value + shift)
    assert scale.memberships(value) == pytest.approx(again, abs=1e-4)


@PROPERTY
@given(values, nodes)
def test_a_better_value_never_has_a_worse_mean_grade(value: np.ndarray, points: list[int]) -> None:
    position = declared_scale(tuple(points), True, 4).memberships(np.sort(value)) @ np.arange(4)
    assert (np.diff(position) <= 1e-9).all()


def test_six_breakpoints_make_trapezoids_with_plateaus() -> None:
    scale = declared_scale((10, 20, 30, 40, 50, 60), is_higher_better=True, grades=4)
    rows = scale.memberships(np.array([0.0, 10, 15, 25, 35, 45, 60, 99]))
    best_first = [
        [0, 0, 0, 1], [0, 0, 0, 1], [0, 0, 0.5, 0.5], [0, 0, 1, 0], [0, 0.5, 0.5, 0], [0, 1, 0, 0],
        [1, 0, 0, 0], [1, 0, 0, 0],
    ]  # fmt: skip
    assert rows == pytest.approx(np.array(best_first))


def test_lower_is_better_turns_the_grades_round() -> None:
    value = np.array([0.0, 25, 55, 80, 120])
    higher = declared_scale((10, 30, 50, 70, 90), True, 4).memberships(value)
    lower = declared_scale((10, 30, 50, 70, 90), False, 4).memberships(value)
    assert lower == pytest.approx(higher[:, ::-1])


def test_the_median_lies_between_good_and_fair_on_pooled_quantiles() -> None:
    scale = pooled_scale(np.arange(101.0), is_higher_better=True, grades=4)
    assert scale is not None
    assert scale.points == pytest.approx([10, 30, 50, 70, 90])
    assert scale.memberships(np.array([50.0]))[0] == pytest.approx([0, 0.5, 0.5, 0])


def test_tied_quantiles_become_one_breakpoint_in_their_middle() -> None:
    scale = pooled_scale(np.array([0.0] * 60 + [5.0] * 20 + [9.0] * 20), False, 4)
    assert scale is not None
    assert scale.points.tolist() == [0, 5, 9]
    assert scale.positions == pytest.approx([0.75, 2, 3])


def test_an_indicator_that_is_the_same_for_all_has_no_pooled_scale() -> None:
    assert pooled_scale(np.full(50, 7.0), True, 4) is None
    assert pooled_scale(np.full(50, np.nan), True, 4) is None


def test_breakpoints_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="ascending expected"):
        declared_scale((1, 3, 2, 4), True, 4)
    with pytest.raises(ValueError, match="3 breakpoints for 4 grades"):
        node_positions(3, 4)


def test_a_missing_value_has_no_membership() -> None:
    rows = declared_scale((1, 2, 3, 4), True, 4).memberships(np.array([np.nan, 2.5]))
    assert np.isnan(rows[0]).all()
    assert rows[1].sum() == pytest.approx(1)


def test_answers_become_shares_of_their_grades() -> None:
    counts = graded_answers(
        np.array([[1.0, 2, 3, 4, 10]]), np.arange(1.0, 6), {5: 0, 4: 1, 3: 2, 2: 3, 1: 3}, 4
    )
    assert answer_shares(counts)[0] == pytest.approx([0.5, 0.2, 0.15, 0.15])


def test_unknown_and_negative_answers_are_refused() -> None:
    with pytest.raises(ValueError, match="answered grades \\[7\\]"):
        graded_answers(np.ones((1, 1)), np.array([7.0]), {5: 0}, 4)
    with pytest.raises(ValueError, match="counts of 0 or more"):
        graded_answers(-np.ones((1, 1)), np.array([5.0]), {5: 0}, 4)


def test_drawn_shares_are_as_uncertain_as_the_answers_are_few() -> None:
    random = np.random.default_rng(1)
    counts = np.array([[40.0, 40, 10, 10], [4.0, 4, 1, 1], [np.nan] * 4])
    draws = draw_shares(counts, 20_000, random)
    share = (counts[:2, 0] + 0.5) / (counts[:2].sum(axis=1) + 2)
    spread = np.sqrt(share * (1 - share) / (counts[:2].sum(axis=1) + 3))
    assert draws[:, :2, 0].mean(axis=0) == pytest.approx(share, abs=0.005)
    assert draws[:, :2, 0].std(axis=0) == pytest.approx(spread, rel=0.03)
    assert np.isnan(draws[:, 2]).all()


def test_weighted_answers_count_by_their_effective_number() -> None:
    grades = np.array([1.0, 2, 2, np.nan, 1])
    weights = np.array([1.0, 1, 2, 5, np.nan])
    counts = weighted_counts(grades, weights, np.array([1.0, 2]))
    assert counts.sum() == pytest.approx(16 / 6)
    assert counts / counts.sum() == pytest.approx([0.25, 0.75])
    assert weighted_counts(grades, np.zeros(5), np.array([1.0, 2])).tolist() == [0, 0]
