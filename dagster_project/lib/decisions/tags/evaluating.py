"""One pass over all customers: the tags of each as the bits of one number, compared with before.

Only customers whose number differs are looked at again, so a day costs one wide scan and the rows
that change. The SQL of the comparison and of the changes stands in ``differences.sql`` and
``changes.sql``; nothing is written here but temporary tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa

from dagster_project.lib.decisions.tags.declaration import CheckedTag
from dagster_project.lib.decisions.tags.readable import EVERYBODY, READABLE
from dagster_project.lib.decisions.tags.rules import DAY, TODAY
from dagster_project.lib.decisions.tags.schedule import Planned

HERE = Path(__file__).parent


def find_changes(
    connection: duckdb.DuckDBPyConnection,
    planned: Sequence[Planned],
    withdrawn: Sequence[str],
    as_of: date,
) -> None:
    """Make the temporary tables ``tag_positions``, ``tag_base`` and ``tag_changes_found``.

    ``tag_base`` is what was held before today, whatever an earlier run of today has written.

    Args:
        connection: to the warehouse, in which ``decided`` holds what earlier days wrote.
        planned: every declared tag.
        withdrawn: codes that are no longer declared.
        as_of: the declared today.
    """
    connection.register("tag_plan", _positions(planned, withdrawn, as_of))
    connection.execute("create or replace temp table tag_positions as from tag_plan")
    connection.unregister("tag_plan")
    evaluated = [tag for tag in planned if tag.is_evaluated]
    connection.execute("set variable tags_as_of = $as_of::date", {DAY: as_of})
    _run(connection, "base.sql", as_of)
    connection.execute(masks_sql(planned, evaluated), {DAY: as_of})
    _run(connection, "differences.sql", as_of)
    _run(connection, "changes.sql", as_of)
    connection.execute("drop table tag_masks; drop table tag_differences")


def masks_sql(planned: Sequence[Planned], evaluated: Sequence[Planned]) -> str:
    """SQL of the table ``tag_masks``: customer_id, and bit k set where rule k holds.

    The rules come from checked syntax trees, so they are SQL of this project's making; a rule that
    is null of a customer does not hold.
    """
    position = {tag.checked.tag.code: number for number, tag in enumerate(planned)}
    bits = " + ".join(
        f"case when {tag.checked.rule.sql} then {1 << position[tag.checked.tag.code]}::hugeint "
        "else 0 end"
        for tag in evaluated
    )
    joined = "".join(
        f"\nleft join {READABLE[table]} as {table}"
        f"\n    on {EVERYBODY}.customer_id = {table}.customer_id"
        for table in tables_read([tag.checked for tag in evaluated])
        if table != EVERYBODY
    )
    return (
        f"create or replace temp table tag_masks as\n"
        f"select {EVERYBODY}.customer_id, {bits or '0'}::hugeint as mask\n"
        f"from {READABLE[EVERYBODY]} as {EVERYBODY}{joined}\n"
        f"cross join (select ${DAY}::date as {DAY}) as {TODAY}"
    )


def tables_read(tags: Sequence[CheckedTag]) -> list[str]:
    """Tables that the rules name, in the order of the alphabet."""
    return sorted({table for tag in tags for table in tag.rule.tables})


def _positions(planned: Sequence[Planned], withdrawn: Sequence[str], as_of: date) -> pa.Table:
    """One row per tag: its bit, and what a change of it is owed to."""
    rows = [
        {
            "tag_code": tag.checked.tag.code,
            "bit": str(1 << number),
            "is_evaluated": tag.is_evaluated,
            "is_first": tag.is_first,
            "is_rule_new": tag.is_rule_new,
            "is_withdrawn": False,
            "valid_to": as_of + timedelta(days=tag.checked.tag.validity_days),
            "renewed_if_before": as_of + timedelta(days=tag.renew_before),
        }
        for number, tag in enumerate(planned)
    ]
    rows += [
        {
            "tag_code": code, "bit": str(1 << number), "is_evaluated": True, "is_first": False,
            "is_rule_new": False, "is_withdrawn": True, "valid_to": as_of,
            "renewed_if_before": as_of,
        }
        for number, code in enumerate(withdrawn, start=len(planned))
    ]  # fmt: skip
    schema = pa.schema(
        [("tag_code", pa.string()), ("bit", pa.string())]
        + [(n, pa.bool_()) for n in ("is_evaluated", "is_first", "is_rule_new", "is_withdrawn")]
        + [(name, pa.date32()) for name in ("valid_to", "renewed_if_before")]
    )
    return pa.Table.from_pylist(rows, schema)


def _run(connection: duckdb.DuckDBPyConnection, file: str, as_of: date) -> None:
    sql = (HERE / file).read_text(encoding="utf-8")
    connection.execute(sql, {DAY: as_of} if f"${DAY}" in sql else None)
