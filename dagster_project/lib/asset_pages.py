"""What the pages of dbt's assets show beside dbt's own metadata: rows, pictures, column lineage."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb

from dagster_project.lib.column_lineage import as_metadata, column_lineage
from dagster_project.lib.table_plots import drawn
from dagster_project.lib.warehouse.connection import connect
from dagster_project.settings import Settings


def described(
    settings: Settings, target: Path, manifest: dict[str, Any], events: list[Any]
) -> Iterator[Any]:
    """The events of a build that has ended, those of tables with more metadata."""
    lineages = column_lineage(target, manifest)
    built = [unique_id_of(event) for event in events if not _is_of_a_test(event)]
    nodes = [manifest["nodes"][unique_id] for unique_id in built]
    with connect(settings) as connection:
        rows = _row_counts(connection, nodes)
        pictures = {
            node["unique_id"]: drawn(
                connection, node["schema"], node["name"], settings.small_cell_customers
            )
            for node in nodes
        }
    for event in events:
        if _is_of_a_test(event):
            yield event
            continue
        unique_id = unique_id_of(event)
        extra: dict[str, Any] = {"dagster/row_count": rows[unique_id]}
        extra |= {title: dg.MetadataValue.md(text) for title, text in pictures[unique_id].items()}
        if lineages.get(unique_id):
            extra["dagster/column_lineage"] = as_metadata(lineages[unique_id])
        yield event.with_metadata({**event.metadata, **extra})


def unique_id_of(event: Any) -> str:
    """Dbt's name of the node that the event is about."""
    return str(event.metadata["unique_id"].value)


def _is_of_a_test(event: Any) -> bool:
    """A test's result; dbt also runs tests that reach unselected assets, which are observations."""
    return isinstance(event, dg.AssetCheckResult | dg.AssetObservation)


def _row_counts(
    connection: duckdb.DuckDBPyConnection, nodes: list[dict[str, Any]]
) -> dict[str, int]:
    """Rows of each relation by dbt's unique id, in one query: a hundred cost as much as a model."""
    counts = [
        f"select '{node['unique_id']}', count(*) from {node['schema']}.{node['name']}"
        for node in nodes
    ]
    if not counts:
        return {}
    return dict(connection.execute(" union all ".join(counts)).fetchall())
