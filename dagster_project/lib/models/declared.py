"""The tables that Python writes into layer 2, as dbt declares them: names, columns, types.

dbt reads them as the source ``platform_support``; its YAML is the one contract for both sides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dagster_project.lib.dbt_project import manifest
from dagster_project.settings import Settings

SOURCE = "platform_support"


@dataclass(frozen=True)
class DeclaredTable:
    """A table of layer 2 that a model writes; columns as (name, type, description)."""

    name: str
    description: str
    columns: tuple[tuple[str, str, str], ...]

    @property
    def relation(self) -> str:
        """Schema and name."""
        return f"{SOURCE}.{self.name}"


def declared_table(settings: Settings, name: str) -> DeclaredTable:
    """The declaration of one table.

    Raises:
        KeyError: dbt declares no such table.
    """
    return declared_tables(manifest(settings))[name]


def declared_tables(content: dict[str, Any]) -> dict[str, DeclaredTable]:
    """All tables that models write, by name, out of dbt's manifest."""
    return {
        source["name"]: DeclaredTable(
            source["name"],
            source["description"],
            tuple(
                (name, column["data_type"], column["description"])
                for name, column in source["columns"].items()
            ),
        )
        for source in content["sources"].values()
        if source["source_name"] == SOURCE
    }
