"""Records of fixed width in bytes become lines with a separator after every field.

Widths count bytes of the file's own encoding (a Chinese character of GBK is two), so records are
cut before they are decoded: a half character spoils its own field and no other. A block of records
is one matrix of bytes; only records of a wrong length are looked at one by one.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from dagster_project.lib.deliveries.reading.errors import UnreadableFileError
from dagster_project.lib.deliveries.reading.markers import (
    ASIDE_LINE,
    FIELD_END,
    line_ends,
    marker,
)


@dataclass(frozen=True)
class Record:
    """Names and widths in bytes of one kind of record, ``gap`` bytes between two fields."""

    widths: dict[str, int]
    gap: int = 0
    starts_with: str = ""

    @property
    def length(self) -> int:
        """Bytes of a whole record, without its line end."""
        return sum(self.widths.values()) + self.gap * (len(self.widths) - 1)

    def slices(self) -> list[slice]:
        """Where each field lies in the record."""
        ends = np.cumsum([width + self.gap for width in self.widths.values()]) - self.gap
        return [
            slice(int(end) - width, int(end))
            for end, width in zip(ends, self.widths.values(), strict=True)
        ]

    def values(self, line: bytes, encoding: str) -> dict[str, str]:
        """Texts of one record by name, blanks taken off."""
        texts = (line[part].decode(encoding, "replace").strip() for part in self.slices())
        return dict(zip(self.widths, texts, strict=True))


@dataclass
class RecordCutter:
    """Cuts blocks of records; ``named`` holds the values of the header and the trailer."""

    file: str
    encoding: str
    detail: Record
    header: Record | None = None
    trailer: Record | None = None
    named: dict[str, str] = field(default_factory=dict)
    _is_first: bool = True

    def cut(self, block: bytes) -> bytes:
        """Return the block with separated fields, still in the file's own encoding."""
        head = b""
        if self.header and self._is_first:
            line, _, block = block.partition(b"\n")
            self._take_header(line.rstrip(b"\r"), self.header)
            head = ASIDE_LINE
        self._is_first = False
        return head + self._cut_lines(block) if block else head

    def _take_header(self, line: bytes, header: Record) -> None:
        if len(line) != header.length:
            raise UnreadableFileError(
                "invalid_header", file=self.file, found=len(line), expected=header.length
            )
        self.named |= header.values(line, self.encoding)

    def _cut_lines(self, block: bytes) -> bytes:
        data, ends = np.frombuffer(block, dtype=np.uint8), line_ends(block)
        starts = np.concatenate([[0], ends[:-1] + 1])
        lengths = ends - starts
        lengths -= (lengths > 0) & (data[ends - 1] == ord("\r"))
        is_record = (lengths == self.detail.length) & ~self._is_trailer(data, starts, lengths)
        records = self._separated(data[starts[is_record, None] + np.arange(self.detail.length)])
        if is_record.all():
            return records
        pieces: list[bytes] = []
        taken, width = 0, len(records) // max(int(is_record.sum()), 1)
        for number in np.flatnonzero(~is_record):
            line = block[starts[number] : starts[number] + lengths[number]]
            before = int(number) - len(pieces) // 2  # records, not lines, before this line
            pieces += [records[taken * width : before * width], self._other(line)]
            taken = before
        return b"".join([*pieces, records[taken * width :]])

    def _is_trailer(self, data: np.ndarray, starts: np.ndarray, lengths: np.ndarray) -> np.ndarray:
        if not self.trailer:
            return np.zeros(len(starts), bool)
        prefix = np.frombuffer(self.trailer.starts_with.encode(self.encoding), np.uint8)
        fits = lengths == self.trailer.length
        fits[fits] = (data[starts[fits, None] + np.arange(len(prefix))] == prefix).all(axis=1)
        return fits

    def _separated(self, records: np.ndarray) -> bytes:
        """Records x bytes -> the same with a separator after each field, the last a line end."""
        fields = self.detail.slices()
        size = sum(self.detail.widths.values()) + len(fields)
        out = np.full((len(records), size), ord(FIELD_END), np.uint8)
        position = 0
        for part in fields:
            width = part.stop - part.start
            out[:, position : position + width] = records[:, part]
            position += width + 1
        out[:, -1] = ord("\n")
        return out.tobytes()

    def _other(self, line: bytes) -> bytes:
        """What stands in the place of a line that is no record."""
        trailer = self.trailer
        if trailer and len(line) == trailer.length:
            prefix = trailer.starts_with.encode(self.encoding)
            if line.startswith(prefix):
                self.named |= trailer.values(line, self.encoding)
                return ASIDE_LINE
        if not line.strip():
            return b"\n"
        found = marker("wrong_record_length", line, self.encoding)
        return found.decode().encode(self.encoding, "replace")
