"""Fees of a contract, against the sum over single orders."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.commission import Terms, Tier
from ml.commission.terms import fees_of_months, order_fees, paid_pct

ONE = np.ones(1)
MONTHS = np.array([1000.0, 3000.0])
ORDERS, MEAN = np.array([20.0, 10.0]), np.array([100.0, 200.0])


def test_floor_and_cap_hold_for_every_band() -> None:
    terms = Terms((Tier(0, 1.0),), floor_yuan=0.5, cap_yuan=3.0)
    orders, mean = np.array([10.0, 5.0, 2.0]), np.array([10.0, 100.0, 1000.0])
    assert order_fees(terms, 1.0, 0.1, orders, mean) == pytest.approx(10 * 0.6 + 5 * 1.1 + 2 * 3.1)


def test_a_month_that_reaches_a_tier_pays_its_rate_on_the_whole_month() -> None:
    terms = Terms((Tier(0, 1.0), Tier(2000, 0.5)))
    assert fees_of_months(terms, ONE, MONTHS, ORDERS, MEAN)[0] == pytest.approx(
        1000 * 0.01 + 3000 * 0.005
    )


def test_marginal_tiers_pay_each_part_of_the_month_at_its_own_rate() -> None:
    terms = Terms((Tier(0, 1.0), Tier(2000, 0.5)), is_marginal=True)
    assert fees_of_months(terms, ONE, MONTHS, ORDERS, MEAN)[0] == pytest.approx(
        1000 * 0.01 + 2000 * 0.01 + 1000 * 0.005
    )


def test_a_minimum_is_made_up_in_the_months_that_lack_it_and_monthly_fees_come_on_top() -> None:
    terms = Terms((Tier(0, 1.0),), monthly_yuan=7, minimum_yuan=20)
    assert fees_of_months(terms, ONE, MONTHS, ORDERS, MEAN)[0] == pytest.approx(20 + 30 + 14)


def test_a_typical_payment_earns_rate_and_fixed_fee_of_the_tier_that_is_reached() -> None:
    terms = Terms((Tier(0, 1.0, 0.5), Tier(2000, 0.5)))
    assert paid_pct(terms, 100, 1999) == pytest.approx(1.5)
    assert paid_pct(terms, 100, 2000) == pytest.approx(0.5)


@given(
    growth=st.floats(0.2, 5),
    rate=st.floats(0.01, 2),
    fixed=st.floats(0, 2),
)
def test_without_tiers_and_minimum_fees_grow_as_the_payments(
    growth: float, rate: float, fixed: float
) -> None:
    terms = Terms((Tier(0, rate, fixed),))
    one, more = fees_of_months(terms, np.array([1.0, growth]), MONTHS, ORDERS, MEAN)
    assert more == pytest.approx(growth * one)
    assert one == pytest.approx(ORDERS @ (MEAN * rate / 100 + fixed))
