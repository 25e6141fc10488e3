"""The tables that Python writes, as dbt declares them: names, columns, types.

Models write the source ``platform_support``, decisions the source ``decided``, from which dbt
publishes; dbt's YAML is the one contract for both sides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dagster_project.lib.dbt_project import manifest
from dagster_project.settings import Settings

SOURCE = "platform_support"
DECIDED = "decided"


@dataclass(frozen=True)
class DeclaredTable:
    """A table that Python writes; columns as (name, type, description)."""

    name: str
    description: str
    columns: tuple[tuple[str, str, str], ...]
    schema: str = SOURCE

    @property
    def relation(self) -> str:
        """Schema and name."""
        return f"{self.schema}.{self.name}"


def declared_table(settings: Settings, name: str, schema: str = SOURCE) -> DeclaredTable:
    """The declaration of one table.

    Raises:
        KeyError: dbt declares no such table.
    """
    return declared_tables(manifest(settings), schema)[name]


def declared_tables(content: dict[str, Any], schema: str = SOURCE) -> dict[str, DeclaredTable]:
    """All tables that models write, or decisions, by name, out of dbt's manifest."""
    return {
        source["name"]: DeclaredTable(
            source["name"],
            source["description"],
            tuple(
                (name, column["data_type"], column["description"])
                for name, column in source["columns"].items()
            ),
            schema,
        )
        for source in content["sources"].values()
        if source["source_name"] == schema
    }
