"""Does the current snapshot hold what its manifest says?"""

from __future__ import annotations

import duckdb

from dagster_project.lib.publication.history import DATABASE, current_snapshot
from dagster_project.lib.publication.tables import SCHEMA
from dagster_project.lib.warehouse.connection import scalar
from dagster_project.settings import Settings


def snapshot_differences(settings: Settings) -> list[str]:
    """Tables of the current snapshot whose rows differ from what its manifest states."""
    snapshot = current_snapshot(settings)
    if snapshot is None:
        return ["nothing is published"]
    wrong = []
    with duckdb.connect(str(snapshot.path / DATABASE), read_only=True) as connection:
        for name, rows in snapshot.tables.items():
            path = str(snapshot.path / f"{name}.parquet")
            found = scalar(connection, f"select count(*) from {SCHEMA}.{name}")
            parquet = scalar(connection, "select count(*) from read_parquet(?)", [path])
            for kind, count in (("DuckDB", found), ("Parquet", parquet)):
                if count != rows:
                    wrong.append(f"{name}: {rows} rows stated, {count} in {kind}")
    return wrong
