"""The warehouse that audiences are drawn from: audited, and with a declared today."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import duckdb

from dagster_project.lib.campaigns.faults import CampaignError
from dagster_project.lib.campaigns.rules import Known
from dagster_project.lib.deliveries.ledger import Ledger
from dagster_project.lib.deliveries.messages import Bilingual
from dagster_project.lib.warehouse.changes import BUILD, PUBLICATION
from dagster_project.lib.warehouse.connection import connect
from dagster_project.settings import Settings


@contextmanager
def audited_warehouse(settings: Settings) -> Iterator[tuple[duckdb.DuckDBPyConnection, date]]:
    """Open the warehouse of the last publication, and its today; call with the writer lock held.

    The warehouse and not the snapshot, because who lives where and is protected is not published.

    Raises:
        CampaignError: nothing is published, or a later build did not pass its audit.
    """
    builds = {
        row["kind"]: (row["landed_sequence"], row["as_of"])
        for row in Ledger(settings.ledger).rows("select kind, landed_sequence, as_of from build")
    }
    published = builds.get(PUBLICATION)
    if published is None:
        raise CampaignError(
            Bilingual(
                f"Nothing is published in {settings.home} yet. Run `jiaofei run` first.",
                f"{settings.home} 尚未发布任何数据。请先运行 `jiaofei run`。",
            )
        )
    if published != builds.get(BUILD):
        raise CampaignError(
            Bilingual(
                "The last build was not published, so no audience is drawn from it. Run "
                "`jiaofei run` to its end first.",
                "最近一次构建尚未发布，不能据此确定受众。请先完整运行 `jiaofei run`。",
            )
        )
    with connect(settings) as connection:
        yield connection, date.fromisoformat(published[1])


def known_words(connection: duckdb.DuckDBPyConnection) -> Known:
    """The tags and regions that a declaration may name; None where nothing says."""
    return Known(
        tags=_values(connection, "decided", "customer_tags", "tag_code"),
        regions=_values(connection, "data_processing", "int_customers_versioned", "region_code"),
    )


def _values(
    connection: duckdb.DuckDBPyConnection, schema: str, table: str, column: str
) -> frozenset[str] | None:
    there = connection.execute(
        "select count(*) from information_schema.tables where table_schema = ? and table_name = ?",
        [schema, table],
    ).fetchall()[0][0]
    if not there:
        return None
    found = connection.execute(f"select distinct {column} from {schema}.{table}").fetchall()
    return frozenset(value for (value,) in found if value) or None
