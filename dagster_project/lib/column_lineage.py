"""Which columns each dbt model's columns come from, read out of the compiled SQL.

Parsing costs more than many models, so the result is kept beside the manifest and made anew only
for models whose code has changed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import dagster as dg
from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError
from sqlglot.lineage import lineage
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import build_scope

Lineage = dict[str, list[tuple[str, str, str]]]  # column -> (schema, table, column) it comes from
CACHE = "column_lineage.json"


def column_lineage(target: Path, manifest: dict[str, Any]) -> dict[str, Lineage]:
    """Return the lineage of every model compiled into ``target``, by dbt unique id."""
    path = target / CACHE
    kept: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    schema = _schema(manifest)
    result, is_new = {}, False
    for unique_id, node in manifest["nodes"].items():
        if node["resource_type"] != "model" or not node.get("compiled_code"):
            if unique_id in kept:
                result[unique_id] = kept[unique_id]
            continue
        checksum = node["checksum"]["checksum"]
        if kept.get(unique_id, {}).get("checksum") == checksum:
            result[unique_id] = kept[unique_id]
            continue
        columns = _of_query(node["compiled_code"], schema)
        result[unique_id] = {"checksum": checksum, "columns": columns}
        is_new = True
    if is_new:
        path.write_text(json.dumps(result), encoding="utf-8")
    return {unique_id: item["columns"] for unique_id, item in result.items()}


def as_metadata(columns: Lineage) -> dg.TableColumnLineage:
    """The lineage in Dagster's form."""
    return dg.TableColumnLineage(
        {
            column: [
                dg.TableColumnDep(dg.AssetKey([schema, table]), origin)
                for schema, table, origin in origins
            ]
            for column, origins in columns.items()
        }
    )


def _schema(manifest: dict[str, Any]) -> dict[str, dict[str, dict[str, str]]]:
    """Columns and types of every relation that has them declared."""
    schema: dict[str, dict[str, dict[str, str]]] = {}
    for node in [*manifest["nodes"].values(), *manifest["sources"].values()]:
        if node.get("columns"):
            table = schema.setdefault(node["schema"], {}).setdefault(node["name"], {})
            for name, column in node["columns"].items():
                table[name] = column.get("data_type") or "unknown"
    return schema


def _of_query(sql: str, schema: dict[str, Any]) -> Lineage:
    """Lineage of one query; a query that cannot be resolved has none rather than a wrong one."""
    try:
        tree = parse_one(sql, dialect="duckdb")
        for table in tree.find_all(exp.Table):
            table.set("catalog", None)
        query = qualify(tree, schema=schema, dialect="duckdb", validate_qualify_columns=False)
        scope = build_scope(query)
        names = [column for column in query.named_selects if column != "*"]  # type: ignore[attr-defined]
        return {name: _origins(name, query, schema, scope) for name in names}
    except SqlglotError:
        return {}


def _origins(
    name: str, query: Any, schema: dict[str, Any], scope: Any
) -> list[tuple[str, str, str]]:
    node = lineage(name, query, schema=schema, scope=scope, dialect="duckdb", copy=False)
    found = {
        (leaf.expression.db, leaf.expression.name, leaf.name.split(".")[-1].strip('"'))
        for leaf in node.walk()
        if isinstance(leaf.expression, exp.Table) and leaf.expression.db
    }
    return sorted(found)
