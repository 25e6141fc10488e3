"""Control totals: the count and the sum that a file says of itself must be those of its rows.

Rows count as they were delivered, quarantined ones included; a file that contradicts itself is
not loaded at all, because nobody can say which of its rows are missing or wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

import duckdb

from dagster_project.lib.deliveries.layouts import Total
from dagster_project.lib.deliveries.reading.errors import UnreadableFileError
from dagster_project.lib.deliveries.reading.text_table import TextTable
from dagster_project.lib.deliveries.validation.quoting import literal
from dagster_project.lib.deliveries.validation.texts import Headings


def contribution(total: Total, headings: Headings) -> str:
    """SQL over ``delivered``: what a row adds to the total, null for a row that does not count."""
    text = headings.text(total.of) if total.of else None
    number = f"coalesce(try_cast(replace({text}, ',', '') as decimal(28, 6)), 0)" if text else "0"
    if total.where is None:
        return f"{number}::decimal(28, 6)"
    kind = headings.text(total.where.column) or "null"
    inside = ", ".join(map(literal, total.where.equals))
    return f"case when {kind} in ({inside}) then {number} end::decimal(28, 6)"


def contradiction(
    connection: duckdb.DuckDBPyConnection, totals: list[Total], table: TextTable, file: str
) -> UnreadableFileError | None:
    """The first control total that the rows in ``checked`` do not give; None when all agree."""
    for number, total in enumerate(totals):
        found = connection.execute(
            f"select count(k{number}), coalesce(sum(k{number}), 0) from checked"
        ).fetchone()
        assert found
        count, amount = found
        if total.where is None:
            count += len(table.rejects)
        declared = list(_declared(total, table))
        if not declared and not total.optional:
            return UnreadableFileError("missing_footer", file=file, name=total.title)
        for name, text, is_count in declared:
            actual = Decimal(count) if is_count else amount
            if _number(text) != actual:
                return UnreadableFileError(
                    "footer_mismatch", file=file, name=name, declared=text, found=_plain(actual)
                )
    return None


def _declared(total: Total, table: TextTable) -> Iterator[tuple[str, str, bool]]:
    """Name, text and kind of each number that the file gives for the total."""
    if total.pattern:
        for line in table.asides:
            if match := re.search(total.pattern, line):
                groups = match.groupdict()
                yield from (
                    (line, groups[kind], kind == "count")
                    for kind in ("count", "sum")
                    if groups.get(kind)
                )
                return
    for name, is_count in ((total.count, True), (total.sum, False)):
        if name and name in table.named:
            yield name, table.named[name], is_count


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
