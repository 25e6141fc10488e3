"""Rows delivered more than once: within a file, and across files of the same business day.

A row whose key and content were loaded already is a duplicate; a row with a loaded key and another
content contradicts it and is quarantined.  Only days that the file touches are looked at, so the
cost is the file's, however long the history.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from dagster_project.lib.deliveries.contracts import Contract
from dagster_project.lib.deliveries.pseudonyms import TABLE
from dagster_project.lib.deliveries.validation.quoting import literal

CONFLICT = "conflicting_key"


def number_rows_without_key(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Give rows without their number an id made of their content and their ordinal among equals.

    So equal rows of one file are all kept, and the same rows in another file are the same.
    """
    column = contract.columns[contract.key[0]]
    if len(contract.key) > 1 or column.required or column.type != "identifier":
        return
    identity = column.landed_name
    others = [name for name in _names(contract) if name != identity]
    content = ", ".join(f"coalesce({name}::varchar, '')" for name in others)
    connection.execute(
        f"create or replace table numbered as select line, (md5_number_upper("
        f"concat_ws('|', {content}, row_number() over (partition by {', '.join(others)} "
        f"order by line))) >> 1)::bigint as derived "
        f"from checked where problem is null and {identity} is null"
    )
    connection.execute(
        f"update checked set {identity} = derived from numbered where checked.line = numbered.line"
    )


def find_surplus(
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    business_date: str,
    landed: list[Path],
) -> None:
    """Make the table ``surplus``: line and ``is_same`` of every row whose key is loaded already.

    Args:
        connection: holds ``checked``.
        contract: of the source.
        business_date: SQL over ``checked`` for the row's business date.
        landed: Parquet files of other deliveries that hold rows of the same days.
    """
    key = ", ".join(_clear(contract, name) for name in contract.key)
    same = _same(_names(contract))
    connection.execute(
        f"""create or replace table surplus as
        with repeated as (
            select {key}, min(line) as first_line from checked
            where problem is null group by {key} having count(*) > 1
        )
        select later.line, {same} as is_same
        from repeated
        join checked as later using ({key})
        join checked as earlier on earlier.line = first_line
        where later.problem is null and later.line > first_line"""
    )
    if landed:
        files = ", ".join(literal(str(path)) for path in landed)
        matches = " and ".join(f"later.{name} = earlier.{name}" for name in contract.landed_key)
        same = _same([column.landed_name for column in contract.landed])
        connection.execute(
            f"""insert into surplus
            select later.line, bool_or({same})
            from (select *, {business_date} as later_date from {with_pseudonyms(contract)}) as later
            join read_parquet([{files}], hive_partitioning = true) as earlier
            on {matches} and earlier.business_date::date = later_date
            where later.problem is null
            and not exists (select 1 from surplus where surplus.line = later.line)
            group by later.line"""
        )


def with_pseudonyms(contract: Contract) -> str:
    """SQL for ``checked`` with the pseudonym beside the customer number."""
    if not any(column.type == "customer" for column in contract.columns.values()):
        return "checked"
    return (
        f"(select checked.*, customer_id from checked left join {TABLE} using (customer_no)) "
        "as checked"
    )


def _clear(contract: Contract, name: str) -> str:
    column = contract.columns[name]
    return column.name if column.type == "customer" else column.landed_name


def _names(contract: Contract) -> list[str]:
    """The columns of ``checked`` that are a row's content."""
    return [_clear(contract, column.name) for column in contract.landed]


def _same(names: list[str]) -> str:
    return " and ".join(f"later.{name} is not distinct from earlier.{name}" for name in names)


def conflicts_sql(contract: Contract) -> str:
    """The query that gives the quarantine rows of contradicting keys."""
    first = contract.columns[contract.key[0]].name
    return (
        f"select line, {literal(first)} as column_name, null::varchar as value, "
        f"{literal(CONFLICT)} as reason from surplus where not is_same"
    )
