"""Small provinces, written once per session; their files and truth are queried with SQL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ml.simulation import ProvinceReport, write_province


@dataclass(frozen=True)
class Province:
    """One written province; in SQL each source is a table, each truth table ``true_<name>``."""

    folder: Path
    truth_folder: Path
    report: ProvinceReport

    @cached_property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """Every source but the hotline's as a table of texts, empty values as null."""
        connection = duckdb.connect()
        has_faults = "true" if self.truth_of_faults() else "false"
        for source in sorted(self.report.rows.keys() - {"complaints"}):
            connection.execute(
                f"create table {source} as select * from read_csv("
                f"'{self.folder}/{source}_2*.csv', header = true, all_varchar = true, "
                f"delim = ',', quote = '', ignore_errors = {has_faults}, filename = true)"
            )
        for path in self.truth_folder.glob("*.parquet"):
            connection.execute(f"create table true_{path.stem} as select * from '{path}'")
        return connection

    def truth_of_faults(self) -> list[tuple[Any, ...]]:
        """File, line and kind of every planted fault."""
        return duckdb.sql(f"select * from '{self.truth_folder}/faults.parquet'").fetchall()

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of a query over the tables."""
        return self.connection.execute(sql).fetchall()

    def value(self, sql: str) -> Any:
        """The one value that a query gives."""
        return self.query(sql)[0][0]


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Province]:
    """Write a province with the given sizes."""

    def write(**sizes: Any) -> Province:
        folder = tmp_path_factory.mktemp("province")
        report = write_province(folder / "deliveries", folder / "truth", **sizes)
        return Province(folder / "deliveries", folder / "truth", report)

    return write


@pytest.fixture(scope="session")
def clean(written: Callable[..., Province]) -> Province:
    """Without faults, so that every key holds."""
    return written(customers=4_000, months=6, fault_rate=0)


@pytest.fixture(scope="session")
def faulty(written: Callable[..., Province]) -> Province:
    """With many faults."""
    return written(customers=4_000, months=4, fault_rate=0.02)
