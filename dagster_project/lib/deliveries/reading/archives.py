"""Opens plain, gzip and zip files; refuses what must not be unpacked.

Paths that leave the archive, archives that expand without bound, locked ones, and archives of
several files of which the profile does not choose one.
"""

from __future__ import annotations

import gzip
import io
import re
import sys
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import IO

from dagster_project.lib.deliveries.reading.errors import UnreadableFileError

LARGEST_EXPANSION = 200  # times its size; text compresses 5 to 20 times
PIECE_BYTES = 64 << 10  # what is lost of an archive that ends early
EXPANSION_FREE_BYTES = 64 << 20  # below this no archive is a bomb


def open_bytes(path: Path, member: str | None = None, encoding: str = "utf-8") -> IO[bytes]:
    """Open a delivered file, unpacked if it is packed.

    Args:
        path: of the file.
        member: regular expression of the one zip member to read; None: there is only one.
        encoding: of zip member names that do not say that they are UTF-8.
    """
    if path.suffix == ".gz":
        return _Bounded(gzip.open(path, "rb"), path)  # type: ignore[arg-type,return-value]
    if path.suffix == ".zip":
        return _Bounded(_only_member(path, member, encoding), path)  # type: ignore[return-value]
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
        """Return ``size`` bytes; fewer at the end, and before an error, which comes next."""
        pieces: list[bytes] = []
        left = size if size >= 0 else sys.maxsize
        while left > 0 and (piece := self._piece(min(left, PIECE_BYTES), bool(pieces))):
            pieces.append(piece)
            left -= len(piece)
        return b"".join(pieces)

    def _piece(self, size: int, may_end: bool) -> bytes:
        try:
            piece = self._stream.read(size)
        except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile) as error:
            if may_end:
                return b""
            raise UnreadableFileError(
                "truncated_file", file=self._path.name, detail=error
            ) from error
        self._count += len(piece)
        if self._count > self._limit:
            raise UnreadableFileError(
                "archive_too_large",
                file=self._path.name,
                times=LARGEST_EXPANSION,
                bytes=self._path.stat().st_size,
            )
        return piece


def _only_member(path: Path, wanted: str | None, encoding: str) -> IO[bytes]:
    try:
        archive = zipfile.ZipFile(path, metadata_encoding=_names_encoding(encoding))
    except (zipfile.BadZipFile, UnicodeDecodeError) as error:
        raise UnreadableFileError("truncated_file", file=path.name, detail=error) from error
    members = [member for member in archive.infolist() if not member.is_dir()]
    for member in members:
        name = PurePosixPath(member.filename.replace("\\", "/"))
        if name.is_absolute() or ".." in name.parts:
            raise UnreadableFileError("unsafe_archive", file=path.name, member=member.filename)
    if wanted:
        members = [m for m in members if re.fullmatch(wanted, PurePosixPath(m.filename).name)]
    if len(members) != 1:
        raise UnreadableFileError("not_one_member", file=path.name, count=len(members))
    try:
        return archive.open(members[0])
    except (RuntimeError, NotImplementedError, zipfile.BadZipFile) as error:
        raise UnreadableFileError("locked_archive", file=path.name, detail=error) from error


def _names_encoding(encoding: str) -> str | None:
    """Chinese archives name their members in GBK without saying so; others keep the default."""
    return None if encoding == "utf-8" else encoding
