"""Fills a file's ledger entry: every delivered row is loaded, a duplicate, or quarantined."""

from __future__ import annotations

from dagster_project.lib.deliveries.landing import duplicates
from dagster_project.lib.deliveries.landing.job import Landing
from dagster_project.lib.deliveries.messages import FILES, Bilingual, joined, sentence
from dagster_project.lib.deliveries.reading.text_table import TextTable
from dagster_project.lib.deliveries.validation.plan import Plan
from dagster_project.lib.warehouse.connection import scalar

HEADINGS_SHOWN = 200  # characters


def count_rows(landing: Landing, table: TextTable, plan: Plan) -> None:
    """Fill the counts, the reasons and the message of the entry."""
    connection, entry = landing.connection, landing.entry
    reasons = _reasons(landing, table, plan)
    surplus = dict(
        connection.execute("select is_same, count(*) from surplus group by all").fetchall()
    )
    if surplus.get(False):
        reasons[duplicates.CONFLICT] = surplus[False]
    entry.reasons = dict(sorted(reasons.items()))
    entry.rows_delivered = count_checked(landing) + len(table.rejects)
    entry.rows_quarantined = sum(reasons.values())
    entry.rows_duplicate = surplus.get(True, 0)
    entry.rows_loaded = entry.rows_delivered - entry.rows_quarantined - entry.rows_duplicate
    entry.message = joined(_notes(landing, table, plan))


def count_checked(landing: Landing) -> int:
    """Rows of the file that could be split into columns."""
    return int(scalar(landing.connection, "select count(*) from checked"))


def _reasons(landing: Landing, table: TextTable, plan: Plan) -> dict[str, int]:
    reasons: dict[str, int] = {}
    for number, count in landing.connection.execute(
        "select problem, count(*) from checked where problem is not null group by problem"
    ).fetchall():
        reason = plan.rules[number].reason
        reasons[reason] = reasons.get(reason, 0) + count
    for reject in table.rejects:
        reasons[reject.reason] = reasons.get(reject.reason, 0) + 1
    return reasons


def _notes(landing: Landing, table: TextTable, plan: Plan) -> list[Bilingual]:
    notes = []
    for name in plan.missing:
        mapping = landing.profile.columns.get(name)
        names = [n for part in mapping.parts for n in part.names] if mapping else [name]
        header = ", ".join(table.header)[:HEADINGS_SHOWN]
        expected = " / ".join(names)
        notes.append(sentence(FILES, "missing_column", column=name, names=expected, header=header))
    if table.has_bad_characters:
        encoding = landing.profile.encoding
        other = "gb18030" if encoding == "utf-8" else "utf-8"
        notes.append(sentence(FILES, "bad_characters", encoding=encoding, other=other))
    return notes
