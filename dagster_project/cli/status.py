"""``jiaofei status``: what was delivered, how fresh it is, what is published."""

from __future__ import annotations

import json
from typing import Any

from dagster_project.cli.accounts import collect
from dagster_project.cli.console import Home, Json, Lang, errors, escape, output, say, shown, table
from dagster_project.settings import load_settings

LEDGER = [
    ("Source", "数据源"),
    ("Files", "文件"),
    ("Delivered", "交付"),
    ("Loaded", "入库"),
    ("Duplicate", "重复"),
    ("Quarantined", "隔离"),
    ("Replaced", "被替换"),
]
FRESHNESS = [
    ("Source", "数据源"),
    ("Newest delivery", "最新交付"),
    ("Newest day", "最新业务日"),
    ("Days before as-of", "距截至日天数"),
]
QUARANTINE = [("Source", "数据源"), ("Reason", "原因"), ("Rows", "行数")]


def status(home: Home = None, as_json: Json = False, lang: Lang = None) -> None:
    """Show the delivery ledger, freshness and the last publication (状态)."""
    settings = load_settings(home)
    content = collect(settings)
    if as_json:
        print(json.dumps(content, default=str, ensure_ascii=False))
        return
    if not content["sources"]:
        say("nothing_landed", lang, home=settings.home)
        return
    _show(("Delivery ledger", "交付台账"), LEDGER, content["sources"])
    _show(("Freshness", "数据新鲜度"), FRESHNESS, content["freshness"])
    if content["quarantine"]:
        _show(("Quarantine", "隔离原因"), QUARANTINE, content["quarantine"], texts=2)
    for row in content["trouble"]:
        line = f"[yellow]![/] {escape(row['file_name'])}: {row['status']}. "
        errors.print(line + escape(row["message"]), highlight=False, soft_wrap=True)
    _show_publication(content, lang)


def _show(
    title: tuple[str, str],
    columns: list[tuple[str, str]],
    rows: list[dict[str, Any]],
    texts: int = 1,
) -> None:
    listed = table(title, columns, texts)
    for row in rows:
        listed.add_row(*map(shown, row.values()))
    output.print(listed)


def _show_publication(content: dict[str, Any], lang: str | None) -> None:
    if content["is_balanced"]:
        say("balanced", lang)
    else:
        say("unbalanced", lang, sources=", ".join(content["unbalanced"]))
    if content["current"] is None:
        say("not_published", lang)
        return
    kept = len(content["snapshots"])
    say("publication", lang, as_of=content["as_of"], snapshot=content["current"], kept=kept)
