"""Excel and Parquet files become text columns; values are printed as a text file would."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fastexcel
import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet

from dagster_project.lib.deliveries.reading.errors import UnreadableFileError
from dagster_project.lib.deliveries.reading.text_table import TextTable


def read_excel(path: Path) -> TextTable:
    """Read the first sheet; a formula counts as the value that was saved with it."""
    try:
        book = fastexcel.read_excel(str(path))
        sheet = book.load_sheet(0, header_row=0, dtypes="string")
        rows = sheet.to_arrow()
    except fastexcel.FastExcelError as error:
        raise UnreadableFileError("unreadable_excel", file=path.name, detail=error) from error
    return _of_arrow([name.strip() for name in rows.schema.names], [rows], path.name)


def read_parquet(path: Path) -> TextTable:
    """Read a Parquet file, batch by batch."""
    try:
        file = pa.parquet.ParquetFile(path)
    except (pa.ArrowException, OSError) as error:
        raise UnreadableFileError("unreadable_parquet", file=path.name, detail=error) from error
    return _of_arrow(file.schema_arrow.names, file.iter_batches(), path.name)


def _of_arrow(header: list[str], batches: Any, file: str) -> TextTable:
    table = TextTable(header, iter(()))

    def numbered() -> Iterator[pa.RecordBatch]:
        line = 2  # a spreadsheet's first data row; for Parquet, the row number plus one
        try:
            for batch in batches:
                texts = [_as_text(column) for column in batch.columns]
                lines = pa.array(np.arange(line, line + len(batch)), pa.int64())
                yield pa.RecordBatch.from_arrays([lines, *texts], names=table.schema.names)
                line += len(batch)
        except (pa.ArrowException, OSError) as error:
            table.broken = UnreadableFileError("unreadable_parquet", file=file, detail=error)

    table.batches = numbered()
    return table


def _as_text(column: pa.Array) -> pa.Array:
    if pa.types.is_timestamp(column.type):
        column = pa.compute.strftime(column.cast(pa.timestamp("s"), safe=False))
        return pa.compute.replace_substring(column, "T", " ").fill_null("")
    return column.cast(pa.string()).fill_null("")
