"""Whom a contact moves to which channel, from finished campaigns; weekly, for it needs refits."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from dagster_project.lib import progress
from dagster_project.lib.decisions.spec import Decided, DecisionSpec
from dagster_project.lib.decisions.uplift.evaluation import (
    qini_plot,
    refused_row,
    rows_of,
)
from dagster_project.lib.decisions.uplift.inputs import Audience, audiences, features_of_everybody
from dagster_project.lib.decisions.uplift.scoring import COLUMNS, scored_customers
from dagster_project.lib.decisions.uplift.wording import decision_on
from dagster_project.lib.models.declared import DECIDED, declared_table
from dagster_project.lib.models.spec import Scored, Work
from ml.uplift import FittedUplift, Refusal, fit_uplift

EVALUATION = "uplift_evaluation"
NO_CAMPAIGN = "no campaign with a holdout has ended (尚无设有对照组且已结束的活动)"
NOT_FITTED = (
    "no campaign is large enough to fit on; uplift_evaluation says why (活动样本不足，原因见评估表)"
)


def decide(work: Work) -> Decided:
    """Fit one model a target channel, judge it, and score whom it may be used for."""
    found = [(audience, fit_uplift(audience.experiment)) for audience in list(audiences(work))]
    features_of_everybody(work)
    customers, rows = [COLUMNS.empty_table()], []
    plots: dict[str, str] = {}
    for audience, fitted in found:
        if isinstance(fitted, Refusal):
            rows.append(refused_row(audience, fitted, work.as_of))
            continue
        scored = scored_customers(work, audience, fitted)
        customers.append(scored)
        rows += _judged(work, audience, fitted, scored)
        plots[f"Qini of {fitted.curve_of}, {audience.target} (增益曲线)"] = qini_plot(fitted)
    everybody = pa.concat_tables(customers)
    empty = "" if len(everybody) else NOT_FITTED if rows else NO_CAMPAIGN
    return Decided(
        {
            "customer_uplift": Scored(everybody, empty, plots=plots),
            EVALUATION: Scored(_table(work, rows), "" if rows else NO_CAMPAIGN, plots=plots),
        }
    )


def _judged(
    work: Work, audience: Audience, fitted: FittedUplift, scored: pa.Table
) -> list[dict[str, Any]]:
    deployed = sum(scored["is_deployed"].to_pylist())
    said = decision_on(fitted, audience.cost_yuan, deployed, len(scored))
    progress.report(f"uplift to {audience.target}: {said.decision}, {fitted.learner}")
    counts = {"scored_customers": len(scored), "deployed_customers": deployed}
    return [row | counts for row in rows_of(audience, fitted, said, work.as_of)]


def _table(work: Work, rows: list[dict[str, Any]]) -> pa.Table | None:
    """The rows with every declared column, empty where a learner has no such figure."""
    if not rows:
        return None
    declared = declared_table(work.settings, EVALUATION, DECIDED).columns
    return pa.Table.from_pylist([{name: row.get(name) for name, _, _ in declared} for row in rows])


UPLIFT = DecisionSpec(
    name="uplift",
    title_en="whom a contact moves",
    title_zh="触达增益",
    decide=decide,
    reads=(
        "data_processing.channel_costs",
        "data_processing.channels",
        "data_processing.int_complaints_attributed",
        "data_processing.int_customers_versioned",
        "data_processing.int_payments_matched",
        "data_processing.stg_landing__campaign_contacts",
        "data_processing.stg_landing__campaigns",
        "platform_support.campaign_firsts",
        "platform_support.channel_terms",
        "platform_support.customer_payment_state",
    ),
    writes=("customer_uplift", EVALUATION),
    is_weekly=True,
)
