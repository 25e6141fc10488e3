"""The Excel workbook of a snapshot: the aggregate tables, headed in Chinese and in English."""

from __future__ import annotations

import re
import tempfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter

from dagster_project.lib.publication.tables import SCHEMA, Table, quoted

SHEET_ROWS = 1_048_576  # Excel's limit
HEADING_ROWS = 3
BATCH_ROWS = 10_000
SHEET_NAME = 31  # characters; Excel's limit
CELL_CHARACTERS = 32_767  # Excel's limit
EXACT_INTEGER = 10**15  # Excel keeps 15 digits
BILINGUAL = re.compile(
    r"^(?P<en>.*?)\s*[（(](?P<zh>[^()（）]*[\u4e00-\u9fff][^()（）]*)[）)]", re.DOTALL
)
FORMATS = {
    "head": {"bold": True, "bg_color": "#1F4E79", "font_color": "white"},
    "sub": {"italic": True, "bg_color": "#DDEBF7", "text_wrap": True},
    "date": {"num_format": "yyyy-mm-dd"},
    "time": {"num_format": "yyyy-mm-dd hh:mm:ss"},
    "money": {"num_format": "#,##0.00"},
    "rate": {"num_format": "#,##0.00##"},
    "integer": {"num_format": "#,##0"},
}


def write_workbook(
    connection: duckdb.DuckDBPyConnection, tables: list[Table], path: Path, content: dict[str, Any]
) -> None:
    """Write the tables without customers of the open warehouse, one sheet each.

    Texts are written as texts: a cell that begins with ``=`` is no formula.  ``content`` is the
    manifest, of which the first sheet repeats what a reader must know.
    """
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:  # one disk to be full, not two
        options = {
            "constant_memory": True,
            "tmpdir": folder,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": True,
        }
        with xlsxwriter.Workbook(str(path), options) as book:
            # A fixed date keeps the file of equal content equal.
            book.set_properties({"title": "Jiaofei 缴费", "created": datetime(2000, 1, 1)})
            formats = {name: book.add_format(look) for name, look in FORMATS.items()}
            aggregates = [table for table in tables if table.is_aggregate]
            _write_index(book, aggregates, formats, content)
            for table in aggregates:
                _write_sheet(book, connection, table, formats)


def split_title(description: str, name: str) -> tuple[str, str]:
    """English and Chinese of a description such as ``Days from bill (出账天数)``."""
    found = BILINGUAL.match(description)
    if not found:
        return (description or name, name)
    return (found["en"], found["zh"])


def _write_index(
    book: Any, tables: list[Table], formats: dict[str, Any], content: dict[str, Any]
) -> None:
    sheet = book.add_worksheet("目录 Index")
    sheet.set_column(0, 1, 24)
    sheet.set_column(2, 2, 100)
    for column, title in enumerate(["表 Table", "名称 Title", "说明 Description", "行数 Rows"]):
        sheet.write_string(0, column, title, formats["head"])
    for row, table in enumerate(tables, start=1):
        sheet.write_url(row, 0, f"internal:'{table.name[:SHEET_NAME]}'!A1", string=table.name)
        sheet.write_string(row, 1, split_title(table.description, table.name)[1])
        sheet.write_string(row, 2, table.description)
        sheet.write_number(row, 3, table.rows, formats["integer"])
    facts = [("截至日 As of", content["as_of"]), ("快照 Snapshot", content["snapshot_id"])]
    facts += [("假设 Assumption", text) for text in content["assumptions"]]
    for row, (name, text) in enumerate(facts, start=len(tables) + 2):
        sheet.write_string(row, 0, name, formats["head"])
        sheet.write_string(row, 1, text)


def _write_sheet(
    book: Any, connection: duckdb.DuckDBPyConnection, table: Table, formats: dict[str, Any]
) -> None:
    sheet = book.add_worksheet(table.name[:SHEET_NAME])
    sheet.freeze_panes(HEADING_ROWS, 0)
    sheet.set_column(0, len(table.columns) - 1, 18)
    titles = [
        (*split_title(table.column_descriptions.get(name, ""), name), name)
        for name, _ in table.columns
    ]
    for row, look in enumerate(("head", "head", "sub")):
        for column, (english, chinese, name) in enumerate(titles):
            sheet.write_string(row, column, (chinese, name, english)[row], formats[look])
    shown = min(table.rows, SHEET_ROWS - HEADING_ROWS - 1)
    position = HEADING_ROWS
    rows = connection.execute(_newest_first(table), [shown])
    while batch := rows.fetchmany(BATCH_ROWS):
        for values in batch:
            _write_row(sheet, position, values, formats)
            position += 1
    if shown < table.rows:
        note = f"{table.rows - shown} older rows are in {table.name}.parquet (更早的行见 Parquet)"
        sheet.write_string(position, 0, note)


def _newest_first(table: Table) -> str:
    """The rows by their first date, the newest first, then in the order of the columns."""
    names = [quoted(name) for name, _ in table.columns]
    days = [quoted(name) for name, kind in table.columns if kind.startswith(("DATE", "TIMESTAMP"))]
    order = ", ".join([*[f"{day} desc nulls last" for day in days[:1]], *names])
    listed = ", ".join(names)
    return f"select {listed} from {SCHEMA}.{quoted(table.name)} order by {order} limit ?"


def _write_row(sheet: Any, row: int, values: tuple[Any, ...], formats: dict[str, Any]) -> None:
    for column, value in enumerate(values):
        match value:
            case None:
                continue
            case bool():
                sheet.write_boolean(row, column, value)
            case Decimal():
                places = -int(value.as_tuple().exponent)
                look = formats["money" if places <= 2 else "rate"]
                sheet.write_number(row, column, float(value), look)
            case float():
                sheet.write_number(row, column, value, formats["rate"])
            case int() if abs(value) < EXACT_INTEGER:
                sheet.write_number(row, column, value, formats["integer"])
            case datetime():
                sheet.write_datetime(row, column, value, formats["time"])
            case date():
                sheet.write_datetime(row, column, value, formats["date"])
            case _:
                sheet.write_string(row, column, str(value)[:CELL_CHARACTERS])
