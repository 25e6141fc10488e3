"""What must hold of every round before anybody reads it."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from dagster_project.lib.decisions.guidance.inputs import sql
from dagster_project.lib.decisions.spec import Checked, CheckOfDecision
from dagster_project.lib.models.spec import Work
from dagster_project.lib.models.tables import read

GAP_PCT = 0.1  # figure to reach, of rounds with enough customers to reach it
WHOLE = 2_000  # guided customers from which on one of them is less than that gap
SLACK = 1e-6  # relative: sums of floats

CHECKS = (
    CheckOfDecision(
        "savings_equal_recomputed_fees",
        "channel_guidance",
        "Every saving is the difference of fees recomputed from the contracts "
        "(节约额等于重算费用之差).",
    ),
    CheckOfDecision(
        "nobody_protected_is_moved_off_a_counter",
        "channel_guidance",
        "Elderly and low-income customers who use a counter are left there "
        "(不引导受保护用户离开柜台).",
    ),
    CheckOfDecision(
        "every_saving_pays_for_its_contact",
        "channel_guidance",
        "No recommendation whose expected gain is not positive (每条引导的预期收益为正).",
    ),
    CheckOfDecision(
        "limits_are_kept",
        "guidance_limits",
        "Capacities, budget and number of contacts are kept (容量、预算与触达次数均未超限).",
    ),
    CheckOfDecision(
        "the_duality_gap_is_small",
        "guidance_limits",
        "At most 0.1 % of the gain is missed, or the value of one customer in a small round "
        "(对偶间隙不超过0.1%).",
        blocking=False,
    ),
    CheckOfDecision(
        "every_customer_is_accounted_for",
        "guidance_summary",
        "Guided or left alone for a reason: every customer once (每位用户恰好计一次).",
    ),
)
PROTECTED = """
select count(*) as broken from guidance_rows as guided
inner join guidance_customers as customers on guided.customer_id = customers.customer_id
where customers.is_protected
    and (customers.uses_counter or customers.present_channel_code = 'counter')
"""


def unchecked(because: str) -> dict[str, Checked]:
    """Nothing was decided, so nothing is broken."""
    return {check.name: Checked(True, {"nothing_decided": because}) for check in CHECKS}


def checked(
    work: Work, guided: pa.Table, summary: pa.Table, limits: pa.Table
) -> dict[str, Checked]:
    """The outcome of every check."""
    fees = read(work.connection, sql("saving_check"), {"as_of": work.as_of.isoformat()})
    differ, largest = fees["rows_that_differ"][0].as_py(), fees["largest_difference_yuan"][0]
    off_counter = read(work.connection, PROTECTED)["broken"][0].as_py()
    return {
        "savings_equal_recomputed_fees": Checked(
            differ == 0 and (largest.as_py() or 0) < 0.01,
            {"rows_checked": fees["rows_checked"][0].as_py(), "rows_that_differ": differ},
        ),
        "nobody_protected_is_moved_off_a_counter": Checked(
            off_counter == 0, {"moved_off": off_counter}
        ),
        "every_saving_pays_for_its_contact": _pays(guided),
        "limits_are_kept": _kept(limits),
        "the_duality_gap_is_small": _gap(guided, limits),
        "every_customer_is_accounted_for": _accounted(work, summary),
    }


def _pays(guided: pa.Table) -> Checked:
    lost = len(guided.filter(pc.less_equal(guided["net_gain_yuan"], 0)))
    return Checked(lost == 0, {"rows_without_gain": lost})


def _kept(limits: pa.Table) -> Checked:
    broken = [
        f"{row['limit_code']} of {row['limit_of']}"
        for row in limits.to_pylist()
        if row["limit_value"] is not None
        and row["used_value"] > row["limit_value"] * (1 + SLACK) + SLACK
    ]
    return Checked(not broken, {"exceeded": ", ".join(broken) or "none"})


def _gap(guided: pa.Table, limits: pa.Table) -> Checked:
    row = limits.to_pylist()[0]
    missed = row["gain_bound_yuan"] * row["duality_gap_pct"] / 100
    largest = pc.max(guided["net_gain_yuan"]).as_py() or 0.0
    passed = row["duality_gap_pct"] <= GAP_PCT or (len(guided) < WHOLE and missed <= largest)
    return Checked(passed, {"duality_gap_pct": row["duality_gap_pct"], "missed_yuan": missed})


def _accounted(work: Work, summary: pa.Table) -> Checked:
    known = read(work.connection, "select count(*) as customers from guidance_customers")
    expected, found = known["customers"][0].as_py(), pc.sum(summary["customers"]).as_py()
    return Checked(expected == found, {"customers": expected, "accounted_for": found})
