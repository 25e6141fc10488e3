"""The five operators on two levels, the score and the decision."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ml.fuzzy_evaluation.composition import OPERATORS, compose, compose_two_levels
from ml.fuzzy_evaluation.decision import decided_grade, score, validity_index
from tests.ml.fuzzy_evaluation.examples import PROPERTY

WEIGHTS = np.array([0.5, 0.3, 0.2])
ROWS = np.array([[0.6, 0.4, 0, 0], [0, 0.2, 0.8, 0], [0.1, 0.1, 0.1, 0.7]])
GRADES = np.array([95.0, 80, 65, 45])
unit = st.floats(0, 1)


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("min-max", [0.5, 0.4, 0.3, 0.2]),
        ("product-max", [0.3, 0.2, 0.24, 0.14]),
        ("bounded-min-sum", [0.6, 0.7, 0.4, 0.2]),
        ("bounded-product-sum", [0.32, 0.28, 0.26, 0.14]),
        ("weighted-sum", [0.32, 0.28, 0.26, 0.14]),
    ],
)
def test_each_operator_gives_the_values_worked_out_by_hand(
    operator: str, expected: list[float]
) -> None:
    assert compose(WEIGHTS, ROWS, operator) == pytest.approx(np.array(expected))


def test_an_unknown_operator_is_refused() -> None:
    with pytest.raises(ValueError, match="'sum': one of"):
        compose(WEIGHTS, ROWS, "sum")


@pytest.mark.parametrize("operator", OPERATORS)
@PROPERTY
@given(
    weights=arrays(np.float64, 3, elements=unit),
    rows=arrays(np.float64, (3, 4), elements=unit),
    more=arrays(np.float64, (3, 4), elements=unit),
)
def test_more_membership_or_weight_never_lowers_the_result(
    operator: str, weights: np.ndarray, rows: np.ndarray, more: np.ndarray
) -> None:
    base = compose(weights, rows, operator)
    assert (compose(weights, np.minimum(1, rows + more), operator) >= base - 1e-12).all()
    assert (compose(np.minimum(1, weights + more[:, 0]), rows, operator) >= base - 1e-12).all()


@pytest.mark.parametrize("operator", OPERATORS)
@PROPERTY
@given(
    arrays(np.float64, 4, elements=st.floats(0.01, 1)),
    arrays(np.float64, (5, 4, 4), elements=st.floats(0.01, 1)),
)
def test_two_levels_end_in_memberships_and_scores_between_the_outer_grades(
    operator: str, weights: np.ndarray, raw: np.ndarray
) -> None:
    rows = raw / raw.sum(axis=-1, keepdims=True)
    within, groups = weights[None], weights[None, :2] / weights[:2].sum()
    by_group, overall = compose_two_levels(within, groups, rows[None], (0, 0, 1, 1), operator)
    assert by_group.sum(axis=-1) == pytest.approx(np.ones((1, 5, 2)))
    assert overall.sum(axis=-1) == pytest.approx(np.ones((1, 5)))
    scores = score(overall, GRADES)
    assert ((scores >= 45 - 1e-9) & (scores <= 95 + 1e-9)).all()


def test_a_missing_indicator_leaves_its_weight_to_the_others() -> None:
    rows = np.array([[[[1.0, 0, 0, 0], [np.nan] * 4, [0, 0, 1.0, 0]]]])
    by_group, overall = compose_two_levels(
        np.array([[0.6, 0.4, 1]]), np.array([[0.5, 0.5]]), rows, (0, 0, 1), "weighted-sum"
    )
    assert by_group[0, 0, 0] == pytest.approx([1, 0, 0, 0])
    assert overall[0, 0] == pytest.approx([0.5, 0, 0.5, 0])


def test_a_missing_group_leaves_its_weight_to_the_others() -> None:
    rows = np.array([[[[1.0, 0, 0, 0], [np.nan] * 4]]])
    by_group, overall = compose_two_levels(
        np.ones((1, 2)), np.array([[0.2, 0.8]]), rows, (0, 1), "weighted-sum"
    )
    assert np.isnan(by_group[0, 0, 1]).all()
    assert overall[0, 0] == pytest.approx([1, 0, 0, 0])


def test_the_grade_is_decided_only_where_its_membership_stands_out() -> None:
    clear, close, sure = [0.7, 0.2, 0.1, 0], [0.3, 0.28, 0.22, 0.2], [0, 1.0, 0, 0]
    rows = np.array([clear, close, sure])
    assert validity_index(rows)[:2] == pytest.approx([(4 * 0.7 - 1) / (6 * 0.2), 0.2 / (6 * 0.28)])
    assert np.isinf(validity_index(rows)[2])
    assert decided_grade(rows).tolist() == [0, -1, 1]
    assert decided_grade(np.full((1, 4), np.nan)).tolist() == [-1]
