"""When a weekly decision is to be taken: with a refit, and where an earlier run left it out."""

from __future__ import annotations

from datetime import date, timedelta

from dagster_project.lib.decisions.spec import Decided, DecisionSpec
from dagster_project.lib.deliveries.ledger import Ledger
from dagster_project.settings import Settings

DECISION = "decision on "  # prefix of the kind of build in the ledger


def decision_is_due(settings: Settings, name: str, as_of: date) -> bool:
    """It was not taken for ``refit_days``, never, or not so that its blocking checks passed."""
    rows = Ledger(settings.ledger).rows("select as_of from build where kind = ?", [DECISION + name])
    if not rows:
        return True
    taken_on = date.fromisoformat(rows[0]["as_of"])
    return not taken_on <= as_of < taken_on + timedelta(days=settings.refit_days)


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
