"""``jiaofei profiles``: which kinds of files can be read."""

from __future__ import annotations

import json

from dagster_project.cli.console import Home, Json, Lang, is_chinese, output, table
from dagster_project.lib.deliveries.profiles import load_profiles
from dagster_project.settings import load_settings


def profiles(home: Home = None, as_json: Json = False, lang: Lang = None) -> None:
    """List the source profiles and check them; an error names file, line and cure (来源配置)."""
    found = load_profiles(load_settings(home))
    if as_json:
        fields = {"name", "source", "files", "encoding", "description", "origin"}
        print(json.dumps([p.model_dump(include=fields) for p in found], ensure_ascii=False))
        return
    listed = table(
        ("Source profiles; all can be used", "来源配置（全部可用）"),
        [
            ("Profile", "配置"),
            ("Source", "数据源"),
            ("Encoding", "编码"),
            ("What it reads", "说明"),
        ],
        texts=4,
    )
    language = "zh" if is_chinese(lang) else "en"
    for profile in found:
        listed.add_row(
            profile.name, profile.source, profile.encoding, profile.description[language]
        )
    output.print(listed)
