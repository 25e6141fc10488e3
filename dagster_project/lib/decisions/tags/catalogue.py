"""The catalogue: every tag with its meaning, its holders and what it gained and lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from dagster_project.lib.decisions.tags.readable import READABLE
from dagster_project.lib.decisions.tags.rules import DAY
from dagster_project.lib.decisions.tags.schedule import Planned, Standing
from dagster_project.lib.deliveries.messages import Bilingual
from dagster_project.lib.models.declared import DeclaredTable
from dagster_project.lib.models.tables import kept, read

COUNTS = Path(__file__).with_name("counts.sql")
NOBODY = Bilingual("evaluated; no customer meets the rule", "已评估；没有用户满足规则")
WITHDRAWN = Bilingual("no longer declared", "已停用")
Row = dict[str, Any]


def earlier_catalogue(
    connection: duckdb.DuckDBPyConnection, table: DeclaredTable
) -> dict[str, Row]:
    """What the last run wrote, by code; nothing before the first."""
    rows = kept(connection, table, "true", {})
    return {} if rows is None else {row["tag_code"]: row for row in rows.to_pylist()}


def standing(row: Row | None) -> Standing:
    """What an earlier row says of a tag; a tag that was withdrawn begins anew."""
    if row is None or row["withdrawn_on"] is not None:
        return Standing()
    names = ("first_evaluated_on", "evaluated_on", "rule_since", "rule_digest")
    return Standing(**{name: row[name] for name in names})


def catalogue_rows(
    connection: duckdb.DuckDBPyConnection,
    planned: Sequence[Planned],
    earlier: Mapping[str, Row],
    as_of: date,
) -> list[Row]:
    """One row per declared tag, then those that are declared no longer.

    Counts are of after today's changes, which ``evaluating`` has found.
    """
    found = read(connection, COUNTS.read_text(encoding="utf-8"), {DAY: as_of}).to_pylist()
    counts = {row.pop("tag_code"): row for row in found}
    declared = [_row(tag) | counts[tag.checked.tag.code] for tag in planned]
    codes = {row["tag_code"] for row in declared}
    gone = [
        row | counts[code] | _withdrawn(row, as_of)
        for code, row in earlier.items()
        if code not in codes
    ]
    return [row | _note(row) for row in declared + gone]


def as_table(rows: list[Row], table: DeclaredTable) -> pa.Table:
    """The rows with the declared columns; a column without a value keeps its type."""
    kinds = {"string": pa.string(), "date": pa.date32(), "boolean": pa.bool_()}
    schema = pa.schema([(name, kinds.get(kind, pa.int64())) for name, kind, _ in table.columns])
    return pa.Table.from_pylist(rows, schema)


def _row(planned: Planned) -> Row:
    tag, rule, known = planned.checked.tag, planned.checked.rule, planned.standing
    protection = tag.protection
    return {
        "tag_code": tag.code, "title_en": tag.title.en, "title_zh": tag.title.zh,
        "kind": tag.kind, "definition_en": tag.definition.en, "definition_zh": tag.definition.zh,
        "rule": " ".join(tag.rule.split()),
        "purpose_en": tag.purpose.en, "purpose_zh": tag.purpose.zh, "owner": tag.owner,
        "is_sensitive": tag.sensitive,
        "protection_en": protection and protection.en,
        "protection_zh": protection and protection.zh,
        "validity_days": tag.validity_days, "refresh": tag.refresh,
        "source_tables": ", ".join(READABLE[table] for table in rule.tables),
        "needed_sources": ", ".join(tag.needs),
        "first_evaluated_on": known.first_evaluated_on, "evaluated_on": known.evaluated_on,
        "rule_since": known.rule_since, "rule_digest": known.rule_digest, "withdrawn_on": None,
        "note_en": planned.note.en or None, "note_zh": planned.note.zh or None,
    }  # fmt: skip


def _withdrawn(row: Row, as_of: date) -> Row:
    day = min(row["withdrawn_on"] or as_of, as_of)
    return {"withdrawn_on": day, "note_en": WITHDRAWN.en, "note_zh": WITHDRAWN.zh}


def _note(row: Row) -> Row:
    """Nobody holds a tag that was evaluated: that is said, not left to be guessed."""
    if row["note_en"] or row["customers"]:
        return {}
    return {"note_en": NOBODY.en, "note_zh": NOBODY.zh}
