"""From a delivered file to text columns with line numbers, as a stream of Arrow batches.

Every reader gives the same shape: ``line`` and one text column ``f0``, ``f1``, ... per header
column, in file order.  In files whose values hold line ends, ``line`` counts records.  Rows that
have no place in that shape are collected as rejects.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import fastexcel
import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from dagster_project.lib.deliveries.decoding import (
    BLOCK_BYTES,
    EXCERPT_CHARACTERS,
    MARKER,
    MARKER_END,
    Decoder,
    LineStream,
    UnreadableFileError,
    clean_lines,
    open_bytes,
)
from dagster_project.lib.deliveries.profiles import Profile

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
DELIMITERS = {".csv": ",", ".tsv": "\t"}


@dataclass
class Reject:
    """A row that could not even be split into columns."""

    line: int
    reason: str
    value: str


@dataclass
class TextTable:
    """A file's header, its rows as a stream of text batches, and the rows that were no rows.

    ``rejects`` and ``broken`` are complete only once ``batches`` is exhausted; ``broken`` holds
    the error that ended the stream before the end of the file.
    """

    header: list[str]
    batches: Iterator[pa.RecordBatch]
    rejects: list[Reject] = field(default_factory=list)
    broken: UnreadableFileError | None = None
    decoder: Decoder | None = None

    @property
    def has_bad_characters(self) -> bool:
        """Whether a character could not be decoded."""
        return self.decoder is not None and self.decoder.has_bad_characters

    @property
    def schema(self) -> pa.Schema:
        """Schema of the batches: ``line`` (int64), then a text column per header column."""
        columns = [(f"f{index}", pa.string()) for index in range(len(self.header))]
        return pa.schema([("line", pa.int64()), *columns])


def read_text(path: Path, profile: Profile) -> TextTable:
    """Open a delivered file by its ending.

    Raises:
        UnreadableFileError: the file as a whole cannot be read.
    """
    plain = path.with_suffix("") if path.suffix in (".gz", ".zip") else path
    if plain.suffix == ".xlsx":
        return _read_excel(path)
    if plain.suffix == ".parquet":
        return _read_parquet(path)
    return _read_delimited(path, profile, profile.delimiter or DELIMITERS.get(plain.suffix, ","))


def _read_delimited(path: Path, profile: Profile, delimiter: str) -> TextTable:
    decoder = Decoder(profile.encoding, profile.quoted_newlines)
    stream = LineStream(clean_lines(open_bytes(path), decoder))
    head = stream.first_line()
    line = 1
    while profile.comment and head.startswith(profile.comment.encode()):
        head = stream.first_line()
        line += 1
    text = head.removeprefix(BYTE_ORDER_MARK).decode("utf-8").rstrip("\r")
    if not text.strip():
        raise UnreadableFileError("empty_file", f"{path.name} is empty. Deliver it again.")
    names = [name.strip(profile.strip) for name in next(csv.reader([text], delimiter=delimiter))]
    table = TextTable(names, iter(()), decoder=decoder)
    table.batches = _csv_batches(table, stream, delimiter, line + 1)
    return table


def _csv_batches(
    table: TextTable, stream: LineStream, delimiter: str, first_line: int
) -> Iterator[pa.RecordBatch]:
    invalid: list[int] = []

    def reject(row: Any) -> str:
        reason, value = "wrong_field_count", row.text
        if value.startswith(MARKER):
            reason, _, value = value[1:].partition(MARKER_END)
        invalid.append(row.number - 1)
        line = first_line + row.number - 1
        table.rejects.append(Reject(line, reason, value[:EXCERPT_CHARACTERS]))
        return "skip"

    names = table.schema.names[1:]
    try:
        probe = stream.read(BLOCK_BYTES)
        if not probe.strip():
            return
        reader = pa.csv.open_csv(
            pa.PythonFile(LineStream(_rest(stream), probe), "r"),
            read_options=pa.csv.ReadOptions(
                column_names=names, block_size=2 * BLOCK_BYTES, use_threads=False
            ),
            parse_options=pa.csv.ParseOptions(
                delimiter=delimiter,
                invalid_row_handler=reject,
                ignore_empty_lines=False,
                newlines_in_values=bool(table.decoder and table.decoder.quoted_newlines),
            ),
            convert_options=pa.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
        yield from _numbered(reader, invalid, first_line)
    except UnreadableFileError as error:
        table.broken = error
    except pa.ArrowInvalid as error:
        table.broken = UnreadableFileError("unreadable_file", f"{error}. Mend the file.")


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


def _read_excel(path: Path) -> TextTable:
    try:
        book = fastexcel.read_excel(str(path))
        sheet = book.load_sheet(0, header_row=0, dtypes="string")
        rows = sheet.to_arrow()
    except fastexcel.FastExcelError as error:
        raise UnreadableFileError(
            "unreadable_excel", f"{path.name}: {error}. Save it as .xlsx and deliver it again."
        ) from error
    return _of_arrow([name.strip() for name in rows.schema.names], [rows])


def _read_parquet(path: Path) -> TextTable:
    try:
        file = pa.parquet.ParquetFile(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise UnreadableFileError(
            "unreadable_parquet", f"{path.name}: {error}. Deliver it again."
        ) from error
    return _of_arrow(file.schema_arrow.names, file.iter_batches())


def _of_arrow(header: list[str], batches: Any) -> TextTable:
    table = TextTable(header, iter(()))

    def numbered() -> Iterator[pa.RecordBatch]:
        line = 2  # a spreadsheet's first data row; for Parquet, the row number plus one
        for batch in batches:
            texts = [_as_text(column) for column in batch.columns]
            lines = pa.array(np.arange(line, line + len(batch)), pa.int64())
            yield pa.RecordBatch.from_arrays([lines, *texts], names=table.schema.names)
            line += len(batch)

    table.batches = numbered()
    return table


def _as_text(column: pa.Array) -> pa.Array:
    if pa.types.is_timestamp(column.type):
        column = pa.compute.strftime(column.cast(pa.timestamp("s"), safe=False))
        return pa.compute.replace_substring(column, "T", " ").fill_null("")
    return column.cast(pa.string()).fill_null("")
