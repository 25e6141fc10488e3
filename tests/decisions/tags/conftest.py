"""A home whose customers and tags are told by the test; dbt's own YAML declares the tables."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from dagster_project.lib.decisions.deciding import decide
from dagster_project.lib.decisions.tags.decision import TAGS
from dagster_project.lib.decisions.tags.readable import READABLE, Columns, readable_columns
from dagster_project.settings import PROJECT_ROOT, Settings

DAY = date(2025, 12, 1)
ENGINE = {"string": "varchar"}
SOURCES = ("payments", "bills", "customers")
Facts = dict[str, list[dict[str, Any]]]


@cache
def declared() -> dict[str, Any]:
    """What dbt's manifest says of the tables, without dbt."""
    nodes, sources = {}, {}
    for path in (PROJECT_ROOT / "dbt" / "models").rglob("*.yml"):
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        layer = path.relative_to(PROJECT_ROOT / "dbt" / "models").parts[0]
        for model in content.get("models", []):
            nodes[model["name"]] = _table(model, layer) | {"resource_type": "model"}
        for source in content.get("sources", []):
            for table in source["tables"]:
                name = f"{source['name']}.{table['name']}"
                sources[name] = _table(table, source["name"]) | {
                    "resource_type": "source", "source_name": source["name"]
                }  # fmt: skip
    return {"nodes": nodes, "sources": sources}


def _table(table: dict[str, Any], schema: str) -> dict[str, Any]:
    columns = {c["name"]: {"description": ""} | c for c in table.get("columns", [])}
    described = table.get("description", "")
    return {
        "name": table["name"], "schema": schema, "description": described, "columns": columns
    }  # fmt: skip


@pytest.fixture(scope="session")
def columns() -> Columns:
    """What rules may read."""
    return readable_columns(declared())


class World:
    """A home, the facts of its customers, and the tags that it declares."""

    def __init__(self, home: Path) -> None:
        self.settings = Settings(home=home)
        self.folder = home / "own_tags"
        self.folder.mkdir(parents=True, exist_ok=True)
        vars(self.settings)["tag_folders"] = (self.folder,)  # none of the project's
        self.settings.dbt_target.mkdir(parents=True, exist_ok=True)
        manifest = self.settings.dbt_target / "manifest.json"
        manifest.write_text(json.dumps(declared(), default=str), encoding="utf-8")
        self.delivered(*SOURCES)
        self.facts({})

    def declare(self, *tags: dict[str, Any]) -> None:
        """Declare these tags and no others."""
        text = yaml.safe_dump({"tags": list(tags)}, allow_unicode=True, sort_keys=False)
        (self.folder / "tags.yaml").write_text(text, encoding="utf-8")

    def delivered(self, *sources: str) -> None:
        """Rows of these sources were loaded."""
        with self._connect() as connection:
            connection.execute("create schema if not exists data_processing")
            connection.execute(
                "create or replace table data_processing.int_sources_delivered as "
                "select unnest($1::varchar[]) as source, 1 as rows_loaded",
                [list(sources)],
            )

    def facts(self, facts: Facts) -> None:
        """What is known of the customers: rows by the name that rules use."""
        with self._connect() as connection:
            for table, relation in READABLE.items():
                schema, name = relation.split(".")
                kinds = columns_of(schema, name)
                listed = ", ".join(f"{column} {kind}" for column, kind in kinds.items())
                connection.execute(f"create schema if not exists {schema}")
                connection.execute(f"create or replace table {relation} ({listed})")
                for row in facts.get(table, []):
                    marks = ", ".join("?" * len(row))
                    connection.execute(
                        f"insert into {relation} ({', '.join(row)}) values ({marks})",
                        list(row.values()),
                    )

    def day(self, day: date) -> None:
        """Decide on the tags for this day."""
        decide(self.settings, TAGS, day)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of what was decided."""
        with self._connect() as connection:
            return connection.execute(sql).fetchall()

    def held(self) -> dict[tuple[int, str], tuple[date, date]]:
        """Since and until by customer and tag."""
        rows = self.query("from decided.customer_tags")
        return {(customer, tag): (since, until) for customer, tag, since, until in rows}

    def changes(self) -> list[tuple[Any, ...]]:
        """Customer, tag, change, day and reason of every change."""
        return self.query(
            "select customer_id, tag_code, change, changed_on, reason_code "
            "from decided.customer_tag_changes order by all"
        )

    def books(self) -> tuple[list[tuple[Any, ...]], ...]:
        """Everything that was decided."""
        tables = ("customer_tags", "customer_tag_changes", "tag_catalogue")
        return tuple(self.query(f"from decided.{table} order by all") for table in tables)

    def _connect(self) -> duckdb.DuckDBPyConnection:
        return duckdb.connect(str(self.settings.warehouse))


def columns_of(schema: str, name: str) -> dict[str, str]:
    """Columns of a table that dbt declares, with DuckDB's types."""
    nodes = [*declared()["nodes"].values(), *declared()["sources"].values()]
    [node] = [n for n in nodes if (n["schema"], n["name"]) == (schema, name)]
    kinds = {n: c["data_type"] for n, c in node["columns"].items()}
    return {column: ENGINE.get(kind, kind) for column, kind in kinds.items()}


def tag(code: str, rule: str, **changes: Any) -> dict[str, Any]:
    """A declaration that can be used."""
    said = {"en": "said", "zh": "说明"}
    declaration = {
        "code": code, "title": {"en": code, "zh": "标签"}, "kind": "rule", "rule": rule,
        "definition": said, "purpose": said, "owner": "marketing", "validity_days": 30,
        "refresh": "daily", "needs": ["payments"],
    }  # fmt: skip
    return declaration | changes


def paid(**payments: int) -> Facts:
    """Customers c1, c2 … with so many payments; the others are known without one."""
    counts = {int(name[1:]): count for name, count in payments.items()}
    return {
        "customer_standing": [{"customer_id": customer} for customer in counts],
        "customer_payment_profile": [
            {"customer_id": customer, "payments": count} for customer, count in counts.items()
        ],
    }


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A home with a daily tag of whoever paid three times."""
    made = World(tmp_path)
    made.declare(tag("loyal", "customer_payment_profile.payments >= 3"))
    return made


@pytest.fixture
def make_world(tmp_path: Path) -> Callable[[str], World]:
    """Homes by name."""
    return lambda name: World(tmp_path / name)
