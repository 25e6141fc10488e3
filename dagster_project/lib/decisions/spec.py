"""What a decision declares, so that its assets come from one factory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import dagster as dg

from dagster_project.lib.models.spec import Scored, Work


@dataclass(frozen=True)
class Checked:
    """Whether a check of the decision passed, and what its page shows."""

    passed: bool
    metadata: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Decided:
    """The tables of a decision, and its checks by name."""

    tables: dict[str, Scored]
    checks: dict[str, Checked] = field(default_factory=dict)


Decide = Callable[[Work], Decided]


class NoOptions(dg.Config):
    """Nothing about the decision can be set for a single run."""


@dataclass(frozen=True)
class CheckOfDecision:
    """A check that is said of one table; a blocking one stops whatever reads that table."""

    name: str  # a sentence
    table: str
    description: str
    blocking: bool = True


@dataclass(frozen=True)
class DecisionSpec:
    """Tables that Python decides: written into the schema ``decided``, published by dbt."""

    name: str
    title_en: str
    title_zh: str
    decide: Decide
    reads: tuple[str, ...]  # tables that it reads, as schema.table
    writes: tuple[str, ...]  # tables of the source ``decided``, as dbt declares them
    is_weekly: bool = False  # decided anew with every refit; else with every refresh
    checks: tuple[CheckOfDecision, ...] = ()
    options: type[dg.Config] = NoOptions  # what a single run may set; handed on in ``Work``
