"""Does the ledger hold? Three counts of the same rows, made in three different places."""

from __future__ import annotations

import pyarrow.parquet as parquet

from dagster_project.lib.deliveries.ledger import Ledger
from dagster_project.lib.deliveries.places import Places
from dagster_project.lib.warehouse.changes import built_sequence
from dagster_project.settings import Settings


def unbalanced(settings: Settings, rejected_only: bool = False) -> list[str]:
    """Files whose rows are not accounted for; with ``rejected_only``, the rejected files.

    Only files since the last build are opened: older ones were checked then.
    """
    ledger = Ledger(settings.ledger)
    if rejected_only:
        rows = ledger.rows("select file_name, message from delivery where status = 'rejected'")
        return [f"{row['file_name']}: {row['message']}" for row in rows]
    wrong = []
    rows = ledger.rows("select * from delivery where landed_sequence > ?", [built_sequence(ledger)])
    for row in rows:
        parts = row["rows_loaded"] + row["rows_duplicate"] + row["rows_quarantined"]
        if parts != row["rows_delivered"]:
            wrong.append(f"{row['file_name']}: {row['rows_delivered']} delivered, {parts} booked")
        path = Places(settings, row["source"], row["delivery_id"]).quarantine
        kept = parquet.read_metadata(path).num_rows if path.exists() else 0
        if kept != row["rows_quarantined"]:
            wrong.append(
                f"{row['file_name']}: {row['rows_quarantined']} quarantined, {kept} in quarantine"
            )
    return wrong


def landed_as_booked(settings: Settings) -> list[str]:
    """Deliveries whose Parquet holds other rows than the ledger books; new ones since the build."""
    ledger = Ledger(settings.ledger)
    rows = ledger.rows(
        "select delivery_id, source, rows_loaded from delivery "
        "where status = 'loaded' and landed_sequence > ?",
        [built_sequence(ledger)],
    )
    wrong = []
    for row in rows:
        folder = Places(settings, row["source"], row["delivery_id"]).rows
        found = sum(parquet.read_metadata(path).num_rows for path in folder.rglob("*.parquet"))
        if found != row["rows_loaded"]:
            wrong.append(f"{row['delivery_id']}: {row['rows_loaded']} booked, {found} on disk")
    return wrong
