"""Matching within limits: against an exact solver, at the edges, and however it is cut."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import linprog

from ml.matching import NOTHING, Block, Limits, MatchingError, Problem, match
from ml.matching.dual import dual_prices
from tests.ml.matching.problems import ids, problem, random_problem


def linear_bound(case: Problem) -> float:
    """The linear programme with fractional customers: the smallest dual there is."""
    block = case.block(slice(0, case.customers))
    options, customers = block.gain.shape
    one_each = np.kron(np.ones(options), np.eye(customers))
    flat = np.arange(options * customers) // customers
    rows = [np.where(case.channel[flat] == c, block.load.ravel(), 0)
            for c in range(len(case.limits.capacity))]  # fmt: skip
    rows += [case.contact_yuan[flat], np.ones(len(flat))]
    limits = case.limits.all()
    kept = np.isfinite(limits)
    found = linprog(
        -np.nan_to_num(block.gain.ravel(), neginf=-1e6),
        A_ub=np.vstack([one_each, np.array(rows)[kept]]),
        b_ub=np.append(np.ones(customers), limits[kept]),
        bounds=(0, 1),
        method="highs",
    )
    return float(-found.fun)


def used_by(case: Problem, choice: NDArray[np.int16]) -> NDArray[np.float64]:
    block = case.block(slice(0, case.customers))
    use = np.zeros(len(case.limits.all()))
    for customer, option in enumerate(choice):
        if option != NOTHING:
            use[case.channel[option]] += block.load[option, customer]
            use[-2] += case.contact_yuan[option]
            use[-1] += 1
    return use


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_the_bound_is_that_of_the_linear_programme_and_the_choice_keeps_the_limits(
    seed: int,
) -> None:
    case = random_problem(seed)
    made = match(case, ids(case.customers))
    assert made.bound == pytest.approx(linear_bound(case), rel=1e-3)
    assert made.gain <= made.bound * (1 + 1e-6)
    assert (used_by(case, made.choice) <= case.limits.all() * (1 + 1e-6)).all()
    assert made.used == pytest.approx(used_by(case, made.choice))


@pytest.mark.parametrize("seed", range(3))
def test_the_gap_closes_with_the_number_of_customers(seed: int) -> None:
    gaps = [match(random_problem(seed, n), ids(n)).gap for n in (100, 20_000)]
    assert gaps[1] <= 0.001
    assert gaps[1] <= gaps[0]


def test_without_limits_everybody_has_the_best_option() -> None:
    gain = np.random.default_rng(1).normal(size=(5, 200))
    made = match(problem(gain), ids(200))
    best = np.where(gain.max(axis=0) > 0, gain.argmax(axis=0), NOTHING)
    assert (made.choice == best).all()
    assert made.gap == pytest.approx(0, abs=1e-6)
    assert (made.prices == 0).all()


def test_a_capacity_of_two_goes_to_the_two_who_gain_most() -> None:
    made = match(problem([[1.0, 5.0, 3.0, 4.0]], capacity=[2]), ids(4))
    assert made.choice.tolist() == [NOTHING, 0, NOTHING, 0]
    assert 3 - 0.05 <= made.prices[0] <= 4 + 0.05


def test_who_is_crowded_out_of_a_channel_gets_the_next_best() -> None:
    made = match(problem([[5.0, 4.9], [1.0, 4.0]], capacity=[1, 1]), ids(2))
    assert made.choice.tolist() == [0, 1]


@pytest.mark.parametrize(
    "limits", [{"capacity": [0.0]}, {"budget_yuan": 0.0}, {"contacts": 0.0}], ids=str
)
def test_a_limit_of_zero_leaves_everybody_alone(limits: dict[str, float]) -> None:
    made = match(problem([[1.0, 2.0]], **limits), ids(2))
    assert (made.choice == NOTHING).all()
    assert (made.gain, made.bound, made.gap) == (0, 0, 0)


def test_a_budget_of_zero_still_allows_what_costs_nothing() -> None:
    made = match(problem([[9.0], [1.0]], contact_yuan=[0.1, 0.0], budget_yuan=0.0), ids(1))
    assert made.choice.tolist() == [1]


def test_no_customer_and_no_gain_are_no_error() -> None:
    assert len(match(problem(np.empty((3, 0))), ids(0)).choice) == 0
    made = match(problem([[-1.0, 0.0]], contacts=1), ids(2))
    assert (made.choice == NOTHING).all()
    assert made.gap == 0


def test_a_barred_option_is_never_chosen_nor_drawn() -> None:
    gain = np.full((2, 500), 1.0)
    gain[0] = -np.inf
    made = match(problem(gain, contacts=400), ids(500), share=0.3, salt="s")
    assert set(made.choice.tolist()) == {NOTHING, 1}


@pytest.mark.parametrize(
    ("case", "said"),
    [
        (lambda: problem([[np.nan, 1.0]]), "not a number among customers 0 to 2"),
        (lambda: problem([[1.0]], budget_yuan=-1), "from 0 on expected"),
        (lambda: problem([[1.0]], contact_yuan=[-0.1]), "from 0 on expected"),
        (lambda: problem([[1.0]], channel=[3], capacity=[1.0]), "give every channel a capacity"),
    ],
)
def test_what_has_no_meaning_is_refused(case: object, said: str) -> None:
    with pytest.raises(MatchingError, match=said):
        match(case(), ids(2)[: case().customers])  # type: ignore[operator]


def test_alike_customers_are_served_in_the_order_of_their_hashes() -> None:
    case = problem(np.ones((1, 1000)), capacity=[100])
    served = np.flatnonzero(match(case, ids(1000)).choice != NOTHING)
    assert set(served) == set(np.argsort(case.tie)[:100])


def test_the_choice_does_not_depend_on_the_order_of_the_customers() -> None:
    case = random_problem(3, 2000)
    block = case.block(slice(0, 2000))
    order = np.random.default_rng(0).permutation(2000)
    shuffled = replace(
        case,
        block=lambda rows: Block(block.gain[:, order][:, rows], block.load[:, order][:, rows]),
        tie=case.tie[order],
    )
    here = match(case, ids(2000), 0.05, "x").choice
    there = match(shuffled, ids(2000)[order], 0.05, "x").choice
    assert (here[order] == there).mean() > 0.999  # sums of floats in another order


def test_prices_of_a_sample_start_a_large_round() -> None:
    case = random_problem(9, 250_000)
    made = match(case, ids(250_000))
    assert made.gap <= 0.001
    assert made.passes < dual_prices(case).passes


def test_a_larger_limit_never_gains_less() -> None:
    case = random_problem(4, 5000)
    wider = replace(
        case, limits=Limits(case.limits.capacity * 1.5, case.limits.budget_yuan, np.inf)
    )
    assert match(wider, ids(5000)).bound >= match(case, ids(5000)).bound * (1 - 1e-3)
