"""Declared values as SQL text; values of rows never pass through here."""

from __future__ import annotations

from datetime import date


def literal(value: str | date) -> str:
    """Quote a declared value for SQL."""
    if isinstance(value, date):
        return f"date '{value.isoformat()}'"
    return "'" + value.replace("'", "''") + "'"
