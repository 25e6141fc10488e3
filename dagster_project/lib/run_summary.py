"""What a run did: told by the events of its jobs, and by the ledger."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import dagster as dg

from dagster_project.lib.deliveries.ledger import Ledger
from dagster_project.lib.publication.snapshot import current_snapshot
from dagster_project.settings import Settings


@dataclass
class RunSummary:
    """What a run did; ``tables`` holds asset, rows and seconds."""

    as_of: date
    snapshot_id: str
    snapshot_path: Path
    files_landed: int = 0
    rows_loaded: int = 0
    rows_duplicate: int = 0
    rows_quarantined: int = 0
    tables: list[tuple[str, int, float]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)  # in both languages, a line each
    seconds: float = 0.0


def newest_sequence(settings: Settings) -> int:
    """Of all that was landed; 0 for nothing."""
    rows = Ledger(settings.ledger).rows(
        "select coalesce(max(landed_sequence), 0) as newest from delivery"
    )
    return int(rows[0]["newest"])


def tables_of(result: dg.ExecuteInProcessResult) -> list[tuple[str, int, float]]:
    """Asset, rows and seconds of every table that a job wrote."""
    rows: dict[str, tuple[int, float]] = {}
    for event in result.all_events:
        if event.is_step_materialization:
            metadata = event.materialization.metadata
            count, seconds = (
                metadata.get(name) for name in ("dagster/row_count", "Execution Duration")
            )
            rows[event.materialization.asset_key.to_user_string()] = (
                int(count.value) if count else 0,  # type: ignore[arg-type]
                float(seconds.value) if seconds else 0.0,  # type: ignore[arg-type]
            )
    return [(name, *numbers) for name, numbers in rows.items()]


def account(settings: Settings, summary: RunSummary, before: int) -> None:
    """Say what was landed since the sequence ``before``, and what is published."""
    landed = Ledger(settings.ledger).rows(
        "select count(*) as files, coalesce(sum(rows_loaded), 0) as loaded, "
        "coalesce(sum(rows_duplicate), 0) as duplicate, "
        "coalesce(sum(rows_quarantined), 0) as quarantined from delivery "
        "where landed_sequence > ?",
        [before],
    )[0]
    snapshot = current_snapshot(settings)
    assert snapshot
    summary.snapshot_id, summary.snapshot_path = snapshot.snapshot_id, snapshot.path
    summary.files_landed, summary.rows_loaded = landed["files"], landed["loaded"]
    summary.rows_duplicate, summary.rows_quarantined = landed["duplicate"], landed["quarantined"]
