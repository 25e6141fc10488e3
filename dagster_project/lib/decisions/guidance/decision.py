"""The decision on guidance as the graph knows it: what it reads and writes, and its checks."""

from __future__ import annotations

import numpy as np

from dagster_project.lib.decisions.guidance.checks import CHECKS, checked, unchecked
from dagster_project.lib.decisions.guidance.declaration import Guidance, read_guidance
from dagster_project.lib.decisions.guidance.inputs import Inputs, read_inputs
from dagster_project.lib.decisions.guidance.matched import match_round
from dagster_project.lib.decisions.guidance.plots import of_guidance, of_limits, of_summary
from dagster_project.lib.decisions.guidance.relief import counter_relief, own_channel_headroom
from dagster_project.lib.decisions.guidance.rows import guided_rows, limit_rows, summary_rows
from dagster_project.lib.decisions.spec import Decided, DecisionSpec
from dagster_project.lib.models.spec import Scored, Work

TABLES = (
    "channel_guidance",
    "guidance_summary",
    "guidance_limits",
    "counter_relief",
    "own_channel_headroom",
)


def decide_guidance(work: Work) -> Decided:
    """Match this round's customers to channels."""
    declared = read_guidance()
    inputs = read_inputs(work, declared)
    refusal = _refusal(declared, inputs)
    if refusal:
        return Decided({name: Scored(None, refusal) for name in TABLES}, unchecked(refusal))
    matched = match_round(work, declared, inputs)
    guided = guided_rows(work, declared, matched)
    summary = summary_rows(work)
    limits = limit_rows(work, inputs, matched)
    return Decided(
        {
            "channel_guidance": Scored(
                guided, "" if len(guided) else _nobody(), plots=of_guidance(summary)
            ),
            "guidance_summary": Scored(summary, plots=of_summary(summary)),
            "guidance_limits": Scored(limits, plots=of_limits(limits)),
            "counter_relief": counter_relief(work),
            "own_channel_headroom": own_channel_headroom(work, declared, inputs),
        },
        checked(work, guided, summary, limits),
    )


def _refusal(declared: Guidance, inputs: Inputs) -> str:
    """Why there can be no guidance, in both languages; empty where there can."""
    if inputs.customers == 0:
        return "no customer has a payment (没有用户有缴费记录)"
    if np.nansum(inputs.columns["year_payments"]) == 0:
        return "no whole month of payments is there yet (尚无完整月份的缴费记录)"
    targets = [target.code for target in declared.channels if target.code in inputs.channels]
    if not targets or len(inputs.channels) < 2:
        there = ", ".join(inputs.channels) or "none"
        return (
            "there is no second channel with known costs to guide to; channels in use with known "
            f"costs: {there} (没有第二个成本已知的渠道可供引导)"
        )
    return ""


def _nobody() -> str:
    return "no option pays for its contact within the limits (限制内没有值得触达的引导)"


GUIDANCE = DecisionSpec(
    name="guidance",
    title_en="guidance of customers to channels",
    title_zh="渠道引导",
    decide=decide_guidance,
    reads=(
        "data_processing.channels",
        "data_processing.channel_contracts",
        "data_processing.channel_costs",
        "data_processing.int_complaints_attributed",
        "data_processing.int_customers_versioned",
        "data_processing.int_payments_matched",
        "data_processing.int_sources_delivered",
        "data_processing.stg_landing__campaign_contacts",
        "data_processing.stg_landing__channel_operations",
        "data_processing.stg_landing__channel_visits",
        "decided.campaign_effect",
        "decided.customer_uplift",
        "platform_support.channel_region_days",
        "platform_support.channel_terms",
        "platform_support.customer_channel_state",
        "platform_support.customer_payment_state",
        "platform_support.customer_segments_assigned",
        "platform_support.customer_year_sums",
        "platform_support.payment_windows_scored",
    ),
    writes=TABLES,
    is_weekly=True,
    checks=CHECKS,
)
