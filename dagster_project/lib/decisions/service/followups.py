"""Follow-ups: what complainants, and those whose online payment broke off, are still owed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa

from dagster_project.lib.decisions.service.declared import FOLDER, Followups, load
from dagster_project.lib.decisions.service.plots import followup_plots
from dagster_project.lib.decisions.service.queries import at_hand
from dagster_project.lib.decisions.service.workdays import workdays
from dagster_project.lib.decisions.spec import Checked, CheckOfDecision, Decided, DecisionSpec
from dagster_project.lib.decisions.sql_files import sql_text
from dagster_project.lib.models.spec import Scored, Work
from dagster_project.lib.models.tables import read

FILE, HERE = FOLDER / "followups.yaml", Path(__file__).parent
TABLE = "service_followups"
FOUNDED = "followups_are_of_complaints_and_channels_that_exist"
EMPTY = (
    "neither complaints nor channel visits that want an answer were delivered "
    "(未提供需要答复的投诉或渠道访问数据)"
)
OLDEST = """
select min(received_on) as oldest from data_processing.int_complaints_attributed
where received_on <= $as_of and (
    answered_at is null
    or cast(answered_at as date) > cast($as_of as date) - cast($answered_days as int)
)
"""


def decide_followups(work: Work) -> Decided:
    """Every open or lately answered follow-up, with deadline, state, channel and priority."""
    declared = load(Followups, FILE)
    values = {"as_of": work.as_of.isoformat()} | declared.model_dump(
        exclude={"categories", "look_back_days"}
    )
    tables = {
        "followup_days": workdays(work, _days_back(work, declared)),
        "followup_categories": category_rows(declared),
    }
    with at_hand(work.connection, tables):
        rows = read(work.connection, sql_text(HERE, "followups"), values)
    if not len(rows):
        return Decided({TABLE: Scored(None, EMPTY)}, {FOUNDED: Checked(True)})
    unfounded = unfounded_followups(work, rows)
    checked = Checked(unfounded == 0, {"unfounded": unfounded})
    return Decided({TABLE: Scored(rows, plots=followup_plots(rows))}, {FOUNDED: checked})


def unfounded_followups(work: Work, rows: pa.Table) -> int:
    """Follow-ups of no complaint that was received, or about no channel that exists."""
    with at_hand(work.connection, {"followup_rows": rows}):
        [count] = read(work.connection, sql_text(HERE, "followups_unfounded"))["unfounded"]
    return int(count.as_py())


def category_rows(declared: Followups) -> pa.Table:
    """The declared categories as rows: code, titles, working days, priority, channel."""
    return pa.Table.from_pylist(
        [
            item.model_dump(exclude={"title"})
            | {"title_en": item.title.en, "title_zh": item.title.zh}
            for item in declared.categories
        ]
    )


def _days_back(work: Work, declared: Followups) -> int:
    """Days to the oldest work order that may be on the list."""
    values: dict[str, Any] = {"as_of": work.as_of, "answered_days": declared.answered_days}
    [oldest] = read(work.connection, OLDEST, values)["oldest"].to_pylist()
    days = declared.look_back_days if oldest is None else (work.as_of - oldest).days
    return max(days, declared.look_back_days) + 1


FOLLOWUPS = DecisionSpec(
    name="service_followups",
    title_en="follow-ups of complaints and unmet needs",
    title_zh="服务回访与答复",
    decide=decide_followups,
    reads=(
        "data_processing.calendar_overrides",
        "data_processing.channels",
        "data_processing.int_complaints_attributed",
        "data_processing.int_customers_versioned",
        "data_processing.int_payments_matched",
        "data_processing.stg_landing__channel_visits",
        "decided.complaint_classes",
    ),
    writes=(TABLE,),
    checks=(
        CheckOfDecision(
            FOUNDED,
            TABLE,
            "Every follow-up is of a complaint that was received, of the same customer, and about "
            "a channel that exists (回访均有据可查).",
        ),
    ),
)
