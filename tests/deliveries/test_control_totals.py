"""Control totals: a file that contradicts itself is quarantined whole, and the reason says why."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import assert_balanced, counts, land, ledger, query
from tests.deliveries.bank_files import FILE, bank_file

DEBITS = ((8850, "1"), (12000, "2"))
PROFILE = """
name: summed
source: payments
description: {en: with totals, zh: 带合计}
files: 'summed_(?P<delivered_on>\\d{8})\\.csv'
comment: '#'
strip: " \\t"
totals:
  - pattern: '#合计：(?P<count>\\d+)笔，共(?P<sum>-?[\\d.]+)元'
    of: 金额
columns:
  payment_no: 单号
  customer_no: 户号
  paid_on: 日期
  amount_yuan: {from: 金额, sign: {from: 类型, positive: [缴费], negative: [冲正]}}
"""
ROWS = ("1\t,1001,2025-03-10,88.50,缴费", "2\t,1002,2025-03-10,-11.50,缴费")


def _land(home: Path, content: bytes | str, name: str) -> dict[str, object]:
    (home / "profiles").mkdir(exist_ok=True)
    (home / "profiles" / "summed.yaml").write_text(PROFILE)
    land(home, {name: content})
    assert_balanced(home)
    return ledger(home)[name]


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ({"总笔数": "3"}, "总笔数 says 3, its rows give 2"),
        ({"成功金额": "8849"}, "成功金额 says 8849, its rows give 8850"),
        ({"失败金额": "x"}, "失败金额 says x, its rows give 12000"),
    ],
)
def test_a_header_that_its_rows_do_not_give_rejects_the_file(
    tmp_path: Path, header: dict[str, str], said: str
) -> None:
    entry = _land(tmp_path, bank_file(*DEBITS, **header), FILE)
    assert entry["status"] == "rejected"
    assert counts(entry) == (2, 0, 0, 2)
    assert entry["quarantine_reasons"] == "footer_mismatch=2"
    assert said in str(entry["message"])
    assert query(tmp_path, "select line, reason from {quarantine}") == [
        (2, "footer_mismatch"), (3, "footer_mismatch")
    ]  # fmt: skip


def _summed(*lines: str) -> str:
    return "\n".join(["#查询", "单号,户号,日期,金额,类型", *lines]) + "\n"


def test_comments_before_and_after_the_rows_are_no_rows(tmp_path: Path) -> None:
    lines = ("#合计：2笔，共77.00元", "#导出时间：x,y,z,u,v")
    entry = _land(tmp_path, _summed(*ROWS, *lines), "summed_20250331.csv")
    assert counts(entry) == (2, 2, 0, 0)
    found = query(tmp_path, "select source_line, payment_id from {payments} order by 1")
    assert found == [(3, 1), (4, 2)]


def test_the_sign_comes_from_the_type_and_an_undeclared_type_is_quarantined(tmp_path: Path) -> None:
    lines = ("3,1003,2025-03-10,5.00,冲正", "4,1004,2025-03-10,5.00,赠送", "#合计：4笔，共87元")
    entry = _land(tmp_path, _summed(*ROWS, *lines), "summed_20250331.csv")
    assert counts(entry) == (4, 2, 0, 2)
    assert entry["quarantine_reasons"] == "negative_amount=1; unknown_sign=1"
    rows = query(tmp_path, "select line, column_name, value from {quarantine} order by line")
    assert rows == [(5, "amount_yuan", "5.00"), (6, "类型", "赠送")]
    assert query(tmp_path, "select sum(amount_yuan)::varchar from {payments}") == [("100.00",)]


@pytest.mark.parametrize(
    ("footer", "reason"),
    [
        ("#合计：3笔，共77.00元", "footer_mismatch"),
        ("#合计：2笔，共77.01元", "footer_mismatch"),
        ("#导出时间", "missing_footer"),
        ("", "missing_footer"),
    ],
)
def test_a_footer_that_is_wrong_or_cut_off_rejects_the_file(
    tmp_path: Path, footer: str, reason: str
) -> None:
    entry = _land(tmp_path, _summed(*ROWS, footer), "summed_20250331.csv")
    assert counts(entry) == (2, 0, 0, 2)
    assert entry["quarantine_reasons"] == f"{reason}=2"


def test_a_row_that_cannot_be_split_counts_too(tmp_path: Path) -> None:
    lines = ("9,9", "#合计：3笔，共77.00元")
    entry = _land(tmp_path, _summed(*ROWS, *lines), "summed_20250331.csv")
    assert counts(entry) == (3, 2, 0, 1)
    assert entry["quarantine_reasons"] == "wrong_field_count=1"
