"""Files whose columns or lines are not as expected: what fits is loaded, the rest is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import HEADER, counts, payment, payments, query
from tests.deliveries.beside import GOOD, land_beside


def test_a_missing_column_is_named_with_what_was_found(tmp_path: Path) -> None:
    content = "payment_no,customer_no,paid_at\nP1,1000000001,2025-03-10 09:30:00\n"
    entry = land_beside(tmp_path, content)
    assert counts(entry) == (1, 0, 0, 1)
    assert entry["quarantine_reasons"] == "missing_column=1"
    assert "amount_yuan" in entry["message"]
    assert "found payment_no, customer_no, paid_at" in entry["message"]
    assert "缺少列 amount_yuan" in entry["message"]


def test_extra_and_reordered_columns_do_no_harm(tmp_path: Path) -> None:
    content = (
        "note,channel_code,amount_yuan,paid_at,customer_no,payment_no\n"
        "x,wechat,77.50,2025-03-10 09:30:00,1000000001,5\n"
    )
    assert counts(land_beside(tmp_path, content)) == (1, 1, 0, 0)
    found = query(
        tmp_path, "select amount_yuan::varchar, channel_code from {payments} where payment_id = 5"
    )
    assert found == [("77.50", "wechat")]


@pytest.mark.parametrize("content", ["", "\n", "  \r\n"])
def test_an_empty_file_is_rejected(tmp_path: Path, content: str) -> None:
    entry = land_beside(tmp_path, content)
    assert (entry["status"], entry["quarantine_reasons"]) == ("rejected", "empty_file=0")
    assert counts(entry) == (0, 0, 0, 0)


def test_a_header_only_is_an_empty_day(tmp_path: Path) -> None:
    entry = land_beside(tmp_path, HEADER + "\n")
    assert (entry["status"], entry["message"]) == ("loaded", "")
    assert counts(entry) == (0, 0, 0, 0)


@pytest.mark.parametrize("place", ["first", "middle", "last"])
def test_a_line_of_ten_megabytes_spoils_itself_only(tmp_path: Path, place: str) -> None:
    lines = [GOOD, payment(3)]
    position = {"first": 0, "middle": 1, "last": 2}[place]
    lines.insert(position, "x" * 10_000_000)
    entry = land_beside(tmp_path, payments(*lines))
    assert counts(entry) == (3, 2, 0, 1)
    assert entry["quarantine_reasons"] == "line_too_long=1"
    found = query(tmp_path, "select line, length(value) <= 200 from {quarantine}")
    assert found == [(position + 2, True)]


def test_a_file_of_one_endless_line_is_rejected_or_quarantined(tmp_path: Path) -> None:
    entry = land_beside(tmp_path, "x" * 10_000_000)
    assert entry["rows_loaded"] == 0


def test_an_open_quote_spoils_its_line_only(tmp_path: Path) -> None:
    entry = land_beside(tmp_path, payments(GOOD, payment(2, channel_code='"wechat'), payment(3)))
    assert counts(entry) == (3, 2, 0, 1)
    assert entry["quarantine_reasons"] == "open_quote=1"


def test_too_many_fields_spoil_their_line_only(tmp_path: Path) -> None:
    entry = land_beside(tmp_path, payments(GOOD, payment(2) + ",7", payment(3)))
    assert counts(entry) == (3, 2, 0, 1)
    assert query(tmp_path, "select line, reason from {quarantine}") == [(3, "wrong_field_count")]


def test_a_file_that_no_profile_knows_is_named(tmp_path: Path) -> None:
    entry = land_beside(tmp_path, "a,b\n1,2\n", "mystery.csv")
    assert entry["status"] == "unrecognised"
    assert "mystery.csv" in entry["message"]
