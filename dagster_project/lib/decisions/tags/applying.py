"""Writing what was found: only rows that change are touched, so a day costs its changes.

Called within the transaction of the decision, the holders before the changes: what a day that is
run again has lost is put back out of the changes that it wrote.
"""

from __future__ import annotations

from datetime import date
from functools import partial

import duckdb

from dagster_project.lib.decisions.tags.rules import DAY
from dagster_project.lib.models.spec import Scored
from dagster_project.lib.warehouse.connection import scalar

HOLDERS = (
    "delete from decided.customer_tags where held_since >= $as_of",
    """
    insert into decided.customer_tags
    select customer_id, tag_code, held_since, expires_on from decided.customer_tag_changes
    where change = 'lost' and changed_on >= $as_of and held_since < $as_of
    """,
    """
    delete from decided.customer_tags as held using tag_changes_found as found
    where found.change = 'lost'
        and found.customer_id = held.customer_id and found.tag_code = held.tag_code
    """,
    """
    update decided.customer_tags as held set expires_on = positions.valid_to
    from tag_positions as positions
    where held.tag_code = positions.tag_code and positions.is_evaluated
        and held.expires_on < positions.renewed_if_before
    """,
    """
    insert into decided.customer_tags
    select customer_id, tag_code, held_since, expires_on from tag_changes_found
    where change = 'gained'
    """,
)
CHANGES = (
    "delete from decided.customer_tag_changes where changed_on >= $as_of",
    """
    insert into decided.customer_tag_changes
    select customer_id, tag_code, change, changed_on, held_since, expires_on, reason_code
    from tag_changes_found where not is_first
    """,
)


def holders_and_changes(
    connection: duckdb.DuckDBPyConnection,
    as_of: date,
    of_holders: dict[str, str],
    of_changes: dict[str, str],
    empty: str,
) -> dict[str, Scored]:
    """The two tables as results that write themselves.

    Args:
        connection: with the temporary tables of ``evaluating``.
        as_of: the declared today.
        of_holders: plots of the page of the holders.
        of_changes: plots of the page of the changes.
        empty: why nobody holds a tag; empty where somebody does.
    """
    holders = partial(_apply, connection, "customer_tags", HOLDERS, as_of)
    changes = partial(_apply, connection, "customer_tag_changes", CHANGES, as_of)
    return {
        "customer_tags": Scored(None, empty, plots=of_holders, in_place=holders),
        "customer_tag_changes": Scored(None, plots=of_changes, in_place=changes),
    }


def _apply(
    connection: duckdb.DuckDBPyConnection, table: str, statements: tuple[str, ...], as_of: date
) -> int:
    """Run the statements; returns the rows that the table has now."""
    for sql in statements:
        connection.execute(sql, {DAY: as_of} if f"${DAY}" in sql else None)
    return int(scalar(connection, f"select count(*) from decided.{table}"))
