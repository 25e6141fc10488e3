"""The two statements of a plan: the pass over the file, and the rows with a problem."""

from __future__ import annotations

from dagster_project.lib.deliveries.contracts import Column, Contract
from dagster_project.lib.deliveries.validation.plan import Plan
from dagster_project.lib.deliveries.validation.quoting import literal
from dagster_project.lib.deliveries.validation.rules import Rule

LONGEST_SHOWN = 200  # characters of an offending value


def checked_sql(plan: Plan, contract: Contract, fields: list[str]) -> str:
    """The statement that makes ``checked`` from ``delivered`` and its text columns ``fields``."""
    stamps_first = sorted(contract.columns.values(), key=lambda column: column.type != "timestamp")
    texts = ",\n    ".join(f"{sql} as t_{name}" for name, sql in plan.texts.items())
    totals = "".join(f",\n    {sql} as k{number}" for number, sql in enumerate(plan.totals))
    kept = "".join(f"k{number}, " for number in range(len(plan.totals)))
    typed = ",\n    ".join(f"{plan.typed[c.name]} as v_{c.name}" for c in stamps_first)
    cases = "\n    ".join(
        f"when {rule.condition} then {number}" for number, rule in enumerate(plan.rules)
    )
    shown = "\n    ".join(
        f"when {number} then {_shown(rule)}" for number, rule in enumerate(plan.rules)
    )
    landed = ",\n    ".join(_landed(column) for column in contract.columns.values())
    blank = " and ".join(f"{name} = ''" for name in fields)
    return f"""
create table checked as
with texts as (select line, {texts}{totals} from delivered where not ({blank})),
typed as (select *, {typed} from texts),
judged as (select *, case {cases} end as problem from typed)
select line, problem, case problem {shown} end as problem_value, {kept}{landed} from judged
"""


def _landed(column: Column) -> str:
    if column.type in ("customer", "personal"):
        return f"v_{column.name} as {column.name}"
    return f"try_cast(v_{column.name} as {column.sql_type}) as {column.landed_name}"


def _shown(rule: Rule) -> str:
    text = f"left({rule.value}::varchar, {LONGEST_SHOWN})"
    return f"'****' || right({text}, 4)" if rule.is_private else text


def quarantined_sql(plan: Plan) -> str:
    """The query that gives line, column, value and reason of every row with a problem."""
    rules = ", ".join(
        f"({number}, {literal(rule.column)}, {literal(rule.reason)})"
        for number, rule in enumerate(plan.rules)
    )
    return (
        "select line, column_name, problem_value as value, reason from checked "
        f"join (values {rules}) as rules(number, column_name, reason) on problem = number"
    )
