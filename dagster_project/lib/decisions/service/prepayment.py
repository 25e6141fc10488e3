"""Prepayment offers: a top-up that lasts to the next purchase but one, and credit by risk."""

from __future__ import annotations

from statistics import NormalDist
from typing import Any

import pyarrow as pa

from dagster_project.lib.decisions.service.declared import FOLDER, Prepayment, load
from dagster_project.lib.decisions.service.plots import offer_plots
from dagster_project.lib.decisions.service.queries import at_hand, query
from dagster_project.lib.decisions.service.rules import Compiler
from dagster_project.lib.decisions.spec import Decided, DecisionSpec
from dagster_project.lib.models.spec import Scored, Work
from dagster_project.lib.models.tables import read

FILE = FOLDER / "prepayment.yaml"
TABLE = "prepayment_offers"
EMPTY = (
    "no customer has balances and windows of its own history: none is prepaid, balances are not "
    "delivered, or the payment-timing model gave no windows "
    "(没有可提供预付方案的用户：无预付费用户、未提供余额数据或缴费时间模型未给出窗口)"
)


def decide_prepayment(work: Work) -> Decided:
    """One row per customer who is offered a top-up or an advance; none where the model refused."""
    declared = load(Prepayment, FILE)
    values = values_of(declared) | {"as_of": work.as_of.isoformat()}
    prepaid, postpaid = query("prepayment_prepaid.sql"), query("prepayment_postpaid.sql")
    bound = {name: value for name, value in values.items() if f"${name}" in prepaid}
    columns = set(work.connection.sql(prepaid, params=bound).columns)
    graded, advance = graded_sql(declared, prepaid, columns)
    text = (
        query("prepayment_offers.sql")
        .replace("{graded}", graded)
        .replace("{postpaid}", postpaid)
    )  # fmt: skip
    steps = pa.Table.from_pylist([step.model_dump() for step in declared.steps])
    with at_hand(work.connection, {"topup_steps": steps}):
        rows = read(work.connection, text, values | advance)
    if not len(rows):
        return Decided({TABLE: Scored(None, EMPTY)})
    return Decided({TABLE: Scored(rows, plots=offer_plots(rows))})


def values_of(declared: Prepayment) -> dict[str, Any]:
    """The declared numbers under the names by which the SQL binds them."""
    numbers = declared.model_dump(
        include={"least_gaps", "longest_days", "reading_days", "history_days"}
    )
    return numbers | declared.postpaid.model_dump() | {
        "usage_z": NormalDist().inv_cdf(declared.usage_quantile),
        "usage_pct": f"{100 * declared.usage_quantile:g}",
    }  # fmt: skip


def graded_sql(declared: Prepayment, prepaid: str, columns: set[str]) -> tuple[str, dict[str, Any]]:
    """The prepaid customers with their grade of risk and what it allows, and values to bind.

    Raises:
        ServiceDeclarationError: a rule names a column that is not there.
    """
    compiler, grades = Compiler(FILE, columns), declared.advance
    expressions = {
        "arrears_risk": compiler.first(grades, lambda rule: rule.code),
        "risk_en": compiler.first(grades, lambda rule: rule.title.en),
        "risk_zh": compiler.first(grades, lambda rule: rule.title.zh),
        "advance_days": compiler.first(grades, lambda rule: rule.days),
        "advance_cap_yuan": compiler.first(grades, lambda rule: rule.cap_yuan),
        "advance_reason_en": compiler.sentence(grades, lambda rule: rule.reason.en),
        "advance_reason_zh": compiler.sentence(grades, lambda rule: rule.reason.zh),
    }
    named = ", ".join(f"{sql} as {name}" for name, sql in expressions.items())
    return f"select *, {named} from ({prepaid}) as known", compiler.values


PREPAYMENT = DecisionSpec(
    name="prepayment_offers",
    title_en="prepayment offers",
    title_zh="预付与预支方案",
    decide=decide_prepayment,
    reads=(
        "data_processing.int_customers_versioned",
        "data_processing.stg_landing__meter_balances",
        "platform_support.customer_timing_state",
        "platform_support.customer_year_sums",
        "platform_support.payment_windows_scored",
    ),
    writes=(TABLE,),
)
