"""All pictures of dbt's tables, and those of one table drawn."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from dagster_project.lib.models.tables import read
from dagster_project.lib.table_plots.campaigns import CAMPAIGNS
from dagster_project.lib.table_plots.relocation import RELOCATION
from dagster_project.lib.table_plots.settlement import SETTLEMENT
from dagster_project.lib.table_plots.spec import TablePlot

SCHEMA = "business_application"
PLOTS: tuple[TablePlot, ...] = (*CAMPAIGNS, *RELOCATION, *SETTLEMENT)


def drawn(
    connection: duckdb.DuckDBPyConnection, schema: str, table: str, small: int
) -> dict[str, str]:
    """Title -> Markdown of a table's pictures; none where there is nothing to be seen.

    Counts below ``small``, the fewest customers that may be shown, are left out.
    """
    found = {}
    for plot in PLOTS:
        if (schema, table) == (SCHEMA, plot.table):
            values = {"small": small} if "$small" in plot.query else {}
            rows = read(connection, plot.query, values)
            if len(rows):
                found[plot.title] = plot.draw(_as_drawn(rows).to_pandas())
    return found


def _as_drawn(rows: pa.Table) -> pa.Table:
    """Decimals as doubles: sums of whole numbers are decimals in Arrow, which no chart takes."""
    columns = {
        name: rows[name].cast(pa.float64()) if pa.types.is_decimal(kind) else rows[name]
        for name, kind in zip(rows.column_names, rows.schema.types, strict=True)
    }
    return pa.table(columns)
