"""Chooses how a delivered file is read: by its ending, and by its profile."""

from __future__ import annotations

from pathlib import Path

from dagster_project.lib.deliveries.reading.archives import open_bytes
from dagster_project.lib.deliveries.reading.arrow_files import read_excel, read_parquet
from dagster_project.lib.deliveries.reading.asides import Asides
from dagster_project.lib.deliveries.reading.decoding import Decoder, clean_lines
from dagster_project.lib.deliveries.reading.delimited import read_header, text_batches
from dagster_project.lib.deliveries.reading.errors import UnreadableFileError
from dagster_project.lib.deliveries.reading.fixed_width import RecordCutter
from dagster_project.lib.deliveries.reading.line_stream import LineStream
from dagster_project.lib.deliveries.reading.markers import FIELD_END
from dagster_project.lib.deliveries.reading.text_table import TextTable
from dagster_project.lib.deliveries.source_profile import Profile

DELIMITERS = {".csv": ",", ".tsv": "\t"}


def read_text(path: Path, profile: Profile) -> TextTable:
    """Open a delivered file.

    Raises:
        UnreadableFileError: the file as a whole cannot be read.
    """
    plain = path.with_suffix("") if path.suffix in (".gz", ".zip") else path
    if profile.fixed_width:
        return _read_fixed_width(path, profile)
    if plain.suffix == ".xlsx":
        return read_excel(path)
    if plain.suffix == ".parquet":
        return read_parquet(path)
    return _read_delimited(path, profile, profile.delimiter or DELIMITERS.get(plain.suffix, ","))


def _read_delimited(path: Path, profile: Profile, delimiter: str) -> TextTable:
    decoder = Decoder(
        profile.encoding,
        quoted_newlines=profile.quoted_newlines,
        delimiter=delimiter,
        asides=Asides(profile.comment, profile.footer_starts_with, delimiter, profile.strip),
    )
    stream = _lines(path, profile, decoder)
    names, first_line = read_header(stream, path.name, delimiter, profile.strip)
    table = TextTable(names, iter(()), decoder=decoder)
    table.batches = text_batches(table, stream, delimiter, first_line, path.name)
    return table


def _read_fixed_width(path: Path, profile: Profile) -> TextTable:
    layout = profile.fixed_width
    assert layout
    cutter = RecordCutter(
        path.name,
        profile.encoding,
        layout.detail_record,
        layout.header_record,
        layout.trailer_record,
    )
    decoder = Decoder(profile.encoding, cutter=cutter)
    stream = _lines(path, profile, decoder)
    if stream.is_empty:
        raise stream.error or UnreadableFileError("empty_file", file=path.name)
    table = TextTable(list(layout.detail), iter(()), decoder=decoder)
    table.batches = text_batches(table, stream, FIELD_END, 1, path.name)
    return table


def _lines(path: Path, profile: Profile, decoder: Decoder) -> LineStream:
    stream = open_bytes(path, profile.zip_member, profile.encoding)
    return LineStream(clean_lines(stream, decoder))
