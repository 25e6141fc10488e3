"""A family of models whose fit and score are told by the test, and a home that declares it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from dagster_project.lib.models.candidate import (
    Candidate,
    Validation,
    Verdict,
    parameter_table,
    refused,
)
from dagster_project.lib.models.declared import SOURCE
from dagster_project.lib.models.fitting import fit, release, score
from dagster_project.lib.models.releases import Release, reading
from dagster_project.lib.models.spec import ModelSpec, Scored, Work
from dagster_project.settings import Settings

NAME = "fake"
DAY = date(2025, 12, 1)
SCORES, PROMISES = "fake_scores", "fake_promises"
VALIDATIONS = {
    "release_id": "string", "model": "string", "fitted_on": "date", "data_version": "bigint",
    "component": "string", "segment": "string", "metric": "string", "value": "double",
    "champion": "string", "champion_value": "double", "difference_low": "double",
    "difference_high": "double", "bar": "string", "is_met": "boolean", "decision": "string",
    "reason_en": "string", "reason_zh": "string", "fit_seconds": "double",
    "peak_memory_mb": "double",
}  # fmt: skip
TABLES = {
    "fake_validations": VALIDATIONS,
    "fake_backtests": {"release_id": "string", "origin": "string", "loss": "double"},
    SCORES: {"release_id": "string", "customer_id": "bigint", "mean": "double"},
    PROMISES: {"promised_on": "date", "payments": "double"},
}


def declare(
    home: Path, tables: dict[str, dict[str, str]] = TABLES, schema: str = SOURCE
) -> Settings:
    """A home whose dbt manifest declares the tables, and nothing else."""
    settings = Settings(home=home)
    sources = {
        name: {
            "name": name, "source_name": schema, "description": "",
            "columns": {
                column: {"data_type": kind, "description": ""} for column, kind in columns.items()
            },
        }
        for name, columns in tables.items()
    }  # fmt: skip
    settings.dbt_target.mkdir(parents=True, exist_ok=True)
    manifest = settings.dbt_target / "manifest.json"
    manifest.write_text(json.dumps({"sources": sources}), encoding="utf-8")
    settings.landing.mkdir(exist_ok=True)
    return settings


@dataclass
class FakeFamily:
    """A family of one parameter, the mean; change its attributes before the next step."""

    settings: Settings
    mean: float = 1.0
    decision: str = "promoted"
    losses: list[float] = field(default_factory=lambda: [0.5])
    promised: list[date] | None = field(default_factory=list)
    breaks: Callable[[Any], Any] = lambda given: given  # of the result of fit or score

    @property
    def spec(self) -> ModelSpec:
        """The declaration of the family."""
        return ModelSpec(
            NAME, "fake", "假", self._fit, self._score, reads=(), scored=(SCORES, PROMISES),
            has_backtests=True,
        )  # fmt: skip

    def _fit(self, work: Work) -> Candidate:
        if self.decision == "refused":
            return self.breaks(refused("too_few", "two are needed", "至少需要2个"))
        rows = [("fit", -1, "mean", 0, self.mean, None)]
        losses = {"origin": ["2025-11-01"] * len(self.losses), "loss": self.losses}
        verdict = Verdict(self.decision, f"it is {self.decision}", "理由")
        figures = [Validation("mean", "loss", self.losses[0], bar="< 1", is_met=True)]
        return self.breaks(Candidate(parameter_table(rows), verdict, figures, pa.table(losses)))

    def _score(self, work: Work, release: Release) -> dict[str, Scored]:
        with reading(release):
            values = dict(zip(*(release.component("fit")[n].to_pylist() for n in ("name", "value")),
                              strict=True))  # fmt: skip
            mean = values["mean"]
        scores = pa.table({"release_id": [work.release_id], "customer_id": [7], "mean": [mean]})
        days = pa.array(self.promised, pa.date32())
        promises = pa.table({"promised_on": days, "payments": [self.mean] * len(days)})
        return self.breaks(
            {SCORES: Scored(scores), PROMISES: Scored(lambda: promises, kept_by="promised_on")}
        )

    def fit(self, day: date = DAY) -> Candidate:
        """Fit and store."""
        return fit(self.settings, self.spec, day)[0]

    def release(self) -> int:
        """Release what was stored."""
        return release(self.settings, self.spec)

    def score(self, day: date = DAY) -> dict[str, tuple[int, Scored]]:
        """Score with the release."""
        return score(self.settings, self.spec, day)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of a query on the warehouse; tables of this layer need no schema."""
        with duckdb.connect(str(self.settings.warehouse)) as connection:
            connection.execute(f"use {SOURCE}")
            return connection.execute(sql).fetchall()

    def write(self, sql: str) -> None:
        """Change what is stored behind the family's back."""
        with duckdb.connect(str(self.settings.warehouse)) as connection:
            connection.execute(f"use {SOURCE}")
            connection.execute(sql).fetchall()

    def contents(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every table of the layer."""
        names = self.rows(
            f"select table_name from information_schema.tables where table_schema = '{SOURCE}'"
        )
        return {name: self.rows(f"from {name} order by all") for (name,) in names}
