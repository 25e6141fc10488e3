"""Dagster's SQLite files, held open while a run in this process writes its events.

Dagster opens and closes a file for every event. Whoever closes a file as the last one empties its
write-ahead log and waits for the disk, and so does every commit: for a thousand events that takes
longer than many builds. Nothing is written in another way, and other processes read as before.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

MAIN_FILE = "select file from pragma_database_list where name = 'main'"
A_READING = "select count(*) from sqlite_master"  # only who has read the log holds it
# Without a wait at every commit the log of a killed run is whole, and after a failure of power it
# is so up to the last moments: SQLite's own advice for a write-ahead log.
NO_WAIT_AT_COMMIT = "pragma synchronous = normal"


@contextmanager
def files_held_open() -> Iterator[None]:
    """Hold every SQLite file open that SQLAlchemy opens in the block."""
    held: dict[str, sqlite3.Connection] = {}
    with ExitStack() as stack:

        def hold(opened: Any, _: object) -> None:
            if not isinstance(opened, sqlite3.Connection):
                return
            opened.execute(NO_WAIT_AT_COMMIT)
            ((file,),) = opened.execute(MAIN_FILE).fetchall()
            if file and file not in held:
                keeper = sqlite3.connect(file, check_same_thread=False)
                held[file] = stack.enter_context(closing(keeper))
            if file:  # anew each time: a new file has a write-ahead log from its second opening on
                held[file].execute(A_READING).fetchall()

        event.listen(Engine, "connect", hold)
        stack.callback(event.remove, Engine, "connect", hold)
        yield
