"""One writer at a time: the lock that orders runs, and the connection that waits its turn.

DuckDB lets one process write a file and refuses every other with an error at once.  Runs therefore
queue at a lock file, and a connection retries for as long as a writer that does not know the lock
(the dbt process of a run that was killed) still holds the file.  Readers use published snapshots.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb

from dagster_project.settings import Settings

LOCK_FILE = ".writer.lock"
PATIENCE_SECONDS = 3600.0  # a province's full build, four times over
PAUSE_SECONDS = 0.2


class WarehouseBusyError(TimeoutError):
    """Another run held the warehouse for longer than a run may take."""


@contextmanager
def writer_lock(settings: Settings, patience: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Hold the home's writer lock; wait while another run holds it.

    The kernel releases the lock when the process ends, however it ends, so a killed run leaves
    nothing to clean up.

    Raises:
        WarehouseBusyError: after ``patience`` seconds.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    path = settings.home / LOCK_FILE
    deadline = time.monotonic() + patience
    with path.open("a") as handle:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                _wait_or_give_up(deadline, f"{path} is held by another run")
        yield


@contextmanager
def connect(
    settings: Settings, patience: float = PATIENCE_SECONDS
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse for writing, within the memory and the threads that the settings allow."""
    settings.home.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + patience
    while True:
        try:
            connection = duckdb.connect(str(settings.warehouse), config=engine_config(settings))
            break
        except duckdb.IOException as error:
            if "lock" not in str(error).lower():
                raise
            _wait_or_give_up(deadline, str(error))
    try:
        yield connection
    finally:
        connection.close()


def scalar(connection: duckdb.DuckDBPyConnection, query: str, values: object = None) -> Any:
    """The one value of a query; None for no row. Read to its end, as the next query demands."""
    rows = connection.execute(query, values).fetchall()
    return rows[0][0] if rows else None


def engine_config(settings: Settings) -> dict[str, str | bool | int | float | list[str]]:
    """DuckDB's settings for every connection of this project."""
    return {
        "threads": settings.threads,
        "memory_limit": settings.memory_limit,
        "temp_directory": str(settings.home / "tmp"),
    }


def _wait_or_give_up(deadline: float, reason: str) -> None:
    if time.monotonic() > deadline:
        raise WarehouseBusyError(
            f"Waited too long for the warehouse: {reason}. Wait for that run, or end it."
        )
    time.sleep(PAUSE_SECONDS)
