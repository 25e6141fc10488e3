"""Which tags are evaluated on which day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dagster_project.lib.decisions.tags.declaration import CheckedTag, Tag
from dagster_project.lib.decisions.tags.rules import Rule
from dagster_project.lib.decisions.tags.schedule import Standing, plan
from dagster_project.lib.deliveries.messages import Bilingual
from tests.decisions.tags.conftest import DAY, tag

RULE = Rule("customer_payment_profile.payments >= 3", ("customer_payment_profile",))


def _checked(**changes: object) -> CheckedTag:
    return CheckedTag(Tag.model_validate(tag("loyal", RULE.sql, **changes)), RULE, "own.yaml:2")


def _known(days_ago: int, first_days_ago: int = 100, digest: str = RULE.digest) -> Standing:
    first, last = (DAY - timedelta(days=days) for days in (first_days_ago, days_ago))
    return Standing(first, last, first, digest)


@pytest.mark.parametrize(
    ("refresh", "days_ago", "is_evaluated"),
    [("daily", 1, True), ("weekly", 1, False), ("weekly", 6, False), ("weekly", 7, True)],
)
def test_a_tag_is_evaluated_when_its_turn_has_come(
    refresh: str, days_ago: int, is_evaluated: bool
) -> None:
    found = plan(_checked(refresh=refresh), _known(days_ago), DAY, {"payments"}, {})
    assert found.is_evaluated is is_evaluated
    assert (found.standing.evaluated_on == DAY) is is_evaluated


@pytest.mark.parametrize("days_ago", [0, -3])
def test_a_day_that_is_run_again_has_its_turn_again(days_ago: int) -> None:
    assert plan(_checked(refresh="weekly"), _known(days_ago), DAY, {"payments"}, {}).is_evaluated


def test_a_changed_rule_is_evaluated_at_once_and_again_on_the_same_day() -> None:
    changed = plan(_checked(refresh="weekly"), _known(1, digest="old"), DAY, {"payments"}, {})
    assert changed.is_evaluated
    assert changed.is_rule_new
    assert changed.standing.rule_since == DAY
    again = plan(_checked(refresh="weekly"), changed.standing, DAY, {"payments"}, {})
    assert again.is_rule_new
    later = plan(_checked(), changed.standing, DAY + timedelta(days=1), {"payments"}, {})
    assert not later.is_rule_new


@pytest.mark.parametrize("earlier", [Standing(), _known(0, first_days_ago=0)])
def test_the_first_evaluation_is_the_first_however_often_it_is_run(earlier: Standing) -> None:
    found = plan(_checked(), earlier, DAY, {"payments"}, {})
    assert found.is_first
    assert not found.is_rule_new
    assert found.standing.first_evaluated_on == DAY


def test_a_source_that_was_not_delivered_is_named() -> None:
    found = plan(_checked(needs=["bills", "payments"]), _known(9), DAY, {"payments"}, {})
    assert not found.is_evaluated
    assert found.standing == _known(9)
    assert found.note == Bilingual("not evaluated: bills not delivered", "未评估：未交付 bills")


def test_an_empty_table_of_a_model_is_a_reason_not_to_evaluate() -> None:
    why = Bilingual("not evaluated", "未评估")
    empty = {"customer_payment_profile": why}
    assert plan(_checked(), Standing(), DAY, {"payments"}, empty).note == why


def test_days_before_the_first_know_nothing() -> None:
    known = Standing(date(2026, 1, 1), date(2026, 1, 5), date(2026, 1, 1), RULE.digest)
    assert plan(_checked(), known, DAY, {"payments"}, {}).is_first
