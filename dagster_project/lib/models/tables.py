"""Rows in and out of the warehouse as Arrow; what is written keeps to what dbt declares."""

from __future__ import annotations

from typing import Any, TypeAlias

import duckdb
import pyarrow as pa

from dagster_project.lib.models.declared import DeclaredTable
from dagster_project.lib.warehouse.connection import scalar

Rows: TypeAlias = pa.Table | pa.RecordBatchReader
ENGINE_TYPES = {"string": "varchar"}


class ContractBrokenError(RuntimeError):
    """A model's result does not have the columns that dbt declares for its table."""


def read(
    connection: duckdb.DuckDBPyConnection, sql: str, values: dict[str, Any] | None = None
) -> pa.Table:
    """The rows of a query; ``$name`` in it is bound to ``values[name]``."""
    return connection.sql(sql, params=values).to_arrow_table()


def replace(connection: duckdb.DuckDBPyConnection, table: DeclaredTable, rows: Rows | None) -> int:
    """Write the rows in place of the table's, None for no row; returns how many there are now.

    To be called within a ``transaction``, so that a failure leaves the table as it was.

    Raises:
        ContractBrokenError: a declared column is missing, or one is not declared.
    """
    columns = ", ".join(f"{name} {_engine(kind)}" for name, kind, _ in table.columns)
    connection.execute(f"create schema if not exists {table.schema}")
    connection.execute(f"create or replace table {table.relation} ({columns})")
    if rows is not None:
        insert(connection, table, rows)
    return int(scalar(connection, f"select count(*) from {table.relation}"))


def ensure(connection: duckdb.DuckDBPyConnection, table: DeclaredTable) -> None:
    """Make the table where it is missing; rows of one with other columns go over to the new one.

    To be called within a ``transaction``, or where nothing else is under way.
    """
    wanted = [(name, _engine(kind).upper()) for name, kind, _ in table.columns]
    if _columns(connection, table) != wanted:
        replace(connection, table, kept(connection, table, "true", {}))


def insert(connection: duckdb.DuckDBPyConnection, table: DeclaredTable, rows: Rows) -> None:
    """Add rows to the table, cast to the declared types, within a ``transaction``.

    Raises:
        ContractBrokenError: as ``replace``.
    """
    wanted, given = [name for name, _, _ in table.columns], rows.schema.names
    if sorted(wanted) != sorted(given):
        twice = sorted({name for name in given if given.count(name) > 1})
        missing, extra = sorted(set(wanted) - set(given)), sorted(set(given) - set(wanted))
        raise ContractBrokenError(
            f"{table.relation}: missing columns {missing}, undeclared columns {extra}"
            f"{f', columns {twice} come twice' if twice else ''}. Declare them where dbt "
            "declares this source's tables, or mend the result."
        )
    casts = ", ".join(f"cast({name} as {_engine(kind)})" for name, kind, _ in table.columns)
    connection.register("model_rows", rows)  # rolled back with the transaction when a cast fails
    connection.execute(f"insert into {table.relation} select {casts} from model_rows")
    connection.unregister("model_rows")


def kept(
    connection: duckdb.DuckDBPyConnection, table: DeclaredTable, where: str, values: dict[str, Any]
) -> pa.Table | None:
    """The table's rows that meet the condition; None where there is no table yet.

    A column that was declared since is empty in them, and one no longer declared is left out.
    """
    there = {name for name, _ in _columns(connection, table)}
    if not there:
        return None
    columns = ", ".join(
        name if name in there else f"null::{_engine(kind)} as {name}"
        for name, kind, _ in table.columns
    )
    return read(connection, f"select {columns} from {table.relation} where {where}", values)


class transaction:  # noqa: N801 - reads as a statement
    """All statements of the block, or none."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def __enter__(self) -> None:
        self.connection.begin()

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if error is None:
            self.connection.commit()
        else:
            self.connection.rollback()


def _columns(connection: duckdb.DuckDBPyConnection, table: DeclaredTable) -> list[tuple[str, str]]:
    """Names and types of the columns there are, in order."""
    return connection.execute(
        "select column_name, data_type from information_schema.columns "
        "where table_schema || '.' || table_name = ? order by ordinal_position",
        [table.relation],
    ).fetchall()


def _engine(kind: str) -> str:
    return ENGINE_TYPES.get(kind, kind)
