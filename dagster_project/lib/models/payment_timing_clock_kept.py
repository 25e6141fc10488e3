"""Gaps of prepaid customers on the season's clock, kept: only who has paid since is measured anew.

A release's clock does not change, so a customer's sums change with its payments only.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from dagster_project.lib.models.declared import declared_table
from dagster_project.lib.models.payment_timing_season import CLOCK_SQL, CLOCK_TABLE, register_clock
from dagster_project.lib.models.spec import Scored, Work
from dagster_project.lib.models.tables import ensure, transaction
from dagster_project.lib.warehouse.connection import scalar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ml.payment_timing.season import Season

TABLE = "payment_timing_clock_sums"
RELATION = f"platform_support.{TABLE}"
OUTDATED, WANTED = "payment_timing_clock_kept.sql", "clock_wanted"
NO_SEASON = "no season of use is known, so none is taken out of gaps (无用电季节性)"
ADDED = f"""
insert into {RELATION} by name
select $release_id as release_id, wanted.*, measured.* exclude (customer_id)
from {WANTED} as wanted
inner join clock_customers on wanted.customer_id = clock_customers.customer_id
left join ({{measured}}) as measured on wanted.customer_id = measured.customer_id
"""
JOINED = (
    "select known.*, clocked.clock_gap_log_sum, clocked.clock_gap_amount_square_per_day_sum "
    "from ({states}) as known left join {relation} as clocked "
    "on known.customer_id = clocked.customer_id"
)


def keep_clock_sums(work: Work, season: Season | None, strata: Sequence[str]) -> Scored:
    """Bring the kept sums up to date, before the customers' states are read with them.

    What is kept follows from payments and release alone, so it may be committed before the
    windows are: whoever is killed between both finds it right.
    """
    connection = work.connection
    ensure(connection, declared_table(work.settings, TABLE))
    if season is None:
        connection.execute(f"delete from {RELATION}")
        return Scored(None, NO_SEASON)
    with transaction(connection):
        _forget_outdated(connection, work)
        register_clock(connection, season, strata, work.as_of)
        measured = CLOCK_SQL.read_text(encoding="utf-8")
        connection.execute(
            ADDED.format(measured=measured),
            {"release_id": work.release_id, "origin": work.as_of},
        )
    connection.unregister(CLOCK_TABLE)
    return Scored(
        None, in_place=lambda: int(scalar(connection, f"select count(*) from {RELATION}"))
    )


def with_clock_columns(states_sql: str) -> str:
    """A query of states with the kept sums joined to it."""
    return JOINED.format(states=states_sql, relation=RELATION)


def _forget_outdated(connection: duckdb.DuckDBPyConnection, work: Work) -> None:
    statements = Path(__file__).with_name(OUTDATED).read_text(encoding="utf-8").split(";")
    values: dict[str, Any] = {"origin": work.as_of, "release_id": work.release_id}
    for statement in statements:
        bound = {name: value for name, value in values.items() if f"${name}" in statement}
        connection.execute(statement, bound)


__all__ = ["TABLE", "keep_clock_sums", "with_clock_columns"]
