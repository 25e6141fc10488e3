"""Take one decision and write its tables: all of them, or none."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import date
from typing import Any

from dagster_project.lib import progress
from dagster_project.lib.decisions.due import book_decision
from dagster_project.lib.decisions.spec import Decided, DecisionSpec
from dagster_project.lib.models.declared import DECIDED
from dagster_project.lib.models.fitting import write
from dagster_project.lib.models.spec import Work
from dagster_project.lib.models.tables import ContractBrokenError, transaction
from dagster_project.lib.warehouse.connection import connect, writer_lock
from dagster_project.settings import Settings


def decide(
    settings: Settings, spec: DecisionSpec, as_of: date, options: Mapping[str, Any] | None = None
) -> tuple[Decided, dict[str, int]]:
    """Take the decision for the declared today; returns it and the rows of each table.

    Args:
        settings: of the home.
        spec: of the decision.
        as_of: the declared today.
        options: what this run sets, by name; the declared choices where it sets nothing.

    Raises:
        ContractBrokenError: the tables or checks are not the ones that it declares.
    """
    begin = time.monotonic()
    with writer_lock(settings), connect(settings) as connection:
        decided = spec.decide(Work(settings, connection, as_of, "", options or {}))
        _keep_to(spec, decided)
        with transaction(connection):
            counts = {
                name: write(settings, connection, DECIDED, name, decided.tables[name])
                for name in spec.writes
            }
        book_decision(settings, spec, decided, as_of)
    progress.report(f"{spec.name} decided [{time.monotonic() - begin:.1f} s]")
    return decided, counts


def _keep_to(spec: DecisionSpec, decided: Decided) -> None:
    for kind, given, declared in (
        ("tables", set(decided.tables), set(spec.writes)),
        ("checks", set(decided.checks), {check.name for check in spec.checks}),
    ):
        if given != declared:
            raise ContractBrokenError(
                f"The decision {spec.name} gave the {kind} {sorted(given)}; it declares "
                f"{sorted(declared)}. Mend one of the two."
            )
