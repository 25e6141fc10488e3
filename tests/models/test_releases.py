"""A candidate becomes the release, or leaves the last one as it is."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dagster_project.lib.models import releases
from dagster_project.lib.models.code import models_fingerprint
from dagster_project.lib.models.releases import NotPromotedError, book_fit, refit_is_due
from tests.models.fake_family import DAY, NAME, PROMISES, SCORES, FakeFamily

NEXT = DAY + timedelta(days=1)


def _released(family: FakeFamily) -> list[tuple[object, ...]]:
    return family.rows("select release_id, value from fake_release")


def _release_id(day: date = DAY) -> str:
    return f"{day}-0-{models_fingerprint()[:6]}"


def test_a_promoted_candidate_becomes_the_release_and_scores(family: FakeFamily) -> None:
    family.fit()
    assert family.release() == 1
    assert _released(family) == [(_release_id(), 1.0)]
    assert family.score()[SCORES][0] == 1
    assert family.rows(f"from {SCORES}") == [(_release_id(), 7, 1.0)]


def test_a_newer_promoted_candidate_replaces_the_release(family: FakeFamily) -> None:
    family.fit()
    family.release()
    family.mean = 2.0
    family.fit(NEXT)
    family.release()
    assert _released(family) == [(_release_id(NEXT), 2.0)]


def test_a_rejected_candidate_leaves_the_last_good_release_and_its_scores(
    family: FakeFamily,
) -> None:
    family.fit()
    family.release()
    family.mean, family.decision = 2.0, "rejected"
    family.fit(NEXT)
    with pytest.raises(NotPromotedError, match=r"was rejected: it is rejected.*\n.*未通过：理由"):
        family.release()
    family.score(NEXT)
    assert _released(family) == [(_release_id(), 1.0)]
    assert family.rows(f"from {SCORES}") == [(_release_id(), 7, 1.0)]


def test_a_rejected_first_candidate_is_no_release(family: FakeFamily) -> None:
    family.decision = "rejected"
    family.fit()
    with pytest.raises(NotPromotedError):
        family.release()
    assert family.score()[SCORES][0] == 0


def test_a_refusal_without_a_release_gives_empty_tables_with_the_reason(
    family: FakeFamily,
) -> None:
    family.decision = "refused"
    family.fit()
    assert family.release() == 0
    for table, (rows, result) in family.score().items():
        assert rows == 0
        assert "no fake model has been released (尚无已发布的模型：假)" in result.empty_because
        assert family.rows(f"select count(*) from {table}") == [(0,)]
    [(decision, english, chinese)] = family.rows(
        "select decision, reason_en, reason_zh from fake_validations"
    )
    assert (decision, english, chinese) == (
        "refused", "too_few: two are needed", "too_few：至少需要2个"
    )  # fmt: skip


def test_a_refusal_leaves_an_earlier_release_in_force(family: FakeFamily) -> None:
    family.fit()
    family.release()
    family.decision = "refused"
    family.fit(NEXT)
    assert family.release() == 1
    assert _released(family) == [(_release_id(), 1.0)]
    assert family.score(NEXT)[SCORES][0] == 1


def test_scoring_before_any_fit_gives_empty_tables(family: FakeFamily) -> None:
    assert {rows for rows, _ in family.score().values()} == {0}
    assert family.rows(f"select count(*) from {PROMISES}") == [(0,)]


@pytest.mark.parametrize(
    ("days", "is_due"), [(0, False), (6, False), (7, True), (30, True), (-1, True)]
)
def test_a_refit_is_due_after_a_week_or_when_the_clock_went_back(
    family: FakeFamily, days: int, is_due: bool
) -> None:
    book_fit(family.settings, NAME, DAY, 1)
    assert refit_is_due(family.settings, NAME, DAY + timedelta(days=days)) is is_due


def test_a_refit_is_due_before_any_and_after_other_code(
    family: FakeFamily, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert refit_is_due(family.settings, NAME, DAY)
    book_fit(family.settings, NAME, DAY, 1)
    assert refit_is_due(family.settings, "another", DAY)
    assert not refit_is_due(family.settings, NAME, DAY)
    monkeypatch.setattr(releases, "models_fingerprint", lambda: "0" * 16)
    assert refit_is_due(family.settings, NAME, DAY)


@pytest.mark.parametrize("decision", ["promoted", "rejected", "refused"])
def test_a_fit_is_booked_whatever_became_of_it(family: FakeFamily, decision: str) -> None:
    family.decision = decision
    family.fit()
    assert not refit_is_due(family.settings, NAME, NEXT)


def test_a_release_that_this_code_cannot_read_scores_nothing_and_says_so(
    family: FakeFamily,
) -> None:
    family.fit()
    family.release()
    family.score()
    family.write("update fake_release set name = 'median', release_id = '2025-11-01-0-0ther1'")
    for table, (rows, result) in family.score().items():
        assert rows == 0, table
        assert "2025-11-01-0-0ther1 was written by other code" in result.empty_because
        assert "已无法读取" in result.empty_because


def test_a_release_of_this_code_that_cannot_be_read_is_a_failure(family: FakeFamily) -> None:
    family.fit()
    family.release()
    family.write("update fake_release set name = 'median'")
    with pytest.raises(KeyError, match="mean"):
        family.score()
