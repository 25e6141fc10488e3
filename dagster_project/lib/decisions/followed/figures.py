"""A figure of model validation that tells what became of a prediction; it decides nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from dagster_project.lib.models.spec import Work
from dagster_project.lib.models.tables import read

ALL = "all"  # segments
EXISTS = """
select count(*) > 0 as is_there from information_schema.tables
where table_schema || '.' || table_name = $table
"""


def figure(
    release_id: str, model: str, component: str, metric: str, on: date, **told: Any
) -> dict[str, Any]:
    """One row of ``prediction_validations``; what is not told is empty.

    Args:
        release_id: the fit, campaign or round whose prediction it is.
        model: family of models.
        component: what was predicted.
        metric: the figure.
        on: day of the prediction.
        told: the other columns.
    """
    return {
        "release_id": release_id, "model": model, "component": component, "metric": metric,
        "fitted_on": on, "data_version": None, "segment": ALL, "value": None, "champion": "",
        "champion_value": None, "difference_low": None, "difference_high": None, "bar": "",
        "is_met": None, "decision": None, "reason_en": None, "reason_zh": None,
        "fit_seconds": None, "peak_memory_mb": None,
    } | told  # fmt: skip


def is_there(work: Work, table: str) -> bool:
    """Whether the warehouse has the table, given as schema.table."""
    return bool(read(work.connection, EXISTS, {"table": table})["is_there"][0].as_py())


def asked(
    work: Work, folder: Path, name: str, values: dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    """Rows of the query ``name`` in the folder."""
    text = (folder / f"{name}.sql").read_text(encoding="utf-8")
    return read(work.connection, text, values).to_pylist()
