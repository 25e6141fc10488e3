"""The whole fit on simulated truth: what is there is found, what is not is not claimed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from ml.uplift import AVERAGE, RANDOM, Experiment, FittedUplift, Refusal, Uplifts, fit_uplift, pays
from ml.uplift.learners import LEARNERS
from tests.ml.uplift.simulated import COST_YUAN, VALUE_YUAN, campaign

Known = tuple[Experiment, NDArray[np.float64], FittedUplift]


def _fitted(size: int, kind: str, seed: int) -> Known:
    data, truth = campaign(size, kind, seed)
    fitted = fit_uplift(data)
    assert isinstance(fitted, FittedUplift)
    return data, truth, fitted


@pytest.fixture(scope="module")
def heterogeneous() -> Known:
    """A third of the customers moves, the others do not."""
    return _fitted(8000, "heterogeneous", 1)


@pytest.fixture(scope="module")
def null() -> Known:
    """Nobody moves."""
    return _fitted(3000, "null", 2)


def test_those_whom_the_contact_moves_are_found(heterogeneous: Known) -> None:
    _, _, fitted = heterogeneous
    assert fitted.learner in LEARNERS
    fresh, truth = campaign(5000, "heterogeneous", 99)
    uplift = fitted.predict(fresh.features).uplift
    assert np.corrcoef(uplift, truth)[0, 1] > 0.6
    assert uplift[truth > 0].mean() > 0.06 > uplift[truth == 0].mean() + 0.02


def test_the_interval_of_the_average_holds_the_truth(heterogeneous: Known) -> None:
    _, truth, fitted = heterogeneous
    assert fitted.average.low < truth.mean() < fitted.average.high


def test_contacting_the_found_is_worth_more_than_a_random_half(heterogeneous: Known) -> None:
    judged = {item.learner: item for item in heterogeneous[2].judged}
    chosen = judged[heterogeneous[2].learner]
    assert chosen.policy.value > judged[RANDOM].policy.value
    assert chosen.qini is not None
    assert chosen.qini.low > 0


def test_every_learner_has_its_figures_with_intervals(heterogeneous: Known) -> None:
    learners = [item for item in heterogeneous[2].judged if item.learner in LEARNERS]
    assert len(learners) == 3
    for item in learners:
        for found in (item.qini, item.auuc, item.rate, item.policy):
            assert found is not None
            assert found.low < found.value < found.high


def test_a_column_of_random_numbers_is_judged_beside_them_and_proves_nothing(
    heterogeneous: Known, null: Known
) -> None:
    for _, _, fitted in (heterogeneous, null):
        random = next(item for item in fitted.judged if item.learner == RANDOM)
        assert random.qini is not None
        assert random.qini.low < 0 < random.qini.high


def test_a_constant_effect_is_not_told_apart() -> None:
    data, truth, fitted = _fitted(3000, "constant", 5)
    assert fitted.learner == AVERAGE
    uplifts = fitted.predict(data.features)
    assert len(np.unique(uplifts.uplift)) == 1
    assert uplifts.low[0] < truth[0] < uplifts.high[0]


def test_without_an_effect_no_contact_pays(null: Known) -> None:
    data, _, fitted = null
    assert fitted.learner == AVERAGE
    assert not pays(fitted.predict(data.features), data.value_yuan, COST_YUAN).any()


def test_a_contact_pays_where_the_lower_end_is_worth_more_than_it_costs(
    heterogeneous: Known,
) -> None:
    data, _, fitted = heterogeneous
    uplifts = fitted.predict(data.features)
    assert (pays(uplifts, data.value_yuan, COST_YUAN) == (uplifts.low * VALUE_YUAN > 0.05)).all()
    assert not pays(uplifts, data.value_yuan, 100.0).any()


def test_no_contact_pays_where_a_move_costs_more_than_it_saves() -> None:
    likely, unlikely = (
        Uplifts(*np.array([[0.1], [0.05], [0.15]])),
        Uplifts(*np.array([[0.0], [-0.1], [0.1]])),
    )
    for uplifts in (likely, unlikely):
        assert not pays(uplifts, np.array([-100.0]), 0.05).any()
    assert pays(likely, np.array([100.0]), 0.05).all()


def test_batches_score_as_the_whole_does(heterogeneous: Known) -> None:
    data, _, fitted = heterogeneous
    whole = fitted.predict(data.features)
    parts = list(fitted.score_batches(np.array_split(data.features, 7)))
    for end in range(3):
        assert (np.concatenate([part[end] for part in parts]) == whole[end]).all()


def test_the_same_customers_give_the_same_uplifts() -> None:
    data, _, first = _fitted(1200, "heterogeneous", 6)
    again = fit_uplift(data)
    assert isinstance(again, FittedUplift)
    assert again.learner == first.learner
    assert (again.predict(data.features).low == first.predict(data.features).low).all()
    assert again.judged == first.judged


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"treated": np.ones(3000, dtype=bool)}, "one_arm"),
        ({"treated": np.arange(3000) > 150}, "too_few_customers"),
        ({"outcome": np.ones(3000)}, "no_outcome_variance"),
        ({"outcome": (np.arange(3000) < 12).astype(float)}, "too_few_events"),
    ],
)
def test_what_cannot_be_fitted_is_refused_with_the_reason_in_both_languages(
    change: dict[str, NDArray[np.float64]], code: str
) -> None:
    data, _ = campaign(3000, "null", 7)
    refusal = fit_uplift(replace(data, **change))
    assert isinstance(refusal, Refusal)
    assert refusal.code == code
    assert refusal.en
    assert refusal.zh
