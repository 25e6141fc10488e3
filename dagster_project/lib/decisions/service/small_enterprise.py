"""Service of small and micro enterprises: needs, arrears risk, service, contact days."""

from __future__ import annotations

from typing import Any

from dagster_project.lib.decisions.service.declared import FOLDER, SmallEnterprise, load
from dagster_project.lib.decisions.service.plots import enterprise_plots
from dagster_project.lib.decisions.service.queries import at_hand, query
from dagster_project.lib.decisions.service.rules import Compiler
from dagster_project.lib.decisions.service.workdays import workdays
from dagster_project.lib.decisions.spec import Decided, DecisionSpec
from dagster_project.lib.models.spec import Scored, Work
from dagster_project.lib.models.tables import read

FILE = FOLDER / "small_enterprise.yaml"
TABLE = "small_enterprise_service"
FEATURES = "small_enterprise.sql"
NOTHING = "none"  # code of the service that offers nothing
RISK_COLUMNS = {"arrears_risk"}
EMPTY = (
    "no small enterprise is among the customers delivered "
    "(用户档案中没有小微企业用户)"
)  # fmt: skip


def decide_small_enterprises(work: Work) -> Decided:
    """One row per small and micro enterprise, by the first declared service that applies."""
    declared = load(SmallEnterprise, FILE)
    values = {"as_of": work.as_of.isoformat()} | declared.model_dump(
        include={"customer_type", "risk_days"}
    )
    features = query(FEATURES)
    columns = set(work.connection.sql(features, params=values).columns)
    sql, bound = served_sql(declared, features, columns)
    contact = declared.model_dump(include={"contact_lead_days", "overdue_contact_days"})
    text = query("small_enterprise_contact.sql").replace("{served}", sql)
    with at_hand(work.connection, {"enterprise_days": workdays(work, 1)}):
        rows = read(work.connection, text, values | bound | contact | {"nothing": NOTHING})
    if not len(rows):
        return Decided({TABLE: Scored(None, EMPTY)})
    return Decided({TABLE: Scored(rows, plots=enterprise_plots(rows))})


def served_sql(
    declared: SmallEnterprise, features: str, columns: set[str]
) -> tuple[str, dict[str, Any]]:
    """The features with arrears risk, needs and service by the declared rules, and values to bind.

    Raises:
        ServiceDeclarationError: a rule names a column that is not there.
    """
    compiler = Compiler(FILE, columns | RISK_COLUMNS)
    risk = {
        "arrears_risk": compiler.first(declared.arrears_risk, lambda rule: rule.code),
        "risk_en": compiler.first(declared.arrears_risk, lambda rule: rule.title.en),
        "risk_zh": compiler.first(declared.arrears_risk, lambda rule: rule.title.zh),
        "risk_reason_en": compiler.sentence(declared.arrears_risk, lambda rule: rule.reason.en),
        "risk_reason_zh": compiler.sentence(declared.arrears_risk, lambda rule: rule.reason.zh),
        "needs_en": compiler.every(declared.needs, lambda rule: rule.title.en, "; "),
        "needs_zh": compiler.every(declared.needs, lambda rule: rule.title.zh, "；"),
    }
    service = {
        "service_code": compiler.first(declared.services, lambda rule: rule.code),
        "service_en": compiler.first(declared.services, lambda rule: rule.title.en),
        "service_zh": compiler.first(declared.services, lambda rule: rule.title.zh),
        "service_reason_en": compiler.sentence(declared.services, lambda rule: rule.reason.en),
        "service_reason_zh": compiler.sentence(declared.services, lambda rule: rule.reason.zh),
    }
    sql = (
        f"select *, {_named(service)} from (select *, {_named(risk)} from ({features}) as known) "
        "as graded"
    )
    return sql, compiler.values


def _named(expressions: dict[str, str]) -> str:
    return ", ".join(f"{sql} as {name}" for name, sql in expressions.items())


SMALL_ENTERPRISES = DecisionSpec(
    name="small_enterprise_service",
    title_en="service of small and micro enterprises",
    title_zh="小微企业服务",
    decide=decide_small_enterprises,
    reads=(
        "data_processing.calendar_overrides",
        "data_processing.int_complaints_attributed",
        "data_processing.int_customers_versioned",
        "data_processing.stg_landing__channel_visits",
        "decided.complaint_classes",
        "platform_support.customer_bill_state",
        "platform_support.customer_payment_state",
        "platform_support.customer_year_sums",
        "platform_support.payment_windows_scored",
    ),
    writes=(TABLE,),
)
