"""A delivered file as text columns: what every reader gives, whatever the file's format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pyarrow as pa

from dagster_project.lib.deliveries.reading.decoding import Decoder
from dagster_project.lib.deliveries.reading.errors import UnreadableFileError


@dataclass
class Reject:
    """A row that could not even be split into columns."""

    line: int
    reason: str
    value: str


@dataclass
class TextTable:
    """A file's header, its rows as a stream of text batches, and the rows that were no rows.

    The batches have ``line`` and one text column ``f0``, ``f1``, ... per header column, in file
    order. In files whose values hold line ends, ``line`` counts records. ``rejects``, ``broken``
    and what the decoder remembers are complete only once ``batches`` is exhausted; ``broken``
    holds the error that ended the stream before the end of the file.
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
    def named(self) -> dict[str, str]:
        """Values that the file's header record, trailer or footer table gives by name."""
        if self.decoder is None:
            return {}
        cut = self.decoder.cutter.named if self.decoder.cutter else {}
        return cut | self.decoder.asides.named

    @property
    def asides(self) -> list[str]:
        """Lines before, between and after the rows, as they stand."""
        if self.decoder is None:
            return []
        return self.decoder.asides.lines + self.decoder.asides.footer_lines

    @property
    def schema(self) -> pa.Schema:
        """Schema of the batches: ``line`` (int64), then a text column per header column."""
        columns = [(f"f{index}", pa.string()) for index in range(len(self.header))]
        return pa.schema([("line", pa.int64()), *columns])
