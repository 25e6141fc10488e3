"""The SQL that lies beside the decisions on service, and rows that a query needs at hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa


def query(name: str) -> str:
    """Text of a SQL file of this folder."""
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


@contextmanager
def at_hand(connection: duckdb.DuckDBPyConnection, tables: dict[str, pa.Table]) -> Iterator[None]:
    """The tables, by name, for the queries of the block."""
    for name, rows in tables.items():
        connection.register(name, rows)
    try:
        yield
    finally:
        for name in tables:
            connection.unregister(name)
