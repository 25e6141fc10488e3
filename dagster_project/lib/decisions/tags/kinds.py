"""What a rule may be made of, and which kinds of values go together.

DuckDB itself would compare a text with a number by a cast that fails on some row at night; here
such a rule is refused before anything is evaluated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import get_close_matches

from sqlglot import exp

from dagster_project.lib.decisions.tags.readable import Columns, Kind
from dagster_project.lib.decisions.tags.sentences import TagFault
from dagster_project.lib.deliveries.messages import Bilingual

CONDITION: Kind = "boolean"
DAY = "as_of"  # the one name without a table: the declared day
FUNCTIONS = (exp.Abs, exp.Coalesce, exp.Greatest, exp.Least)
COMPARISONS = (
    exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ,
)  # fmt: skip


def kind_of(node: exp.Expression, columns: Columns) -> Kind:
    """Kind of the value of an expression.

    Raises:
        TagFault: a part of it is not allowed, unknown, or of another kind than it has to be.
    """
    for types, judge in JUDGES:
        if isinstance(node, types):
            return judge(node, columns)
    raise _not_allowed(node)


def _inner(node: exp.Expression, columns: Columns) -> Kind:
    return kind_of(node.this, columns)


def _literal(node: exp.Expression, columns: Columns) -> Kind:
    return "text" if node.is_string else "number"


def _column(node: exp.Expression, columns: Columns) -> Kind:
    assert isinstance(node, exp.Column)
    table, name = node.table, node.name
    if not table and name == DAY:
        return "date"
    if not table:
        raise TagFault("bare_column", "rule", name)
    if node.args.get("db") or table not in columns:
        written = ".".join(part.name for part in node.parts[:-1])
        raise TagFault("unknown_table", "rule", written, known=", ".join(sorted(columns)))
    if name not in columns[table]:
        close = ", ".join(get_close_matches(name, columns[table], cutoff=0.5))
        near = Bilingual(f" such as {close}", f"，相近的有 {close}") if close else Bilingual("", "")
        raise TagFault("unknown_column", "rule", name, table=table, near=near)
    return columns[table][name]


def _logic(node: exp.Expression, columns: Columns) -> Kind:
    _alike(node.iter_expressions(), columns, CONDITION)
    return CONDITION


def _comparison(node: exp.Expression, columns: Columns) -> Kind:
    _alike(node.iter_expressions(), columns)
    return CONDITION


def _membership(node: exp.Expression, columns: Columns) -> Kind:
    listed = node.expressions
    if not listed or node.args.get("query") or not all(map(_is_constant, listed)):
        raise _not_allowed(node)
    _alike([node.this, *listed], columns)
    return CONDITION


def _is(node: exp.Expression, columns: Columns) -> Kind:
    kind = kind_of(node.this, columns)
    if isinstance(node.expression, exp.Boolean):
        _expect(node.this, kind, CONDITION)
    elif not isinstance(node.expression, exp.Null):
        raise _not_allowed(node)
    return CONDITION


def _sum(node: exp.Expression, columns: Columns) -> Kind:
    """Numbers; or a day and days, and the days between two days."""
    left, right = (kind_of(side, columns) for side in (node.this, node.expression))
    if left == "date":
        if right == "date" and isinstance(node, exp.Sub):
            return "number"
        _expect(node.expression, right, "number")
        return "date"
    _expect(node.this, left, "number")
    _expect(node.expression, right, "number")
    return "number"


def _number(node: exp.Expression, columns: Columns) -> Kind:
    _alike(node.iter_expressions(), columns, "number")
    return "number"


def _any_of(node: exp.Expression, columns: Columns) -> Kind:
    return _alike(node.iter_expressions(), columns)


def _alike(nodes: Iterable[exp.Expression], columns: Columns, wanted: Kind | None = None) -> Kind:
    """The one kind of all nodes."""
    for node in nodes:
        given = kind_of(node, columns)
        wanted = wanted or given
        _expect(node, given, wanted)
    assert wanted
    return wanted


def _expect(node: exp.Expression, given: Kind, wanted: Kind) -> None:
    if given != wanted:
        text = node.sql(dialect="duckdb")
        raise TagFault("kinds_differ", "rule", text, wanted=wanted, given=given)


def _is_constant(node: exp.Expression) -> bool:
    return isinstance(node.this if isinstance(node, exp.Neg) else node, exp.Literal)


def _not_allowed(node: exp.Expression) -> TagFault:
    functions = ", ".join(sorted(function.__name__.lower() for function in FUNCTIONS))
    return TagFault("not_allowed", "rule", node.sql(dialect="duckdb"), functions=functions)


Judge = Callable[[exp.Expression, Columns], Kind]
JUDGES: tuple[tuple[type | tuple[type, ...], Judge], ...] = (
    (exp.Paren, _inner),
    (exp.Literal, _literal),
    (exp.Boolean, lambda node, columns: CONDITION),
    (exp.Column, _column),
    ((exp.And, exp.Or, exp.Not), _logic),
    ((*COMPARISONS, exp.Between), _comparison),
    (exp.In, _membership),
    (exp.Is, _is),
    ((exp.Add, exp.Sub), _sum),
    ((exp.Mul, exp.Div, exp.Neg, exp.Abs), _number),
    ((exp.Coalesce, exp.Greatest, exp.Least), _any_of),
)
