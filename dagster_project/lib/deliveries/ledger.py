"""The delivery ledger: every delivered file accounted for, in one small SQLite file.

SQLite because its transactions survive a killed process and many may read while one writes.
The ledger is the truth of landing: Parquet that no entry names is not part of the data.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pyarrow as pa

SCHEMA = """
create table if not exists delivery (
    landed_sequence integer primary key,
    delivery_id text not null unique, source text not null, profile text not null,
    file_name text not null, sha256 text not null, slot text not null,
    delivered_on text not null, status text not null,
    rows_delivered integer not null, rows_loaded integer not null,
    rows_duplicate integer not null, rows_quarantined integer not null,
    reasons text not null, message text not null, digest text not null,
    superseded_by integer,
    check (rows_delivered = rows_loaded + rows_duplicate + rows_quarantined)
);
create table if not exists landed_day (
    delivery_id text not null, source text not null, business_date text not null,
    row_count integer not null, primary key (delivery_id, business_date)
);
create index if not exists landed_day_by_date on landed_day (source, business_date);
create table if not exists seen_file (
    path text primary key, size integer not null, modified_ns integer not null,
    sha256 text not null
);
create table if not exists build (
    kind text primary key, landed_sequence integer not null, fingerprint text not null,
    as_of text not null
);
"""
ARROW_SCHEMA = pa.schema(
    [
        ("delivery_id", pa.string()), ("source", pa.string()), ("profile", pa.string()),
        ("file_name", pa.string()), ("sha256", pa.string()), ("delivered_on", pa.date32()),
        ("status", pa.string()), ("rows_delivered", pa.int64()), ("rows_loaded", pa.int64()),
        ("rows_duplicate", pa.int64()), ("rows_quarantined", pa.int64()),
        ("quarantine_reasons", pa.string()), ("first_business_date", pa.date32()),
        ("last_business_date", pa.date32()), ("landed_sequence", pa.int64()),
        ("message", pa.string()),
    ]
)  # fmt: skip
LANDED = ("loaded", "superseded")  # statuses of deliveries whose rows were landed


@dataclass
class Entry:
    """What became of one delivered file."""

    delivery_id: str
    source: str
    profile: str
    file_name: str
    sha256: str
    slot: str  # deliveries of one slot replace one another
    delivered_on: date
    status: str  # loaded, repeated, superseded, rejected, unrecognised
    digest: str = ""
    rows_delivered: int = 0
    rows_loaded: int = 0
    rows_duplicate: int = 0
    rows_quarantined: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    message: str = ""
    days: dict[date, int] = field(default_factory=dict)  # rows landed by business date


class Ledger:
    """The ledger file at ``path``; made when it is missing."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self.path, timeout=60)
        connection.row_factory = sqlite3.Row
        try:
            connection.executescript(SCHEMA)
            with connection:
                yield connection
        finally:
            connection.close()

    def record(self, entry: Entry) -> list[str]:
        """Book one file in one transaction; return the delivery ids that it supersedes."""
        with self._open() as connection:
            replaced = []
            if entry.status == "loaded":
                found = connection.execute(
                    "select delivery_id from delivery where slot = ? and status = 'loaded'",
                    [entry.slot],
                )
                replaced = [row["delivery_id"] for row in found]
            sequence = self._insert(connection, entry)
            connection.executemany(
                "insert into landed_day values (?, ?, ?, ?)",
                [
                    (entry.delivery_id, entry.source, day.isoformat(), count)
                    for day, count in entry.days.items()
                ],
            )
            connection.executemany(
                "update delivery set status = 'superseded', superseded_by = ? "
                "where delivery_id = ?",
                [(sequence, delivery_id) for delivery_id in replaced],
            )
        return replaced

    @staticmethod
    def _insert(connection: sqlite3.Connection, entry: Entry) -> int:
        cursor = connection.execute(
            "insert into delivery (delivery_id, source, profile, file_name, sha256, slot,"
            " delivered_on, status, rows_delivered, rows_loaded, rows_duplicate,"
            " rows_quarantined, reasons, message, digest)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                entry.delivery_id, entry.source, entry.profile, entry.file_name, entry.sha256,
                entry.slot, entry.delivered_on.isoformat(), entry.status, entry.rows_delivered,
                entry.rows_loaded, entry.rows_duplicate, entry.rows_quarantined,
                json.dumps(entry.reasons, sort_keys=True), entry.message, entry.digest,
            ],
        )  # fmt: skip
        return int(cursor.lastrowid or 0)

    def rows(self, query: str, parameters: list[object] | None = None) -> list[sqlite3.Row]:
        """Run a read-only query."""
        with self._open() as connection:
            return connection.execute(query, parameters or []).fetchall()

    def write(self, statement: str, parameters: list[object]) -> None:
        """Run one statement in a transaction of its own."""
        with self._open() as connection:
            connection.execute(statement, parameters)

    def entries(self) -> pa.Table:
        """One row per delivered file, in landing order, as published in ``delivery_ledger``."""
        rows = self.rows(
            "select delivery.*, min(business_date) as first_day, max(business_date) as last_day "
            "from delivery left join landed_day using (delivery_id) "
            "group by delivery_id order by landed_sequence"
        )
        return pa.Table.from_pylist([_published(row) for row in rows], schema=ARROW_SCHEMA)


def _published(row: sqlite3.Row) -> dict[str, object]:
    reasons = json.loads(row["reasons"])
    kept = {name: row[name] for name in ARROW_SCHEMA.names if name in row.keys()}  # noqa: SIM118
    return kept | {
        "delivered_on": date.fromisoformat(row["delivered_on"]),
        "quarantine_reasons": "; ".join(f"{name}={count}" for name, count in reasons.items()),
        "first_business_date": row["first_day"] and date.fromisoformat(row["first_day"]),
        "last_business_date": row["last_day"] and date.fromisoformat(row["last_day"]),
    }
