"""``jiaofei status``: what was delivered, how fresh it is, what is published."""

from __future__ import annotations

import json
from typing import Any

from dagster_project.cli.console import Home, Json, Lang, errors, output, shown, table
from dagster_project.lib.deliveries.ledger import Ledger
from dagster_project.lib.publication.history import current_snapshot, list_snapshots
from dagster_project.settings import Settings, load_settings

SOURCES = """
select source, count(*) as files,
    sum(rows_delivered) as delivered,
    sum(case when status = 'loaded' then rows_loaded else 0 end) as loaded,
    sum(rows_duplicate) as duplicate, sum(rows_quarantined) as quarantined,
    sum(case when status = 'superseded' then rows_loaded else 0 end) as superseded,
    max(delivered_on) as newest
from delivery group by source order by source
"""
TROUBLE = """
select file_name, status, message, reasons from delivery
where status in ('rejected', 'unrecognised') or message != '' order by landed_sequence desc limit 10
"""


def status(home: Home = None, as_json: Json = False, lang: Lang = None) -> None:
    """Show the delivery ledger, freshness and the last publication (状态)."""
    settings = load_settings(home)
    content = collect(settings)
    if as_json:
        print(json.dumps(content, default=str, ensure_ascii=False))
        return
    if not content["sources"]:
        output.print(f"Nothing has been landed in {settings.home} yet (尚无交付).")
        return
    ledger = table(
        ("Delivery ledger", "交付台账"),
        [
            ("Source", "数据源"), ("Files", "文件"), ("Delivered", "交付"), ("Loaded", "入库"),
            ("Duplicate", "重复"), ("Quarantined", "隔离"), ("Superseded", "被替换"),
            ("Newest delivery", "最新交付"),
        ],
        lang,
    )  # fmt: skip
    for row in content["sources"]:
        ledger.add_row(*map(shown, row.values()))
    output.print(ledger)
    for row in content["trouble"]:
        errors.print(f"{row['file_name']}: {row['status']}. {row['message']}", highlight=False)
    _show_publication(content)


def collect(settings: Settings) -> dict[str, Any]:
    """Everything that is shown, for people and for scripts."""
    ledger = Ledger(settings.ledger)
    sources = [dict(row) for row in ledger.rows(SOURCES)]
    current = current_snapshot(settings)
    unbalanced = [
        row["source"]
        for row in sources
        if row["delivered"]
        != row["loaded"] + row["duplicate"] + row["quarantined"] + row["superseded"]
    ]
    return {
        "home": str(settings.home),
        "sources": sources,
        "is_balanced": not unbalanced,
        "trouble": [dict(row) for row in ledger.rows(TROUBLE)],
        "current": current and current.snapshot_id,
        "as_of": current and current.as_of,
        "tables": current.tables if current else {},
        "snapshots": [snapshot.snapshot_id for snapshot in list_snapshots(settings)],
    }


def _show_publication(content: dict[str, Any]) -> None:
    balanced = "yes 是" if content["is_balanced"] else "NO 否"
    output.print(f"Every delivered row accounted for (逐行对账): {balanced}", highlight=False)
    if content["current"] is None:
        output.print("Nothing is published yet (尚未发布).")
        return
    output.print(
        f"Published as of {content['as_of']} (发布): {content['current']}; "
        f"kept: {len(content['snapshots'])}",
        highlight=False,
    )
