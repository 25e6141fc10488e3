"""The randomised share: its size, its chances, its limits, and that it is the same every time."""

from __future__ import annotations

import numpy as np
import pytest

from ml.matching import MatchingError, match
from ml.matching.chance import hashed, uniform
from ml.matching.exploration import explore
from tests.ml.matching.problems import ids, problem, random_problem


def test_every_gaining_option_is_drawn_as_often_as_its_cost_allows() -> None:
    case = problem(np.ones((3, 100_000)), contact_yuan=[1.0, 4.0, 4.0])
    drawn = explore(case, ids(100_000), 0.5, "salt")
    share = np.bincount(drawn.choice, minlength=3) / len(drawn.rows)
    assert share == pytest.approx([0.5, 0.25, 0.25], abs=0.01)  # 1 / sqrt(cost)
    assert np.unique(drawn.propensity).tolist() == [0.25, 0.5]


def test_inverse_propensity_sums_count_every_option_alike() -> None:
    case = random_problem(2, 50_000)
    free = problem(case.block(slice(0, 50_000)).gain, contact_yuan=case.contact_yuan)
    drawn = explore(free, ids(50_000), 0.3, "salt")
    weighted = np.bincount(drawn.choice, 1 / drawn.propensity, 8)
    open_options = (free.block(drawn.rows).gain > 0).sum(axis=1)
    assert weighted == pytest.approx(open_options, rel=0.1)


def test_the_drawn_take_their_share_of_every_limit_and_no_more() -> None:
    case = random_problem(1, 20_000)
    made = match(case, ids(20_000), 0.05, "salt")
    explored = int(made.is_exploration.sum())
    chosen = int((made.choice >= 0).sum())
    assert explored <= 0.05 * case.limits.contacts + 1
    assert explored > 0.02 * chosen
    assert (made.used <= case.limits.all() * (1 + 1e-6)).all()


def test_one_contact_too_dear_does_not_end_the_draw() -> None:
    case = problem(np.ones((2, 5000)), contact_yuan=[0.01, 40.0], budget_yuan=100.0)
    drawn = explore(case, ids(5000), 0.3, "salt")
    assert (drawn.choice == 0).sum() > 1000


def test_the_same_salt_draws_the_same_customers_and_another_salt_others() -> None:
    case = problem(np.ones((1, 2000)))
    first, again = (explore(case, ids(2000), 0.2, "a").rows for _ in range(2))
    other = explore(case, ids(2000), 0.2, "b").rows
    assert (first == again).all()
    assert len(np.intersect1d(first, other)) < 0.3 * len(first)


def test_hashes_are_uniform_and_differ() -> None:
    found = hashed(np.arange(100_000, dtype=np.int64), "salt")
    assert len(np.unique(found)) == 100_000
    counts = np.bincount((uniform(found) * 20).astype(int), minlength=20)
    assert np.square(counts - 5000).sum() / 5000 < 43.8  # chi square, 19 degrees, p = 0.001


@pytest.mark.parametrize("share", [-0.1, 1.0])
def test_a_share_that_leaves_nobody_to_match_is_refused(share: float) -> None:
    with pytest.raises(MatchingError, match="below 1 expected"):
        explore(problem([[1.0]]), ids(1), share, "salt")
