"""Landing one delivered file: read, judge, find duplicates, write, book.

Each step is a statement over the whole file; nothing here touches a row in Python.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from dagster_project.lib.deliveries import duplicates, pseudonyms
from dagster_project.lib.deliveries.contracts import Contract
from dagster_project.lib.deliveries.decoding import UnreadableFileError
from dagster_project.lib.deliveries.discovery import Delivery
from dagster_project.lib.deliveries.ledger import Entry, Ledger
from dagster_project.lib.deliveries.places import QUARANTINE_SCHEMA, Places
from dagster_project.lib.deliveries.reading import Reject, TextTable, read_text
from dagster_project.lib.deliveries.validation import (
    Limits,
    Plan,
    checked_sql,
    literal,
    make_plan,
    quarantined_sql,
)
from dagster_project.lib.warehouse.connection import scalar
from dagster_project.settings import Settings

LONG_DIGITS = re.compile(r"\d{5,}")  # account, telephone and meter numbers
HIDDEN = "(hidden: the row may hold personal data)"


@dataclass
class Landing:
    """What landing one file works with; ``connection`` is in memory, never the warehouse."""

    settings: Settings
    ledger: Ledger
    connection: duckdb.DuckDBPyConnection
    key: bytes
    contract: Contract
    delivery: Delivery
    entry: Entry

    @property
    def places(self) -> Places:
        """Where the delivery's rows go."""
        return Places(self.settings, self.contract.source, self.entry.delivery_id)

    @property
    def business_date(self) -> str:
        """SQL over ``checked`` for a row's business date."""
        if self.contract.business_date == "delivered_on":
            return literal(self.entry.delivered_on)
        return self.contract.columns[self.contract.business_date].landed_name


def land(landing: Landing) -> Entry:
    """Land one file and return its booked entry; on any file error nothing of it is loaded."""
    try:
        table, plan = _check(landing)
    except UnreadableFileError as error:
        return _reject(landing, error, [], 0)
    if table.broken:
        rows = _count(landing.connection, "checked")
        return _reject(landing, table.broken, table.rejects, rows)
    duplicates.number_rows_without_key(landing.connection, landing.contract)
    if "customer_no" in landing.contract.columns:
        pseudonyms.add_customers(landing.connection, landing.key, "checked")
    duplicates.find_surplus(
        landing.connection, landing.contract, landing.business_date, _landed_before(landing)
    )
    _count_rows(landing, table, plan)
    _write(landing, table, plan)
    return landing.entry


def _check(landing: Landing, undecodable: bool = False) -> tuple[TextTable, Plan]:
    """Make ``checked`` in one pass over the file.

    Whether a character was bad is known only after the pass; such a file is read once more, with
    a rule that names the rows.
    """
    assert landing.delivery.profile
    connection = landing.connection
    for name in ("checked", "numbered", "surplus"):
        connection.execute(f"drop table if exists {name}")
    table = read_text(landing.delivery.path, landing.delivery.profile)
    limits = Limits(landing.settings.first_business_date, landing.entry.delivered_on)
    plan = make_plan(landing.contract, landing.delivery.profile, table.header, limits, undecodable)
    reader = pa.RecordBatchReader.from_batches(table.schema, table.batches)
    connection.register("delivered", reader)
    connection.execute(checked_sql(plan, landing.contract, table.schema.names[1:]))
    connection.unregister("delivered")
    if table.has_bad_characters and not undecodable:
        return _check(landing, undecodable=True)
    return table, plan


def _landed_before(landing: Landing) -> list[Path]:
    """Parquet of other deliveries with rows of this file's days, except what this one replaces."""
    days = landing.connection.execute(
        f"select distinct {landing.business_date} from checked where problem is null"
    ).fetchall()
    wanted = [day.isoformat() for (day,) in days]
    found = landing.ledger.rows(
        "select delivery_id, business_date from landed_day join delivery using (delivery_id) "
        "where landed_day.source = ? and status = 'loaded' and slot != ? "
        f"and business_date in ({', '.join('?' * len(wanted))})",
        [landing.contract.source, landing.entry.slot, *wanted],
    )
    folders = [
        Places(landing.settings, landing.contract.source, row["delivery_id"]).rows
        / f"business_date={row['business_date']}"
        for row in found
    ]
    return [path for folder in folders for path in sorted(folder.glob("*.parquet"))]


def _count_rows(landing: Landing, table: TextTable, plan: Plan) -> None:
    """Fill the entry: every delivered row is loaded, a duplicate, or quarantined for a reason."""
    connection, entry = landing.connection, landing.entry
    reasons: dict[str, int] = {}
    for number, count in connection.execute(
        "select problem, count(*) from checked where problem is not null group by problem"
    ).fetchall():
        reason = plan.rules[number].reason
        reasons[reason] = reasons.get(reason, 0) + count
    for reject in table.rejects:
        reasons[reject.reason] = reasons.get(reject.reason, 0) + 1
    surplus = dict(
        connection.execute("select is_same, count(*) from surplus group by all").fetchall()
    )
    if surplus.get(False):
        reasons[duplicates.CONFLICT] = surplus[False]
    entry.reasons = dict(sorted(reasons.items()))
    entry.rows_delivered = _count(connection, "checked") + len(table.rejects)
    entry.rows_quarantined = sum(reasons.values())
    entry.rows_duplicate = surplus.get(True, 0)
    entry.rows_loaded = entry.rows_delivered - entry.rows_quarantined - entry.rows_duplicate
    entry.message = _message(landing, table, plan)


def _message(landing: Landing, table: TextTable, plan: Plan) -> str:
    assert landing.delivery.profile
    notes = []
    for name in plan.missing:
        mapping = landing.delivery.profile.columns.get(name)
        names = [n for part in mapping.parts for n in part.names] if mapping else [name]
        notes.append(
            f"Column {name} is missing: expected a heading {' or '.join(names)}, found "
            f"{', '.join(table.header)[:200]}. Deliver the column or mend the profile."
        )
    if table.has_bad_characters:
        encoding = landing.delivery.profile.encoding
        other = "gb18030" if encoding == "utf-8" else "utf-8"
        notes.append(f"Not all of the file is {encoding}; if it is {other}, say so in the profile.")
    return " ".join(notes)


def _write(landing: Landing, table: TextTable, plan: Plan) -> None:
    """Write rows, quarantine and personal data under ``.incoming``, then book and move in."""
    places, connection, entry = landing.places, landing.connection, landing.entry
    places.incoming.mkdir(parents=True, exist_ok=True)
    kept = "problem is null and not exists (select 1 from surplus s where s.line = checked.line)"
    if entry.rows_loaded:
        columns = ", ".join(column.landed_name for column in landing.contract.landed)
        connection.execute(
            f"copy (select {columns}, {literal(entry.delivery_id)} as delivery_id, "
            f"line as source_line, {landing.business_date} as business_date "
            f"from {duplicates.with_pseudonyms(landing.contract)} "
            f"where {kept}) to {literal(str(places.incoming_rows))} "
            "(format parquet, partition_by (business_date), compression zstd)"
        )
        entry.days = dict(
            connection.execute(
                f"select {landing.business_date}, count(*) from checked where {kept} group by 1"
            ).fetchall()
        )
        _write_personal(landing, kept)
    _write_quarantine(landing, table.rejects, quarantined_sql(plan))
    book(landing.settings, landing.ledger, entry)


def _write_personal(landing: Landing, kept: str) -> None:
    personal = [column.name for column in landing.contract.personal]
    if not personal:
        return
    path = landing.places.incoming_personal
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    landing.settings.restricted.chmod(0o700)
    key = "customer_no, customer_id" if "customer_no" in landing.contract.columns else "line"
    own = [n for n in landing.contract.landed_key if n != "customer_id"]
    columns = ", ".join([key, *own, *personal])
    landing.connection.execute(
        f"copy (select {columns} from {duplicates.with_pseudonyms(landing.contract)} "
        f"where {kept}) to {literal(str(path))} "
        "(format parquet, compression zstd)"
    )
    path.chmod(0o600)


def _write_quarantine(landing: Landing, rejects: list[Reject], problems: str | None) -> None:
    """Write the quarantine of the delivery: rejected rows, and rows with a problem."""
    entry, connection = landing.entry, landing.connection
    if not entry.rows_quarantined:
        return
    hide = bool(landing.contract.personal)
    found = pa.table(
        {
            "line": pa.array([reject.line for reject in rejects], pa.int64()),
            "column_name": pa.array([None] * len(rejects), pa.string()),
            "value": pa.array([HIDDEN if hide else _masked(r.value) for r in rejects], pa.string()),
            "reason": pa.array([reject.reason for reject in rejects], pa.string()),
        }
    )
    connection.register("rejects", found)
    queries = ["select * from rejects"]
    if problems:
        queries += [problems, duplicates.conflicts_sql(landing.contract)]
    columns = ", ".join(
        f"{literal(value)} as {name}"
        for name, value in zip(
            QUARANTINE_SCHEMA.names[:3],
            (entry.delivery_id, entry.source, entry.file_name),
            strict=True,
        )
    )
    landing.places.incoming.mkdir(parents=True, exist_ok=True)
    connection.execute(
        f"copy (select {columns}, * from ({' union all '.join(queries)}) order by line) "
        f"to {literal(str(landing.places.incoming_quarantine))} (format parquet)"
    )
    connection.unregister("rejects")


def _masked(text: str) -> str:
    """Show the last four of every long number only."""
    return LONG_DIGITS.sub(lambda found: "*" * (len(found[0]) - 4) + found[0][-4:], text)


def _reject(
    landing: Landing, error: UnreadableFileError, rejects: list[Reject], rows: int
) -> Entry:
    """Book a file of which nothing can be trusted; the rows that could be read are quarantined."""
    entry = landing.entry
    entry.status, entry.message = "rejected", str(error)
    entry.rows_delivered = entry.rows_quarantined = rows + len(rejects)
    entry.reasons = {error.reason: entry.rows_quarantined}
    whole = [Reject(reject.line, error.reason, reject.value) for reject in rejects]
    read = (
        f"select line, null::varchar as column_name, null::varchar as value, "
        f"{literal(error.reason)} as reason from checked"
    )
    _write_quarantine_of_rejected(landing, whole, read if rows else None)
    book(landing.settings, landing.ledger, entry)
    return entry


def _write_quarantine_of_rejected(
    landing: Landing, rejects: list[Reject], read: str | None
) -> None:
    if read:
        landing.connection.execute("create or replace table surplus (line bigint, is_same boolean)")
    _write_quarantine(landing, rejects, read)


def book(settings: Settings, ledger: Ledger, entry: Entry) -> None:
    """Make a written delivery count, then move it and what it supersedes to their places."""
    replaced = ledger.record(entry)
    Places(settings, entry.source, entry.delivery_id).move_in()
    for delivery_id in replaced:
        Places(settings, entry.source, delivery_id).move_out()


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(scalar(connection, f"select count(*) from {table}"))


def delivery_id(source: str, delivered_on: date, sha256: str, ordinal: int) -> str:
    """Name of a delivery: the same content gets the same name wherever it is landed."""
    suffix = f"-{ordinal + 1}" if ordinal else ""
    return f"{source}-{delivered_on:%Y%m%d}-{sha256[:12]}{suffix}"
