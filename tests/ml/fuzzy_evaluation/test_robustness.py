"""Ranks under noise, the smallest move of the weights, and agreement with other methods."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ml.fuzzy_evaluation import Said
from ml.fuzzy_evaluation.robustness.acceptability import (
    central_weights,
    draw_weights,
    rank_probabilities,
)
from ml.fuzzy_evaluation.robustness.agreement import kendall, reversed_pairs
from ml.fuzzy_evaluation.robustness.other_methods import topsis, vikor
from ml.fuzzy_evaluation.robustness.smallest_move import smallest_move
from ml.fuzzy_evaluation.robustness.verdict import verdict
from tests.ml.fuzzy_evaluation import oracles
from tests.ml.fuzzy_evaluation.examples import PROPERTY

RANDOM = np.random.default_rng(3)
MATRIX = RANDOM.uniform(1, 9, (7, 4))
OBJECTIVES = np.array([1, -1, 1, -1])
WEIGHTS = np.array([0.4, 0.3, 0.2, 0.1])


def test_topsis_equals_that_of_scikit_criteria() -> None:
    ours = topsis(MATRIX, WEIGHTS, OBJECTIVES > 0)
    assert ours == pytest.approx(oracles.topsis(MATRIX, OBJECTIVES, WEIGHTS))


def test_vikor_equals_that_of_scikit_criteria() -> None:
    ours = vikor(MATRIX, WEIGHTS, OBJECTIVES > 0)
    assert ours == pytest.approx(oracles.vikor_q(MATRIX, OBJECTIVES, WEIGHTS))


def test_equal_units_have_no_ranking_in_any_other_method() -> None:
    same = np.ones((4, 4))
    assert np.isnan(topsis(same, WEIGHTS, OBJECTIVES > 0)).all()
    assert np.isnan(vikor(same, WEIGHTS, OBJECTIVES > 0)).all()


def test_drawn_weights_have_the_declared_mean_and_spread() -> None:
    weights = np.array([0.7, 0.3, 0.0])
    draws = draw_weights(weights, 50, 40_000, np.random.default_rng(1))
    assert draws.mean(axis=0) == pytest.approx(weights, abs=0.003)
    assert draws.std(axis=0) == pytest.approx(np.sqrt(weights * (1 - weights) / 51), abs=0.001)


@PROPERTY
@given(arrays(np.float64, (5, 4), elements=st.integers(0, 3).map(float)))
def test_rank_probabilities_form_a_doubly_stochastic_matrix(scores: np.ndarray) -> None:
    chances = rank_probabilities(scores)
    assert chances.sum(axis=0) == pytest.approx(np.ones(4))
    assert chances.sum(axis=1) == pytest.approx(np.ones(4))


def test_tied_units_share_their_ranks() -> None:
    assert rank_probabilities(np.array([[5.0, 5.0, 1.0]])).tolist() == [
        [0.5, 0.5, 0], [0.5, 0.5, 0], [0, 0, 1]
    ]  # fmt: skip


def test_central_weights_are_the_mean_of_the_draws_that_a_unit_wins() -> None:
    scores = np.array([[2.0, 1, 0], [1, 2, 0], [3, 1, 0]])
    drawn = np.array([[0.8, 0.2], [0.1, 0.9], [0.6, 0.4]])
    central = central_weights(scores, drawn)
    assert central[0] == pytest.approx([0.7, 0.3])
    assert central[1] == pytest.approx([0.1, 0.9])
    assert np.isnan(central[2]).all()


def cheapest_by_hand(weights: np.ndarray, gain: np.ndarray) -> float | None:
    """Move mass from the items most against the rival to the one most for it."""
    target, missing, moved = int(gain.argmax()), -float(weights @ gain), 0.0
    if missing <= 0:
        return 0.0
    for item in np.argsort(gain):
        per_unit = gain[target] - gain[item]
        if per_unit <= 0:
            break
        amount = min(weights[item], missing / per_unit)
        moved, missing = moved + amount, missing - amount * per_unit
        if missing <= 1e-12:
            return 2 * moved
    return None


@PROPERTY
@given(arrays(np.float64, 5, elements=st.floats(-30, 30).map(lambda x: round(x, 2))))
def test_the_smallest_move_equals_the_greedy_one(gain: np.ndarray) -> None:
    weights = np.array([0.3, 0.25, 0.2, 0.15, 0.1])
    if weights @ gain >= 0 or gain.max() == 0:
        return
    found = smallest_move(weights, np.vstack([np.zeros(5), gain]), first=0)
    expected = cheapest_by_hand(weights, gain)
    assert (found is None) == (expected is None)
    if found is not None:
        assert found.size == pytest.approx(expected, abs=1e-7)
        assert found.weights.sum() == pytest.approx(1)
        assert found.weights @ gain == pytest.approx(0, abs=1e-6)


def test_no_weights_help_a_unit_that_is_worse_everywhere() -> None:
    assert smallest_move(np.array([0.5, 0.5]), np.array([[80.0, 80], [70, 60]]), 0) is None


def test_a_lead_that_rests_on_what_the_rival_lacks_is_no_lead() -> None:
    found = smallest_move(np.array([0.5, 0.5]), np.array([[95.0, 60], [np.nan, 70]]), 0)
    assert found is not None
    assert (found.size, found.winner) == (0.0, 1)


def test_tau_is_absent_where_there_is_nothing_to_compare() -> None:
    assert kendall(np.array([1.0]), np.array([1.0])) is None
    assert kendall(np.ones(4), np.arange(4.0)) is None
    assert kendall(np.arange(4.0), np.array([1, np.nan, 2, 3])) is None
    assert kendall(np.arange(4.0), -np.arange(4.0)) == -1


def test_pairs_that_change_their_order_are_counted() -> None:
    assert reversed_pairs(np.array([3.0, 2, 1]), np.array([1.0, 2, 3])) == 3
    assert reversed_pairs(np.array([3.0, 2, 1]), np.array([3.0, 1, 1])) == 0


@pytest.mark.parametrize(
    ("same_top", "tau", "expected"),
    [(0.8, 0.7, True), (0.79, 0.9, False), (0.9, 0.69, False), (0.9, None, False)],
)
def test_robust_needs_both_bars(same_top: float, tau: float | None, expected: bool) -> None:
    is_robust, reason = verdict(same_top, Said("WeChat", "微信"), tau, "M(∧,∨)")
    assert is_robust is expected
    assert reason.en.startswith("robust" if expected else "not robust")
    assert reason.zh.startswith("稳健" if expected else "不稳健")


def test_more_noise_makes_the_first_place_less_certain() -> None:
    items = np.array([[90.0, 60, 70], [60, 90, 72], [70, 70, 70]])
    chances = []
    for concentration in (2000, 200, 20):
        drawn = draw_weights(
            np.array([0.42, 0.28, 0.3]), concentration, 4000, np.random.default_rng(2)
        )
        chances.append(rank_probabilities(drawn @ items.T)[:, 0].max())
    assert all(high > low for high, low in pairwise(chances))
