"""Operational time: an index that is the season's, a clock, and gap models that run on it."""

from __future__ import annotations

import numpy as np
import pytest

from ml.payment_timing.contract import CLOCK_LOG, CLOCK_SQUARE
from ml.payment_timing.first_passage import InverseGaussianPassage
from ml.payment_timing.season import MONTHS, OperationalTime, Season
from ml.payment_timing.states import rows
from tests.ml.payment_timing.world import origins, world

TRUE = 1 + 0.4 * np.cos(2 * np.pi * np.arange(MONTHS) / MONTHS)
BEGIN = 2024 * 12 - 1970 * 12  # months since 1970-01
DAY = 20_089  # 2025-01-01


def season(bills: float = 1e6, months: int = 24) -> Season:
    month = BEGIN + np.arange(months)
    begin = month.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    after = (month + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    count = np.full(months, bills)
    use = 3.0 * TRUE[month % MONTHS] * (after - begin) * count
    return Season.of_months(month, np.zeros(months, dtype=np.int64), use, count, 2)


def prepaid(size: int = 300) -> dict[str, np.ndarray]:
    states = origins(world(size, seed=5), 1)[0].states
    chosen = rows(states, (states["stratum"] == 2) & (states["payment_days"] > 2))
    return {**chosen, "stratum": np.zeros(len(chosen["stratum"]))}


def test_the_index_is_the_use_of_each_month_against_the_mean() -> None:
    np.testing.assert_allclose(season().index[0], TRUE, atol=1e-3)
    assert (season().index[1] == 1).all()


def test_few_bills_are_drawn_to_one_and_a_year_with_a_gap_has_no_season() -> None:
    few = season(bills=50).index[0]
    assert np.abs(few - 1).max() < 0.5 * np.abs(TRUE - 1).max()
    assert season(months=11).is_flat
    assert not season().is_flat


def test_without_any_bill_there_is_no_season() -> None:
    whole, none = np.empty(0, dtype=np.int64), np.empty(0)
    assert Season.of_months(whole, whole, none, none, 2).is_flat


def test_the_clock_ascends_and_a_year_is_a_year() -> None:
    clock = season()
    days = np.arange(DAY, DAY + 366)
    passed = clock.clock(np.zeros(366, dtype=np.int64), days)
    assert (np.diff(passed) > 0).all()
    assert passed[-1] - passed[0] == pytest.approx(365, rel=0.01)
    winter, summer = (clock.clock(np.zeros(2, np.int64), np.array([a, a + 20])) for a in
                      (DAY + 5, DAY + 185))  # fmt: skip
    assert np.diff(winter) > 1.8 * np.diff(summer)


def test_on_a_flat_clock_nothing_changes() -> None:
    states = prepaid()
    found = Season.flat(1).operational(states)
    for name in states:
        np.testing.assert_allclose(found[name], states[name], atol=1e-9)
    base = InverseGaussianPassage.fit(states)
    days = np.array([1, 7, 30])
    np.testing.assert_allclose(
        OperationalTime(base, Season.flat(1)).survival(states, days), base.survival(states, days)
    )


def test_operational_states_are_sound_and_keep_what_the_caller_measured() -> None:
    states = prepaid()
    measured = np.full(len(states["stratum"]), np.nan)
    measured[:3] = 5.0
    clock = season()
    found = clock.operational({**states, CLOCK_LOG: measured, CLOCK_SQUARE: measured})
    assert (found["gap_log_sum"][:3] == 5.0).all()
    assert (found["gap_amount_square_per_day_sum"][:3] == 5.0).all()
    plain = clock.operational(states)
    span = plain["days_since_first"] - plain["days_since_last"]
    np.testing.assert_allclose(span, plain["gap_days_sum"])
    assert OperationalTime(InverseGaussianPassage.fit(plain), clock).covers(states).all()


def test_in_the_season_of_use_the_next_purchase_comes_sooner() -> None:
    states, clock = prepaid(), season()
    model = OperationalTime(InverseGaussianPassage.fit(clock.operational(states)), clock)
    days = np.array([10, 20, 40])
    left = {}
    for name, day in (("winter", DAY), ("summer", DAY + 181)):
        moved = {**states, "origin_day": np.full(len(states["stratum"]), float(day))}
        moved["days_since_last"] = np.full(len(states["stratum"]), 3.0)
        moved["days_since_first"] = moved["days_since_last"] + states["gap_days_sum"]
        found = model.survival(moved, days)
        assert (np.diff(found, axis=1) <= 1e-12).all()
        left[name] = found.mean(axis=0)
    assert (left["winter"] < left["summer"]).all()
