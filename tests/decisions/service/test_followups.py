"""Follow-ups: terms in working days, states, priorities, and what is owed at all."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from dagster_project.lib.decisions.service.followups import (
    FOUNDED,
    TABLE,
    decide_followups,
    unfounded_followups,
)
from dagster_project.lib.models.spec import Work

COMPLAIN = "insert into data_processing.int_complaints_attributed values (?, ?, ?, ?, ?, ?, ?)"
VISIT = "insert into data_processing.stg_landing__channel_visits values (?, 'app', ?, ?, ?, ?)"


def _complain(
    work: Work,
    received: str,
    *,
    number: int = 1,
    customer: int | None = 7,
    category: str = "service",
    answered: str | None = None,
    satisfied: bool | None = None,
) -> None:
    work.connection.execute(
        COMPLAIN, [number, customer, "unknown", category, received, answered, satisfied]
    )


def _followups(work: Work) -> list[dict[str, Any]]:
    return decide_followups(work).tables[TABLE].rows.to_pylist()  # type: ignore[union-attr]


def test_follow_ups_are_checked_against_complaints_and_channels(work: Work) -> None:
    _complain(work, "2025-12-29")
    made = decide_followups(work)
    assert made.checks[FOUNDED].passed
    rows = made.tables[TABLE].rows
    assert isinstance(rows, pa.Table)
    place = rows.schema.get_field_index("channel_code")
    strange = rows.set_column(place, "channel_code", pa.array(["pigeon_post"]))
    assert unfounded_followups(work, strange) == 1
    work.connection.execute("update data_processing.int_complaints_attributed set customer_id = 8")
    assert unfounded_followups(work, rows) == 1
    work.connection.execute("delete from data_processing.int_complaints_attributed")
    assert unfounded_followups(work, rows) == 1


@pytest.mark.parametrize(
    ("received", "deadline"),
    [
        ("2025-12-29", date(2026, 1, 6)),  # 1 to 3 January off, Sunday the 4th made up
        ("2025-12-31", date(2026, 1, 8)),
        ("2025-12-27", date(2026, 1, 5)),  # a Saturday: Monday counts as the first day
        ("2025-09-30", date(2025, 10, 14)),  # 1 to 8 October off, Saturday the 11th made up
    ],
)
def test_the_term_counts_working_days_made_up_ones_included(
    work: Work, received: str, deadline: date
) -> None:
    _complain(work, received)
    [found] = _followups(work)
    assert (found["working_days"], found["deadline_on"]) == (5, deadline)


def test_a_day_that_the_utility_declares_off_is_not_counted(work: Work) -> None:
    work.connection.execute(
        "insert into data_processing.calendar_overrides values ('2026-01-05', false)"
    )
    _complain(work, "2025-12-29")
    assert _followups(work)[0]["deadline_on"] == date(2026, 1, 7)


@pytest.mark.parametrize(
    ("received", "answered", "state", "left"),
    [
        ("2025-12-31", None, "open", 5),
        ("2025-12-24", None, "open", 0),  # the deadline is today
        ("2025-12-23", None, "overdue", -1),
        ("2025-12-23", "2025-12-30 17:00", "answered", None),
        ("2025-12-22", "2025-12-30 17:00", "answered_late", None),
        ("2025-12-30", "2026-01-02 10:00", "open", 4),  # not answered yet today
        ("2024-03-01", None, "overdue", -448),  # on the list however old
    ],
)
def test_the_state_is_that_of_today(
    work: Work, received: str, answered: str | None, state: str, left: int | None
) -> None:
    _complain(work, received, answered=answered)
    [found] = _followups(work)
    assert found["state"] == state
    if left != -448:
        assert found["working_days_left"] == left
    else:
        assert found["working_days_left"] < -400


def test_an_answer_that_did_not_satisfy_is_asked_about_again(work: Work) -> None:
    _complain(work, "2025-12-20", answered="2025-12-29 09:00", satisfied=False)
    again, first = sorted(_followups(work), key=lambda row: row["kind"], reverse=True)
    assert (first["kind"], first["state"]) == ("complaint", "answered_late")
    assert (again["kind"], again["asked_on"]) == ("dissatisfied", date(2025, 12, 29))
    assert again["deadline_on"] == date(2026, 1, 4)


def test_what_was_answered_long_ago_is_off_the_list(work: Work) -> None:
    _complain(work, "2025-11-01", answered="2025-11-20 09:00", satisfied=False)
    assert decide_followups(work).tables[TABLE].rows is None


def test_a_category_that_was_not_delivered_comes_from_the_text(work: Work) -> None:
    for number, said in ((1, "outage"), (2, "unclassified"), (3, None)):
        _complain(work, "2025-12-30", number=number, customer=number, category="other")
        if said:
            work.connection.execute(
                "insert into decided.complaint_classes values (?, 'd', ?, 'model', .8, null, 'c')",
                [number, said],
            )
    found = {row["complaint_id"]: row for row in _followups(work)}
    sources = {number: (row["category"], row["category_source"]) for number, row in found.items()}
    assert sources == {
        1: ("outage", "model"), 2: ("unclassified", "none"), 3: ("unclassified", "none"),
    }  # fmt: skip
    assert "类别不确定" in found[2]["reason_zh"]


def test_overdue_repeated_and_protected_callers_come_first(work: Work) -> None:
    work.connection.execute(
        "insert into data_processing.int_customers_versioned (customer_id, customer_type, "
        "is_elderly) values (9, 'resident', true)"
    )
    _complain(work, "2025-12-30", number=1, customer=1)
    _complain(work, "2025-12-01", number=2, customer=2)
    _complain(work, "2025-12-30", number=3, customer=9, category="grid_construction")
    _complain(work, "2025-12-30", number=4, customer=4)
    _complain(work, "2025-12-29", number=5, customer=4, answered="2025-12-29 12:00")
    priority = {row["complaint_id"]: row["priority"] for row in _followups(work)}
    assert priority == {1: 2, 2: 1, 3: 2, 4: 1, 5: 1}


def test_a_caller_who_gave_no_number_is_answered_too(work: Work) -> None:
    _complain(work, "2025-12-30", number=1, customer=None)
    _complain(work, "2025-12-30", number=2, customer=None)
    assert [row["priority"] for row in _followups(work)] == [2, 2]  # not one caller's second


def _visit(work: Work, day: str, step: str = "payment_started") -> None:
    work.connection.execute(VISIT, [7, day, f"{day} 10:00", step, day])


def test_broken_off_payments_are_followed_up_unless_one_succeeded_since(work: Work) -> None:
    _visit(work, "2025-12-29")
    assert decide_followups(work).tables[TABLE].rows is None  # one may be chance
    _visit(work, "2025-12-30")
    [found] = _followups(work)
    assert (found["kind"], found["received_on"]) == ("unmet_need", date(2025, 12, 30))
    work.connection.execute(
        "insert into data_processing.int_payments_matched values "
        "(7, '2025-12-30', '2025-12-30 10:05', 'success')"
    )
    assert decide_followups(work).tables[TABLE].rows is None


def test_without_complaints_and_visits_the_reason_is_said_in_both_languages(work: Work) -> None:
    empty = decide_followups(work).tables[TABLE]
    assert empty.rows is None
    assert "delivered" in empty.empty_because
    assert "未提供" in empty.empty_because
