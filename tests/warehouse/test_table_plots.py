"""Pictures of dbt's tables: drawn of what is there, without cells that may not be shown."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from dagster_project.lib.table_plots import PLOTS, drawn
from dagster_project.settings import Settings

SCHEMA = "business_application"
MOVES = """
create schema business_application;
create table business_application.customer_relocation as
select date '2025-12-01' + (i % 3)::int as moved_on, if(i < 4, 'kiosk', 'app') as to_channel_code
from range(20) as numbers(i)
"""


def test_every_picture_can_be_drawn_of_a_built_warehouse(
    built: Settings, manifest: dict[str, Any]
) -> None:
    published = {n["name"] for n in manifest["nodes"].values() if n["schema"] == SCHEMA}
    tables = {plot.table for plot in PLOTS}
    assert tables <= published
    with duckdb.connect(str(built.warehouse), read_only=True) as connection:
        seen = {title for table in tables for title in drawn(connection, SCHEMA, table, 1)}
    assert seen <= {plot.title for plot in PLOTS}
    assert len(seen) >= 3  # of so small a province some hold nothing that may be shown


def test_counts_of_too_few_customers_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    [plot] = [plot for plot in PLOTS if plot.table == "customer_relocation"]
    drawn_of = []
    monkeypatch.setattr(
        "dagster_project.lib.models.plots._png", lambda chart: drawn_of.append(chart.data) or ""
    )
    with duckdb.connect() as connection:
        connection.execute(MOVES)
        drawn(connection, SCHEMA, plot.table, 5)
        assert drawn(connection, "decided", plot.table, 5) == {}
    [frame] = drawn_of
    assert frame[["channel", "moves"]].to_numpy().tolist() == [["app", 16]]


def test_a_table_without_rows_has_no_picture() -> None:
    with duckdb.connect() as connection:
        connection.execute(MOVES)
        connection.execute("delete from business_application.customer_relocation")
        assert drawn(connection, SCHEMA, "customer_relocation", 5) == {}


def test_titles_are_in_both_languages() -> None:
    for plot in PLOTS:
        assert plot.title.isprintable()
        assert any("\u4e00" <= letter <= "\u9fff" for letter in plot.title), plot.title
