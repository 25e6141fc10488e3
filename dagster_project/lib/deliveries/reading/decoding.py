"""From delivered bytes to clean UTF-8 lines, block by block.

Transcodes, and takes out the lines that would spoil their neighbours: a line with an open quote, a
line longer than a block, a line that is no row. Each leaves a marker (``markers``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

import numpy as np

from dagster_project.lib.deliveries.reading.asides import Asides
from dagster_project.lib.deliveries.reading.fixed_width import RecordCutter
from dagster_project.lib.deliveries.reading.markers import (
    EXCERPT_CHARACTERS,
    FIELD_END,
    line_ends,
    marker,
    replace_lines,
)

BLOCK_BYTES = 8 << 20
LONGEST_LINE_BYTES = 1 << 20  # no honest row comes near; bounds the memory of one line
REPLACEMENT = "\ufffd"
BYTE_ORDER_MARK = "\ufeff".encode()


class Decoder:
    """Transcodes blocks of whole lines to UTF-8; remembers whether a character was bad."""

    def __init__(
        self,
        encoding: str,
        *,
        quoted_newlines: bool = False,
        delimiter: str = ",",
        asides: Asides | None = None,
        cutter: RecordCutter | None = None,
    ) -> None:
        self.encoding = encoding
        self.quoted_newlines = quoted_newlines
        self.asides = asides or Asides()
        self.cutter = cutter
        self.has_bad_characters = False
        self._long_delimiter = delimiter.encode() if len(delimiter) > 1 else None
        self._is_first = True

    @property
    def has_quotes(self) -> bool:
        """Whether a quotation mark has a meaning in the file."""
        return self.cutter is None and self._long_delimiter is None

    def decode(self, block: bytes) -> bytes:
        """Return the block in UTF-8, bad characters as U+FFFD, lines that are no rows marked."""
        if self.cutter:
            block = self.cutter.cut(block)
        if self.encoding != "utf-8" or not _is_utf8(block):
            text = block.decode(self.encoding, "replace")
            self.has_bad_characters |= REPLACEMENT in text
            block = text.encode("utf-8")
        if self._is_first:
            block, self._is_first = block.removeprefix(BYTE_ORDER_MARK), False
        block = self.asides.take_out(block)
        if _may_hold_long_line(block):
            block = replace_lines(block, _long_lines(block), "line_too_long")
        if self._long_delimiter:
            block = block.replace(self._long_delimiter, FIELD_END.encode())
        if self.quoted_newlines or not self.has_quotes or b'"' not in block:
            return block
        return replace_lines(block, _lines_with_open_quote(block), "open_quote")


def clean_lines(stream: IO[bytes], decoder: Decoder) -> Iterator[bytes]:
    """Yield blocks of whole, clean UTF-8 lines."""
    with stream:
        rest = b""
        overlong: bytes | None = None
        while block := stream.read(BLOCK_BYTES):
            if overlong is not None:
                end = block.find(b"\n")
                if end < 0:
                    continue
                yield marker("line_too_long", overlong, decoder.encoding)
                block, overlong = block[end + 1 :], None
            data = rest + block if rest else block
            end = data.rfind(b"\n") + 1
            rest = data[end:]
            if len(rest) > LONGEST_LINE_BYTES:
                overlong, rest = rest[: 4 * EXCERPT_CHARACTERS], b""
            if end:
                yield decoder.decode(data[:end])
        if overlong is not None:
            yield marker("line_too_long", overlong, decoder.encoding)
        if rest:
            yield decoder.decode(rest + b"\n")


def _is_utf8(block: bytes) -> bool:
    if block.isascii():
        return True
    try:
        block.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _may_hold_long_line(block: bytes) -> bool:
    """Whether half the longest line passes anywhere without a line end; cheap, and rarely true."""
    step = LONGEST_LINE_BYTES // 2
    starts = range(0, len(block) - step, step)
    return any(block.find(b"\n", start, start + step) < 0 for start in starts)


def _long_lines(block: bytes) -> list[int]:
    lengths = np.diff(line_ends(block), prepend=-1)
    return np.flatnonzero(lengths > LONGEST_LINE_BYTES).tolist()


def _lines_with_open_quote(block: bytes) -> list[int]:
    """Lines with an odd number of quotes; each must end at its end, not at the next quote."""
    quotes = np.flatnonzero(np.frombuffer(block, dtype=np.uint8) == ord('"'))
    ends = line_ends(block)
    return np.flatnonzero(
        np.bincount(np.searchsorted(ends, quotes), minlength=len(ends)) % 2
    ).tolist()
