"""The project, built once into a small home."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dagster_project.lib.dbt_project import DBT
from dagster_project.lib.deliveries.session import land_deliveries
from dagster_project.lib.warehouse.changes import declare_as_of, write_changes
from dagster_project.settings import Settings, load_settings
from ml.simulation import write_province

MANIFEST = "manifest.json"
BUILD_MANIFEST = "manifest_of_the_build.json"  # later calls of dbt write theirs over the first
LAST_DAY = date(2025, 12, 31)
Dbt = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home with a tiny province, built by dbt alone."""
    settings = load_settings(tmp_path_factory.mktemp("built"))
    write_province(settings.deliveries, settings.home / "truth", customers=300, months=4)
    land_deliveries(settings, as_of=LAST_DAY)
    write_changes(settings)
    declare_as_of(settings, LAST_DAY)
    done = call_dbt(settings, "build")
    assert done.returncode == 0, done.stdout[-3000:]
    (settings.home / BUILD_MANIFEST).write_bytes((settings.dbt_target / MANIFEST).read_bytes())
    return settings


@pytest.fixture(scope="session")
def manifest(built: Settings) -> dict[str, Any]:
    """Dbt's manifest of that build, with the compiled SQL."""
    content: dict[str, Any] = json.loads((built.home / BUILD_MANIFEST).read_text("utf-8"))
    return content


def call_dbt(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run dbt on the home."""
    folder = str(settings.dbt_project)
    return subprocess.run(
        [
            DBT, *arguments, "--project-dir", folder, "--profiles-dir", folder,
            "--target-path", str(settings.dbt_target),
            "--log-path", str(settings.dbt_target / "logs"),
        ],
        env={**os.environ, "JIAOFEI_HOME": str(settings.home)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def models(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """The models of the manifest."""
    return [n for n in manifest["nodes"].values() if n["resource_type"] == "model"]


def folder_of(node: dict[str, Any]) -> Path:
    """Folder of a model below models/."""
    return Path(node["original_file_path"]).parent.relative_to("models")


def as_duckdb(data_type: str) -> str:
    """Name by which DuckDB shows a portable type."""
    shown = {"string": "VARCHAR", "int": "INTEGER"}
    return shown.get(data_type.lower(), data_type.upper().replace(" ", ""))
