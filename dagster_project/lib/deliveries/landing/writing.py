"""Writes a file's rows and personal data under ``.incoming``, then books and moves them in."""

from __future__ import annotations

from dagster_project.lib.deliveries.landing import duplicates, quarantine
from dagster_project.lib.deliveries.landing.job import Landing
from dagster_project.lib.deliveries.places import Places
from dagster_project.lib.deliveries.reading.text_table import TextTable
from dagster_project.lib.deliveries.validation.plan import Plan
from dagster_project.lib.deliveries.validation.quoting import literal
from dagster_project.lib.deliveries.validation.statements import quarantined_sql

KEPT = "problem is null and not exists (select 1 from surplus s where s.line = checked.line)"


def write(landing: Landing, table: TextTable, plan: Plan) -> None:
    """Write rows, quarantine and personal data, then book."""
    landing.places.incoming.mkdir(parents=True, exist_ok=True)
    if landing.entry.rows_loaded:
        _write_rows(landing)
        _write_personal(landing)
    problems = [quarantined_sql(plan), duplicates.conflicts_sql(landing.contract)]
    quarantine.write(landing, table.rejects, problems)
    book(landing)


def book(landing: Landing) -> None:
    """Make a written delivery count, then move it and what it supersedes to their places."""
    entry = landing.entry
    replaced = landing.ledger.record(entry)
    landing.places.move_in()
    for delivery_id in replaced:
        Places(landing.settings, entry.source, delivery_id).move_out()


def _write_rows(landing: Landing) -> None:
    connection, entry = landing.connection, landing.entry
    columns = ", ".join(column.landed_name for column in landing.contract.landed)
    connection.execute(
        f"copy (select {columns}, {literal(entry.delivery_id)} as delivery_id, "
        f"line as source_line, {landing.business_date} as business_date "
        f"from {duplicates.with_pseudonyms(landing.contract)} "
        f"where {KEPT}) to {literal(str(landing.places.incoming_rows))} "
        "(format parquet, partition_by (business_date), compression zstd)"
    )
    entry.days = dict(
        connection.execute(
            f"select {landing.business_date}, count(*) from checked where {KEPT} group by 1"
        ).fetchall()
    )


def _write_personal(landing: Landing) -> None:
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
        f"where {KEPT}) to {literal(str(path))} "
        "(format parquet, compression zstd)"
    )
    path.chmod(0o600)
