"""When a weekly decision is to be taken: with a refit, and where an earlier run left it out.

Imports no Dagster, for ``jiaofei status`` asks too.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from dagster_project.lib.deliveries.ledger import Ledger
from dagster_project.settings import Settings

if TYPE_CHECKING:
    from dagster_project.lib.decisions.spec import Decided, DecisionSpec

DECISION = "decision on "  # prefix of the kind of build in the ledger


def taken_on(settings: Settings, name: str) -> date | None:
    """The declared today on which it was last taken; None: never so that its checks passed."""
    if not settings.ledger.exists():
        return None
    rows = Ledger(settings.ledger).rows("select as_of from build where kind = ?", [DECISION + name])
    return date.fromisoformat(rows[0]["as_of"]) if rows else None


def due_on(settings: Settings, name: str) -> date | None:
    """The first day on which it is to be taken again; None: on any, for it never was."""
    taken = taken_on(settings, name)
    return taken + timedelta(days=settings.refit_days) if taken else None


def decision_is_due(settings: Settings, name: str, as_of: date) -> bool:
    """It was not taken for ``refit_days``, never, or not so that its blocking checks passed."""
    taken, due = taken_on(settings, name), due_on(settings, name)
    return taken is None or due is None or not taken <= as_of < due


def book_decision(settings: Settings, spec: DecisionSpec, decided: Decided, as_of: date) -> None:
    """Write down that it was taken; one that a blocking check refuses is to be taken again."""
    blocking = [decided.checks[check.name].passed for check in spec.checks if check.blocking]
    if not all(blocking):
        Ledger(settings.ledger).write("delete from build where kind = ?", [DECISION + spec.name])
        return
    Ledger(settings.ledger).write(
        "insert or replace into build values (?, ?, ?, ?)",
        [DECISION + spec.name, 0, "", as_of.isoformat()],
    )
