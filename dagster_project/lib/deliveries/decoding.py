"""From delivered bytes to clean UTF-8 lines, block by block.

Opens plain, gzip and zip files, refuses what must not be opened (paths that leave the archive,
archives that expand without bound), transcodes, and takes out the lines that would spoil their
neighbours: a line with an open quote, a line longer than a block.  Such a line is replaced by a
marker that the reader reports as a rejected row, so that every line stays counted.
"""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO

import numpy as np

BLOCK_BYTES = 8 << 20
LONGEST_LINE_BYTES = 1 << 20  # no honest row comes near; bounds the memory of one line
LARGEST_EXPANSION = 200  # times its size; text compresses 5 to 20 times
EXPANSION_FREE_BYTES = 64 << 20  # below this no archive is a bomb
MARKER = "\x1e"  # ASCII record separator: opens a replaced line
MARKER_END = "\x1f"  # ASCII unit separator: between reason and excerpt
EXCERPT_CHARACTERS = 200
REPLACEMENT = "\ufffd"


class UnreadableFileError(Exception):
    """The file as a whole cannot be loaded; ``reason`` is the code that the ledger counts."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def open_bytes(path: Path) -> IO[bytes]:
    """Open a delivered file, unpacked if it is packed."""
    if path.suffix == ".gz":
        return _Bounded(gzip.open(path, "rb"), path)  # type: ignore[arg-type,return-value]
    if path.suffix == ".zip":
        return _Bounded(_only_member(path), path)  # type: ignore[return-value]
    return path.open("rb")


class _Bounded(io.RawIOBase):
    """Reads an unpacked stream; stops archives that expand without bound or end early."""

    def __init__(self, stream: IO[bytes], path: Path) -> None:
        self._stream, self._path = stream, path
        self._limit = max(EXPANSION_FREE_BYTES, LARGEST_EXPANSION * path.stat().st_size)
        self._count = 0

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self._stream.close()
        super().close()

    def read(self, size: int = -1) -> bytes:
        try:
            block = self._stream.read(size)
        except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile) as error:
            raise UnreadableFileError(
                "truncated_file",
                f"{self._path.name} ends before its archive does ({error}). Deliver it again.",
            ) from error
        self._count += len(block)
        if self._count > self._limit:
            raise UnreadableFileError(
                "archive_too_large",
                f"{self._path.name} expands to more than {LARGEST_EXPANSION} times its size "
                f"({self._path.stat().st_size} bytes). Deliver it unpacked if it is meant.",
            )
        return block


def _only_member(path: Path) -> IO[bytes]:
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise UnreadableFileError(
            "truncated_file", f"{path.name} is not a whole zip archive. Deliver it again."
        ) from error
    members = [member for member in archive.infolist() if not member.is_dir()]
    for member in members:
        name = PurePosixPath(member.filename.replace("\\", "/"))
        if name.is_absolute() or ".." in name.parts:
            raise UnreadableFileError(
                "unsafe_archive",
                f"{path.name} holds {member.filename!r}, a path that leaves the archive. "
                "Deliver an archive with plain file names.",
            )
    if len(members) != 1:
        raise UnreadableFileError(
            "not_one_member",
            f"{path.name} holds {len(members)} files; expected exactly one. Pack them singly.",
        )
    return archive.open(members[0])


class Decoder:
    """Transcodes blocks of whole lines to UTF-8; remembers whether a character was bad."""

    def __init__(self, encoding: str, quoted_newlines: bool = False) -> None:
        self.encoding = encoding
        self.quoted_newlines = quoted_newlines
        self.has_bad_characters = False

    def decode(self, block: bytes) -> bytes:
        """Return the block in UTF-8, bad characters as U+FFFD, lines with an open quote marked."""
        if self.encoding != "utf-8" or not _is_utf8(block):
            text = block.decode(self.encoding, "replace")
            self.has_bad_characters |= REPLACEMENT in text
            block = text.encode("utf-8")
        if _may_hold_long_line(block):
            block = _replace_lines(block, _long_lines(block), "line_too_long")
        if self.quoted_newlines or b'"' not in block:
            return block
        return _replace_lines(block, _lines_with_open_quote(block), "open_quote")


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
                yield _marker("line_too_long", overlong, decoder.encoding)
                block, overlong = block[end + 1 :], None
            data = rest + block if rest else block
            end = data.rfind(b"\n") + 1
            rest = data[end:]
            if len(rest) > LONGEST_LINE_BYTES:
                overlong, rest = rest[: 4 * EXCERPT_CHARACTERS], b""
            if end:
                yield decoder.decode(data[:end])
        if overlong is not None:
            yield _marker("line_too_long", overlong, decoder.encoding)
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
    lengths = np.diff(_line_ends(block), prepend=-1)
    return np.flatnonzero(lengths > LONGEST_LINE_BYTES).tolist()


def _lines_with_open_quote(block: bytes) -> list[int]:
    """Lines with an odd number of quotes; each must end at its end, not at the next quote."""
    quotes = np.flatnonzero(np.frombuffer(block, dtype=np.uint8) == ord('"'))
    ends = _line_ends(block)
    return np.flatnonzero(
        np.bincount(np.searchsorted(ends, quotes), minlength=len(ends)) % 2
    ).tolist()


def _line_ends(block: bytes) -> np.ndarray:
    return np.flatnonzero(np.frombuffer(block, dtype=np.uint8) == ord("\n"))


def _replace_lines(block: bytes, lines: list[int], reason: str) -> bytes:
    """Put a marker in the place of each of the lines."""
    if not lines:
        return block
    ends = _line_ends(block)
    pieces, start = [], 0
    for line in lines:
        first = int(ends[line - 1]) + 1 if line else 0
        last = int(ends[line]) + 1
        excerpt = block[first : min(last, first + 4 * EXCERPT_CHARACTERS)]
        pieces += [block[start:first], _marker(reason, excerpt, "utf-8")]
        start = last
    return b"".join([*pieces, block[start:]])


def _marker(reason: str, line: bytes, encoding: str) -> bytes:
    text = line.decode(encoding, "replace")[:EXCERPT_CHARACTERS]
    plain = "".join(" " if letter in ',;|\t"\r\n' else letter for letter in text)
    return f"{MARKER}{reason}{MARKER_END}{plain}\n".encode()


class LineStream(io.RawIOBase):
    """Presents an iterator of byte blocks as a file, for readers that want one."""

    def __init__(self, blocks: Iterator[bytes], head: bytes = b"") -> None:
        self._blocks, self._buffer = blocks, head

    def readable(self) -> bool:
        """Say that the stream can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return up to ``size`` bytes; fewer only at the end."""
        pieces, length = [self._buffer], len(self._buffer)
        while size < 0 or length < size:
            block = next(self._blocks, None)
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
            block = next(self._blocks, None)
            if block is None:
                break
            self._buffer += block
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line
