"""Presents an iterator of byte blocks as a file, for readers that want one."""

from __future__ import annotations

import io
from collections.abc import Iterator

from dagster_project.lib.deliveries.reading.errors import UnreadableFileError


class LineStream(io.RawIOBase):
    """A file made of ``head`` and the blocks after it.

    An error of the blocks ends the file and is kept in ``error``, so that what came before it is
    still read; whoever has read the file looks there.
    """

    def __init__(self, blocks: Iterator[bytes], head: bytes = b"") -> None:
        self._blocks, self._buffer = blocks, head
        self.error: UnreadableFileError | None = None

    def readable(self) -> bool:
        """Say that the stream can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return up to ``size`` bytes; fewer only at the end."""
        pieces, length = [self._buffer], len(self._buffer)
        while size < 0 or length < size:
            block = self._next()
            if block is None:
                break
            pieces.append(block)
            length += len(block)
        data = b"".join(pieces)
        cut = len(data) if size < 0 else size
        self._buffer = data[cut:]
        return data[:cut]

    def first_line(self) -> bytes:
        """Take off and return the first line, without its end; empty at the end of the file."""
        while b"\n" not in self._buffer:
            block = self._next()
            if block is None:
                break
            self._buffer += block
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left to read."""
        self._buffer = self._buffer or self._next() or b""
        return not self._buffer

    def _next(self) -> bytes | None:
        try:
            return next(self._blocks, None)
        except UnreadableFileError as error:
            self.error = error
            return None
