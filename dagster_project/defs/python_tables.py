"""What the assets that Python writes have in common: specs, the declared today, plots.

The factories of models and of decisions build on it; dbt's models have their translator.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import dagster as dg

from dagster_project.defs.partitions import daily
from dagster_project.lib.models.declared import DeclaredTable
from dagster_project.lib.translator import OWNER
from dagster_project.lib.warehouse.changes import last_build
from dagster_project.settings import Settings


def python_spec(key: dg.AssetKey, description: str, group: str, **more: Any) -> dg.AssetSpec:
    """A table that Python writes, partitioned by day as every table."""
    return dg.AssetSpec(
        key,
        description=description,
        group_name=group,
        owners=[OWNER],
        kinds={"python", "duckdb"},
        partitions_def=daily,
        **more,
    )


def declared_spec(
    table: DeclaredTable, group: str, deps: list[dg.AssetKey], **more: Any
) -> dg.AssetSpec:
    """A table that Python writes with the columns that dbt declares for it."""
    columns = [dg.TableColumn(*column) for column in table.columns]
    return python_spec(
        dg.AssetKey([table.schema, table.name]),
        table.description,
        group,
        deps=deps,
        metadata={"dagster/column_schema": dg.TableSchema(columns)},
        **more,
    )


def as_of(settings: Settings, context: dg.AssetExecutionContext) -> date:
    """The declared today: of the last build, or else the last day of the run's partitions."""
    built = last_build(settings)
    last = daily.time_window_for_partition_key(context.partition_key_range.end).start.date()
    return built[0] if built else last


def plots(texts: dict[str, str]) -> dict[str, Any]:
    """Plots by title, as Dagster shows them."""
    return {title: dg.MetadataValue.md(text) for title, text in texts.items()}
