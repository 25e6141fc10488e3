"""Weekly rounds of guidance, kept for a quarter: moves predicted, and moves made once they are old.

Exploration draws which option, never whether: the only customers whom chance leaves alone are
those of the standing holdout, whom no launched campaign contacts. Without them there is no effect.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from dagster_project.lib.decisions.followed.figures import ALL, asked, figure, is_there
from dagster_project.lib.decisions.followed.moves import wording
from dagster_project.lib.decisions.followed.moves.in_campaigns import (
    BAR,
    FEWEST_CUSTOMERS,
    FOLLOWED_DAYS,
    METRIC,
    MODEL,
)
from dagster_project.lib.deliveries.messages import Bilingual
from dagster_project.lib.models.declared import DECIDED, declared_table
from dagster_project.lib.models.fitting import KEPT_DAYS
from dagster_project.lib.models.spec import Scored, Work
from dagster_project.lib.models.tables import insert, read
from dagster_project.lib.warehouse.connection import scalar
from ml.experiments.shares import difference_of_shares

COMPONENT = "moves_in_rounds"
OBSERVED = "customers_moved"  # the figure where there is no effect to tell
KEPT, GUIDED = "guided_customers_kept", f"{DECIDED}.channel_guidance"
LEAST_REACH = 0.2  # contacted of the guided beyond those left alone: with fewer chance decides
CONTACT_DAYS = 31  # after the round: the next payment of everybody who is billed by the month
SAMPLE = 100_000  # customers of a round: 5 % of them held out tell 0.6 points
BUCKETS = 100_000
HERE = Path(__file__).parent
Rows = list[dict[str, Any]]


def round_kept(work: Work) -> Scored:
    """The present round beside earlier ones; written once, when it is new or was taken today."""
    if not is_there(work, GUIDED):
        return Scored(None, str(wording.NO_ROUND.en))
    return Scored(None, in_place=lambda: _keep(work))


def _keep(work: Work) -> int:
    taken_on = scalar(work.connection, f"select max(decided_on) from {GUIDED}")
    kept = f"{DECIDED}.{KEPT}"
    count = f"select count(*) from {kept}"
    is_new = taken_on is not None and (
        taken_on == work.as_of
        or not scalar(work.connection, f"{count} where decided_on = ?", [taken_on])
    )
    if is_new:
        oldest = taken_on - timedelta(days=KEPT_DAYS)
        work.connection.execute(
            f"delete from {kept} where decided_on >= ? or decided_on <= ?", [taken_on, oldest]
        )
        text = (HERE / "round_today.sql").read_text(encoding="utf-8")
        rows = read(work.connection, text, {"buckets": BUCKETS, "taken": _taken(work)})
        insert(work.connection, declared_table(work.settings, KEPT, DECIDED), rows)
    return int(scalar(work.connection, count))


def _taken(work: Work) -> int:
    guided = int(scalar(work.connection, f"select count(*) from {GUIDED}"))
    return min(BUCKETS, max(1, BUCKETS * SAMPLE // max(guided, 1)))


def moves_in_rounds(work: Work) -> Rows:
    """Figures of the rounds that are old enough, or the one that says that none is."""
    if not is_there(work, f"{DECIDED}.{KEPT}"):
        return round_rows([], work.as_of)
    values = {
        "as_of": work.as_of.isoformat(),
        "followed_days": FOLLOWED_DAYS,
        "contact_days": CONTACT_DAYS,
    }
    return round_rows(asked(work, HERE, "rounds_followed", values), work.as_of)


def round_rows(counted: Iterable[dict[str, Any]], as_of: date) -> Rows:
    """Figures by round and segment out of counts of the guided and of those left alone."""
    cells: dict[tuple[date, str], dict[bool, dict[str, Any]]] = {}
    for row in counted:
        cells.setdefault((row["decided_on"], row["segment"]), {})[row["is_held_out"]] = row
    if not cells:
        # The same where none was kept yet: what is said does not depend on earlier runs.
        return [_nothing(as_of, wording.too_young(FOLLOWED_DAYS))]
    rows = [
        _figure(decided_on, segment, arms[False], arms.get(True))
        for (decided_on, segment), arms in cells.items()
        if False in arms and arms[False]["customers"] >= FEWEST_CUSTOMERS
    ]
    return rows or [_nothing(as_of, wording.FEW_IN_ROUND)]


def _figure(
    decided_on: date, segment: str, guided: dict[str, Any], held: dict[str, Any] | None
) -> dict[str, Any]:
    if held is None or held["customers"] < FEWEST_CUSTOMERS:
        return _observed(decided_on, segment, guided, wording.NOBODY_LEFT_ALONE)
    size, others = guided["customers"], held["customers"]
    if guided["contacted"] / size - held["contacted"] / others < LEAST_REACH:
        return _observed(decided_on, segment, guided, wording.FEW_CONTACTED)
    made = difference_of_shares(guided["moved"], size, held["moved"], others)
    # As assigned on both sides: only who was contacted was predicted to move, held out or not.
    chance = guided["predicted_contacted"] / size - held["predicted_contacted"] / others
    told = wording.of_untreated(guided, held, (made.estimate, made.low, made.high))
    return _told(
        decided_on, segment, METRIC, told,
        value=made.estimate * size,
        champion="guidance",
        champion_value=chance * size,
        difference_low=(made.low - chance) * size,
        difference_high=(made.high - chance) * size,
        bar=BAR,
        is_met=made.low <= chance <= made.high,
    )  # fmt: skip


def _observed(
    decided_on: date, segment: str, guided: dict[str, Any], because: Bilingual
) -> dict[str, Any]:
    """Counts side by side, judged by nothing."""
    return _told(
        decided_on, segment, OBSERVED, wording.of_observed(guided, because),
        value=float(guided["moved"]), champion="guidance", champion_value=guided["predicted"],
    )  # fmt: skip


def _told(on: date, segment: str, metric: str, told: Bilingual, **values: Any) -> dict[str, Any]:
    return figure(
        f"{on:%Y-%m-%d}-guidance", MODEL, COMPONENT, metric, on, segment=segment,
        reason_en=told.en, reason_zh=told.zh, **values,
    )  # fmt: skip


def _nothing(as_of: date, because: Bilingual) -> dict[str, Any]:
    return figure(
        f"{as_of:%Y-%m-%d}-followed", MODEL, COMPONENT, METRIC, as_of, segment=ALL,
        reason_en=because.en, reason_zh=because.zh,
    )  # fmt: skip
