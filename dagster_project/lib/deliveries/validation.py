"""The SQL that types a file's text columns and judges every row, generated from its declarations.

One pass over the text columns ``delivered`` (``line``, ``f0``, ``f1``, ...) gives the table
``checked``: the typed columns with customer numbers still in clear, ``problem``, the number of the
first rule that the row breaks (null: none), and ``problem_value``, the text that broke it.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import date

from dagster_project.lib.deliveries.contracts import Column, Contract
from dagster_project.lib.deliveries.profiles import Mapping, Part, Profile

LONGEST_SHOWN = 200  # characters of an offending value
LONGEST_TEXT = 1000  # characters; a longer code or name is a broken row
TRUE_WORDS = ("true", "t", "1", "yes", "y", "是")
FALSE_WORDS = ("false", "f", "0", "no", "n", "否")
FORMATS = {
    "date": ["%Y-%m-%d"],
    "timestamp": ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
    "month": ["%Y-%m", "%Y%m"],
}
INVALID = {
    "date": "invalid_date",
    "timestamp": "invalid_timestamp",
    "month": "invalid_month",
    "money": "invalid_amount",
    "quantity": "invalid_number",
    "integer": "invalid_number",
    "boolean": "invalid_boolean",
}


@dataclass(frozen=True)
class Rule:
    """One reason to quarantine a row: SQL that is true for a bad row, and what to say of it."""

    condition: str
    column: str
    reason: str
    value: str = "null"  # SQL over the texts that gives the offending value
    is_private: bool = False


@dataclass
class Plan:
    """Everything that the two statements need."""

    texts: dict[str, str] = field(default_factory=dict)  # name -> SQL over ``delivered``
    typed: dict[str, str] = field(default_factory=dict)  # contract column -> SQL over texts
    rules: list[Rule] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)  # required columns that the file lacks
    in_fen: set[str] = field(default_factory=set)  # money columns delivered in hundredths


@dataclass(frozen=True)
class Limits:
    """The days between which a delivered row may lie."""

    first_business_date: date
    last_business_date: date


def literal(value: str | date) -> str:
    """Quote a declared value for SQL."""
    if isinstance(value, date):
        return f"date '{value.isoformat()}'"
    return "'" + value.replace("'", "''") + "'"


def make_plan(
    contract: Contract, profile: Profile, header: list[str], limits: Limits, undecodable: bool
) -> Plan:
    """Work out the SQL for a file with this header."""
    positions = {_plain(name): index for index, name in reversed(list(enumerate(header)))}
    plan = Plan(in_fen={n for n, mapping in profile.columns.items() if mapping.unit == "fen"})
    if profile.row_filter:
        _add_row_filter(plan, profile, positions)
    for column in contract.columns.values():
        plan.texts[column.name] = _text(column, profile, positions)
        plan.typed[column.name] = _typed(column, profile.columns.get(column.name))
    for column in contract.columns.values():
        _add_rules(plan, contract, column, limits, undecodable)
    return plan


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().lower()


def _add_row_filter(plan: Plan, profile: Profile, positions: dict[str, int]) -> None:
    assert profile.row_filter
    scope = profile.row_filter
    index = positions.get(_plain(scope.column))
    if index is None:
        plan.missing.append(scope.column)
        plan.rules.append(Rule("true", scope.column, "missing_column"))
        return
    text = _trimmed(index, profile)
    inside = ", ".join(literal(value) for value in scope.equals)
    plan.texts["row_filter"] = text
    condition = f"coalesce(t_row_filter not in ({inside}), true)"
    plan.rules.append(Rule(condition, scope.column, "out_of_scope", "t_row_filter"))


def _trimmed(index: int, profile: Profile) -> str:
    strip = f", {literal(profile.strip)}" if profile.strip != " " else ""
    text = f"nullif(trim(f{index}{strip}), '')"
    for null in profile.nulls:
        text = f"nullif({text}, {literal(null)})"
    return text


def _text(column: Column, profile: Profile, positions: dict[str, int]) -> str:
    """SQL over ``delivered`` for the text of a contract column; 'null' when the file lacks it."""
    if column.name in profile.constants:
        return literal(profile.constants[column.name])
    mapping = profile.columns.get(column.name)
    if mapping is None:
        return "null"
    pieces = [_part(part, profile, positions) for part in mapping.parts]
    if any(piece is None for piece in pieces):
        return "null"
    return f" || {literal(mapping.join)} || ".join(f"({piece})" for piece in pieces)


def _part(part: Part, profile: Profile, positions: dict[str, int]) -> str | None:
    index = next((positions[_plain(n)] for n in part.names if _plain(n) in positions), None)
    if index is None:
        return None
    text = _trimmed(index, profile)
    if part.strip_suffix:
        suffix = literal(part.strip_suffix)
        text = f"if(ends_with({text}, {suffix}), left({text}, -length({suffix})), {text})"
    if part.pad_left:
        text = f"lpad({text}, greatest(length({text}), {part.pad_left})::int, '0')"
    return text


def _typed(column: Column, mapping: Mapping | None) -> str:
    """SQL over the texts for the landed value; null where the text does not fit the type."""
    text = f"t_{column.name}"
    formats = (mapping and mapping.formats) or FORMATS.get(column.type, [])
    parsed = f"try_strptime({text}, [{', '.join(literal(item) for item in formats)}])"
    match column.type:
        case "identifier":
            # A plain number is its own identifier; hashing costs more than the rest of the row.
            number = f"try_cast({text} as bigint)"
            return (
                f"case when {number} >= 0 and {number}::varchar = {text} then {number} "
                f"else (md5_number_upper({text}) >> 1)::bigint end"
            )
        case "date":
            own = f"{parsed}::date"
            source = column.from_timestamp
            return f"coalesce({own}, v_{source}::date)" if source else own
        case "timestamp":
            return parsed
        case "month":
            return f"date_trunc('month', {parsed})::date"
        case "money" | "quantity":
            plain = f"replace({text}, ',', '')"
            if mapping and mapping.unit == "fen":
                return f"(try_cast({plain} as decimal(24, 4)) * 0.01)"
            return f"try_cast({plain} as {column.sql_type})"
        case "integer":
            return f"try_cast({text} as bigint)"
        case "boolean":
            words = [", ".join(map(literal, group)) for group in (TRUE_WORDS, FALSE_WORDS)]
            return (
                f"case when lower({text}) in ({words[0]}) then true "
                f"when lower({text}) in ({words[1]}) then false end"
            )
        case "code":
            return _coded(column, mapping)
        case _:
            return f"coalesce({text}, {literal(column.default)})" if column.default else text


def _coded(column: Column, mapping: Mapping | None) -> str:
    text = f"t_{column.name}"
    if mapping and mapping.codes:
        cases = " ".join(
            f"when {literal(code)} then {literal(value)}" for code, value in mapping.codes.items()
        )
        text = f"case {text} {cases} else {text} end"
    return f"coalesce({text}, {literal(column.default)})" if column.default else text


def _add_rules(
    plan: Plan, contract: Contract, column: Column, limits: Limits, undecodable: bool
) -> None:
    """Add the rules of one column, the most basic first."""
    text, value = f"t_{column.name}", f"v_{column.name}"
    raw = plan.texts[column.name]
    is_private = column.type in ("customer", "personal")

    def rule(condition: str, reason: str) -> None:
        plan.rules.append(Rule(condition, column.name, reason, text, is_private))

    if undecodable and raw != "null":
        rule(f"contains({text}, chr(65533))", "undecodable_character")
    stamp = column.from_timestamp
    if stamp and plan.texts[stamp] != "null":
        plan.rules.append(
            Rule(
                f"t_{stamp} is not null and v_{stamp} is null",
                stamp,
                "invalid_timestamp",
                f"t_{stamp}",
            )
        )
    if column.required and column.default is None:
        reachable = raw != "null" or (stamp and plan.texts[stamp] != "null")
        if not reachable:
            plan.missing.append(column.name)
            rule("true", "missing_column")
        else:
            stamped = f" and t_{stamp} is null" if stamp else ""
            rule(f"{text} is null{stamped}", "missing_value")
    if raw == "null" and not stamp:
        return
    if column.type in INVALID:
        rule(f"{text} is not null and {value} is null", INVALID[column.type])
    _add_range_rules(plan, contract, column, limits, rule)


def _add_range_rules(  # type: ignore[no-untyped-def]
    plan: Plan, contract: Contract, column: Column, limits: Limits, rule
) -> None:
    value = f"v_{column.name}"
    if column.type == "money":
        rule(_loses_decimals(plan, column), "too_many_decimals")
    if column.min is not None:
        reason = "negative_amount" if column.min == 0 else "below_minimum"
        rule(f"{value} < {column.min}", reason)
    if column.max is not None:
        rule(f"{value} > {column.max}", "above_maximum")
    if column.allowed is not None:
        allowed = ", ".join(literal(code) for code in column.allowed)
        rule(f"{value} not in ({allowed})", "unknown_code")
    if column.type == "string":
        rule(f"length({value}) > {LONGEST_TEXT}", "text_too_long")
    if column.type in ("date", "timestamp", "month"):
        if column.name == contract.business_date:
            rule(f"{value} < {literal(limits.first_business_date)}", "date_too_early")
        if not column.allow_future:
            rule(f"{value}::date > {literal(limits.last_business_date)}", "future_date")
    if column.not_before:
        rule(f"{value} < v_{column.not_before}", f"before_{column.not_before}")


def _loses_decimals(plan: Plan, column: Column) -> str:
    """SQL for a text that the cast to money would round; a cast alone rounds silently.

    The text is measured first, because casting twice would cost five times as much; digits after
    the sixth decimal are the noise of binary numbers (127.07000000000001).
    """
    text, value = f"t_{column.name}", f"v_{column.name}"
    if column.name in plan.in_fen:
        return f"{value} != {value}::{column.sql_type}"
    return (
        f"(strpos({text}, '.') > 0 and "
        f"length(rtrim({text}, '0')) - strpos({text}, '.') > {column.scale} and "
        f"try_cast(replace({text}, ',', '') as decimal(24, 6)) != {value}) "
        f"or strpos(lower({text}), 'e') > 0"
    )


def checked_sql(plan: Plan, contract: Contract, fields: list[str]) -> str:
    """The statement that makes ``checked`` from ``delivered`` and its text columns ``fields``."""
    stamps_first = sorted(contract.columns.values(), key=lambda column: column.type != "timestamp")
    texts = ",\n    ".join(f"{sql} as t_{name}" for name, sql in plan.texts.items())
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
with texts as (select line, {texts} from delivered where not ({blank})),
typed as (select *, {typed} from texts),
judged as (select *, case {cases} end as problem from typed)
select line, problem, case problem {shown} end as problem_value, {landed} from judged
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
