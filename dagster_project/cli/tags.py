"""``jiaofei tags``: which customer tags are declared, and whether each can be used."""

from __future__ import annotations

import json
from typing import Any

from dagster_project.cli.console import Home, Json, Lang, is_chinese, output, say, table
from dagster_project.settings import Settings, load_settings, use

COLUMNS = [
    ("Tag", "标签代码"),
    ("Name", "名称"),
    ("Refresh", "更新"),
    ("Days", "有效天数"),
    ("Kind", "类型"),
    ("When it is held", "定义"),
]
WORDS = {"daily": "每日", "weekly": "每周", "rule": "规则", "model": "模型"}


def tags(home: Home = None, as_json: Json = False, lang: Lang = None) -> None:
    """List the customer tags and check them; an error names file, line and cure (用户标签)."""
    settings = load_settings(home)
    use(settings)
    found = _declared(settings)
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
        return
    listed = table(("Customer tags; all can be used", "用户标签（全部可用）"), COLUMNS, texts=6)
    chosen = "zh" if is_chinese(lang) else "en"
    for tag in found:
        mark = " *" if tag["sensitive"] else ""
        refresh, kind = (
            WORDS[tag[name]] if chosen == "zh" else tag[name] for name in ("refresh", "kind")
        )
        listed.add_row(
            tag["code"] + mark, tag["title"][chosen], refresh, str(tag["validity_days"]), kind,
            tag["definition"][chosen],
        )  # fmt: skip
    output.print(listed)
    say("sensitive_tags", lang)


def _declared(settings: Settings) -> list[dict[str, Any]]:
    """Every tag with its checked rule: the tables that it reads and where it is declared."""
    from dagster_project.lib.dbt_project import dbt_project, manifest  # seconds, for this only
    from dagster_project.lib.decisions.tags.readable import READABLE, readable_columns
    from dagster_project.lib.decisions.tags.reading import load_tags

    dbt_project()  # the manifest is there and current
    return [
        checked.tag.model_dump()
        | {
            "reads": [READABLE[name] for name in checked.rule.tables],
            "origin": checked.origin,
        }
        for checked in load_tags(settings, readable_columns(manifest(settings)))
    ]
