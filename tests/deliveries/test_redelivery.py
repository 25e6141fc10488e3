"""Late, repeated and corrected deliveries."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from dagster_project.lib.deliveries.ledger import Ledger
from dagster_project.settings import load_settings
from tests.builders import assert_balanced, counts, land, ledger, payment, payments, query

FILE = "payments_20250331.csv"


def _numbers(home: Path) -> list[tuple[date, int]]:
    return query(home, "select business_date, source_line from {payments} order by all")


def test_a_redelivery_replaces_the_rows_of_the_earlier_one_whatever_their_dates(
    tmp_path: Path,
) -> None:
    land(tmp_path, {FILE: payments(payment(1, "2025-03-10"), payment(2, "2025-03-11"))})
    land(tmp_path, {FILE: payments(payment(3, "2025-03-12"))})
    assert_balanced(tmp_path)
    assert _numbers(tmp_path) == [(date(2025, 3, 12), 2)]
    statuses = Ledger(load_settings(tmp_path).ledger).rows("select status from delivery order by 1")
    assert [row["status"] for row in statuses] == ["loaded", "superseded"]


def test_the_first_content_delivered_again_after_a_correction_counts_again(tmp_path: Path) -> None:
    first, second = payments(payment(1)), payments(payment(2), payment(3))
    for content in (first, second, first):
        land(tmp_path, {FILE: content})
    assert_balanced(tmp_path)
    assert query(tmp_path, "select count(*) from {payments}") == [(1,)]


def test_landing_again_does_nothing(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {FILE: payments(payment(1))}
    land(tmp_path, files)
    assert land(tmp_path, files).entries == []


def test_a_late_row_lands_on_its_own_date(tmp_path: Path) -> None:
    land(tmp_path, {FILE: payments(payment(1, "2025-02-01"))})
    assert _numbers(tmp_path) == [(date(2025, 2, 1), 2)]


def test_the_future_begins_after_the_deliverys_day_whatever_the_clock_says(tmp_path: Path) -> None:
    early = payments(payment(1, "2025-03-10"), payment(2, "2025-03-11"))
    land(tmp_path, {"payments_20250310.csv": early})
    assert counts(ledger(tmp_path)["payments_20250310.csv"]) == (2, 1, 0, 1)


def test_a_delivery_after_the_declared_day_waits(tmp_path: Path) -> None:
    report = land(tmp_path, {FILE: payments(payment(1))}, as_of=date(2025, 3, 30))
    assert report.waiting == [FILE]
    assert report.entries == []


def test_without_a_payment_number_equal_rows_of_one_file_are_all_kept(tmp_path: Path) -> None:
    header = "customer_no,paid_on,amount_yuan"
    line = "1000000001,2025-03-10,20.00"
    land(tmp_path, {FILE: payments(line, line, header=header)})
    assert counts(ledger(tmp_path)[FILE]) == (2, 2, 0, 0)
    again = payments(line, line, line, header=header)
    land(tmp_path, {"payments_20250331_b.csv": again})
    assert counts(ledger(tmp_path)["payments_20250331_b.csv"]) == (3, 1, 2, 0)
    assert_balanced(tmp_path)
