"""Offers: top-ups that last as often as declared, in steps and in money; credit by risk."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dagster_project.lib.decisions.service.prepayment import TABLE, decide_prepayment
from dagster_project.lib.models.spec import Work

TODAY = date(2025, 12, 31)
STATE = "insert into platform_support.customer_timing_state values (?, ?, ?, ?, ?, ?, ?, ?)"
SCORE = (
    "insert into platform_support.payment_windows_scored (customer_id, basis, median_pay_on, "
    "p_pay_28, depletes_on) values (?, ?, ?, ?, ?)"
)


def _customer(
    work: Work,
    *,
    number: int = 1,
    basis: str = "own_history",
    gaps: list[float] | None = None,
    amounts: list[float] | None = None,
    balance: float | None = 20.0,
    p_pay_28: float = 0.95,
) -> None:
    days = np.array(gaps or [30.0] * 10)
    paid = np.array(amounts or [60.0] * len(days))
    work.connection.execute(
        STATE,
        [number, True, len(days) + 1, int(days.sum()), float(paid.sum()),
         float((paid**2 / days).sum()), balance, 0],
    )  # fmt: skip
    work.connection.execute(
        SCORE, [number, basis, TODAY + timedelta(days=10), p_pay_28, TODAY + timedelta(days=10)]
    )


def _reading(work: Work, balance: float, day: str = "2025-12-01") -> None:
    work.connection.execute(
        "insert into data_processing.stg_landing__meter_balances values (1, ?, ?)", [balance, day]
    )


def _offers(work: Work) -> list[dict[str, Any]]:
    return decide_prepayment(work).tables[TABLE].rows.to_pylist()  # type: ignore[union-attr]


def test_steady_use_is_covered_to_the_purchase_after_the_next(work: Work) -> None:
    _customer(work)  # 2 yuan a day without spread: 40 days need 80, 20 are there
    [offer] = _offers(work)
    assert (offer["topup_yuan"], offer["days_covered"]) == (Decimal("60.00"), 40)
    assert offer["topup_by"] == date(2026, 1, 10)


@pytest.mark.parametrize(
    ("balance", "topup"),
    [(19.99, "70.00"), (-20.0, "100.00"), (-20.01, "150.00"), (-420.01, "600.00"), (80.0, None)],
)
def test_top_ups_are_whole_steps_and_none_where_the_balance_lasts(
    work: Work, balance: float, topup: str | None
) -> None:
    _customer(work, balance=balance)
    assert _offers(work)[0]["topup_yuan"] == (None if topup is None else Decimal(topup))


@pytest.mark.parametrize("basis", ["refused", "not_calibrated", "stratum_prior"])
def test_nothing_is_offered_where_the_model_refused(work: Work, basis: str) -> None:
    _customer(work, basis=basis)
    found = decide_prepayment(work).tables[TABLE]
    assert found.rows is None
    assert "缴费时间模型未给出窗口" in found.empty_because


def test_nothing_is_offered_without_a_fresh_balance_or_with_too_few_purchases(work: Work) -> None:
    _customer(work, number=1, balance=None)
    _customer(work, number=2, gaps=[30, 30])
    assert decide_prepayment(work).tables[TABLE].rows is None


def test_the_declared_share_of_customers_gets_by_with_the_covered_use(work: Work) -> None:
    """Use of a day is gamma with mean 3 and variance 9; ten gaps are known of each."""
    random, customers = np.random.default_rng(5), 4000
    gaps = random.integers(20, 41, (customers, 10))
    amounts = random.gamma(gaps * 1.0, 3.0)  # variance 9 a day
    states = pd.DataFrame(
        {
            "customer_id": np.arange(customers), "is_prepaid": True, "payment_days": 11,
            "gap_days_sum": gaps.sum(axis=1), "gap_amount_sum": amounts.sum(axis=1).round(2),
            "gap_amount_square_per_day_sum": (amounts**2 / gaps).sum(axis=1),
            "balance_yuan": 0.0, "balance_age": 0,
        }
    )  # fmt: skip
    scored = pd.DataFrame({"customer_id": np.arange(customers), "basis": "own_history"}).assign(
        median_pay_on=TODAY, p_pay_28=0.9, depletes_on=TODAY
    )
    for table, frame in (("customer_timing_state", states), ("payment_windows_scored", scored)):
        work.connection.register("frame", frame)
        work.connection.execute(f"insert into platform_support.{table} by name select * from frame")
    rows = decide_prepayment(work).tables[TABLE].rows
    topup = rows.to_pandas()["topup_yuan"].astype(float).to_numpy()  # type: ignore[union-attr]
    needed = np.where(topup <= 100, topup - 5, topup - 25)  # without half a step of rounding
    used = random.gamma(gaps.mean(axis=1), 3.0)
    assert 0.87 < (used <= needed).mean() < 0.95


def test_credit_is_days_of_own_use_within_the_cap(work: Work) -> None:
    for day in ("2025-11-01", "2025-12-01"):
        _reading(work, 5.0, day)
    _customer(work)
    [offer] = _offers(work)
    assert (offer["arrears_risk"], offer["advance_limit_yuan"]) == ("low", Decimal("14.00"))
    work.connection.execute(
        "update platform_support.customer_timing_state set gap_amount_sum = 60000"
    )
    assert _offers(work)[0]["advance_limit_yuan"] == Decimal("100.00")


def test_readings_below_nil_cost_the_credit_but_never_all_of_a_protected_household(
    work: Work,
) -> None:
    _customer(work)
    for balance in (-5.0, 5.0):
        _reading(work, balance)
    [offer] = _offers(work)
    assert (offer["arrears_risk"], offer["advance_limit_yuan"]) == ("high", Decimal("0.00"))
    assert "50.0 %" in offer["advance_reason_en"]
    work.connection.execute(
        "insert into data_processing.int_customers_versioned (customer_id, is_low_income) "
        "values (1, true)"
    )
    [offer] = _offers(work)
    assert (offer["arrears_risk"], offer["advance_limit_yuan"]) == ("medium", Decimal("6.00"))


def test_who_pays_ahead_of_bills_is_offered_the_next_one_without_an_advance(work: Work) -> None:
    work.connection.execute(
        "insert into platform_support.customer_timing_state (customer_id, is_prepaid) "
        "values (1, false); "
        "insert into platform_support.customer_year_sums (customer_id, summed_to, payments, "
        "matched_payments, amount_sum, amount_square_sum) "
        "values (1, '2025-12-31', 12, 9, 1200, 120000)"
    )
    work.connection.execute(SCORE, [1, "own_history", date(2026, 1, 9), 0.9, None])
    [offer] = _offers(work)
    assert (offer["offer_kind"], offer["topup_yuan"]) == ("postpaid", Decimal("100.00"))
    assert offer["advance_limit_yuan"] is None
    assert offer["topup_by"] == date(2026, 1, 9)
