"""What the ledger and the publications say, summed up for ``jiaofei status``."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from typing import Any

from dagster_project.cli.messages import WEEKLY_DECISIONS
from dagster_project.lib.decisions.due import decision_is_due, due_on, taken_on
from dagster_project.lib.deliveries.ledger import Ledger
from dagster_project.lib.deliveries.reasons import describe
from dagster_project.lib.publication.fits import newest_fits
from dagster_project.lib.publication.history import Snapshot, current_snapshot, list_snapshots
from dagster_project.settings import Settings

SOURCES = """
select source, count(*) as files,
    sum(rows_delivered) as delivered,
    sum(case when status = 'loaded' then rows_loaded else 0 end) as loaded,
    sum(rows_duplicate) as duplicate, sum(rows_quarantined) as quarantined,
    sum(case when status = 'superseded' then rows_loaded else 0 end) as superseded
from delivery group by source order by source
"""
FILES = """
select source, status, count(*) as files from delivery group by source, status
order by source, status
"""
NEWEST = """
select source, max(delivered_on) as newest_delivery, max(business_date) as newest_day
from delivery left join landed_day using (delivery_id, source)
where status = 'loaded' group by source order by source
"""
REASONS = """
select source, reasons from delivery where rows_quarantined > 0 order by source
"""
TROUBLE = """
select file_name, status, message from delivery
where status in ('rejected', 'unrecognised') or message != '' order by landed_sequence desc limit 10
"""


def collect(settings: Settings) -> dict[str, Any]:
    """Everything that is shown, for people and for scripts."""
    sources = _rows(settings, SOURCES)
    current = current_snapshot(settings)
    content: dict[str, Any] = {
        "home": str(settings.home),
        "sources": sources,
        "files": _rows(settings, FILES),
        "freshness": _freshness(_rows(settings, NEWEST), current.as_of if current else None),
        "quarantine": _reasons(_rows(settings, REASONS)),
        "trouble": _rows(settings, TROUBLE),
        "unbalanced": [row["source"] for row in sources if not _is_balanced(row)],
        "current": current and current.snapshot_id,
        "as_of": current and current.as_of,
        "tables": current.tables if current else {},
        "models": _fits(current) if current else [],
        "decisions": _decisions(settings, current.as_of if current else None),
        "snapshots": [snapshot.snapshot_id for snapshot in list_snapshots(settings)],
    }
    content["is_balanced"] = not content["unbalanced"]
    return content


def _fits(current: Snapshot) -> list[dict[str, Any]]:
    """Families that were fitted; what became of predictions of others decides nothing."""
    return [fit for fit in newest_fits(current) if fit["decision"]]


def _decisions(settings: Settings, as_of: date | None) -> list[dict[str, Any]]:
    """Per weekly decision when it was taken, when it is due, and whether that is now.

    Now is the day of the last publication; a run of a later day may find more of them due.
    """
    rows = []
    for name, (english, chinese) in WEEKLY_DECISIONS.items():
        taken = taken_on(settings, name)
        rows.append(
            {
                "decision": name,
                "title": {"en": english, "zh": chinese},
                "taken_on": taken,
                "due_on": due_on(settings, name),
                "is_due": as_of is None or decision_is_due(settings, name, as_of),
            }
        )
    return rows


def _rows(settings: Settings, query: str) -> list[dict[str, Any]]:
    """Rows of the ledger; a home without one is left as it is."""
    if not settings.ledger.exists():
        return []
    return [dict(row) for row in Ledger(settings.ledger).rows(query)]


def _is_balanced(row: dict[str, Any]) -> bool:
    parts = ("loaded", "duplicate", "quarantined", "superseded")
    return bool(row["delivered"] == sum(row[part] for part in parts))


def _freshness(rows: list[dict[str, Any]], as_of: date | None) -> list[dict[str, Any]]:
    """Per source the newest day of its rows, and how many days that lies before the as-of date."""
    if as_of is None:
        as_of = max(date.fromisoformat(row["newest_delivery"]) for row in rows) if rows else None
    for row in rows:
        day = row["newest_day"] and date.fromisoformat(row["newest_day"])
        row["days_behind"] = (as_of - day).days if as_of and day else None
    return rows


def _reasons(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Quarantined rows by source and reason, most first."""
    counted: Counter[tuple[str, str]] = Counter()
    for row in rows:
        for reason, number in json.loads(row["reasons"]).items():
            counted[row["source"], reason] += number
    return [
        {
            "source": source,
            "reason": reason,
            "rows": number,
            "meaning": {"en": describe(reason, "en"), "zh": describe(reason, "zh")},
        }
        for (source, reason), number in counted.most_common()
    ]
