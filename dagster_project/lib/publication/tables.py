"""Copies the business tables into a snapshot: a DuckDB file and one Parquet file per table."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from dagster_project.lib.deliveries.contracts import load_contracts
from dagster_project.lib.deliveries.validation import literal

SCHEMA = "business_application"
STORAGE_VERSION = "v1.4.0"  # BI tools on DuckDB 1.4 and later open it


@dataclass
class Table:
    """A published table: its columns with their types, its rows, and a hash of its content."""

    name: str
    columns: list[tuple[str, str]]
    rows: int
    content_hash: str
    description: str = ""
    column_descriptions: dict[str, str] = field(default_factory=dict)

    @property
    def is_aggregate(self) -> bool:
        """Whether the table holds no customers and may stand in a workbook."""
        return "customer_id" not in [name for name, _ in self.columns]


class PersonalDataError(RuntimeError):
    """A published table would hold a column of the restricted store."""


def published_tables(connection: duckdb.DuckDBPyConnection) -> list[Table]:
    """Describe every business table of the open warehouse.

    The hash does not depend on the order of rows; it is the same within one DuckDB version.

    Raises:
        PersonalDataError: a column bears the name of a personal column of a contract.
    """
    found = connection.execute(
        "select table_name, list((column_name, data_type) order by ordinal_position) "
        "from information_schema.columns join information_schema.tables "
        "using (table_catalog, table_schema, table_name) "
        f"where table_schema = '{SCHEMA}' and table_type = 'BASE TABLE' "
        "group by table_name order by table_name"
    ).fetchall()
    return [_described(connection, name, columns) for name, columns in found]


def _described(
    connection: duckdb.DuckDBPyConnection, name: str, columns: list[tuple[str, str]]
) -> Table:
    personal = {c.name for contract in load_contracts().values() for c in contract.personal}
    clear = sorted((personal | {"customer_no"}) & {column for column, _ in columns})
    if clear:
        raise PersonalDataError(
            f"{name} has the personal column {clear[0]}. Take it out of the model; published "
            "tables know customers by their pseudonym only."
        )
    listed = ", ".join(quoted(column) for column, _ in columns)
    [(rows, content)] = connection.execute(
        f"select count(*), coalesce(sum(hash({listed})::hugeint), 0) from {SCHEMA}.{quoted(name)}"
    ).fetchall()
    return Table(name, columns, rows, f"{rows:x}-{content:x}")


def quoted(name: str) -> str:
    """The name as an identifier of SQL, whatever it is."""
    return '"' + name.replace('"', '""') + '"'


def copy_tables(connection: duckdb.DuckDBPyConnection, tables: list[Table], folder: Path) -> None:
    """Write the tables of the open warehouse into ``folder``.

    In one transaction: a thousand comments, each written through to the disk by itself, would take
    as long as the rows.
    """
    database = literal(str(folder / "jiaofei.duckdb"))
    connection.execute(f"attach {database} as snapshot (storage_version '{STORAGE_VERSION}')")
    connection.begin()
    connection.execute(f"create schema snapshot.{SCHEMA}")
    for table in tables:
        target = f"snapshot.{SCHEMA}.{quoted(table.name)}"
        connection.execute(f"create table {target} as from {SCHEMA}.{quoted(table.name)}")
        connection.execute(_comments(target, table))
        parquet = literal(str(folder / f"{table.name}.parquet"))
        connection.execute(
            f"copy {SCHEMA}.{quoted(table.name)} to {parquet} "
            "(format parquet, compression zstd, compression_level 1)"
        )
    connection.commit()
    connection.execute("detach snapshot")


def _comments(target: str, table: Table) -> str:
    """The statements that describe a table and its columns, to be run as one."""
    said = [("table", target, table.description)] + [
        ("column", f"{target}.{quoted(column)}", text)
        for column, text in table.column_descriptions.items()
    ]
    statements = [
        f"comment on {kind} {name} is {literal(text)}" for kind, name, text in said if text
    ]
    return ";".join(["select 1", *statements])
