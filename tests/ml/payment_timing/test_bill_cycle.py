"""The inferred bill calendar, the clocks, and the working days they hang on."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from ml.payment_timing.bill_cycle import infer_bill_cycle
from ml.payment_timing.clocks import DEBIT_EARLY, FRESH_DEBIT, OPEN, debit_lags, paths
from ml.payment_timing.rolling import Origin
from ml.payment_timing.states_without_bills import states_from_payments
from ml.payment_timing.workdays import (
    AFTER_BREAK,
    HOLIDAY,
    WORKDAY,
    day_classes,
    is_estimated,
    month_places_of,
    next_workday,
)  # fmt: skip


def number(year: int, month: int, day: int) -> int:
    return (date(year, month, day) - date(1970, 1, 1)).days


@pytest.mark.parametrize(("months", "day"), [(1, 12), (2, 1), (2, 27), (3, 20)])
def test_the_cycle_and_its_day_are_found(months: int, day: int) -> None:
    random = np.random.default_rng(months)
    issues = [number(2022 + m // 12, m % 12 + 1, day) for m in range(0, 36, months)]
    delay = np.rint(random.gamma(3, 1.5, (80, len(issues)))).astype(int)
    paid = (np.array(issues) + delay).ravel()
    found = infer_bill_cycle(np.repeat(np.arange(80), len(issues)), paid)
    assert found.months == months
    assert found.share >= 0.9
    moved = found.last_issue(np.array(issues) + 15) - np.array(issues)
    assert np.abs(moved).max() <= 2


def test_issues_before_and_after_a_day_enclose_it() -> None:
    found = infer_bill_cycle(np.repeat(np.arange(30), 3), np.tile([18_000, 18_061, 18_120], 30))
    days = np.arange(18_000, 18_400)
    assert (found.last_issue(days) <= days).all()
    assert (found.next_issue(days) > days).all()
    np.testing.assert_array_equal(found.last_issue(found.next_issue(days)), found.next_issue(days))


def test_payments_all_over_the_cycle_show_no_calendar() -> None:
    random = np.random.default_rng(0)
    with pytest.raises(ValueError, match="expected a crowd after a common issue"):
        infer_bill_cycle(np.repeat(np.arange(50), 20), random.integers(18_000, 18_600, 1_000))


def test_too_few_gaps_show_no_cycle() -> None:
    with pytest.raises(ValueError, match="expected at least 20"):
        infer_bill_cycle(np.array([0, 0]), np.array([18_000, 18_060]))


def test_states_from_payments_are_the_sums_by_hand() -> None:
    cycle = infer_bill_cycle(np.repeat(np.arange(30), 3), np.tile([18_004, 18_066, 18_124], 30))
    paid = np.array([18_004, 18_066, 18_124])
    origin = np.array([18_100])
    found = states_from_payments(
        np.zeros(3, dtype=int), paid, np.array([50.0, 70, 90]), origin, cycle
    )
    assert found["payment_days"][0] == 2
    assert found["gap_days_sum"][0] == 62
    assert found["gap_log_sum"][0] == pytest.approx(np.log(62))
    assert found["gap_amount_square_per_day_sum"][0] == pytest.approx(2500 / 62)
    assert found["days_since_last"][0] == 34
    assert found["next_bill_in"][0] == cycle.next_issue(origin)[0] - 18_100
    assert np.isnan(found["open_bill_age"][0])


def test_make_up_workdays_work_and_long_breaks_are_holidays() -> None:
    classes = day_classes(number(2025, 9, 26), 20)
    assert classes[2] == AFTER_BREAK  # Sunday 2025-09-28 was worked, after one day off
    assert classes[3] == WORKDAY
    assert classes[5] == HOLIDAY
    assert classes[13] == AFTER_BREAK


def test_days_past_the_published_calendar_are_marked_as_estimated() -> None:
    assert is_estimated(number(2035, 1, 1), 3)
    assert not is_estimated(number(2024, 1, 1), 3)


def test_the_next_workday_is_the_day_itself_or_later() -> None:
    days = np.arange(number(2025, 9, 20), number(2025, 10, 20))
    found = next_workday(days)
    assert (found >= days).all()
    assert found[days == number(2025, 10, 1)][0] == number(2025, 10, 9)


def test_month_ends_fall_together() -> None:
    ends = np.array([number(2025, 2, 28), number(2025, 4, 30), number(2025, 5, 31)])
    assert month_places_of(ends).tolist() == [31, 31, 31]
    assert month_places_of(ends - 20).tolist() == [8, 10, 11]


def test_customers_in_one_standing_share_a_path(seen_origins: list[Origin]) -> None:
    states = seen_origins[0].states
    lag = debit_lags(states, seen_origins[0].paid_in, 4)
    found = paths(states, lag)
    assert len(found.cell) < 120
    assert lag[1] == 5
    assert np.isnan(lag[[0, 2]]).all()
    opened = np.flatnonzero(~np.isnan(states["open_bill_age"]) & (states["stratum"] == 0))[0]
    first = found.cell[found.path[opened], 0]
    assert first == OPEN + states["open_bill_age"][opened] + 1


def test_the_debit_clock_strikes_on_the_first_workday(seen_origins: list[Origin]) -> None:
    states, paid_in = seen_origins[0].states, seen_origins[0].paid_in
    found = paths(states, debit_lags(states, paid_in, 4))
    debited = np.flatnonzero((states["stratum"] == 1) & np.isnan(states["open_bill_age"]))
    day = paid_in[debited].astype(int) - 1
    assert (found.cell[found.path[debited], day] == FRESH_DEBIT + DEBIT_EARLY).all()
