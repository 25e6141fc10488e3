"""Small warehouses to publish, and the process in which a publication may die."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb

from dagster_project.lib.publication.snapshot import Snapshot, publish
from dagster_project.settings import PROJECT_ROOT, Settings

AS_OF = date(2025, 12, 31)
CHILD = """
import os, signal, sys
from dagster_project.lib.publication import snapshot
from tests.publication.warehouses import AS_OF, Path, Settings

{prelude}
snapshot.publish(Settings(home=Path(sys.argv[1])), as_of=AS_OF)
"""


def build(home: Path, generation: int = 1, rows: int = 50) -> Settings:
    """Write two business tables that both carry ``generation`` in every row."""
    settings = Settings(home=home)
    home.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute("create schema if not exists business_application")
        connection.execute(
            "create or replace table business_application.channel_efficiency as "
            "select 'channel_' || i % 5 as channel_code, date '2025-01-01' + i::int as paid_on, "
            f"(i * 1.25)::decimal(18, 2) as amount_yuan, {generation} as generation "
            f"from range({rows}) as numbers(i)"
        )
        connection.execute(
            "create or replace table business_application.customer_payment_profile as "
            f"select i as customer_id, {generation} as generation from range({rows}) as numbers(i)"
        )
    return settings


def execute(settings: Settings, *statements: str) -> None:
    """Change the warehouse."""
    with duckdb.connect(str(settings.warehouse)) as connection:
        for statement in statements:
            connection.execute(statement)


def describe(settings: Settings, description: str, columns: dict[str, str]) -> None:
    """Give the aggregate table the descriptions of a dbt manifest."""
    node = {
        "name": "channel_efficiency", "resource_type": "model", "description": description,
        "columns": {name: {"description": text} for name, text in columns.items()},
        "checksum": {"name": "sha256", "checksum": "0"},
    }  # fmt: skip
    settings.dbt_build.mkdir(parents=True, exist_ok=True)
    content = {"nodes": {"model.jiaofei.channel_efficiency": node}}
    (settings.dbt_build / "manifest.json").write_text(json.dumps(content), encoding="utf-8")


def publish_generations(home: Path, count: int) -> list[Snapshot]:
    """Publish ``count`` snapshots of different content."""
    numbers = range(1, count + 1)
    return [publish(build(home, number), as_of=AS_OF) for number in numbers]


def publish_in_process(home: Path, prelude: str) -> subprocess.CompletedProcess[str]:
    """Publish in a process of its own, after the statements of ``prelude``."""
    script = CHILD.format(prelude=prelude)
    command = [sys.executable, "-c", script, str(home)]
    return subprocess.run(
        command, cwd=PROJECT_ROOT, capture_output=True, text=True, timeout=120, check=False
    )


def read_current(home: Path) -> set[int]:
    """The generations that a reader of ``current`` meets, over all tables."""
    path = home / "published" / "current" / "jiaofei.duckdb"
    with duckdb.connect(str(path), read_only=True) as connection:
        rows = connection.execute(
            "select generation from business_application.channel_efficiency union "
            "select generation from business_application.customer_payment_profile"
        ).fetchall()
    return {row[0] for row in rows}


def names(home: Path) -> set[str]:
    """What lies in the folder of the publications, but for its lock."""
    return {path.name for path in (home / "published").iterdir()} - {".lock"}
