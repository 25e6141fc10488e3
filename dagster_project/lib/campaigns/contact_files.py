"""A contact list as files, CSV with a byte-order mark and Excel: texts, never formulas."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import duckdb
import xlsxwriter

from dagster_project.lib.deliveries.validation import literal

PRIVATE = 0o600
BOM = b"\xef\xbb\xbf"  # Excel reads a CSV file as UTF-8 only with it
SHEET_ROWS = 1_000_000  # below Excel's limit of 1,048,576
BATCH_ROWS = 10_000
FORMULA = r"^[=+\-@\t\r]"  # first characters that a spreadsheet takes for a formula
TITLES = {
    "campaign_code": "活动编号", "customer_no": "用户编号", "customer_name": "用户名称",
    "phone": "联系电话", "address": "用电地址", "contact_means": "触达方式",
    "contact_on": "触达日期", "contact_hour_band": "触达时段", "content_code": "创意编号",
    "content_text": "创意文案",
}  # fmt: skip


def write_files(connection: duckdb.DuckDBPyConnection, query: str, folder: Path) -> None:
    """Write ``contacts.csv`` and ``contacts.xlsx`` of the query's rows, for the owner alone.

    ``folder`` is closed to others already, so nobody reads a file before its mode is set.
    """
    columns = [name for name, *_ in connection.execute(f"describe {query}").fetchall()]
    _write_csv(connection, query, columns, folder)
    _write_workbook(connection, query, columns, folder)
    for name in ("contacts.csv", "contacts.xlsx"):
        (folder / name).chmod(PRIVATE)


def _write_csv(
    connection: duckdb.DuckDBPyConnection, query: str, columns: list[str], folder: Path
) -> None:
    """A cell that would be a formula gets an apostrophe, which spreadsheets do not show."""
    body, path = folder / ".rows.csv", folder / "contacts.csv"
    cells = ", ".join(
        f"case when regexp_matches({name}::varchar, {literal(FORMULA)}) "
        f"then '''' || {name}::varchar else coalesce({name}::varchar, '') end as {name}"
        for name in columns
    )
    connection.execute(
        f"copy (select {cells} from ({query})) to {literal(str(body))} (format csv, header true)"
    )
    with body.open("rb") as rows, path.open("wb") as whole:
        whole.write(BOM)
        shutil.copyfileobj(rows, whole)
    body.unlink()


def _write_workbook(
    connection: duckdb.DuckDBPyConnection, query: str, columns: list[str], folder: Path
) -> None:
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        options = {
            "constant_memory": True,
            "tmpdir": scratch,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        with xlsxwriter.Workbook(str(folder / "contacts.xlsx"), options) as book:
            rows, sheet, place = connection.execute(query), None, SHEET_ROWS
            while batch := rows.fetchmany(BATCH_ROWS):
                for values in batch:
                    if place >= SHEET_ROWS or sheet is None:
                        sheet, place = book.add_worksheet(), 2
                        for column, name in enumerate(columns):
                            sheet.write_string(0, column, TITLES[name])
                            sheet.write_string(1, column, name)
                    for column, value in enumerate(values):
                        if value is not None:
                            sheet.write_string(place, column, str(value))
                    place += 1
