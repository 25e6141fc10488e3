"""Publishing: a new snapshot directory is written aside, then becomes current by one rename."""

from __future__ import annotations

import errno
import json
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from xlsxwriter.exceptions import XlsxFileError

from dagster_project.lib.publication.history import (
    MANIFEST,
    PARTIAL,
    PublicationError,
    Snapshot,
    current_snapshot,
    list_snapshots,
    prune,
    read_snapshot,
    remove_folder,
    switch,
    switching,
    sync_folder,
)
from dagster_project.lib.publication.manifest import describe, fingerprint, manifest
from dagster_project.lib.publication.tables import Table, copy_tables, published_tables
from dagster_project.lib.publication.workbook import write_workbook
from dagster_project.lib.warehouse.connection import connect
from dagster_project.settings import Settings

__all__ = ["Snapshot", "current_snapshot", "publish"]

WORKBOOK = "jiaofei.xlsx"


def publish(
    settings: Settings, *, as_of: date, progress: Callable[[str], None] = lambda line: None
) -> Snapshot:
    """Publish the warehouse's business tables; call with the writer lock held.

    The same content again is the same snapshot: nothing is written, it is only made current.

    Raises:
        PublicationError: nothing to publish, or the disk is full; the old snapshot stays current.
    """
    begin = time.monotonic()
    settings.published.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(settings)
    with connect(settings) as connection:
        tables = published_tables(connection)
        if not tables:
            raise PublicationError("The warehouse holds no business table. Run the build first.")
        describe(settings, tables)
        snapshot_id = f"{as_of:%Y-%m-%d}-{fingerprint(tables)}"
        target = settings.published / snapshot_id
        if not (target / MANIFEST).exists():
            _write(settings, connection, tables, target, as_of)
    with switching(settings), _explained():
        switch(settings, snapshot_id)
        prune(settings)
    progress(f"published {snapshot_id} [{time.monotonic() - begin:.1f} s]")
    return read_snapshot(target)


def _remove_leftovers(settings: Settings) -> None:
    """Remove what killed runs left; nobody else writes, for the caller holds the writer lock."""
    for leftover in settings.published.glob(f".*{PARTIAL}"):
        if leftover.is_dir() and not leftover.is_symlink():
            remove_folder(leftover)


def _write(
    settings: Settings,
    connection: duckdb.DuckDBPyConnection,
    tables: list[Table],
    target: Path,
    as_of: date,
) -> None:
    """Write the snapshot under a hidden name; whole, it gets its own."""
    order = max((s.published_order for s in list_snapshots(settings)), default=0) + 1
    content = manifest(settings, target.name, as_of, order, tables)
    partial = target.with_name(f".{target.name}{PARTIAL}")
    with _explained(partial):
        partial.mkdir()
        # The block waits for the workbook, whatever becomes of the rest.
        with ThreadPoolExecutor(1) as beside:
            book = beside.submit(_write_workbook, connection.cursor(), tables, partial, content)
            copy_tables(connection, tables, partial)
            book.result()
        text = json.dumps(content, ensure_ascii=False, indent=1)
        (partial / MANIFEST).write_text(text, encoding="utf-8")
        _seal(partial)
        partial.rename(target)


def _write_workbook(
    cursor: duckdb.DuckDBPyConnection, tables: list[Table], folder: Path, content: dict[str, Any]
) -> None:
    """Write the workbook with a cursor of its own, which nobody closes before it is done."""
    with cursor:
        write_workbook(cursor, tables, folder / WORKBOOK, content)


def _seal(folder: Path) -> None:
    """Write everything to disk and make the files read-only."""
    for path in folder.iterdir():
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        path.chmod(0o444)
    sync_folder(folder)


@contextmanager
def _explained(partial: Path | None = None) -> Iterator[None]:
    """Turn a failure into one clear line, and remove what was written."""
    try:
        yield
    except (OSError, duckdb.Error, XlsxFileError) as error:
        if partial and partial.exists():
            remove_folder(partial)
        raise PublicationError(_reason(error)) from error


def _reason(error: Exception) -> str:
    text = str(error)
    cause = error.args[0] if isinstance(error, XlsxFileError) and error.args else error
    is_full = getattr(cause, "errno", None) in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    if is_full or "No space left" in text or "File too large" in text:
        return (
            f"The disk is full: {text.splitlines()[0]}. Free some space and run again; the "
            "snapshot that was current still is."
        )
    return (
        f"Publishing failed: {text.splitlines()[0]}. Run again; the snapshot that was current "
        "still is."
    )
