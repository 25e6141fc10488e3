"""The yardstick: the same SQL, run as one plain DuckDB script without dbt, Dagster and tests."""

from __future__ import annotations

import json
import time
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.lib.warehouse.connection import engine_config
from dagster_project.settings import load_settings


def run_plain(home: Path) -> float:
    """Run every compiled model of the home's last full build into a fresh file; return seconds."""
    settings = load_settings(home)
    manifest = json.loads((settings.dbt_build / "manifest.json").read_text(encoding="utf-8"))
    scratch = home / "plain.duckdb"
    scratch.unlink(missing_ok=True)
    begin = time.monotonic()
    with duckdb.connect(str(scratch), config=engine_config(settings)) as connection:
        _copy_inputs(connection, manifest, home)
        for unique_id in _in_order(manifest):
            node = manifest["nodes"][unique_id]
            connection.execute(f"create schema if not exists {node['schema']}")
            kind = "view" if node["config"]["materialized"] == "view" else "table"
            sql = node["compiled_code"].replace(f'"{settings.warehouse.stem}".', "")
            connection.execute(f"create {kind} {node['schema']}.{node['name']} as {sql}")
    seconds = time.monotonic() - begin
    scratch.unlink()
    return seconds


def _copy_inputs(
    connection: duckdb.DuckDBPyConnection, manifest: dict[str, Any], home: Path
) -> None:
    """Views over the landed Parquet and copies of the seeds, as the warehouse has them."""
    connection.execute(f"attach '{home / 'warehouse.duckdb'}' as built (read_only)")
    connection.execute("create schema landing")
    views = connection.execute(
        "select sql from duckdb_views() where database_name = 'built' and schema_name = 'landing'"
    ).fetchall()
    for (sql,) in views:
        connection.execute(sql.replace("CREATE VIEW built.", "CREATE VIEW "))
    for node in manifest["nodes"].values():
        if node["resource_type"] == "seed":
            name = f"{node['schema']}.{node['name']}"
            connection.execute(f"create schema if not exists {node['schema']}")
            connection.execute(f"create table {name} as select * from built.{name}")
    connection.execute("detach built")


def _in_order(manifest: dict[str, Any]) -> list[str]:
    models = {
        unique_id: {p for p in node["depends_on"]["nodes"] if p.startswith("model.")}
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and node.get("compiled_code")
    }
    return list(TopologicalSorter(models).static_order())
