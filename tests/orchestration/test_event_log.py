"""Dagster's SQLite files while a run writes them."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from dagster_project.lib.event_log import files_held_open


def test_a_file_that_is_closed_after_every_event_keeps_its_log_until_the_run_ends(
    tmp_path: Path,
) -> None:
    file, log = tmp_path / "index.db", tmp_path / "index.db-wal"
    engine = create_engine(f"sqlite:///{file}", poolclass=NullPool)
    with files_held_open():
        with engine.begin() as connection:
            connection.execute(text("pragma journal_mode = wal"))
            connection.execute(text("create table event (id integer)"))
        for number in range(3):
            with engine.begin() as connection:
                connection.execute(text("insert into event values (:id)"), {"id": number})
            assert log.stat().st_size
    assert not log.exists()
    with engine.connect() as connection:
        assert connection.execute(text("select count(*) from event")).scalar() == 3
        assert connection.execute(text("pragma synchronous")).scalar() == 2  # as before the run
