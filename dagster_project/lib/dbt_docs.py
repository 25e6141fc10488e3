"""The dbt docs of the warehouse, generated between two runs."""

from __future__ import annotations

import subprocess
from pathlib import Path

from dagster_project.lib.dbt_project import DBT, DbtParseError
from dagster_project.lib.warehouse.connection import writer_lock
from dagster_project.settings import Settings, use


def generate_docs(settings: Settings) -> Path:
    """Generate the docs and return their folder, a static site of one page.

    They get a folder of their own: a run that goes on meanwhile keeps its manifest.
    """
    use(settings)
    folder = settings.home / "dbt_docs"
    with writer_lock(settings):
        finished = subprocess.run(
            [
                DBT, "docs", "generate", "--quiet", "--static",
                "--project-dir", str(settings.dbt_project),
                "--profiles-dir", str(settings.dbt_project),
                "--target-path", str(folder),
                "--log-path", str(folder / "logs"),
            ],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    if finished.returncode:
        raise DbtParseError(f"dbt docs: {finished.stdout}{finished.stderr}")
    return folder
