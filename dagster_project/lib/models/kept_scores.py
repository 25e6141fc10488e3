"""Scores that rest on the same rows, release and code as the last ones are kept.

A month's segments are assigned once, not once a day. The mark of what scores rest on stands in the
table that they fill; the pictures of the asset's page stand beside the warehouse.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from dagster_project.lib.models.code import models_fingerprint
from dagster_project.lib.models.declared import SOURCE
from dagster_project.lib.models.spec import Scored, Work
from dagster_project.lib.warehouse.connection import scalar

FOLDER = "pictures"  # of the home
IS_MARKED = """
select count(*) from information_schema.columns
where table_schema = ? and table_name = ? and column_name = 'scored_from'
"""


def mark_of(work: Work, relations: Sequence[str]) -> str:
    """Changes with any value of the relations, with the release, and with the models' code."""
    parts = [work.release_id, models_fingerprint()]
    for relation in relations:
        rows = work.connection.execute(
            f"select count(*), sum(hash(read)::hugeint) from {relation} as read"
        ).fetchall()
        parts.append(str(rows))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def kept_scores(
    work: Work, mark: str, marked: str, tables: Sequence[str]
) -> dict[str, Scored] | None:
    """The tables as they stand, with their pictures; None where ``marked`` has another mark."""
    path = _pictures(work, marked)
    if not path.exists() or not scalar(work.connection, IS_MARKED, [SOURCE, marked]):
        return None
    found = scalar(work.connection, f"select max(scored_from) from {SOURCE}.{marked}")
    pictures = json.loads(path.read_text(encoding="utf-8"))
    if found != mark or pictures["mark"] != mark:
        return None

    return {
        table: Scored(
            None, plots=pictures["tables"][table], in_place=partial(_rows_of, work, table)
        )
        for table in tables
    }


def _rows_of(work: Work, table: str) -> int:
    return int(scalar(work.connection, f"select count(*) from {SOURCE}.{table}"))


def keep_pictures(work: Work, mark: str, marked: str, scores: dict[str, Scored]) -> None:
    """Keep the pictures of new scores; they count once the mark stands in the table too."""
    path = _pictures(work, marked)
    path.parent.mkdir(parents=True, exist_ok=True)
    tables = {table: scored.plots for table, scored in scores.items()}
    unfinished = path.with_suffix(".partial")
    unfinished.write_text(json.dumps({"mark": mark, "tables": tables}), encoding="utf-8")
    unfinished.replace(path)


def _pictures(work: Work, marked: str) -> Path:
    return work.settings.home / FOLDER / f"{marked}.json"
