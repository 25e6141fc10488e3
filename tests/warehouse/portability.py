"""What PORTABLE SQL refuses: constructs that only one of DuckDB and Spark runs, or runs alike.

The list is the project's own; a construct enters it when the engines were seen to differ on it.
"""

from __future__ import annotations

import re

from sqlglot import exp, parse
from sqlglot.errors import SqlglotError

# Functions that one of the engines lacks or reads otherwise; the portable way beside each.
FUNCTIONS = {
    "list": "array_agg", "arg_max": "max_by", "arg_min": "min_by", "strftime": "a macro",
    "strptime": "a macro", "epoch": "a macro", "unnest": "a macro", "explode": "a macro",
    "generate_series": "a macro", "approx_quantile": "a macro", "sha256": "a macro",
    "hash": "md5", "xxhash64": "md5", "log": "ln or log10", "ifnull": "coalesce",
    "nvl": "coalesce", "regexp_matches": "a macro", "list_transform": "a macro",
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
    r",\s*(from|\))": "no trailing comma",
}
QUOTED = re.compile(r'"[a-z_0-9]+"(\."[a-z_0-9]+")*')


def refusals(sql: str) -> list[str]:
    """Why the compiled query is not portable; empty when it is."""
    plain = QUOTED.sub(lambda found: found[0].replace('"', ""), sql)  # dbt quotes its relations
    bare = re.sub(r"--[^\n]*|'[^']*'", "''", plain)
    found = [
        f"{pattern}: use {cure}"
        for pattern, cure in PATTERNS.items()
        if re.search(pattern, bare, re.IGNORECASE)
    ]
    found += [
        f"{name}(): use {cure}"
        for name, cure in FUNCTIONS.items()
        if re.search(rf"(?<![\w.]){name}\s*\(", bare, re.IGNORECASE)
    ]
    for dialect in ("duckdb", "spark"):
        try:
            trees = parse(plain, dialect=dialect)
        except SqlglotError as error:
            found.append(f"{dialect} cannot parse it: {str(error).splitlines()[0]}")
            continue
        if any(isinstance(tree, exp.Command) for tree in trees):
            found.append(f"{dialect} does not know it")
    return found
