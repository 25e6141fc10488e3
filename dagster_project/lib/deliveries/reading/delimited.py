"""Clean lines become text columns; lines that do not fit are collected as rejects."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv

from dagster_project.lib.deliveries.reading.decoding import BLOCK_BYTES
from dagster_project.lib.deliveries.reading.errors import UnreadableFileError
from dagster_project.lib.deliveries.reading.line_stream import LineStream
from dagster_project.lib.deliveries.reading.markers import (
    ASIDE,
    ASIDE_LINE,
    EXCERPT_CHARACTERS,
    FIELD_END,
    reason_of,
)
from dagster_project.lib.deliveries.reading.text_table import Reject, TextTable


def read_header(stream: LineStream, file: str, delimiter: str, strip: str) -> tuple[list[str], int]:
    """Take the headings off the stream; return them and the number of the line after them.

    Values may be separated by more characters than headings are (a backtick opens every value of
    some bills); headings then are separated by the first of them.
    """
    head, line = stream.first_line(), 1
    while head + b"\n" == ASIDE_LINE:
        head, line = stream.first_line(), line + 1
    text = head.decode("utf-8").rstrip("\r")
    if not text.strip():
        raise stream.error or UnreadableFileError("empty_file", file=file)
    if FIELD_END in text:
        names = text.split(FIELD_END)
    else:
        names = next(csv.reader([text], delimiter=delimiter[0]))
    return [name.strip(strip) for name in names], line + 1


def text_batches(
    table: TextTable, stream: LineStream, delimiter: str, first_line: int, file: str
) -> Iterator[pa.RecordBatch]:
    """Split the stream's lines into the table's columns, and number them."""
    invalid: list[int] = []

    def reject(row: Any) -> str:
        reason, value = reason_of(row.text)
        invalid.append(row.number - 1)
        if reason != ASIDE:
            line = first_line + row.number - 1
            table.rejects.append(Reject(line, reason, value[:EXCERPT_CHARACTERS]))
        return "skip"

    try:
        probe = stream.read(BLOCK_BYTES)
        if probe.strip():
            blocks = LineStream(_rest(stream), probe)
            reader = _open(table, blocks, delimiter, reject)
            yield from _numbered(reader, invalid, first_line)
        table.broken = stream.error
    except pa.ArrowInvalid as error:
        table.broken = UnreadableFileError("unreadable_file", file=file, detail=error)


def _open(table: TextTable, blocks: LineStream, delimiter: str, reject: Any) -> Any:
    assert table.decoder
    names = table.schema.names[1:]
    return pa.csv.open_csv(
        pa.PythonFile(blocks, "r"),
        read_options=pa.csv.ReadOptions(
            column_names=names, block_size=2 * BLOCK_BYTES, use_threads=False
        ),
        parse_options=pa.csv.ParseOptions(
            delimiter=delimiter if len(delimiter) == 1 else FIELD_END,
            quote_char='"' if table.decoder.has_quotes else False,
            invalid_row_handler=reject,
            ignore_empty_lines=False,
            newlines_in_values=table.decoder.quoted_newlines,
        ),
        convert_options=pa.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
        ),
    )


def _rest(stream: LineStream) -> Iterator[bytes]:
    while block := stream.read(BLOCK_BYTES):
        yield block


def _numbered(
    reader: Iterator[pa.RecordBatch], invalid: list[int], first_line: int
) -> Iterator[pa.RecordBatch]:
    """Put its line number before every row, stepping over the rejected ones."""
    position, seen = 0, 0
    for batch in reader:
        wanted = len(batch)
        skipped = 0
        while True:  # rejected rows inside the batch move its end, which may take in more of them
            end = position + wanted + skipped
            inside = sum(1 for row in invalid[seen:] if row < end)
            if inside == skipped:
                break
            skipped = inside
        rows = np.arange(position, end)
        if skipped:
            rows = np.delete(rows, np.array(invalid[seen : seen + skipped]) - position)
        position, seen = end, seen + skipped
        lines = pa.array(rows + first_line, pa.int64())
        yield pa.RecordBatch.from_arrays(
            [lines, *batch.columns], names=["line", *batch.schema.names]
        )
