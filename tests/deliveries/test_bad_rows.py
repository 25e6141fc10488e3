"""A bad row is quarantined with line, column, value and reason; its neighbours are loaded."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

from tests.builders import assert_balanced, counts, land, ledger, payment, payments, query
from tests.deliveries.beside import FILE, GOOD, land_beside


@pytest.mark.parametrize(
    ("changes", "column", "reason", "value"),
    [
        ({"amount_yuan": "-5.00"}, "amount_yuan", "negative_amount", "-5.00"),
        ({"amount_yuan": "99999999"}, "amount_yuan", "above_maximum", "99999999"),
        ({"amount_yuan": "9" * 30}, "amount_yuan", "invalid_amount", "9" * 30),
        ({"amount_yuan": "1e30"}, "amount_yuan", "invalid_amount", "1e30"),
        ({"amount_yuan": "1e3"}, "amount_yuan", "too_many_decimals", "1e3"),
        ({"amount_yuan": "nan"}, "amount_yuan", "invalid_amount", "nan"),
        ({"amount_yuan": "12.345"}, "amount_yuan", "too_many_decimals", "12.345"),
        ({"amount_yuan": "a lot"}, "amount_yuan", "invalid_amount", "a lot"),
        ({"amount_yuan": ""}, "amount_yuan", "missing_value", None),
        ({"paid_at": "2025-04-01 00:00:00"}, "paid_on", "future_date", None),
        ({"paid_at": "9999-12-31 00:00:00"}, "paid_on", "future_date", None),
        ({"paid_at": "2025-02-30 10:00:00"}, "paid_at", "invalid_timestamp", "2025-02-30 10:00:00"),
        ({"paid_at": "2025-13-01 10:00:00"}, "paid_at", "invalid_timestamp", "2025-13-01 10:00:00"),
        ({"paid_at": "2025-03-10 25:00:00"}, "paid_at", "invalid_timestamp", "2025-03-10 25:00:00"),
        ({"paid_at": "1987-01-01 10:00:00"}, "paid_on", "date_too_early", None),
        ({"channel_code": "pigeon"}, "channel_code", "unknown_code", "pigeon"),
        ({"channel_code": "=1+1"}, "channel_code", "unknown_code", "=1+1"),
        ({"customer_no": ""}, "customer_no", "missing_value", None),
    ],
)
def test_a_bad_row_is_quarantined_with_line_column_value_and_reason(
    tmp_path: Path, changes: dict[str, str], column: str, reason: str, value: str | None
) -> None:
    entry = land_beside(tmp_path, payments(GOOD, payment(2, **changes), payment(3)))
    assert counts(entry) == (3, 2, 0, 1)
    assert entry["quarantine_reasons"] == f"{reason}=1"
    [row] = query(tmp_path, "select file_name, line, column_name, value, reason from {quarantine}")
    assert row == (FILE, 3, column, value, reason)


def test_an_impossible_day_without_a_clock_is_an_invalid_date(tmp_path: Path) -> None:
    lines = ("1,1000000001,2025-02-29,5.00", "2,1000000002,2025-02-28,5.00")
    header = "payment_no,customer_no,paid_on,amount_yuan"
    assert counts(land_beside(tmp_path, payments(*lines, header=header))) == (2, 1, 0, 1)
    assert query(tmp_path, "select value, reason from {quarantine}") == [
        ("2025-02-29", "invalid_date")
    ]


def test_a_day_before_another_of_its_row_is_named(tmp_path: Path) -> None:
    header = "bill_no,customer_no,bill_month,issued_on,due_on,amount_yuan"
    land(tmp_path, {"bills_20250331.csv": f"{header}\n1,7,2025-02,2025-03-05,2025-03-01,5\n"})
    assert_balanced(tmp_path)
    assert ledger(tmp_path)["bills_20250331.csv"]["quarantine_reasons"] == "before_issued_on=1"


def test_an_unknown_customer_is_loaded_for_the_money_is_real(tmp_path: Path) -> None:
    land(tmp_path, {"customers_20250301.csv": "customer_no,customer_type\n1,resident\n"})
    assert counts(land_beside(tmp_path, payments(GOOD))) == (1, 1, 0, 0)


def test_a_formula_in_a_text_cell_stays_text(tmp_path: Path) -> None:
    header = "campaign_code,target_channel_code,contact_means,starts_on,ends_on,campaign_name"
    line = "C1,wechat,sms,2025-03-01,2025-03-31,=HYPERLINK(1)"
    land(tmp_path, {"campaigns_20250301.csv": f"{header}\n{line}\n"})
    assert query(tmp_path, "select campaign_name from {campaigns}") == [("=HYPERLINK(1)",)]
    assert_balanced(tmp_path)


def test_a_formula_in_a_spreadsheet_is_its_saved_value_never_run(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (("payment_no", "customer_no", "paid_on", "amount_yuan"),
                ("1", "1000000001", "2025-03-10", "=40+2"),
                ("2", "1000000002", "2025-03-10", "5.00")):  # fmt: skip
        book.active.append(row)  # type: ignore[union-attr]
    content = io.BytesIO()
    book.save(content)
    entry = land_beside(tmp_path, content.getvalue(), "payments_20250331.xlsx")
    assert counts(entry) == (2, 1, 0, 1)  # openpyxl saves formulas without a value
    assert query(tmp_path, "select line, column_name, reason from {quarantine}") == [
        (2, "amount_yuan", "missing_value")
    ]
