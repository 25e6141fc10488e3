"""SQL over the texts for the landed value of a column; null where the text does not fit the type.

The text of contract column ``x`` is ``t_x``, its value ``v_x``.
"""

from __future__ import annotations

from dagster_project.lib.deliveries.contracts import Column
from dagster_project.lib.deliveries.layouts import Mapping
from dagster_project.lib.deliveries.validation.quoting import literal

TRUE_WORDS = ("true", "t", "1", "yes", "y", "是")
FALSE_WORDS = ("false", "f", "0", "no", "n", "否")
FORMATS = {
    "date": ["%Y-%m-%d"],
    "timestamp": ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
    "month": ["%Y-%m", "%Y%m"],
}
MINUS, SIGN = "minus", "sign"  # texts beside a column's own: what is taken off, and its sign


def typed(column: Column, mapping: Mapping | None) -> str:
    """SQL over the texts for the landed value."""
    text = f"t_{column.name}"
    formats = (mapping and mapping.formats) or FORMATS.get(column.type, [])
    parsed = f"try_strptime({text}, [{', '.join(literal(item) for item in formats)}])"
    match column.type:
        case "identifier":
            return _identifier(text)
        case "date":
            own = f"{parsed}::date"
            source = column.from_timestamp
            return f"coalesce({own}, v_{source}::date)" if source else own
        case "timestamp":
            return parsed
        case "month":
            return f"date_trunc('month', {parsed})::date"
        case "money" | "quantity":
            return _signed(column, mapping)
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


def _identifier(text: str) -> str:
    """A plain number is its own identifier; hashing costs more than the rest of the row."""
    number = f"try_cast({text} as bigint)"
    return (
        f"case when {number} >= 0 and {number}::varchar = {text} then {number} "
        f"else (md5_number_upper({text}) >> 1)::bigint end"
    )


def _signed(column: Column, mapping: Mapping | None) -> str:
    """The number, less another column, with the sign that a third one declares."""
    number = _number(f"t_{column.name}", column, mapping)
    if mapping and mapping.minus:
        other = f"t_{column.name}_{MINUS}"
        less = f"{number} - {_number(other, column, mapping)}"
        number = f"case when {other} is null then {number} else {less} end"
    if mapping and mapping.sign:
        kind = f"t_{column.name}_{SIGN}"
        groups = (mapping.sign.positive, mapping.sign.negative)
        plus, minus = (", ".join(map(literal, group)) for group in groups)
        number = (
            f"case when {kind} in ({plus}) then abs({number}) "
            f"when {kind} in ({minus}) then -abs({number}) end"
        )
    return number


def _number(text: str, column: Column, mapping: Mapping | None) -> str:
    plain = f"replace({text}, ',', '')"
    if mapping and mapping.unit == "fen":
        return f"(try_cast({plain} as decimal(24, 4)) * 0.01)"
    return f"try_cast({plain} as {column.sql_type})"


def _coded(column: Column, mapping: Mapping | None) -> str:
    text = f"t_{column.name}"
    if mapping and mapping.codes:
        cases = " ".join(
            f"when {literal(code)} then {literal(value)}" for code, value in mapping.codes.items()
        )
        text = f"case {text} {cases} else {text} end"
    return f"coalesce({text}, {literal(column.default)})" if column.default else text
