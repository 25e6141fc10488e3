"""The Excel workbook of a snapshot: the aggregate tables, headed in Chinese and in English."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter

from dagster_project.lib.publication.tables import SCHEMA, Table

SHEET_ROWS = 1_048_576  # Excel's limit, of which three are headings
HEADING_ROWS = 3
BATCH_ROWS = 10_000
SHEET_NAME = 31  # characters; Excel's limit
BILINGUAL = re.compile(r"^(?P<en>.*?)\s*[（(](?P<zh>[^()（）]*[\u4e00-\u9fff][^()（）]*)[）)]")
TITLES = {
    "channel_efficiency": "渠道效能",
    "campaign_tracking": "活动跟踪",
    "platform_conversion": "线上平台转化",
    "complaints_by_channel": "渠道投诉",
    "delivery_ledger": "交付台账",
}


def write_workbook(connection: duckdb.DuckDBPyConnection, tables: list[Table], path: Path) -> None:
    """Write the tables without customers of the open warehouse, one sheet each.

    Texts are written as texts: a cell that begins with ``=`` is no formula.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": True,
    }
    aggregates = [table for table in tables if table.is_aggregate]
    with xlsxwriter.Workbook(str(path), options) as book:
        # A fixed date keeps the file of equal content equal.
        book.set_properties({"title": "Jiaofei 缴费", "created": datetime(2000, 1, 1)})
        formats = _formats(book)
        _write_index(book, aggregates, formats)
        for table in aggregates:
            _write_sheet(book, connection, table, formats)


def split_title(description: str, name: str) -> tuple[str, str]:
    """English and Chinese of a description such as ``Days from bill (出账天数)``."""
    found = BILINGUAL.match(description)
    if not found:
        return (description or name, name)
    return (found["en"], found["zh"])


def _formats(book: Any) -> dict[str, Any]:
    return {
        "head": book.add_format({"bold": True, "bg_color": "#1F4E79", "font_color": "white"}),
        "sub": book.add_format({"italic": True, "bg_color": "#DDEBF7", "text_wrap": True}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "money": book.add_format({"num_format": "#,##0.00"}),
        "integer": book.add_format({"num_format": "#,##0"}),
    }


def _write_index(book: Any, tables: list[Table], formats: dict[str, Any]) -> None:
    sheet = book.add_worksheet("目录 Index")
    sheet.set_column(0, 1, 24)
    sheet.set_column(2, 2, 100)
    for column, title in enumerate(["表 Table", "名称 Title", "说明 Description", "行数 Rows"]):
        sheet.write_string(0, column, title, formats["head"])
    for row, table in enumerate(tables, start=1):
        sheet.write_url(row, 0, f"internal:'{table.name[:SHEET_NAME]}'!A1", string=table.name)
        sheet.write_string(row, 1, TITLES.get(table.name, table.name))
        sheet.write_string(row, 2, table.description)
        sheet.write_number(row, 3, table.rows, formats["integer"])


def _write_sheet(
    book: Any, connection: duckdb.DuckDBPyConnection, table: Table, formats: dict[str, Any]
) -> None:
    sheet = book.add_worksheet(table.name[:SHEET_NAME])
    sheet.freeze_panes(HEADING_ROWS, 0)
    sheet.set_column(0, len(table.columns) - 1, 18)
    for column, (name, _) in enumerate(table.columns):
        english, chinese = split_title(table.column_descriptions.get(name, ""), name)
        sheet.write_string(0, column, chinese, formats["head"])
        sheet.write_string(1, column, name, formats["head"])
    for column, (name, _) in enumerate(table.columns):
        english, _ = split_title(table.column_descriptions.get(name, ""), name)
        sheet.write_string(2, column, english, formats["sub"])
    shown = min(table.rows, SHEET_ROWS - HEADING_ROWS - 1)
    rows = connection.execute(f"select * from {SCHEMA}.{table.name} order by all limit {shown}")
    position = HEADING_ROWS
    while batch := rows.fetchmany(BATCH_ROWS):
        for values in batch:
            _write_row(sheet, position, values, formats)
            position += 1
    if shown < table.rows:
        note = f"{table.rows - shown} more rows are in {table.name}.parquet (其余行见 Parquet 文件)"
        sheet.write_string(position, 0, note)


def _write_row(sheet: Any, row: int, values: tuple[Any, ...], formats: dict[str, Any]) -> None:
    for column, value in enumerate(values):
        match value:
            case None:
                continue
            case bool():
                sheet.write_boolean(row, column, value)
            case Decimal():
                sheet.write_number(row, column, float(value), formats["money"])
            case int() | float():
                sheet.write_number(row, column, value, formats["integer"])
            case date():
                sheet.write_datetime(row, column, value, formats["date"])
            case _:
                sheet.write_string(row, column, str(value))
