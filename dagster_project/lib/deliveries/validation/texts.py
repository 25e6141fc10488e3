"""SQL over ``delivered`` for the text of a contract column: which headings, how put together."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from dagster_project.lib.deliveries.contracts import Column
from dagster_project.lib.deliveries.layouts import Part
from dagster_project.lib.deliveries.source_profile import Profile
from dagster_project.lib.deliveries.validation.quoting import literal


@dataclass(frozen=True)
class Headings:
    """Where each heading of the file stands; names are compared in their plain form."""

    profile: Profile
    positions: dict[str, int]

    @staticmethod
    def of(profile: Profile, header: list[str]) -> Headings:
        """The headings of a file; the first of two equal ones counts."""
        numbered = reversed(list(enumerate(header)))
        return Headings(profile, {_plain(name): index for index, name in numbered})

    def text(self, name: str, nulls: list[str] | None = None) -> str | None:
        """SQL for a column's trimmed text, null when blank; None when the file lacks it."""
        index = self.positions.get(_plain(name))
        if index is None:
            return None
        strip = f", {literal(self.profile.strip)}" if self.profile.strip != " " else ""
        text = f"nullif(trim(f{index}{strip}), '')"
        for null in [*self.profile.nulls, *(nulls or [])]:
            text = f"nullif({text}, {literal(null)})"
        return text


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().lower()


def column_text(column: Column, headings: Headings) -> str:
    """SQL for the text of a contract column; 'null' when the file lacks it."""
    profile = headings.profile
    if column.name in profile.constants:
        return literal(profile.constants[column.name])
    mapping = profile.columns.get(column.name)
    if mapping is None:
        return "null"
    pieces = [_part(part, headings) for part in mapping.parts]
    if any(piece is None for piece in pieces):
        return "null"
    return f" || {literal(mapping.join)} || ".join(f"({piece})" for piece in pieces)


def _part(part: Part, headings: Headings) -> str | None:
    texts = [headings.text(name, part.nulls) for name in part.names]
    text = next((sql for sql in texts if sql is not None), None)
    other = headings.text(part.otherwise, part.nulls) if part.otherwise else None
    if text is None:
        return other
    if part.strip_suffix:
        suffix = literal(part.strip_suffix)
        text = f"if(ends_with({text}, {suffix}), left({text}, -length({suffix})), {text})"
    if part.pad_left:
        text = f"lpad({text}, greatest(length({text}), {part.pad_left})::int, '0')"
    return f"coalesce({text}, {other})" if other else text
