"""Queries that both engines run and answer differently: orders, nulls, divisions and means.

Nulls sort last on DuckDB and first on Spark; ``concat`` skips them or becomes null; a division by
zero is infinite or an error; and decimals divide, average and interpolate into other types.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlglot import exp

# Literals and lambdas that the engines write in other ways.
WRITTEN_OTHERWISE: dict[type[exp.Expr], str] = {
    exp.Array: "an array literal", exp.Bracket: "an element of an array", exp.Lambda: "a lambda",
    exp.Struct: "a struct literal", exp.Map: "a map literal",
}  # fmt: skip
MEANS = (exp.Avg, exp.Median, exp.PercentileCont, exp.Quantile)


def silent_differences(duckdb: Sequence[exp.Expr], spark: Sequence[exp.Expr]) -> list[str]:
    """What the two readings of one query say of its differences."""
    found = [f"{sql}: say nulls first or nulls last" for sql in _unsaid_nulls(duckdb, spark)]
    for tree in duckdb:
        found += [f"{_sql(node)}: {why}" for node, why in _differences(tree)]
    return found


def _unsaid_nulls(duckdb: Sequence[exp.Expr], spark: Sequence[exp.Expr]) -> Iterator[str]:
    """Orders in which the engines' own rules would put the nulls at different ends."""
    for left, right in zip(duckdb, spark, strict=True):
        pairs = zip(left.find_all(exp.Ordered), right.find_all(exp.Ordered), strict=True)
        for one, other in pairs:
            if bool(one.args.get("nulls_first")) != bool(other.args.get("nulls_first")):
                yield one.this.sql("duckdb")


def _differences(tree: exp.Expr) -> Iterator[tuple[exp.Expr, str]]:
    for node in tree.walk():
        if isinstance(node, exp.Div):
            if not (_is_double(node.this) or _is_double(node.expression)):
                yield node, "divide as double, then cast to the contract's type"
            if not _is_never_zero(node.expression):
                yield node, "divide by nullif(..., 0)"
        elif isinstance(node, MEANS) and not _is_double(node):
            yield node, "average as double, then cast to the contract's type"
        elif isinstance(node, exp.Concat):
            if not all(_is_never_null(part) for part in node.expressions):
                yield node, "coalesce what may be null"
        elif isinstance(node, exp.Window) and _needs_order(node):
            yield node, "a window function of rows needs an order"
        elif type(node) in WRITTEN_OTHERWISE:
            yield node, f"{WRITTEN_OTHERWISE[type(node)]} belongs into a macro"


def _is_double(node: exp.Expr) -> bool:
    return any(cast.to.is_type("double") for cast in node.find_all(exp.Cast))


def _is_never_zero(node: exp.Expr) -> bool:
    if isinstance(node, exp.Paren):
        return _is_never_zero(node.this)
    if isinstance(node, exp.Greatest):
        return any(_is_never_zero(part) for part in node.expressions)
    if isinstance(node, exp.Literal):
        return not node.is_string and float(node.this) != 0
    return isinstance(node, exp.Nullif)


def _is_never_null(node: exp.Expr) -> bool:
    if isinstance(node, exp.Case):
        branches = [branch.args["true"] for branch in node.args["ifs"]]
        return all(_is_never_null(part) for part in [*branches, node.args.get("default")])
    if isinstance(node, exp.Coalesce):
        return any(_is_never_null(part) for part in node.expressions)
    return isinstance(node, exp.Literal)


def _needs_order(node: exp.Window) -> bool:
    by_row = isinstance(node.this, exp.RowNumber | exp.Lag | exp.Lead | exp.FirstValue)
    return by_row and not node.args.get("order") and not node.args.get("alias")


def _sql(node: exp.Expr) -> str:
    return node.sql("duckdb")[:80]
