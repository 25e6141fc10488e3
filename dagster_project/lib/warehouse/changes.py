"""What has changed since the last build: the days and the customers that it must recompute.

A day costs a day: the incremental models read these two small files and touch nothing else.  They
are derived from the ledger, so a build that was killed finds the same changes again, and a build
counts as done only when ``mark_built`` says so.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet

from dagster_project.lib.deliveries.ledger import Ledger
from dagster_project.lib.deliveries.places import Places
from dagster_project.lib.deliveries.validation import literal
from dagster_project.lib.models.code import models_fingerprint
from dagster_project.lib.warehouse.connection import connect, scalar
from dagster_project.settings import Settings

BUILD = "warehouse"  # kinds of build in the ledger
PUBLICATION = "publication"
FACT = "data_processing.int_payments_matched"
# A change of one of these can change what a later payment of the same customer means.
CUSTOMER_SOURCES = ("payments", "bills", "customers")
DAYS_SCHEMA = pa.schema([("source", pa.string()), ("business_date", pa.date32())])
CUSTOMERS_SCHEMA = pa.schema([("customer_id", pa.int64()), ("changed_on", pa.date32())])


@dataclass(frozen=True)
class Changes:
    """What the next build has to do."""

    sequence: int  # of the newest delivery that it takes in
    deliveries: int  # new or superseded since the last build
    days: int  # of payments to recompute; 0 on a full build
    is_full: bool


def write_changes(settings: Settings, forced: tuple[date, date] | None = None) -> Changes:
    """Write ``changed_days`` and ``changed_customers`` for the next build.

    Args:
        settings: of the home.
        forced: first and last day that a backfill asks to recompute besides.
    """
    ledger = Ledger(settings.ledger)
    built = built_sequence(ledger)
    newest = ledger.rows("select coalesce(max(landed_sequence), 0) as newest from delivery")
    changed = ledger.rows(
        "select delivery_id, source, status from delivery where status in ('loaded', 'superseded')"
        " and (landed_sequence > ? or superseded_by > ?)",
        [built, built],
    )
    days = _days_of(ledger, built)
    if forced:
        days |= _forced_days(ledger, forced)
    customers = CUSTOMERS_SCHEMA.empty_table()
    is_full = built == 0 or not _has_fact(settings)
    if not is_full:
        customers = _customers_of(settings, [tuple(row) for row in changed])
        days |= {("payments", day) for day in _later_days(settings, customers)}
    _write(settings, days, customers)
    paid_days = sum(source == "payments" for source, _ in days)
    return Changes(newest[0]["newest"], len(changed), 0 if is_full else paid_days, is_full)


def built_sequence(ledger: Ledger) -> int:
    """Sequence of the newest delivery in the last finished build; 0 before the first."""
    rows = ledger.rows("select landed_sequence from build where kind = ?", [BUILD])
    return int(rows[0]["landed_sequence"]) if rows else 0


def mark_built(settings: Settings, changes: Changes, as_of: date, fingerprint: str) -> None:
    """Book a finished build; what it replaced need not be kept any longer."""
    Ledger(settings.ledger).write(
        "insert or replace into build values (?, ?, ?, ?)",
        [BUILD, changes.sequence, fingerprint, as_of.isoformat()],
    )
    shutil.rmtree(settings.landing / ".superseded", ignore_errors=True)


def mark_published(settings: Settings) -> None:
    """Book that what the last build made is published, and by which code it was scored."""
    Ledger(settings.ledger).write(
        "insert or replace into build select ?, landed_sequence, fingerprint || ?, as_of "
        "from build where kind = ?",
        [PUBLICATION, models_fingerprint(), BUILD],
    )


def is_published(settings: Settings, sequence: int, as_of: date, fingerprint: str) -> bool:
    """The deliveries up to ``sequence`` are built as of the day by this code, and published."""
    rows = Ledger(settings.ledger).rows(
        "select landed_sequence, as_of, fingerprint from build where kind = ?", [PUBLICATION]
    )
    wanted = (sequence, as_of.isoformat(), fingerprint + models_fingerprint())
    return [tuple(row) for row in rows] == [wanted]


def last_build(settings: Settings) -> tuple[date, str] | None:
    """As-of date and fingerprint of the last finished build."""
    rows = Ledger(settings.ledger).rows(
        "select as_of, fingerprint from build where kind = ?", [BUILD]
    )
    return (date.fromisoformat(rows[0]["as_of"]), rows[0]["fingerprint"]) if rows else None


def _days_of(ledger: Ledger, built: int) -> set[tuple[str, date]]:
    rows = ledger.rows(
        "select distinct landed_day.source, business_date from landed_day "
        "join delivery using (delivery_id) where landed_sequence > ? or superseded_by > ?",
        [built, built],
    )
    return {(row["source"], date.fromisoformat(row["business_date"])) for row in rows}


def _forced_days(ledger: Ledger, forced: tuple[date, date]) -> set[tuple[str, date]]:
    first, last = forced
    sources = [row["source"] for row in ledger.rows("select distinct source from landed_day")]
    span = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    return {(source, day) for source in sources for day in span}


def _has_fact(settings: Settings) -> bool:
    if not settings.warehouse.exists():
        return False
    with connect(settings) as connection:
        schema, table = FACT.split(".")
        found = scalar(
            connection,
            "select count(*) from information_schema.tables "
            "where table_schema = ? and table_name = ?",
            [schema, table],
        )
        return bool(found)


def _customers_of(settings: Settings, changed: list[tuple[str, str, str]]) -> pa.Table:
    """Customers with rows in the changed deliveries, each with the earliest changed day."""
    rows: list[str] = []
    for source in CUSTOMER_SOURCES:
        files = _files_of(settings, source, changed)
        if files:
            listed = ", ".join(literal(str(path)) for path in files)
            since = _since_record(settings) if source == "customers" else "business_date::date"
            rows.append(
                f"select customer_id, {since} as changed_on "
                f"from read_parquet([{listed}], hive_partitioning = true, union_by_name = true) "
                "as changed where customer_id is not null"
            )
    if not rows:
        return CUSTOMERS_SCHEMA.empty_table()
    with connect(settings) as connection:
        found = connection.sql(
            "select customer_id, min(changed_on) as changed_on "
            f"from ({' union all '.join(rows)}) group by customer_id"
        )
        table: pa.Table = found.to_arrow_table()
        return table.cast(CUSTOMERS_SCHEMA)


def _since_record(settings: Settings) -> str:
    """SQL for the day from which a customer record counts: the first one for all time before it."""
    every = literal(str(settings.landing / "customers" / "*" / "*" / "*.parquet"))
    return (
        "case when business_date::date > (select min(known.business_date) "
        f"from read_parquet({every}, hive_types = {{'business_date': date}}) as known "
        "where known.customer_id = changed.customer_id) "
        "then business_date::date else date '0001-01-01' end"
    )


def _files_of(settings: Settings, source: str, changed: list[tuple[str, str, str]]) -> list[Path]:
    """Parquet of the source's changed deliveries; of superseded ones where they were moved to."""
    files: list[Path] = []
    for delivery_id, of_source, status in changed:
        if of_source == source:
            places = Places(settings, source, delivery_id)
            folder = places.superseded if status == "superseded" else places.rows
            files += sorted(folder.glob("*/*.parquet"))
    return files


def _later_days(settings: Settings, customers: pa.Table) -> list[date]:
    """Days on which a changed customer paid on or after the change, as the warehouse has them."""
    if not len(customers):
        return []
    with connect(settings) as connection:
        connection.register("changed", customers)
        earliest = scalar(connection, "select min(changed_on) from changed")
        rows = connection.execute(
            f"select distinct paid_on from {FACT} join changed using (customer_id) "
            "where paid_on >= changed_on and paid_on >= ?",
            [earliest],
        ).fetchall()
    return [day for (day,) in rows]


def _write(settings: Settings, days: set[tuple[str, date]], customers: pa.Table) -> None:
    ordered = sorted(days)
    columns = {"source": [item[0] for item in ordered], "business_date": [d for _, d in ordered]}
    _write_table(settings, "changed_days", pa.table(columns, schema=DAYS_SCHEMA))
    _write_table(settings, "changed_customers", customers)


def declare_as_of(settings: Settings, as_of: date) -> None:
    """Tell the build its today; a file, because a new dbt variable would cost a full parse."""
    table = pa.table({"as_of": [as_of]}, schema=pa.schema([("as_of", pa.date32())]))
    _write_table(settings, "declared_day", table)


def _write_table(settings: Settings, name: str, table: pa.Table) -> None:
    folder = settings.landing / "changes"
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f"{name}.partial"
    parquet.write_table(table, partial)
    partial.replace(folder / f"{name}.parquet")
