"""The published snapshot as an asset: what readers open."""

import dagster as dg

from dagster_project.defs.dbt_models import dbt_models, dbt_models_fed_by_models
from dagster_project.defs.partitions import daily, range_as_one_run
from dagster_project.defs.resources import HomeResource
from dagster_project.lib import progress
from dagster_project.lib.publication.snapshot import publish
from dagster_project.lib.translator import DAILY_FRESHNESS, OWNER
from dagster_project.lib.warehouse.changes import last_build, mark_published
from dagster_project.lib.warehouse.connection import writer_lock

LAYER = "business_application"
published_tables = sorted(
    key for key in dbt_models.keys | dbt_models_fed_by_models.keys if key.path[0] == LAYER
)


@dg.asset(
    key=["published", "snapshot"],
    deps=published_tables,
    group_name=LAYER,
    owners=[OWNER],
    kinds={"duckdb", "parquet", "excel"},
    partitions_def=daily,
    backfill_policy=range_as_one_run,
    freshness_policy=DAILY_FRESHNESS,
)
def snapshot(context: dg.AssetExecutionContext, home: HomeResource) -> dg.MaterializeResult:
    """One row per published table (发布快照): an immutable copy of the audited business tables.

    DuckDB file, Parquet and Excel workbook with a manifest, made current by one rename.
    """
    settings = home.settings()
    last_day = daily.time_window_for_partition_key(context.partition_key_range.end).start.date()
    built = last_build(settings)
    with writer_lock(settings):
        done = publish(settings, as_of=built[0] if built else last_day, progress=progress.report)
        mark_published(settings)
    return dg.MaterializeResult(
        metadata={
            "snapshot": done.snapshot_id,
            "path": dg.MetadataValue.path(str(done.path)),
            "dagster/row_count": len(done.tables),
            "dagster/column_schema": dg.TableSchema(
                [
                    dg.TableColumn("table_name", "string", "Published table (发布表)"),
                    dg.TableColumn("rows", "bigint", "Rows of the table (行数)"),
                ]
            ),
            "rows": dg.MetadataValue.md(
                "| table | rows |\n|---|--:|\n"
                + "\n".join(f"| {name} | {rows:,} |" for name, rows in done.tables.items())
            ),
        }
    )
