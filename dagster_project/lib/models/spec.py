"""What a family of models declares, so that its assets come from one factory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb

from dagster_project.lib.models.candidate import Candidate
from dagster_project.lib.models.releases import Release
from dagster_project.lib.models.tables import Rows
from dagster_project.settings import Settings


@dataclass(frozen=True)
class Work:
    """What fitting and scoring work with; the warehouse is open for writing."""

    settings: Settings
    connection: duckdb.DuckDBPyConnection
    as_of: date  # the declared today
    release_id: str  # of the fit under way, or of the release that scores
    options: Mapping[str, Any] = field(default_factory=dict)  # of a decision's run, as configured


@dataclass(frozen=True)
class Scored:
    """Rows of one table, or none with the reason, and what the asset's page shows.

    Rows that come of writing another table are given as a function that is called in turn. A large
    table of which a day changes little is given as ``in_place``: it changes the table itself,
    within the transaction, and returns the rows that are there then.
    """

    rows: Rows | Callable[[], Rows] | None
    empty_because: str = ""
    kept_by: str = ""  # column of the day whose rows are replaced; earlier days' are kept
    plots: dict[str, str] = field(default_factory=dict)  # title -> Markdown
    in_place: Callable[[], int] | None = None


Fit = Callable[[Work], Candidate]
Score = Callable[[Work, Release], dict[str, Scored]]


@dataclass(frozen=True)
class ModelSpec:
    """One family of models: fitted weekly, scored daily."""

    name: str
    title_en: str
    title_zh: str
    fit: Fit
    score: Score
    reads: tuple[str, ...]  # tables that fitting and scoring read, as schema.table
    scored: tuple[str, ...]  # tables of layer 2 that scoring writes
    scores_after: tuple[str, ...] = ()  # tables of other families that scoring reads
    has_backtests: bool = False

    @property
    def validations(self) -> str:
        """Table of the figures by which every candidate was judged."""
        return f"{self.name}_validations"

    @property
    def fitted(self) -> tuple[str, ...]:
        """Tables that a refit of the family writes."""
        backtests = (self.backtests,) if self.has_backtests else ()
        return (f"{self.name}_candidate", self.validations, *backtests, f"{self.name}_release")

    @property
    def backtests(self) -> str:
        """Table of the backtests of every candidate."""
        return f"{self.name}_backtests"
