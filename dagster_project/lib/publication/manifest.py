"""What a snapshot says of itself: tables, checks, deliveries, code, assumptions."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import duckdb

from dagster_project.lib.deliveries.ledger import Ledger
from dagster_project.lib.publication.tables import Table
from dagster_project.settings import PROJECT_ROOT, Settings

DESCRIBED = "manifest.json"
TESTED = "run_results.json"


def describe(settings: Settings, tables: list[Table]) -> None:
    """Give the tables and their columns the descriptions of the dbt project."""
    path = settings.dbt_build / DESCRIBED
    nodes = json.loads(path.read_text(encoding="utf-8"))["nodes"] if path.exists() else {}
    models = {n["name"]: n for n in nodes.values() if n["resource_type"] == "model"}
    for table in tables:
        node = models.get(table.name, {})
        table.description = node.get("description", "")
        table.column_descriptions = {
            name: column["description"] for name, column in node.get("columns", {}).items()
        }


def fingerprint(tables: list[Table]) -> str:
    """Twelve hex digits that change with the tables, their descriptions, or the version."""
    digest = hashlib.sha256(code_version()["version"].encode())
    for table in tables:
        described = (table.description, table.column_descriptions)
        digest.update(f"{table.name}{table.columns}{table.content_hash}{described}".encode())
    return digest.hexdigest()[:12]


def code_version() -> dict[str, str]:
    """Version of the distribution and, in a checkout, the commit."""
    try:
        release = version("jiaofei")
    except PackageNotFoundError:
        release = "not installed"
    return {"version": release, "commit": _commit() or "unknown"}


def _commit() -> str:
    git = shutil.which("git")
    if git is None:
        return ""
    command = [git, "rev-parse", "HEAD"]
    found = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)
    return found.stdout.strip()


def _models_hash(settings: Settings) -> str:
    """SHA-256 over the checksums of the dbt models, seeds and tests: same files, same hash."""
    path = settings.dbt_build / DESCRIBED
    if not path.exists():
        return ""
    nodes = json.loads(path.read_text(encoding="utf-8"))["nodes"]
    lines = [f"{name} {node['checksum']['checksum']}" for name, node in sorted(nodes.items())]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def manifest(
    settings: Settings,
    snapshot_id: str,
    as_of: date,
    published_order: int,
    tables: list[Table],
) -> dict[str, Any]:
    """The content of ``MANIFEST.json``."""
    return {
        "snapshot_id": snapshot_id,
        "as_of": as_of.isoformat(),
        "timezone": settings.timezone,
        "published_order": published_order,
        "code": {**code_version(), "dbt_models_sha256": _models_hash(settings)},
        "engine": {"duckdb": duckdb.__version__, "dbt-core": version("dbt-core")},
        "tables": {
            table.name: {
                "rows": table.rows,
                "content_hash": table.content_hash,
                "columns": dict(table.columns),
            }
            for table in tables
        },
        "checks": _checks(settings),
        "deliveries": [_delivery(row) for row in Ledger(settings.ledger).entries().to_pylist()],
        "assumptions": [
            "handling_cost_yuan is assumed per channel (seed channel_costs), not measured",
            "judgements and standards of channel_evaluation and platform_operation are assumed "
            "(declarations/evaluation), for no published ones exist",
            f"cells of fewer than {settings.small_cell_customers} customers are hidden",
        ],
    }


def _delivery(row: dict[str, Any]) -> dict[str, Any]:
    names = ("delivery_id", "file_name", "sha256", "status", "rows_delivered", "rows_loaded",
             "rows_duplicate", "rows_quarantined")  # fmt: skip
    return {name: row[name] for name in names}


def _checks(settings: Settings) -> list[dict[str, Any]]:
    """The dbt tests of the builds that are published, with their results."""
    paths = (settings.dbt_build / TESTED, settings.dbt_build_fitted / TESTED)
    results = [
        result
        for path in paths
        if path.exists()
        for result in json.loads(path.read_text(encoding="utf-8"))["results"]
    ]
    return [
        {
            "check": result["unique_id"].split(".")[2],
            "status": result["status"],
            "failures": result["failures"],
        }
        for result in results
        if result["unique_id"].startswith("test.")
    ]
