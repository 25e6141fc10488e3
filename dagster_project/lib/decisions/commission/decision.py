"""The weekly decision on commissions: the plan, its frontier, and the what-if that is declared."""

from __future__ import annotations

from collections.abc import Sequence

from dagster_project.lib.decisions.commission.books import (
    Books,
    NoMarketError,
    declared_plan,
    read_books,
)
from dagster_project.lib.decisions.commission.options import CommissionOptions
from dagster_project.lib.decisions.commission.plots import (
    of_frontier,
    of_responses,
    of_schedule,
    of_settled,
)
from dagster_project.lib.decisions.commission.tables import (
    frontier_rows,
    response_rows,
    schedule_rows,
)
from dagster_project.lib.decisions.commission.what_if import what_if_rows
from dagster_project.lib.decisions.commission.wording import Reason
from dagster_project.lib.decisions.spec import Checked, CheckOfDecision, Decided, DecisionSpec
from dagster_project.lib.models.spec import Scored, Work
from ml.commission import (
    Change,
    GridTooLargeError,
    frontier,
    outcome,
    plan,
    search,
)

TABLES = ("commission_plan", "commission_frontier", "commission_responses", "commission_what_if")
KEPT = "the_plan_keeps_its_principles"


def decide_commission(work: Work) -> Decided:
    """Plan the commissions; without a complete month, or a contract, there is nothing to plan."""
    declared = declared_plan()
    asked = [Change.model_validate(change) for change in work.options.get("what_if", [])]
    try:
        books = read_books(work.connection, declared, work.as_of)
    except NoMarketError as error:
        return _nothing_planned(f"{error.said.en} ({error.said.zh})")
    try:
        searched = search(books.market, declared, books.responses)
    except GridTooLargeError as error:
        return _nothing_planned(f"{error} (可比较的方案过多，请减少档位或渠道)")
    best = plan(searched, declared.principles)
    found = frontier(searched, declared.principles, declared.frontier_cuts_pct)
    made = outcome(books.market, best.schedule, books.responses)
    tried, steps = len(searched.grid.steps), len(declared.levers.steps)
    reason = Reason.of(best).of_fewer_steps(tried, steps)
    cut = 100 * (1 - declared.principles.partner_keeps.share_of_today)
    schedule = schedule_rows(books, made, searched.grid.channels, reason)
    responses = response_rows(books)
    return Decided(
        {
            TABLES[0]: Scored(schedule, plots=of_schedule(schedule) | of_settled(work)),
            TABLES[1]: Scored(frontier_rows(books, found, cut), plots=of_frontier(found)),
            TABLES[2]: Scored(responses, plots=of_responses(responses)),
            TABLES[3]: _what_if(books, asked or declared.what_if),
        },
        {KEPT: Checked(best.conflict is None, {"reason": reason.en, "reason_zh": reason.zh})},
    )


def _nothing_planned(because: str) -> Decided:
    """Empty tables with the reason: a plan that cannot be made stops no publication."""
    tables = {name: Scored(None, because) for name in TABLES}
    return Decided(tables, {KEPT: Checked(True, {"nothing_to_plan": because})})


def _what_if(books: Books, changes: Sequence[Change]) -> Scored:
    """A declared change of a channel that this home does not have under contract is left out."""
    here = [change for change in changes if change.channel in books.market.terms]
    if not here:
        return Scored(None, "no channel of the what-if is under contract (假设分析的渠道均无合同)")
    rows = what_if_rows(books, here)
    return Scored(rows, plots=of_schedule(rows))


COMMISSION = DecisionSpec(
    name="commission",
    title_en="commission plan",
    title_zh="酬金方案",
    decide=decide_commission,
    reads=(
        "business_application.commission_settlement",
        "data_processing.channel_contracts",
        "data_processing.channels",
        "data_processing.int_payments_matched",
        "platform_support.channel_evaluation_graded",
        "platform_support.channel_month_totals",
        "platform_support.channel_months",
        "platform_support.channel_terms",
    ),
    writes=TABLES,
    is_weekly=True,
    checks=(
        CheckOfDecision(
            KEPT,
            "commission_plan",
            "A schedule keeps all declared principles; the ones that conflict are named.",
            blocking=False,
        ),
    ),
    options=CommissionOptions,
)
