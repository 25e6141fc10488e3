"""Starts ``jiaofei`` in a process of its own and looks at what it publishes."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.lib.publication.history import DATABASE, current_snapshot
from dagster_project.lib.warehouse.connection import connect
from dagster_project.settings import load_settings

COMMAND = str(Path(sys.executable).with_name("jiaofei"))
KEY = "5a" * 32  # one key, so that homes can be compared
OF_A_FIT = ("release_id", "data_version", "fit_seconds", "peak_memory_mb", "seconds_per_series")
OF_MANY_FITS = ("model_validation", "payment_timing_backtest", "forecast_backtest")
NEWEST_FITS = """
select max_by(release_id, (fitted_on, data_version))
from business_application.model_validation group by model
"""


def start(home: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start a command on the home."""
    environment = {
        **os.environ, "JIAOFEI_PSEUDONYM_KEY": KEY,
        "JIAOFEI_FORECAST_SAMPLE_SERIES": "1",  # slow forecasters are judged elsewhere
    }  # fmt: skip
    return subprocess.Popen(
        [COMMAND, *arguments, "--home", str(home)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment,
        start_new_session=True,
    )  # fmt: skip


def finish(process: subprocess.Popen[str]) -> str:
    """Wait for the end; fail with what was printed."""
    output, _ = process.communicate(timeout=600)
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


def forget_releases(home: Path) -> None:
    """Let the next fit be the first: numbers and names of segments are kept from fit to fit."""
    with connect(load_settings(home)) as connection:
        for (name,) in connection.execute(
            "select table_name from information_schema.tables "
            "where table_schema = 'platform_support' and table_name like '%_release'"
        ).fetchall():
            connection.execute(f"drop table platform_support.{name}")


def business_tables(home: Path, but: tuple[str, ...] = ()) -> dict[str, list[tuple[Any, ...]]]:
    """Every published table's rows, sorted, for a comparison of homes.

    Of the models' tables only what the newest fit says, without what names the fit or measures its
    cost: homes that were run on other days have other fits behind them.
    """
    names = published(home, "select table_name from information_schema.tables order by 1")
    return {name: _compared(home, name) for (name,) in names if name not in but}


def _compared(home: Path, name: str) -> list[tuple[Any, ...]]:
    relation = f"business_application.{name}"
    columns = [column for column, *_ in published(home, f"describe {relation}")]
    listed = ", ".join(column for column in columns if column not in OF_A_FIT)
    newest = f"where release_id in ({NEWEST_FITS})" if name in OF_MANY_FITS else ""
    rows = published(home, f"select {listed} from {relation} {newest} order by all")
    return [tuple(map(_without_last_bits, row)) for row in rows]


class UpToLastBits(float):
    """A double equal to another of nearly its value: sums in another order differ in last bits.

    Amounts of money are decimals, and exact.
    """

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, float):
            return NotImplemented
        both_missing = math.isnan(self) and math.isnan(other)
        return both_missing or math.isclose(self, other, rel_tol=1e-10, abs_tol=1e-12)

    __hash__ = None  # type: ignore[assignment] # equal is not transitive


def _without_last_bits(value: Any) -> Any:
    return UpToLastBits(value) if isinstance(value, float) else value
