"""Writes a file's quarantine: line, column, value and reason of every row that is not loaded."""

from __future__ import annotations

import re

import pyarrow as pa

from dagster_project.lib.deliveries.landing.job import Landing
from dagster_project.lib.deliveries.places import QUARANTINE_SCHEMA
from dagster_project.lib.deliveries.reading.text_table import Reject
from dagster_project.lib.deliveries.validation.quoting import literal

LONG_DIGITS = re.compile(r"\d{5,}")  # account, telephone and meter numbers
HIDDEN = "(hidden: the row may hold personal data 已隐藏：可能含个人信息)"


def write(landing: Landing, rejects: list[Reject], queries: list[str]) -> None:
    """Write the rejects and the rows that the queries give; nothing when there are none."""
    entry, connection = landing.entry, landing.connection
    if not entry.rows_quarantined:
        return
    connection.register("rejects", _table(landing, rejects))
    columns = ", ".join(
        f"{literal(value)} as {name}"
        for name, value in zip(
            QUARANTINE_SCHEMA.names[:3],
            (entry.delivery_id, entry.source, entry.file_name),
            strict=True,
        )
    )
    landing.places.incoming.mkdir(parents=True, exist_ok=True)
    every = " union all ".join(["select * from rejects", *queries])
    connection.execute(
        f"copy (select {columns}, * from ({every}) order by line) "
        f"to {literal(str(landing.places.incoming_quarantine))} (format parquet)"
    )
    connection.unregister("rejects")


def _table(landing: Landing, rejects: list[Reject]) -> pa.Table:
    hide = bool(landing.contract.personal) or landing.profile.holds_personal_data
    return pa.table(
        {
            "line": pa.array([reject.line for reject in rejects], pa.int64()),
            "column_name": pa.array([None] * len(rejects), pa.string()),
            "value": pa.array([HIDDEN if hide else _masked(r.value) for r in rejects], pa.string()),
            "reason": pa.array([reject.reason for reject in rejects], pa.string()),
        }
    )


def _masked(text: str) -> str:
    """Show the last four of every long number only."""
    return LONG_DIGITS.sub(lambda found: "*" * (len(found[0]) - 4) + found[0][-4:], text)
