"""Books a file of which nothing can be trusted: all its rows are quarantined for one reason."""

from __future__ import annotations

from dagster_project.lib.deliveries.landing import quarantine, writing
from dagster_project.lib.deliveries.landing.counting import count_checked
from dagster_project.lib.deliveries.landing.job import Landing
from dagster_project.lib.deliveries.ledger import Entry
from dagster_project.lib.deliveries.reading.errors import UnreadableFileError
from dagster_project.lib.deliveries.reading.text_table import Reject
from dagster_project.lib.deliveries.validation.quoting import literal


def reject(
    landing: Landing, error: UnreadableFileError, rejects: list[Reject], is_read: bool
) -> Entry:
    """Quarantine the rows that could be read; none could when ``is_read`` is false."""
    entry = landing.entry
    rows = count_checked(landing) if is_read else 0
    entry.status, entry.message = "rejected", str(error)
    entry.rows_delivered = entry.rows_quarantined = rows + len(rejects)
    entry.reasons = {error.reason: entry.rows_quarantined}
    whole = [Reject(item.line, error.reason, item.value) for item in rejects]
    read = (
        f"select line, null::varchar as column_name, null::varchar as value, "
        f"{literal(error.reason)} as reason from checked"
    )
    quarantine.write(landing, whole, [read] if rows else [])
    writing.book(landing)
    return entry
