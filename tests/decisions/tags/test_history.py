"""Who holds a tag since when, and what is kept of gains and losses."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.decisions.tags.conftest import DAY, World, paid, tag

LOYAL = "customer_payment_profile.payments >= 3"


def _after(days: int) -> date:
    return DAY + timedelta(days=days)


def test_the_first_holders_are_no_changes(world: World) -> None:
    world.facts(paid(c1=3, c2=2))
    world.day(DAY)
    assert world.held() == {(1, "loyal"): (DAY, _after(30))}
    assert world.changes() == []


def test_gains_and_losses_are_booked_with_their_day_and_reason(world: World) -> None:
    world.facts(paid(c1=3, c2=2))
    world.day(DAY)
    world.facts(paid(c1=1, c2=4))
    world.day(_after(1))
    assert world.held() == {(2, "loyal"): (_after(1), _after(31))}
    assert world.changes() == [
        (1, "loyal", "lost", _after(1), "rule_not_met"),
        (2, "loyal", "gained", _after(1), "rule_met"),
    ]


def test_who_is_no_longer_known_loses_its_tags(world: World) -> None:
    world.facts(paid(c1=3, c2=3))
    world.day(DAY)
    world.facts(paid(c2=3))
    world.day(_after(1))
    assert world.changes() == [(1, "loyal", "lost", _after(1), "rule_not_met")]


def test_what_is_not_known_of_a_customer_is_not_held(world: World) -> None:
    world.facts({"customer_standing": [{"customer_id": 1}]})
    world.day(DAY)
    assert world.held() == {}
    assert world.query("select customers, note_en from decided.tag_catalogue") == [
        (0, "evaluated; no customer meets the rule")
    ]


def test_a_tag_is_renewed_when_its_validity_ends_and_the_rule_holds(world: World) -> None:
    world.facts(paid(c1=3))
    for days in (0, 1, 29, 30):
        world.day(_after(days))
    assert world.held() == {(1, "loyal"): (DAY, _after(60))}
    assert world.changes() == []


def test_a_weekly_tag_is_renewed_before_its_next_turn(world: World) -> None:
    world.declare(tag("loyal", LOYAL, refresh="weekly", validity_days=10))
    world.facts(paid(c1=3))
    for days in range(30):
        world.day(_after(days))
        assert world.held()[(1, "loyal")][1] >= _after(days)


def test_without_deliveries_a_tag_is_held_until_it_expires(world: World) -> None:
    world.facts(paid(c1=3))
    world.day(DAY)
    world.delivered("bills")
    world.day(_after(30))
    assert list(world.held()) == [(1, "loyal")]
    world.day(_after(31))
    assert world.held() == {}
    assert world.changes() == [(1, "loyal", "lost", _after(31), "expired")]


def test_a_new_rule_says_so_in_the_history(world: World) -> None:
    world.facts(paid(c1=3, c2=2))
    world.day(DAY)
    world.declare(tag("loyal", "customer_payment_profile.payments = 2"))
    for _ in range(2):
        world.day(_after(1))
        assert world.changes() == [
            (1, "loyal", "lost", _after(1), "rule_changed"),
            (2, "loyal", "gained", _after(1), "rule_changed"),
        ]


def test_a_withdrawn_tag_is_lost_and_stays_in_the_catalogue(world: World) -> None:
    world.facts(paid(c1=3))
    world.day(DAY)
    world.declare(tag("other", LOYAL))
    for days in (1, 2):
        world.day(_after(days))
        assert list(world.held()) == [(1, "other")]
        assert world.changes() == [(1, "loyal", "lost", _after(1), "withdrawn")]
        assert world.query(
            "select tag_code, withdrawn_on, customers from decided.tag_catalogue order by all"
        ) == [("loyal", _after(1), 0), ("other", None, 1)]


def test_an_added_tag_leaves_the_others_alone(world: World) -> None:
    world.facts(paid(c1=3))
    world.day(DAY)
    world.declare(tag("first", "customer_payment_profile.payments >= 1"), tag("loyal", LOYAL))
    world.day(_after(1))
    assert {key[1]: since for key, (since, _) in world.held().items()} == {
        "first": _after(1), "loyal": DAY
    }  # fmt: skip


def test_the_catalogue_counts_the_holders_and_the_month(world: World) -> None:
    world.facts(paid(c1=3, c2=3, c3=1))
    world.day(DAY)
    world.facts(paid(c1=3, c2=1, c3=3))
    world.day(_after(1))
    counted = (
        "select customers, known_customers, gained_this_month, lost_this_month "
        "from decided.tag_catalogue"
    )
    assert world.query(counted) == [(2, 3, 1, 1)]
    world.day(_after(31))
    assert world.query(counted) == [(2, 3, 0, 0)]


def test_an_earlier_day_run_again_takes_the_later_ones_back(
    make_world: Callable[[str], World],
) -> None:
    facts = [paid(c1=3, c2=1), paid(c1=1, c2=3), paid(c1=3, c2=3)]
    straight, back = make_world("straight"), make_world("back")
    for world, days in ((straight, (0, 1)), (back, (0, 1, 2, 1))):
        world.declare(tag("loyal", LOYAL))
        for number in days:
            world.facts(facts[number])
            world.day(_after(number))
    assert back.books()[:2] == straight.books()[:2]


payments = st.dictionaries(st.sampled_from(["c1", "c2", "c3"]), st.integers(1, 4), min_size=1)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(payments, st.integers(1, 9)), min_size=1, max_size=4))
def test_days_run_twice_leave_the_books_of_days_run_once(
    days: list[tuple[dict[str, int], int]],
) -> None:
    books = []
    for times in (1, 2):
        with tempfile.TemporaryDirectory() as folder:
            world, day = World(Path(folder)), DAY
            world.declare(
                tag("loyal", LOYAL, validity_days=7),
                tag("steady", LOYAL, refresh="weekly", validity_days=8),
            )
            for known, gap in days:
                world.facts(paid(**known))
                for _ in range(times):
                    world.day(day)
                day += timedelta(days=gap)
            books.append(world.books())
    assert books[0] == books[1]


@settings(max_examples=15, deadline=None)
@given(st.lists(payments, min_size=1, max_size=5))
def test_the_holders_are_those_before_and_gained_less_those_lost(
    days: list[dict[str, int]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        world.declare(tag("loyal", LOYAL))
        for number, known in enumerate(days):
            world.facts(paid(**known))
            world.day(_after(number))
            meets = {int(name[1:]) for name, count in known.items() if count >= 3}
            assert {customer for customer, _ in world.held()} == meets
        first = {int(name[1:]) for name, count in days[0].items() if count >= 3}
        for change in world.changes():
            first = first | {change[0]} if change[2] == "gained" else first
        assert meets <= first
