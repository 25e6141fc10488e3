"""The decision on tags as the graph knows it: what it reads, what it writes, in which order."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from dagster_project.lib.dbt_project import manifest
from dagster_project.lib.decisions.spec import Decided, DecisionSpec
from dagster_project.lib.decisions.tags import pictures
from dagster_project.lib.decisions.tags.applying import holders_and_changes
from dagster_project.lib.decisions.tags.catalogue import (
    as_table,
    catalogue_rows,
    earlier_catalogue,
    standing,
)
from dagster_project.lib.decisions.tags.declaration import CheckedTag
from dagster_project.lib.decisions.tags.evaluating import find_changes, tables_read
from dagster_project.lib.decisions.tags.readable import EVERYBODY, MODELLED, READABLE
from dagster_project.lib.decisions.tags.readable import readable_columns as columns
from dagster_project.lib.decisions.tags.reading import load_tags
from dagster_project.lib.decisions.tags.schedule import Planned, plan
from dagster_project.lib.deliveries.messages import Bilingual
from dagster_project.lib.models.declared import DECIDED, declared_table
from dagster_project.lib.models.spec import Scored, Work
from dagster_project.lib.models.tables import ensure, read
from dagster_project.lib.warehouse.connection import scalar

HOLDERS, CHANGES, CATALOGUE = "customer_tags", "customer_tag_changes", "tag_catalogue"
DELIVERED = "data_processing.int_sources_delivered"


def decide_tags(work: Work) -> Decided:
    """Evaluate every tag that is due, for all customers at once.

    Raises:
        TagError: a declaration cannot be used; nothing is written then.
    """
    tags = load_tags(work.settings, columns(manifest(work.settings)))
    for name in (HOLDERS, CHANGES):
        ensure(work.connection, declared_table(work.settings, name, DECIDED))
    table = declared_table(work.settings, CATALOGUE, DECIDED)
    earlier = earlier_catalogue(work.connection, table)
    delivered, empty = _delivered(work.connection), _empty(work.connection, tags)
    planned = [
        plan(tag, standing(earlier.get(tag.tag.code)), work.as_of, delivered, empty)
        for tag in tags
    ]  # fmt: skip
    declared = {tag.tag.code for tag in tags}
    withdrawn = [code for code in earlier if code not in declared]
    find_changes(work.connection, planned, withdrawn, work.as_of)
    rows = catalogue_rows(work.connection, planned, earlier, work.as_of)
    small = work.settings.small_cell_customers
    held, moved = pictures.of_holders(rows, small), pictures.of_changes(rows, small)
    written = holders_and_changes(
        work.connection, work.as_of, held, moved, _why_nobody(planned, rows)
    )
    catalogue = Scored(as_table(rows, table), plots=held)
    return Decided(written | {CATALOGUE: catalogue})


def _delivered(connection: duckdb.DuckDBPyConnection) -> set[str]:
    rows = read(connection, f"select source from {DELIVERED} where rows_loaded > 0")
    return set(rows["source"].to_pylist())


def _empty(
    connection: duckdb.DuckDBPyConnection, tags: Sequence[CheckedTag]
) -> dict[str, Bilingual]:
    """Tables that hold nothing yet, which a missing delivery does not explain: a model's."""
    return {
        table: Bilingual(
            f"not evaluated: no model has filled {table}", f"未评估：尚无模型写入 {table}"
        )
        for table in tables_read(tags)
        if table in MODELLED
        and scalar(connection, f"select count(*) from (from {READABLE[table]} limit 1)") == 0
    }


def _why_nobody(planned: Sequence[Planned], rows: Sequence[dict[str, object]]) -> str:
    if any(row["customers"] for row in rows):
        return ""
    if not any(tag.is_evaluated for tag in planned):
        return "no tag could be evaluated (没有可评估的标签)"
    return "no customer meets any rule (没有用户满足任何规则)"


TAGS = DecisionSpec(
    name="tags",
    title_en="customer tags",
    title_zh="用户标签",
    decide=decide_tags,
    reads=(DELIVERED, *sorted({*READABLE.values(), READABLE[EVERYBODY]})),
    writes=(HOLDERS, CHANGES, CATALOGUE),
)
