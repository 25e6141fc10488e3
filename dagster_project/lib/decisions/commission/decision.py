"""The weekly decision on commissions: the plan, its frontier, and the what-if that is declared."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from dagster_project.lib.decisions.commission.books import (
    Books,
    NoMarketError,
    declared_plan,
    read_books,
)
from dagster_project.lib.decisions.commission.options import CommissionOptions
from dagster_project.lib.decisions.commission.tables import (
    frontier_rows,
    response_rows,
    schedule_rows,
)
from dagster_project.lib.decisions.commission.what_if import what_if_rows
from dagster_project.lib.decisions.commission.wording import Reason
from dagster_project.lib.decisions.spec import Checked, CheckOfDecision, Decided, DecisionSpec
from dagster_project.lib.models import plots
from dagster_project.lib.models.spec import Scored, Work
from dagster_project.lib.models.tables import read
from ml.commission import (
    Change,
    Frontier,
    GridTooLargeError,
    frontier,
    outcome,
    plan,
    search,
)

TABLES = ("commission_plan", "commission_frontier", "commission_responses", "commission_what_if")
SETTLED = """
select
    settled_month::varchar as month,
    sum(owed_fees_yuan)::double as owed,
    sum(delivered_fees_yuan)::double as charged
from business_application.commission_settlement
where orders > 0
group by month order by month
"""
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
    levers = searched.grid.channels
    return Decided(
        {
            TABLES[0]: Scored(schedule_rows(books, made, levers, reason), plots=_settled(work)),
            TABLES[1]: Scored(frontier_rows(books, found, cut), plots=_plots(found)),
            TABLES[2]: Scored(response_rows(books)),
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
    return Scored(what_if_rows(books, here))


def _settled(work: Work) -> dict[str, str]:
    """Fees owed by the contracts against fees charged, by month; nothing without settlements."""
    data = read(work.connection, SETTLED).to_pandas()
    if data.empty:
        return {}
    long = data.melt("month", ["owed", "charged"], "fees", "yuan")
    return {
        "fees owed and charged (应付与实收手续费)": plots.lines(long, "month:T", "yuan:Q", "fees")
    }


def _plots(found: Frontier) -> dict[str, str]:
    """Saving against the largest cut, with its interval."""
    data = pd.DataFrame(
        [
            {"largest cut, %": cut, "saving, yuan a year": best.saving.mean(),
             "low": pd.Series(best.saving).quantile(0.025),
             "high": pd.Series(best.saving).quantile(0.975)}
            for cut, best in zip(found.cuts_pct, found.plans, strict=True)
            if best.conflict is None
        ]
    )  # fmt: skip
    if data.empty:
        return {}
    drawn = plots.fan(data, "largest cut, %", "saving, yuan a year", (("low", "high"),))
    return {"saving against the largest cut of a partner (节约与合作方降幅)": drawn}


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
