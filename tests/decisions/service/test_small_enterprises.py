"""Small enterprises: the first declared rule that holds, and contact on working days."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dagster_project.lib.decisions.service.small_enterprise import (
    TABLE,
    decide_small_enterprises,
)
from dagster_project.lib.models.spec import Work


def _enterprise(work: Work, **of: Any) -> dict[str, Any]:
    """The row of one enterprise with these facts."""
    facts: dict[str, Any] = {"withholding": True, "due": 12, "late": 0, "counter": 0} | of
    work.connection.execute(
        "insert into data_processing.int_customers_versioned (customer_id, customer_type, "
        "region_code, is_prepaid, has_withholding) values (1, 'small_business', 'R01', false, ?)",
        [facts["withholding"]],
    )
    work.connection.execute(
        "insert into platform_support.customer_year_sums (customer_id, summed_to, payments, "
        "counter_payments, kiosk_payments, due_payments, late_payments) "
        "values (1, '2025-12-31', 12, ?, 0, ?, ?)",
        [facts["counter"], facts["due"], facts["late"]],
    )
    work.connection.execute(
        "insert into platform_support.customer_bill_state values (1, ?)", [facts.get("open_due")]
    )
    work.connection.execute(
        "insert into platform_support.payment_windows_scored (customer_id, basis, window_50_from, "
        "window_50_to, p_unpaid_at_due, best_hour_band) values (1, ?, ?, ?, ?, ?)",
        [facts.get("basis", "own_history"), facts.get("opens"), facts.get("closes"),
         facts.get("p_unpaid"), facts.get("band", "evening")],
    )  # fmt: skip
    [row] = decide_small_enterprises(work).tables[TABLE].rows.to_pylist()  # type: ignore[union-attr]
    return row


def test_who_pays_in_time_and_asks_for_nothing_is_left_in_peace(work: Work) -> None:
    row = _enterprise(work, opens="2026-01-12", closes="2026-01-14")
    assert (row["service_code"], row["arrears_risk"], row["contact_from"]) == ("none", "low", None)


def test_an_overdue_enterprise_is_called_within_three_working_days(work: Work) -> None:
    row = _enterprise(work, p_unpaid=1.0, open_due="2025-12-20", basis="not_calibrated")
    assert (row["service_code"], row["arrears_risk"]) == ("payment_plan", "high")
    days = (row["contact_from"], row["contact_to"])
    assert days == (date(2026, 1, 4), date(2026, 1, 6))  # Sunday the 4th is made up


@pytest.mark.parametrize(
    ("opens", "closes", "days"),
    [
        ("2026-01-14", "2026-01-16", (date(2026, 1, 12), date(2026, 1, 16))),
        ("2026-01-12", "2026-01-12", (date(2026, 1, 8), date(2026, 1, 12))),  # over a weekend
        ("2026-01-01", "2026-01-03", (date(2026, 1, 4), date(2026, 1, 4))),  # all holidays
    ],
)
def test_contact_lies_two_working_days_before_the_window(
    work: Work, opens: str, closes: str, days: tuple[date, date]
) -> None:
    row = _enterprise(work, withholding=False, counter=8, opens=opens, closes=closes)
    assert row["service_code"] == "withholding"
    assert (row["contact_from"], row["contact_to"]) == days
    assert row["contact_hour_band"] == "morning"  # business hours, whenever it pays


def test_without_a_window_no_day_is_recommended_and_the_reason_says_so(work: Work) -> None:
    row = _enterprise(work, late=9, basis="not_calibrated")
    assert (row["service_code"], row["contact_from"]) == ("due_reminder", None)
    assert "not_calibrated" in row["reason_en"]
    assert "缴费窗口未知" in row["reason_zh"]


@pytest.mark.parametrize(
    ("due", "late", "p_unpaid", "risk"),
    [
        (12, 0, 0.5, "high"), (12, 5, None, "high"), (12, 0, 0.2, "medium"),
        (12, 2, None, "medium"), (12, 1, None, "low"), (2, 2, None, "unknown"),
    ],
)  # fmt: skip
def test_the_open_bill_speaks_before_the_years_history(
    work: Work, due: int, late: int, p_unpaid: float | None, risk: str
) -> None:
    assert _enterprise(work, due=due, late=late, p_unpaid=p_unpaid)["arrears_risk"] == risk


def test_what_a_complaint_asks_for_is_a_need_and_an_open_one_is_answered_first(work: Work) -> None:
    work.connection.execute(
        "insert into data_processing.int_complaints_attributed values "
        "(5, 1, 'app', 'business', '2025-12-30', null, null); "
        "insert into decided.complaint_classes values "
        "(5, 'd', 'business', 'model', .9, 'electronic_invoice', 'c')"
    )
    row = _enterprise(work)
    assert row["service_code"] == "complaint_answer"
    assert row["needs_zh"] == "电子发票；投诉答复"


def test_without_small_enterprises_the_table_is_empty_with_the_reason(work: Work) -> None:
    found = decide_small_enterprises(work).tables[TABLE]
    assert found.rows is None
    assert "没有小微企业" in found.empty_because
