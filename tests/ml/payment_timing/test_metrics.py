"""Scores, windows, calibration and the stack against one-line oracles and their own laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from ml.payment_timing.calibration import apply_maps, fit_maps, interval, randomised_pit
from ml.payment_timing.gate import decide
from ml.payment_timing.metrics import (
    brier,
    likelihood,
    log_scores,
    paired_bootstrap,
    pit_p_value,
    summary,
    threshold_weighted_crps,
)  # fmt: skip
from ml.payment_timing.segments import STANDINGS, segment_name
from ml.payment_timing.stack import fit_weights, mean_log_score, pooled_weights
from ml.payment_timing.windows import OPEN_END, hits, whole_hits, widths, windows

H = 30
masses = arrays.arrays(np.float64, (5, H + 1), elements=st.floats(0.001, 1.0))


def cumulated(mass: np.ndarray) -> np.ndarray:
    """F(1..H) of masses whose last column lies beyond the horizon."""
    return (mass / mass.sum(axis=1, keepdims=True)).cumsum(axis=1)[:, :-1]


def sample(mass: np.ndarray, seed: int) -> np.ndarray:
    share = (mass / mass.sum(axis=1, keepdims=True)).cumsum(axis=1)
    day = (np.random.default_rng(seed).random((len(mass), 1)) > share).sum(axis=1) + 1.0
    return np.where(day > H, np.nan, day)


def world(size: int = 20_000) -> tuple[np.ndarray, np.ndarray]:
    mass = np.random.default_rng(1).gamma(0.5, 1, (size, H + 1)) + 1e-4
    return cumulated(mass), sample(mass, 2)


@given(masses)
def test_probabilities_of_all_outcomes_sum_to_one(mass: np.ndarray) -> None:
    total = cumulated(mass)
    days = [np.full(5, float(day)) for day in range(1, H + 1)]
    whole = sum(likelihood(total, day) for day in [*days, np.full(5, np.nan)])
    np.testing.assert_allclose(whole, 1.0, atol=1e-9)


@given(masses)
def test_windows_hold_their_level_and_no_shorter_one_does(mass: np.ndarray) -> None:
    total = cumulated(mass)
    full = np.concatenate([np.zeros((5, 1)), total], axis=1)
    for level, found in zip((0.5, 0.8), windows(total, (0.5, 0.8)), strict=True):
        for row in range(5):
            begin, end = int(found.begin[row]), int(found.end[row])
            if end == OPEN_END:
                assert total[row, -1] < level + 1e-6
                continue
            assert full[row, end] - full[row, begin - 1] >= level - 1e-5
            shorter = end - begin
            if shorter:
                assert (full[row, shorter:] - full[row, :-shorter]).max() < level + 1e-5


@given(masses)
def test_higher_levels_have_wider_windows(mass: np.ndarray) -> None:
    narrow, wide = windows(cumulated(mass), (0.5, 0.95))
    assert (widths(wide, H) >= widths(narrow, H) - 1e-4).all()


def test_a_right_forecast_is_calibrated() -> None:
    total, paid_in = world()
    found = summary(total, paid_in)
    for level in (50, 80, 95):
        assert found[f"coverage_{level}"] == pytest.approx(level / 100, abs=0.012)
    assert found["pit_ks_p"] > 0.01
    assert found["reliability_gap_7"] < 0.02


def test_a_shifted_forecast_fails_the_pit() -> None:
    total, paid_in = world()
    assert pit_p_value(total**1.3, paid_in) < 1e-6


def test_the_true_forecast_has_the_best_proper_scores() -> None:
    total, paid_in = world()
    for other in (total**1.3, total**0.7, 0.5 * total + 0.5 * np.linspace(0.05, 0.95, H)):
        assert log_scores(total, paid_in).mean() > log_scores(other, paid_in).mean()
        assert (
            threshold_weighted_crps(total, paid_in).mean()
            < threshold_weighted_crps(other, paid_in).mean()
        )


def test_scores_equal_their_one_line_oracles() -> None:
    total, paid_in = world(500)
    full = np.concatenate([np.zeros((500, 1)), total, np.ones((500, 1))], axis=1)
    day = np.nan_to_num(paid_in, nan=H + 1).astype(int)
    oracle = np.array([full[i, d] - full[i, d - 1] for i, d in enumerate(day)])
    np.testing.assert_allclose(likelihood(total, paid_in), oracle)
    crps = [
        sum((total[i, t - 1] - (day[i] <= t)) ** 2 for t in range(1, H + 1)) for i in range(500)
    ]
    np.testing.assert_allclose(threshold_weighted_crps(total, paid_in), crps)
    np.testing.assert_allclose(brier(total, paid_in, 7), (total[:, 6] - (day <= 7)) ** 2)


def test_maps_undo_a_known_distortion_and_leave_a_right_forecast_alone() -> None:
    total, paid_in = world()
    place = np.zeros(len(total), dtype=np.int64)
    size = len(STANDINGS)
    distorted = total**1.5
    maps = fit_maps(*interval(distorted, paid_in), place, size)
    again = apply_maps(maps, place, distorted)
    assert pit_p_value(again, paid_in) > 0.01
    same = fit_maps(*interval(total, paid_in), place, size)
    assert np.abs(same[0] - np.linspace(0, 1, same.shape[1])).max() < 0.02
    assert (np.diff(maps, axis=1) >= 0).all()


def test_pit_values_lie_within_their_interval() -> None:
    total, paid_in = world(300)
    before, until = interval(total, paid_in)
    value = randomised_pit(before, until)
    assert ((value >= before) & (value <= until)).all()


@given(arrays.arrays(np.float64, (30, 3), elements=st.floats(1e-4, 1.0)))
def test_the_stack_is_never_below_the_best_single_model(likely: np.ndarray) -> None:
    weight = fit_weights(likely)
    assert weight.sum() == pytest.approx(1.0)
    assert (weight >= 0).all()
    best = max(np.log(likely[:, column]).mean() for column in range(3))
    assert mean_log_score(weight, likely) >= best - 1e-9


def test_models_that_do_not_apply_are_left_out() -> None:
    applies = np.array([[True, True, False], [False, False, True], [False, False, False]])
    found = pooled_weights(np.array([0.2, 0.6, 0.2]), applies)
    np.testing.assert_allclose(found[0], [0.25, 0.75, 0.0])
    np.testing.assert_allclose(found[1], [0.0, 0.0, 1.0])
    assert np.isnan(found[2]).all()


def test_a_stack_without_any_model_is_an_error_that_says_so() -> None:
    with pytest.raises(ValueError, match="no model applies"):
        fit_weights(np.full((4, 2), np.nan))


def test_the_paired_bootstrap_covers_the_true_difference() -> None:
    random = np.random.default_rng(0)
    found = [paired_bootstrap(random.normal(0.1, 1, 200), seed) for seed in range(150)]
    assert np.mean([one.low <= 0.1 <= one.high for one in found]) == pytest.approx(0.95, abs=0.05)


def test_the_gate_promotes_the_better_calibrated_model_only() -> None:
    total, paid_in = world()
    place = np.zeros(len(total), dtype=np.int64)
    good = decide(total, total**1.5, paid_in, place, ("resident",))
    bad = decide(total**1.5, total, paid_in, place, ("resident",))
    assert good.promoted
    assert not bad.promoted
    assert len(bad.reasons_zh) == len(bad.reasons_en) >= 2


def test_a_segment_that_misses_its_coverage_is_withheld_and_the_rest_promoted() -> None:
    total, paid_in = world(24_000)
    place = (np.arange(len(total)) % 4 == 0).astype(np.int64)
    forecast = np.where(place[:, None] == 1, total**1.6, total)
    found = decide(forecast, total**2.5, paid_in, place, ("resident",))
    assert found.withheld == (1,)
    assert found.withheld_share == pytest.approx(0.25)
    assert found.promoted
    assert found.worst_segment_gap <= 0.03 < found.segment_gaps[1]
    assert any("not published" in reason for reason in found.reasons_en)


def test_where_every_segment_is_withheld_nothing_is_promoted() -> None:
    total, paid_in = world(24_000)
    place = np.zeros(len(total), dtype=np.int64)
    found = decide(total**1.6, total**2.5, paid_in, place, ("resident",))
    assert found.withheld_share == 1.0
    assert not found.promoted


def test_whole_days_cover_as_often_as_their_stated_mass() -> None:
    total, paid_in = world(24_000)
    for level, window in zip((0.5, 0.8), windows(total, (0.5, 0.8)), strict=True):
        assert (window.mass >= level - 1e-5).all()
        assert whole_hits(window, paid_in).mean() == pytest.approx(window.mass.mean(), abs=0.02)


def test_segments_are_named_in_both_languages() -> None:
    assert segment_name(1, ("resident",), "en") == "resident: awaiting a bill"
    assert segment_name(1, ("resident",), "zh") == "resident: 等待出账"


def test_hits_count_the_edge_day_in_part() -> None:
    total = np.array([[0.4, 1.0, 1.0]])
    (found,) = windows(total, (0.8,))
    assert (found.begin[0], found.end[0], found.edge[0]) == (1, 2, 1)
    assert hits(found, np.array([1.0]))[0] == pytest.approx(0.5)
    assert hits(found, np.array([2.0]))[0] == 1.0
    assert hits(found, np.array([np.nan]))[0] == 0.0
