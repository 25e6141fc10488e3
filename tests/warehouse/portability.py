"""What PORTABLE SQL refuses: constructs that only one of DuckDB and Spark runs, or runs alike.

The list is the project's own; a construct enters it when the engines were seen to differ on it.
What needs the parsed query (orders, divisions, nulls) is in ``silent_differences``.
"""

from __future__ import annotations

import re

from sqlglot import exp, parse
from sqlglot.errors import SqlglotError

from tests.warehouse.silent_differences import silent_differences

# Functions that one of the engines lacks or reads otherwise; the portable way beside each.
FUNCTIONS = {
    "list": "array_agg", "arg_max": "max_by", "arg_min": "min_by", "strftime": "a macro",
    "strptime": "a macro", "date_format": "a macro", "to_timestamp": "a macro",
    "epoch": "a macro", "unix_timestamp": "a macro", "unnest": "a macro", "explode": "a macro",
    "generate_series": "a macro", "sequence": "a macro", "approx_quantile": "a macro",
    "approx_percentile": "a macro", "sha256": "a macro", "sha2": "a macro",
    "hash": "md5", "xxhash64": "md5", "log": "ln or log10", "ifnull": "coalesce",
    "nvl": "coalesce", "regexp_matches": "a macro", "regexp_replace": "a macro",
    "list_transform": "a macro", "transform": "a macro", "string_agg": "dbt.listagg",
    "collect_list": "array_agg", "skewness": "sums of powers", "kurtosis": "sums of powers",
    "read_parquet": "a source", "read_csv": "a source",
}  # fmt: skip
PATTERNS = {
    r"\bexclude\s*\(": "list the columns",
    r"(?<!:)//": "floor(a / b)",
    r"\basof\s+join\b": "a range join",
    r"\bunion\s+(all\s+)?by\s+name\b": "list the columns",
    r"\btablesample\b|\busing\s+sample\b": "a hash filter",
    r"\bignore\s+nulls\b": "a filter",
    r"->>": "typed columns at landing",
    r"\bat\s+time\s+zone\b|\btimestamptz\b": "local time without a zone",
    r"::\s*(varchar|text)\b|\bas\s+(varchar|text)\s*\)": "string",
    r"::\s*(float|real)\b|\bas\s+(float|real)\s*\)": "double",
    r"\brlike\b": "a macro",
    r",\s*(from\b|\))": "no trailing comma",
}
# dbt's macros render these for the engine that they compile for, so a model never writes them.
DISPATCHED = {
    r"\b(date_diff|datediff)\s*\(": "dbt.datediff",
    r"\b(date_trunc|trunc)\s*\(": "month_of or dbt.date_trunc",
    r"\b(dayofweek|weekday|isodow)\s*\(": "is_weekend",
    r"\blast_day\s*\(": "last_day_of_month",
    r"\b(date_add|date_sub|dateadd|timestampadd)\s*\(|\binterval\b": "dbt.dateadd, cast to date",
    r"\"": "names without quotes",
    r"\\": "no backslash in a literal",
}
QUOTED = re.compile(r'"[a-z_0-9]+"(\."[a-z_0-9]+")*')
JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
HOOK = re.compile(r'"\{\{.*?\}\}"')  # Jinja within Jinja
COMMENT = re.compile(r"--[^\n]*")


def refusals(sql: str) -> list[str]:
    """Why the compiled query is not portable; empty when it is."""
    plain = QUOTED.sub(lambda found: found[0].replace('"', ""), sql)  # dbt quotes its relations
    bare = re.sub(r"--[^\n]*|'[^']*'", "''", plain)
    found = _matches(PATTERNS, bare)
    found += [
        f"{name}(): use {cure}"
        for name, cure in FUNCTIONS.items()
        if re.search(rf"(?<![\w.]){name}\s*\(", bare, re.IGNORECASE)
    ]
    trees: dict[str, list[exp.Expr]] = {}
    for dialect in ("duckdb", "spark"):
        try:
            trees[dialect] = [tree for tree in parse(plain, dialect=dialect) if tree]
        except SqlglotError as error:
            found.append(f"{dialect} cannot parse it: {str(error).splitlines()[0]}")
            continue
        if any(isinstance(tree, exp.Command) for tree in trees[dialect]):
            found.append(f"{dialect} does not know it")
    if len(trees) == 2:
        found += silent_differences(trees["duckdb"], trees["spark"])
    return found


def refusals_as_written(raw: str) -> list[str]:
    """Why the text of a model, before dbt renders it, is not portable."""
    return _matches(DISPATCHED, COMMENT.sub("", JINJA.sub(" ", HOOK.sub("", raw))))


def _matches(patterns: dict[str, str], text: str) -> list[str]:
    return [
        f"{pattern}: use {cure}"
        for pattern, cure in patterns.items()
        if re.search(pattern, text, re.IGNORECASE)
    ]
