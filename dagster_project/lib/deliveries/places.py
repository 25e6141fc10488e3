"""Where a delivery's rows lie, and how they get there without ever being half there.

A delivery is written under ``.incoming``, booked in the ledger (the moment it counts), and moved.
``settle`` finishes what a killed run left between these steps, in whichever of them it stopped.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

from dagster_project.lib.deliveries.contracts import Contract, load_contracts
from dagster_project.lib.deliveries.ledger import Ledger
from dagster_project.settings import Settings

# Sorted last: DuckDB guesses the size of a table from its first file.
EMPTY_FOLDER = "zz-empty/business_date=0001-01-01"
ARROW_TYPES = {
    "bigint": pa.int64(), "varchar": pa.string(), "date": pa.date32(),
    "timestamp": pa.timestamp("us"), "boolean": pa.bool_(),
    "decimal(18,2)": pa.decimal128(18, 2), "decimal(18,3)": pa.decimal128(18, 3),
    "decimal(18,4)": pa.decimal128(18, 4),
}  # fmt: skip
QUARANTINE_SCHEMA = pa.schema(
    [
        ("delivery_id", pa.string()), ("source", pa.string()), ("file_name", pa.string()),
        ("line", pa.int64()), ("column_name", pa.string()), ("value", pa.string()),
        ("reason", pa.string()),
    ]
)  # fmt: skip


@dataclass(frozen=True)
class Places:
    """The folders of one delivery before and after it counts."""

    settings: Settings
    source: str
    delivery_id: str

    @property
    def incoming(self) -> Path:
        """Rows and quarantine of a delivery that is being written."""
        return self.settings.landing / ".incoming" / self.delivery_id

    @property
    def incoming_rows(self) -> Path:
        """Typed rows that are being written."""
        return self.incoming / "rows"

    @property
    def incoming_quarantine(self) -> Path:
        """Quarantine that is being written."""
        return self.incoming / "quarantine.parquet"

    @property
    def incoming_personal(self) -> Path:
        """Personal data that is being written; never outside the restricted folder."""
        return self.settings.restricted / ".incoming" / f"{self.delivery_id}.parquet"

    @property
    def rows(self) -> Path:
        """Typed Parquet by business date."""
        return self.settings.landing / self.source / self.delivery_id

    @property
    def superseded(self) -> Path:
        """Rows that a later delivery replaced; kept until the build has taken note."""
        return self.settings.landing / ".superseded" / self.source / self.delivery_id

    @property
    def quarantine(self) -> Path:
        """Rows that were not loaded, with line, column, value and reason."""
        return self.settings.landing / "quarantine" / f"{self.delivery_id}.parquet"

    @property
    def personal(self) -> Path:
        """Clear customer numbers and personal columns, mode 600."""
        return self.settings.restricted / self.source / f"{self.delivery_id}.parquet"

    def move_in(self) -> None:
        """Bring a booked delivery to its final place; safe to repeat."""
        for origin, target in (
            (self.incoming_rows, self.rows),
            (self.incoming_quarantine, self.quarantine),
            (self.incoming_personal, self.personal),
        ):
            if origin.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                if target.parent.is_relative_to(self.settings.restricted):
                    target.parent.chmod(0o700)
                origin.rename(target)
        shutil.rmtree(self.incoming, ignore_errors=True)

    def move_out(self) -> None:
        """Take a superseded delivery's rows out of the data; safe to repeat."""
        if self.rows.exists():
            self.superseded.parent.mkdir(parents=True, exist_ok=True)
            self.rows.rename(self.superseded)
        self.personal.unlink(missing_ok=True)


def settle(settings: Settings, ledger: Ledger) -> None:
    """Finish booked deliveries, drop unbooked ones, and make what readers expect to find."""
    booked = {
        row["delivery_id"]: row
        for row in ledger.rows("select delivery_id, source, status from delivery")
    }
    for folder in (settings.landing / ".incoming").glob("*"):
        if folder.name in booked:
            Places(settings, booked[folder.name]["source"], folder.name).move_in()
        else:
            shutil.rmtree(folder)
    for path in (settings.restricted / ".incoming").glob("*.parquet"):
        if path.stem in booked:
            Places(settings, booked[path.stem]["source"], path.stem).move_in()
        else:
            path.unlink()
    for delivery_id, row in booked.items():
        if row["status"] == "superseded":
            Places(settings, row["source"], delivery_id).move_out()
    _make_empty_tables(settings)


def _make_empty_tables(settings: Settings) -> None:
    """A file of no rows per source, so that a source without deliveries still has its columns."""
    for contract in load_contracts().values():
        path = settings.landing / contract.source / EMPTY_FOLDER / "empty.parquet"
        _write_empty(path, landed_schema(contract))
    _write_empty(settings.landing / "quarantine" / "empty.parquet", QUARANTINE_SCHEMA)


def _write_empty(path: Path, schema: pa.Schema) -> None:
    if path.exists() and pa.parquet.read_schema(path).equals(schema):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    pa.parquet.write_table(schema.empty_table(), path)


def landed_schema(contract: Contract) -> pa.Schema:
    """Arrow schema of a source's landed Parquet, without the partition column."""
    columns = [(column.landed_name, ARROW_TYPES[column.sql_type]) for column in contract.landed]
    return pa.schema([*columns, ("delivery_id", pa.string()), ("source_line", pa.int64())])
