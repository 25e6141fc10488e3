"""Declared rules: read strictly, and compiled with bound values over known columns only."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from dagster_project.lib.decisions.service.declared import (
    FOLDER,
    Bound,
    ComplaintTerms,
    Declared,
    Followups,
    Prepayment,
    Rule,
    ServiceDeclarationError,
    SmallEnterprise,
    Words,
    load,
)
from dagster_project.lib.decisions.service.rules import Compiler

FILES: list[tuple[type[Declared], str]] = [
    (ComplaintTerms, "complaint_terms.yaml"),
    (Followups, "followups.yaml"),
    (Prepayment, "prepayment.yaml"),
    (SmallEnterprise, "small_enterprise.yaml"),
]


@pytest.mark.parametrize(("kind", "name"), FILES)
def test_what_is_declared_can_be_read(kind: type[Declared], name: str) -> None:
    load(kind, FOLDER / name)


@pytest.mark.parametrize(
    ("old", "new", "line", "value"),
    [
        ("days: 7", "days: -7", "advance.0.days", "-7"),
        ("usage_quantile: 0.9", "usage_quantile: 9", "usage_quantile", "9"),
        ("least_gaps: 3", "least_gap: 3", "least_gaps", "least_gap"),
        ("p_pay_28: {at_least: 0.8}", "p_pay_28: {least: 0.8}", "p_pay_28", "least"),
    ],
)
def test_a_mistake_names_file_line_value_and_cure(
    tmp_path: Path, old: str, new: str, line: str, value: str
) -> None:
    text = (FOLDER / "prepayment.yaml").read_text(encoding="utf-8").replace(old, new, 1)
    path = tmp_path / "prepayment.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ServiceDeclarationError) as error:
        load(Prepayment, path)
    said = str(error.value)
    assert line in said
    assert value in said
    assert "Correct it there" in said
    assert "请更正" in said
    if old != "least_gaps: 3":  # a key that is missing has no line
        number = text[: text.index(new)].count("\n") + 1
        assert f"prepayment.yaml, line {number}:" in said


def test_text_that_is_no_yaml_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "followups.yaml"
    path.write_text("a: 1\nb: [\n", encoding="utf-8")
    with pytest.raises(ServiceDeclarationError, match="line 3"):
        load(Followups, path)


def _rule(code: str, **when: Bound) -> Rule:
    words = Words(en=f"{code}: {{x}} and {{y}}", zh=code)
    return Rule(code=code, title=words, when=when, reason=words)


def _value(sql: str, values: dict, x: object, y: object) -> object:
    with duckdb.connect() as connection:
        [row] = connection.execute(
            f"select {sql} from (select $x::double as x, $y::double as y)",
            values | {"x": x, "y": y},
        ).fetchall()
    return row[0]


RULES = [
    _rule("both", x=Bound(at_least=2), y=Bound(at_most=1)),
    _rule("large", x=Bound(at_least=2)),
    _rule("rest"),
]


@pytest.mark.parametrize(
    ("x", "y", "code"), [(2, 1, "both"), (2, 1.5, "large"), (2, None, "large"), (None, 0, "rest")]
)
def test_the_first_rule_that_holds_decides_and_a_missing_value_keeps_no_bound(
    x: float | None, y: float | None, code: str
) -> None:
    compiler = Compiler(Path("rules.yaml"), {"x", "y"})
    sql = compiler.first(RULES, lambda rule: rule.code)
    assert _value(sql, compiler.values, x, y) == code


def test_a_sentence_holds_the_values_of_the_row() -> None:
    compiler = Compiler(Path("rules.yaml"), {"x", "y"})
    sql = compiler.sentence(RULES, lambda rule: rule.reason.en)
    assert _value(sql, compiler.values, 3, 2) == "large: 3.0 and 2.0"


def test_all_rules_that_hold_are_listed_once() -> None:
    compiler = Compiler(Path("rules.yaml"), {"x", "y"})
    rules = [*RULES[:2], RULES[1]]
    sql = compiler.every(rules, lambda rule: rule.code, "; ")
    assert _value(sql, compiler.values, 3, 1) == "both; large"
    assert _value(sql, compiler.values, 1, 1) == ""


def test_an_unknown_column_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text("services:\n  - when: {x_1: {at_least: 2}}\n", encoding="utf-8")
    with pytest.raises(ServiceDeclarationError, match="line 2: column is 'x_1'"):
        Compiler(path, {"x", "y"}).condition(_rule("a", x_1=Bound(at_least=2)))


def test_a_quote_in_a_text_is_text() -> None:
    compiler = Compiler(Path("rules.yaml"), {"x"})
    rule = Rule(code="a", title=Words(en="it's; drop", zh="甲"))
    sql = compiler.first([rule], lambda found: found.title.en)
    assert "drop" not in sql
    assert _value(sql, compiler.values, 1, 1) == "it's; drop"
