"""The language of rules: what it lets through, what it refuses and how it says so."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.lib.decisions.tags.readable import Columns
from dagster_project.lib.decisions.tags.rules import parse_rule
from dagster_project.lib.decisions.tags.sentences import TagFault

FACTS: Columns = {
    "a": {"n": "number", "m": "number", "t": "text", "d": "date", "b": "boolean"},
    "other": {"n": "number"},
}


def _holds(rule: str, **values: object) -> bool | None:
    """What DuckDB says of the rule for one customer."""
    known = {"n": None, "m": None, "t": None, "d": None, "b": None} | values
    parsed = parse_rule(rule, FACTS)
    sql = (
        "with a as (select $n::double as n, $m::double as m, $t::varchar as t, $d::date as d, "
        "$b::boolean as b), other as (select 1.0 as n), "
        "today as (select date '2025-12-31' as as_of) "
        f"select {parsed.sql} from a, other, today"
    )
    [(found,)] = duckdb.execute(sql, known).fetchall()
    return found  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("rule", "values", "holds"),
    [
        ("a.n >= 3", {"n": 3}, True),
        ("a.n between 1 and 3 and not a.b", {"n": 2, "b": False}, True),
        ("a.t in ('x', 'y') or a.b", {"t": "z", "b": True}, True),
        ("a.t is null", {}, True),
        ("a.b is true", {"b": False}, False),
        ("a.d >= as_of - 30", {"d": date(2025, 12, 1)}, True),
        ("as_of - a.d > 30", {"d": date(2025, 12, 1)}, False),
        ("coalesce(a.n, 0) = 0", {}, True),
        ("greatest(a.n, a.m) - least(a.n, a.m) = 2", {"n": 1, "m": 3}, True),
        ("a.n > 1", {}, None),
        ("a.n is distinct from a.m", {"n": 1}, True),
        ("-a.n < 0 and abs(a.n) = 1", {"n": 1}, True),
    ],
)
def test_a_rule_means_what_it_says(rule: str, values: dict[str, object], holds: bool) -> None:
    assert _holds(rule, **values) is holds


@pytest.mark.parametrize("rule", ["a.n / a.m >= 0.5", "a.n / (a.m - 2) / a.m > 1", "a.n / a.m = 1"])
def test_a_quotient_without_a_divisor_is_not_known(rule: str) -> None:
    assert _holds(rule, n=4, m=0) is None


@pytest.mark.parametrize(
    ("rule", "value", "said"),
    [
        ("unknown.n > 1", "unknown", "a, other"),
        ("a.nn > 1", "nn", "such as n"),
        ("main.a.n > 1", "main.a", "a table of customers"),
        ("n > 1", "n", "table.column"),
        ("a.n > 'x'", "'x'", "a number expected there, not a text"),
        ("a.t > 1", "1", "a text expected there, not a number"),
        ("a.n and a.b", "a.n", "a boolean expected"),
        ("a.d + a.d > as_of", "a.d", "a number expected there, not a date"),
        ("a.n + 1", "a.n + 1", "true or false"),
        ("a.n > (select max(n) from a)", "SELECT", "only comparisons"),
        ("a.n in (select n from other)", "SELECT", "only comparisons"),
        ("exists (select 1)", "EXISTS", "only comparisons"),
        ("sum(a.n) > 1", "SUM", "only comparisons"),
        ("read_csv('/etc/passwd') is null", "READ_CSV", "only comparisons"),
        ("a.n::varchar = '1'", "CAST", "only comparisons"),
        ("case when a.b then true end", "CASE", "only comparisons"),
        ("a.n > 1; drop table a", "a.n > 1; drop", "2 statements"),
        ("drop table a", "DROP", "only comparisons"),
        ("a.n >", "a.n >", "one condition expected"),
        ("a.n > (1", "a.n > (1", "one condition expected"),
        ("a.t like 'x%'", "LIKE", "only comparisons"),
        ("a.n = null", "NULL", "only comparisons"),
    ],
)
def test_what_is_no_rule_is_refused_with_value_and_cure(rule: str, value: str, said: str) -> None:
    with pytest.raises(TagFault) as caught:
        parse_rule(rule, FACTS)
    text = caught.value.text
    assert value in text.en
    assert said in text.en
    assert value in text.zh
    assert "请" in text.zh


numbers = st.sampled_from(["a.n", "a.m", "other.n", "1", "2.5", "(a.n + a.m)", "a.n / a.m"])
comparisons = st.builds(
    "{} {} {}".format, numbers, st.sampled_from([">=", "<", "=", "<>"]), numbers
)
conditions = st.recursive(
    comparisons,
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        st.builds("not {}".format, inner),
    ),
    max_leaves=6,
)


@given(conditions)
def test_a_rule_has_one_fingerprint_however_it_is_laid_out(rule: str) -> None:
    spread = rule.replace(" ", "\n    ").replace("and", "AND")
    assert parse_rule(spread, FACTS).digest == parse_rule(rule, FACTS).digest


@given(conditions, st.integers(-3, 3) | st.none(), st.integers(-3, 3) | st.none())
def test_a_rule_and_its_contrary_never_hold_together(
    rule: str, n: int | None, m: int | None
) -> None:
    holds, contrary = _holds(rule, n=n, m=m), _holds(f"not ({rule})", n=n, m=m)
    assert contrary is (None if holds is None else not holds)
