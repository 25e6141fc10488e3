"""AHP, entropy, CRITIC and their combination; scikit-criteria is the oracle of the latter two."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ml.fuzzy_evaluation.weights.ahp import ahp_weights, worst_pair
from ml.fuzzy_evaluation.weights.combined import combine, combined_weights, objective_weights
from ml.fuzzy_evaluation.weights.objective import aligned, critic_weights, entropy_weights
from tests.ml.fuzzy_evaluation import oracles
from tests.ml.fuzzy_evaluation.examples import PROPERTY, declaration

RANDOM = np.random.default_rng(7)
MATRIX = RANDOM.uniform(1, 9, (12, 5))


@PROPERTY
@given(arrays(np.float64, st.integers(1, 9), elements=st.floats(0.1, 9)))
def test_a_consistent_matrix_gives_its_weights_back(true: np.ndarray) -> None:
    weights, ratio = ahp_weights(true[:, None] / true[None, :])
    assert weights == pytest.approx(true / true.sum())
    assert ratio == pytest.approx(0, abs=1e-9)


def test_saatys_example_has_its_published_weights_and_ratio() -> None:
    # Saaty (1980), distances of cities: geometric mean and eigenvector agree to two digits here.
    matrix = np.array([[1, 5, 9], [1 / 5, 1, 3], [1 / 9, 1 / 3, 1]])
    eigenvalues, vectors = np.linalg.eig(matrix)
    vector = np.abs(vectors[:, eigenvalues.real.argmax()].real)
    weights, ratio = ahp_weights(matrix)
    assert weights == pytest.approx(vector / vector.sum(), abs=1e-6)
    assert ratio == pytest.approx((eigenvalues.real.max() - 3) / 2 / 0.58, abs=1e-6)


@PROPERTY
@given(st.integers(0, 4), st.integers(1, 4), st.floats(1.5, 20))
def test_one_wrong_judgement_is_found_with_its_right_value(
    row: int, step: int, factor: float
) -> None:
    true = np.array([5.0, 3, 2, 1.5, 1])
    column = (row + step) % 5
    low, high = min(row, column), max(row, column)
    matrix = true[:, None] / true[None, :]
    matrix[low, high] *= factor
    matrix[high, low] /= factor
    found_row, found_column, wanted = worst_pair(matrix)
    assert (found_row, found_column) == (low, high)
    assert wanted == pytest.approx(true[low] / true[high])


def test_too_many_items_in_one_matrix_are_refused() -> None:
    with pytest.raises(ValueError, match="split the group"):
        ahp_weights(np.ones((16, 16)))


def test_entropy_weights_equal_those_of_scikit_criteria() -> None:
    assert entropy_weights(MATRIX) == pytest.approx(oracles.entropy_weights(MATRIX))


def test_critic_weights_equal_those_of_scikit_criteria() -> None:
    objectives = np.array([1, -1, 1, 1, -1])
    ours = critic_weights(aligned(MATRIX, objectives > 0))
    assert ours == pytest.approx(oracles.critic_weights(MATRIX, objectives))


@pytest.mark.parametrize("bad", [np.ones((1, 3)), -np.ones((3, 3)), np.zeros((3, 3))])
def test_entropy_of_a_matrix_without_information_is_an_error(bad: np.ndarray) -> None:
    with pytest.raises(ValueError, match="expected"):
        entropy_weights(bad)


def test_critic_of_a_constant_column_is_an_error() -> None:
    with pytest.raises(ValueError, match="leave constant indicators out"):
        critic_weights(np.column_stack([np.linspace(0, 1, 5), np.ones(5)]))


def test_phi_goes_from_the_data_to_the_judgement() -> None:
    judged, objective = np.array([0.6, 0.4]), np.array([0.2, 0.8])
    assert combine(judged, objective, 1) == pytest.approx(judged)
    assert combine(judged, objective, 0) == pytest.approx(objective)
    half = np.sqrt(judged * objective)
    assert combine(judged, objective, 0.5) == pytest.approx(half / half.sum())


def test_an_indicator_without_objective_weight_keeps_its_judged_weight() -> None:
    mixed = combine(np.array([0.5, 0.3, 0.2]), np.array([np.nan, 0.1, 0.9]), 0.5)
    assert mixed[0] == pytest.approx(0.5)
    assert mixed.sum() == pytest.approx(1)


def test_one_row_gives_no_objective_weights_and_says_so() -> None:
    of = declaration()
    weights = combined_weights(np.array([[1.0, 2, 3, 4]]), np.ones(4), of)
    assert weights.note is not None
    assert weights.overall(of.group_of) == pytest.approx([0.25] * 4)


def test_constant_indicators_have_no_objective_weight() -> None:
    values = np.column_stack([RANDOM.uniform(size=(6, 2)), np.full(6, 3.0)])
    entropy, critic = objective_weights(values, np.ones(3))
    assert np.isnan([entropy[2], critic[2]]).all()
    assert entropy[:2].sum() == pytest.approx(1)
    assert critic[:2].sum() == pytest.approx(1)


def test_a_gap_costs_its_own_indicator_a_row_and_the_others_nothing() -> None:
    values = MATRIX.copy()
    values[0, 4] = np.nan
    entropy, critic = objective_weights(values, np.ones(5))
    whole, _ = objective_weights(MATRIX, np.ones(5))
    assert np.isfinite([entropy, critic]).all()
    assert entropy[1] / entropy[0] == pytest.approx(whole[1] / whole[0])


def test_copies_of_one_indicator_carry_no_critic_weight() -> None:
    column = np.linspace(0, 1, 8)
    entropy, critic = objective_weights(np.column_stack([column, column]), np.ones(2))
    assert entropy == pytest.approx([0.5, 0.5])
    assert np.isnan(critic).all()


def test_dropped_indicators_weigh_nothing_and_the_rest_sums_to_one() -> None:
    of = declaration()
    weights = combined_weights(MATRIX[:, :4], np.array([1.0, 1, 0, 0]), of)
    assert weights.groups == pytest.approx([1, 0])
    assert weights.within[:2].sum() == pytest.approx(1)
    assert weights.overall(of.group_of).sum() == pytest.approx(1)
