"""Bad input: a clear reason, nothing lost, and the good rows and files beside it are loaded."""

from __future__ import annotations

import gzip
import io
import multiprocessing
import zipfile
from pathlib import Path

import pytest

from dagster_project.lib.deliveries.session import land_deliveries
from dagster_project.lib.warehouse.connection import writer_lock
from dagster_project.settings import load_settings
from tests.builders import (
    AS_OF,
    HEADER,
    assert_balanced,
    counts,
    land,
    ledger,
    payment,
    payments,
    query,
)

FILE = "payments_20250331.csv"
BESIDE = "payments_20250330.csv"
GOOD = payment(1)


def _zip(**members: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _land(home: Path, content: str | bytes, name: str = FILE) -> dict[str, object]:
    """Land one file beside a good one; the good one must be loaded whatever the other is."""
    land(home, {BESIDE: payments(payment(900), payment(901)), name: content})
    assert_balanced(home)
    assert counts(ledger(home)[BESIDE]) == (2, 2, 0, 0)
    return ledger(home)[name]


@pytest.mark.parametrize(
    ("changes", "column", "reason", "value"),
    [
        ({"amount_yuan": "-5.00"}, "amount_yuan", "negative_amount", "-5.00"),
        ({"amount_yuan": "99999999"}, "amount_yuan", "above_maximum", "99999999"),
        ({"amount_yuan": "12.345"}, "amount_yuan", "too_many_decimals", "12.345"),
        ({"amount_yuan": "a lot"}, "amount_yuan", "invalid_amount", "a lot"),
        ({"amount_yuan": ""}, "amount_yuan", "missing_value", None),
        ({"paid_at": "2025-04-01 00:00:00"}, "paid_on", "future_date", None),
        ({"paid_at": "2025-02-30 10:00:00"}, "paid_at", "invalid_timestamp", "2025-02-30 10:00:00"),
        ({"paid_at": "1987-01-01 10:00:00"}, "paid_on", "date_too_early", None),
        ({"channel_code": "pigeon"}, "channel_code", "unknown_code", "pigeon"),
        ({"customer_no": ""}, "customer_no", "missing_value", None),
    ],
)
def test_a_bad_row_is_quarantined_with_line_column_value_and_reason(
    tmp_path: Path, changes: dict[str, str], column: str, reason: str, value: str | None
) -> None:
    entry = _land(tmp_path, payments(GOOD, payment(2, **changes), payment(3)))
    assert counts(entry) == (3, 2, 0, 1)
    assert entry["quarantine_reasons"] == f"{reason}=1"
    [row] = query(tmp_path, "select file_name, line, column_name, value, reason from {quarantine}")
    assert row == (FILE, 3, column, value, reason)


def test_an_unknown_customer_is_loaded_for_the_money_is_real(tmp_path: Path) -> None:
    land(tmp_path, {"customers_20250301.csv": "customer_no,customer_type\n1,resident\n"})
    assert counts(_land(tmp_path, payments(GOOD))) == (1, 1, 0, 0)


def test_a_truncated_gz_is_rejected_whole(tmp_path: Path) -> None:
    lines = [payment(number) for number in range(20_000)]
    packed = gzip.compress(payments(*lines).encode())
    entry = _land(tmp_path, packed[: len(packed) // 2], f"{FILE}.gz")
    assert entry["status"] == "rejected"
    assert entry["rows_loaded"] == 0
    assert str(entry["quarantine_reasons"]).startswith("truncated_file=")
    assert "Deliver it again" in str(entry["message"])


def test_half_a_character_spoils_its_row_only(tmp_path: Path) -> None:
    bad = payment(2, channel_code="微").encode()[:-1]
    content = b"\n".join([HEADER.encode(), GOOD.encode(), bad, payment(3).encode()]) + b"\n"
    entry = _land(tmp_path, content)
    assert counts(entry) == (3, 2, 0, 1)
    assert entry["quarantine_reasons"] == "undecodable_character=1"
    assert query(tmp_path, "select line, column_name from {quarantine}") == [(3, "channel_code")]


def test_gbk_delivered_as_utf8_says_so(tmp_path: Path) -> None:
    header = "缴费单号,用户编号,缴费时间,缴费金额,缴费渠道"
    entry = _land(tmp_path, payments(GOOD, header=header).encode("gb18030"))
    assert counts(entry) == (1, 0, 0, 1)
    assert str(entry["quarantine_reasons"]).startswith("missing_column")
    assert "gb18030" in str(entry["message"])


def test_a_missing_column_is_named_with_what_was_found(tmp_path: Path) -> None:
    entry = _land(tmp_path, "payment_no,customer_no,paid_at\nP1,1000000001,2025-03-10 09:30:00\n")
    assert counts(entry) == (1, 0, 0, 1)
    assert entry["quarantine_reasons"] == "missing_column=1"
    assert "amount_yuan" in str(entry["message"])
    assert "found payment_no, customer_no, paid_at" in str(entry["message"])


def test_extra_and_reordered_columns_do_no_harm(tmp_path: Path) -> None:
    content = (
        "note,channel_code,amount_yuan,paid_at,customer_no,payment_no\n"
        "x,wechat,88.50,2025-03-10 09:30:00,1000000001,P000001\n"
    )
    assert counts(_land(tmp_path, content)) == (1, 1, 0, 0)
    assert query(tmp_path, "select amount_yuan, channel_code from {payments} where paid_on = "
                 "'2025-03-10' and source_line = 2 limit 1")[0][1] == "wechat"  # fmt: skip


@pytest.mark.parametrize(("content", "status"), [("", "rejected"), (HEADER + "\n", "loaded")])
def test_an_empty_file_is_rejected_and_a_header_only_is_an_empty_day(
    tmp_path: Path, content: str, status: str
) -> None:
    entry = _land(tmp_path, content)
    assert entry["status"] == status
    assert counts(entry) == (0, 0, 0, 0)


def test_duplicates_within_a_file_are_counted(tmp_path: Path) -> None:
    assert counts(_land(tmp_path, payments(GOOD, GOOD, payment(2)))) == (3, 2, 1, 0)


def test_duplicates_across_files_are_counted(tmp_path: Path) -> None:
    entry = _land(tmp_path, payments(payment(900), payment(2)))
    assert counts(entry) == (2, 1, 1, 0)


def test_a_number_with_another_content_is_a_conflict(tmp_path: Path) -> None:
    entry = _land(tmp_path, payments(GOOD, payment(1, amount_yuan="1.00")))
    assert counts(entry) == (2, 1, 0, 1)
    assert entry["quarantine_reasons"] == "conflicting_key=1"


def test_a_line_of_ten_megabytes_spoils_itself_only(tmp_path: Path) -> None:
    entry = _land(tmp_path, payments(GOOD, "x" * 10_000_000, payment(3)))
    assert counts(entry) == (3, 2, 0, 1)
    assert entry["quarantine_reasons"] == "line_too_long=1"
    assert query(tmp_path, "select line, length(value) <= 200 from {quarantine}") == [(3, True)]


def test_an_open_quote_spoils_its_line_only(tmp_path: Path) -> None:
    entry = _land(tmp_path, payments(GOOD, payment(2, channel_code='"wechat'), payment(3)))
    assert counts(entry) == (3, 2, 0, 1)
    assert entry["quarantine_reasons"] == "open_quote=1"


def test_too_many_fields_spoil_their_line_only(tmp_path: Path) -> None:
    entry = _land(tmp_path, payments(GOOD, payment(2) + ",7", payment(3)))
    assert counts(entry) == (3, 2, 0, 1)
    assert query(tmp_path, "select line, reason from {quarantine}") == [(3, "wrong_field_count")]


def test_a_zip_that_leaves_its_folder_is_not_opened(tmp_path: Path) -> None:
    entry = _land(tmp_path, _zip(**{"../../evil.csv": payments(GOOD)}), f"{FILE}.zip")
    assert (entry["status"], entry["quarantine_reasons"]) == ("rejected", "unsafe_archive=0")
    assert not list(tmp_path.parent.glob("evil.csv"))


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    bomb = _zip(**{"payments.csv": HEADER + "\n" + " " * 200_000_000})
    entry = _land(tmp_path, bomb, f"{FILE}.zip")
    assert entry["status"] == "rejected"
    assert "archive_too_large" in str(entry["quarantine_reasons"])


def test_a_formula_in_a_text_cell_stays_text(tmp_path: Path) -> None:
    header = "campaign_code,target_channel_code,contact_means,starts_on,ends_on,campaign_name"
    line = "C1,wechat,sms,2025-03-01,2025-03-31,=HYPERLINK(1)"
    land(tmp_path, {"campaigns_20250301.csv": f"{header}\n{line}\n"})
    assert query(tmp_path, "select campaign_name from {campaigns}") == [("=HYPERLINK(1)",)]
    assert_balanced(tmp_path)


def test_the_same_file_under_two_names_is_loaded_once(tmp_path: Path) -> None:
    content = payments(GOOD, payment(2))
    land(tmp_path, {FILE: content, "payments_20250331_copy.csv": content})
    assert_balanced(tmp_path)
    assert counts(ledger(tmp_path)[FILE]) == (2, 2, 0, 0)
    copy = ledger(tmp_path)["payments_20250331_copy.csv"]
    assert (copy["status"], counts(copy)) == ("repeated", (2, 0, 2, 0))


def _land_in_another_process(home: Path) -> None:
    settings = load_settings(home)
    with writer_lock(settings):
        land_deliveries(settings, as_of=AS_OF)


def test_two_processes_that_land_at_once_load_a_file_once(tmp_path: Path) -> None:
    (tmp_path / "deliveries").mkdir()
    (tmp_path / "deliveries" / FILE).write_text(payments(*map(payment, range(500))))
    context = multiprocessing.get_context("spawn")
    processes = [
        context.Process(target=_land_in_another_process, args=(tmp_path,)) for _ in range(2)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    assert_balanced(tmp_path)
    assert query(tmp_path, "select count(*) from {payments}") == [(500,)]


def test_a_file_that_no_profile_knows_is_named(tmp_path: Path) -> None:
    entry = _land(tmp_path, "a,b\n1,2\n", "mystery.csv")
    assert entry["status"] == "unrecognised"
    assert "mystery.csv" in str(entry["message"])
