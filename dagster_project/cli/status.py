"""``jiaofei status``: what was delivered, what is published, which models and decisions hold."""

from __future__ import annotations

import json
from typing import Any

from dagster_project.cli.accounts import collect
from dagster_project.cli.console import (
    Home,
    Json,
    Lang,
    is_chinese,
    language,
    output,
    say,
    shown,
    table,
    warn,
)
from dagster_project.cli.messages import DECISIONS, MODELS
from dagster_project.lib.languages import both
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
QUARANTINE = [("Source", "数据源"), ("Code", "代码"), ("Reason", "原因"), ("Rows", "行数")]
MODELS_SHOWN = [
    ("Model", "模型"),
    ("Release in force", "在用版本"),
    ("Last fit", "最近拟合"),
    ("Decision", "结论"),
]

DECISIONS_SHOWN = [
    ("Decision", "决策"),
    ("Taken on", "最近执行"),
    ("Due on", "到期日"),
    ("Due", "是否到期"),
]
DUE = ("due", "到期")


def status(home: Home = None, as_json: Json = False, lang: Lang = None) -> None:
    """Show the delivery ledger, freshness, models, decisions and the last publication (状态)."""
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
        _show_quarantine(content["quarantine"], lang)
    for row in content["trouble"]:
        said = getattr(both(row["message"]), language(lang))
        warn(f"{row['file_name']}: {row['status']}. {said}")
    if content["models"]:
        _show_models(content["models"], lang)
    _show_decisions(content["decisions"], lang)
    _show_publication(content, lang)


def _show_quarantine(rows: list[dict[str, Any]], lang: str | None) -> None:
    shown_rows = [
        {
            "source": row["source"], "code": row["reason"],
            "reason": row["meaning"][language(lang)], "rows": row["rows"],
        }
        for row in rows
    ]  # fmt: skip
    _show(("Quarantine", "隔离原因"), QUARANTINE, shown_rows, texts=3)


def _show_models(fits: list[dict[str, Any]], lang: str | None) -> None:
    """The release in force and the last fit of each family, then why it was decided so."""
    chosen = int(is_chinese(lang))
    rows = [
        {
            "model": MODELS[fit["model"]][chosen] if fit["model"] in MODELS else fit["model"],
            "release": fit["release_id"],
            "fitted_on": fit["fitted_on"],
            "decision": DECISIONS[fit["decision"]][chosen],
        }
        for fit in fits
    ]
    _show(("Models", "模型"), MODELS_SHOWN, rows, texts=4)
    for row, fit in zip(rows, fits, strict=True):
        reason = fit[f"reason_{language(lang)}"]
        say("verdict", lang, model=row["model"], decision=row["decision"], reason=reason)


def _show_decisions(decisions: list[dict[str, Any]], lang: str | None) -> None:
    """When the weekly decisions were last taken, and which of them the next run takes."""
    chosen = language(lang)
    rows = [
        {
            "decision": row["title"][chosen],
            "taken_on": row["taken_on"],
            "due_on": row["due_on"],
            "is_due": DUE[int(is_chinese(lang))] if row["is_due"] else "",
        }
        for row in decisions
    ]
    _show(("Weekly decisions", "每周决策"), DECISIONS_SHOWN, rows, texts=4)
    due = [row["title"][chosen] for row in decisions if row["is_due"]]
    if due:
        say("decisions_due", lang, decisions="、".join(due) if is_chinese(lang) else ", ".join(due))
        return
    say("no_decision_due", lang, day=min(row["due_on"] for row in decisions))


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
