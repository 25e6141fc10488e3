"""The language of rules: conditions over columns of customers, parsed, never pasted.

A small part of SQL: what is not named here is refused, so a rule can neither read another table
nor run anything. How kinds go together is in ``kinds``.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from dagster_project.lib.decisions.tags.kinds import CONDITION, kind_of
from dagster_project.lib.decisions.tags.readable import Columns
from dagster_project.lib.decisions.tags.sentences import TagFault

TODAY = "today"  # relation of one row that holds the declared day
DAY = "as_of"  # how a rule names the declared day


@dataclass(frozen=True)
class Rule:
    """A checked rule: ``sql`` is a boolean over the tables, null where nothing is known."""

    sql: str
    tables: tuple[str, ...]

    @property
    def digest(self) -> str:
        """Changes with what the rule says, not with how it is laid out."""
        return hashlib.sha256(self.sql.encode()).hexdigest()[:12]


def parse_rule(text: str, columns: Columns) -> Rule:
    """Check a rule against the columns there are.

    A quotient whose divisor is zero is null: DuckDB would give infinity, which is above any
    threshold.

    Raises:
        TagFault: it is no condition, or names something that is not there.
    """
    tree = _tree(text)
    if kind_of(tree, columns) != CONDITION:
        raise TagFault("not_a_condition", "rule", text)
    tables = sorted({column.table for column in tree.find_all(exp.Column) if column.table})
    return Rule(_for_engine(tree).sql(dialect="duckdb"), tuple(tables))


def _tree(text: str) -> exp.Expression:
    try:
        statements = sqlglot.parse(text, dialect="duckdb")
    except SqlglotError as error:
        detail = str(error).splitlines()[0].rstrip(".")
        raise TagFault("not_a_rule", "rule", text, detail=detail) from error
    if len(statements) != 1 or not isinstance(statements[0], exp.Expression):
        raise TagFault("not_a_rule", "rule", text, detail=f"{len(statements)} statements")
    return statements[0]


def _for_engine(tree: exp.Expression) -> exp.Expression:
    """The day as a column, divisors that are null instead of zero, no comment."""
    result = tree.copy()
    for node in result.walk():
        node.comments = None
    for column in list(result.find_all(exp.Column)):
        if not column.table:
            column.replace(exp.column(DAY, table=TODAY))
    for quotient in list(result.find_all(exp.Div)):
        divisor = exp.paren(quotient.expression.copy())
        quotient.set("expression", exp.Nullif(this=divisor, expression=exp.Literal.number(0)))
    return result
