"""Everything that the statements of one file need, worked out from contract, profile and header."""

from __future__ import annotations

from dataclasses import dataclass, field

from dagster_project.lib.deliveries.contracts import Column, Contract
from dagster_project.lib.deliveries.layouts import RowFilter
from dagster_project.lib.deliveries.source_profile import Profile
from dagster_project.lib.deliveries.validation.quoting import literal
from dagster_project.lib.deliveries.validation.rules import ColumnRules, Limits, Rule
from dagster_project.lib.deliveries.validation.texts import Headings, column_text
from dagster_project.lib.deliveries.validation.totals import contribution
from dagster_project.lib.deliveries.validation.values import MINUS, SIGN, typed


@dataclass
class Plan:
    """SQL by name: texts over ``delivered``, typed values over texts, rules over both."""

    texts: dict[str, str] = field(default_factory=dict)  # name -> SQL over ``delivered``
    typed: dict[str, str] = field(default_factory=dict)  # contract column -> SQL over texts
    totals: list[str] = field(default_factory=list)  # SQL over ``delivered`` per control total
    rules: list[Rule] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)  # required columns that the file lacks


def make_plan(
    contract: Contract, profile: Profile, header: list[str], limits: Limits, undecodable: bool
) -> Plan:
    """Work out the SQL for a file with this header."""
    plan, headings = Plan(), Headings.of(profile, header)
    if profile.row_filter:
        _add_row_filter(plan, profile.row_filter, headings)
    for column in contract.columns.values():
        plan.texts[column.name] = column_text(column, headings)
        _add_beside(plan, column, headings)
        plan.typed[column.name] = typed(column, profile.columns.get(column.name))
    for column in contract.columns.values():
        mapping = profile.columns.get(column.name)
        judged = ColumnRules(contract, column, mapping, plan.texts, limits).collect(undecodable)
        plan.rules += judged.rules
        plan.missing += [column.name] if judged.is_missing else []
    plan.totals = [contribution(total, headings) for total in profile.totals]
    return plan


def _add_row_filter(plan: Plan, scope: RowFilter, headings: Headings) -> None:
    text = headings.text(scope.column)
    if text is None:
        plan.missing.append(scope.column)
        plan.rules.append(Rule("true", scope.column, "missing_column"))
        return
    inside = ", ".join(literal(value) for value in scope.equals)
    plan.texts["row_filter"] = text
    condition = f"coalesce(t_row_filter not in ({inside}), true)"
    plan.rules.append(Rule(condition, scope.column, "out_of_scope", "t_row_filter"))


def _add_beside(plan: Plan, column: Column, headings: Headings) -> None:
    """Add the texts that an amount is reckoned with besides its own."""
    mapping = headings.profile.columns.get(column.name)
    if mapping and mapping.minus:
        plan.texts[f"{column.name}_{MINUS}"] = headings.text(mapping.minus) or "null"
    if mapping and mapping.sign:
        plan.texts[f"{column.name}_{SIGN}"] = headings.text(mapping.sign.column) or "null"
