"""The workbook: what a manager opens in Excel."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from dagster_project.lib.publication import workbook
from dagster_project.lib.publication.snapshot import WORKBOOK, publish
from dagster_project.lib.publication.workbook import split_title
from tests.publication.warehouses import AS_OF, build, describe, execute

COLUMNS = "(channel_code varchar, paid_on date, amount_yuan decimal(18, 2))"


def published_workbook(home: Path, *rows: str) -> Any:
    """Publish a described table of these rows and open its workbook."""
    settings = build(home)
    table = "business_application.channel_efficiency"
    execute(settings, f"create or replace table {table} {COLUMNS}")
    if rows:
        execute(settings, f"insert into {table} values {', '.join(rows)}")
    columns = {"channel_code": "Payment channel (缴费渠道)", "amount_yuan": "Amount, yuan (金额)"}
    describe(settings, "One row per channel and day (渠道效能). More.", columns)
    return openpyxl.load_workbook(publish(settings, as_of=AS_OF).path / WORKBOOK)


def test_headings_are_chinese_and_english_and_the_first_sheet_is_an_index(tmp_path: Path) -> None:
    book = published_workbook(tmp_path, "('wechat', '2025-01-02', 1.5)")
    assert book.sheetnames == ["目录 Index", "channel_efficiency"]
    rows = list(book["channel_efficiency"].iter_rows(values_only=True))
    assert rows[0] == ("缴费渠道", "paid_on", "金额")
    assert rows[1] == ("channel_code", "paid_on", "amount_yuan")
    assert rows[2] == ("Payment channel", "paid_on", "Amount, yuan")
    index = list(book["目录 Index"].iter_rows(values_only=True))
    assert index[1][:2] == ("channel_efficiency", "渠道效能")
    assert index[1][3] == 1
    assert ("截至日 As of", "2025-12-31") in [row[:2] for row in index]
    assert "假设 Assumption" in [row[0] for row in index]


def test_customers_do_not_stand_in_the_workbook(tmp_path: Path) -> None:
    assert "customer_payment_profile" not in published_workbook(tmp_path).sheetnames


def test_dates_are_dates_and_money_has_two_decimals(tmp_path: Path) -> None:
    cells = published_workbook(tmp_path, "('wechat', '2025-01-02', 1.5)")["channel_efficiency"][4]
    assert [cell.value for cell in cells] == ["wechat", datetime(2025, 1, 2), 1.5]
    assert cells[1].number_format == "yyyy-mm-dd"
    assert cells[2].number_format == "#,##0.00"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "{=1}", "http://example.org"])
def test_text_is_text_and_never_a_formula_or_a_link(tmp_path: Path, text: str) -> None:
    cell = published_workbook(tmp_path, f"('{text}', null, null)")["channel_efficiency"]["A4"]
    assert cell.value == text
    assert cell.data_type == "s" or cell.data_type == "inlineStr"
    assert cell.hyperlink is None


def test_rows_come_newest_first_and_what_does_not_fit_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "SHEET_ROWS", 6)  # three headings, two rows, the note
    days = [f"('wechat', '2025-01-{day:02d}', {day})" for day in range(1, 6)]
    sheet = published_workbook(tmp_path, *days)["channel_efficiency"]
    assert [cell.value for cell in sheet["C"][3:5]] == [5, 4]
    assert sheet["A6"].value.startswith("3 older rows are in channel_efficiency.parquet")
    assert sheet.max_row == 6


def test_a_text_longer_than_a_cell_is_cut_and_not_lost(tmp_path: Path) -> None:
    cell = published_workbook(tmp_path, "(repeat('x', 40000), null, null)")["channel_efficiency"][
        "A4"
    ]
    assert len(cell.value) == 32_767


def test_long_integers_keep_their_digits(tmp_path: Path) -> None:
    settings = build(tmp_path)
    execute(settings, "create table business_application.ids as select 9007199254740993 as id")
    book = openpyxl.load_workbook(publish(settings, as_of=AS_OF).path / WORKBOOK)
    assert book["ids"]["A4"].value == "9007199254740993"


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        ("Days from bill (出账天数)", ("Days from bill", "出账天数")),
        ("Own cost: assumed (处理成本，假设值). More", ("Own cost: assumed", "处理成本，假设值")),
        ("Share (percent) of all (占比)", ("Share (percent) of all", "占比")),
        ("全角（金额）", ("全角", "金额")),
        ("No Chinese term", ("No Chinese term", "amount_yuan")),
        ("", ("amount_yuan", "amount_yuan")),
    ],
)
def test_descriptions_give_both_languages(description: str, expected: tuple[str, str]) -> None:
    assert split_title(description, "amount_yuan") == expected
