"""Starts ``jiaofei`` in a process of its own and looks at what it publishes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.lib.publication.history import DATABASE, current_snapshot
from dagster_project.settings import load_settings

COMMAND = str(Path(sys.executable).with_name("jiaofei"))
KEY = "5a" * 32  # one key, so that homes can be compared


def start(home: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start a command on the home."""
    environment = {**os.environ, "JIAOFEI_PSEUDONYM_KEY": KEY}
    return subprocess.Popen(
        [COMMAND, *arguments, "--home", str(home)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment,
        start_new_session=True,
    )  # fmt: skip


def finish(process: subprocess.Popen[str]) -> str:
    """Wait for the end; fail with what was printed."""
    output, _ = process.communicate(timeout=300)
    assert process.returncode == 0, output[-3000:]
    return output


def run(home: Path, *arguments: str) -> str:
    """Run a command on the home to its end."""
    return finish(start(home, *arguments))


def published(home: Path, sql: str) -> list[tuple[Any, ...]]:
    """Query the current snapshot, as a reader does."""
    snapshot = current_snapshot(load_settings(home))
    assert snapshot is not None
    with duckdb.connect(str(snapshot.path / DATABASE), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def business_tables(home: Path, but: tuple[str, ...] = ()) -> dict[str, list[tuple[Any, ...]]]:
    """Every published table's rows, sorted."""
    names = published(home, "select table_name from information_schema.tables order by 1")
    return {
        name: published(home, f"select * from business_application.{name} order by all")
        for (name,) in names
        if name not in but
    }
