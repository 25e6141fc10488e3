"""What is kept of fits and of days, and that a failure leaves everything as it was."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from dagster_project.lib.models.candidate import Candidate
from dagster_project.lib.models.fitting import KEPT_DAYS
from dagster_project.lib.models.releases import refit_is_due
from dagster_project.lib.models.spec import Scored
from dagster_project.lib.models.tables import ContractBrokenError
from tests.models.fake_family import DAY, NAME, PROMISES, SCORES, TABLES, FakeFamily, declare

NEXT = DAY + timedelta(days=1)


def test_figures_and_backtests_of_earlier_fits_are_kept(family: FakeFamily) -> None:
    family.fit()
    family.losses = [0.4, 0.3]
    family.fit(NEXT)
    for table, counts in (("fake_validations", [1, 1]), ("fake_backtests", [1, 2])):
        rows = family.rows(f"select count(*) from {table} group by release_id order by release_id")
        assert [count for (count,) in rows] == counts


def test_the_same_fit_again_replaces_its_own_rows(family: FakeFamily) -> None:
    family.fit()
    family.losses = [0.4, 0.3]
    family.fit()
    assert family.rows("select loss from fake_backtests order by loss") == [(0.3,), (0.4,)]
    assert family.rows("select value from fake_validations") == [(0.4,)]


def test_a_column_declared_since_is_empty_in_the_rows_of_earlier_fits(family: FakeFamily) -> None:
    family.fit()
    narrower = dict(TABLES["fake_backtests"]) | {"horizon": "int"}
    del narrower["origin"]
    declare(family.settings.home, TABLES | {"fake_backtests": narrower})
    family.breaks = lambda given: dataclasses.replace(
        given, backtests=pa.table({"loss": [0.1], "horizon": [60]})
    )
    family.fit(NEXT)
    rows = family.rows("select loss, horizon from fake_backtests order by loss")
    assert rows == [(0.1, 60), (0.5, None)]


def _promised(family: FakeFamily) -> list[tuple[Any, ...]]:
    return family.rows(f"from {PROMISES} order by promised_on")


@pytest.fixture
def promising(family: FakeFamily) -> FakeFamily:
    """A released family with a promise of the day."""
    family.fit()
    family.release()
    family.promised = [DAY]
    family.score()
    return family


def test_a_table_that_keeps_days_adds_a_day_and_replaces_the_same(promising: FakeFamily) -> None:
    promising.promised, promising.mean = [NEXT], 2.0
    promising.score(NEXT)
    assert _promised(promising) == [(DAY, 1.0), (NEXT, 2.0)]
    promising.mean = 3.0
    promising.score(NEXT)
    assert _promised(promising) == [(DAY, 1.0), (NEXT, 3.0)]


def test_a_day_without_a_row_leaves_the_days_that_are_kept(promising: FakeFamily) -> None:
    promising.promised = []
    assert promising.score(NEXT)[PROMISES][0] == 0
    assert _promised(promising) == [(DAY, 1.0)]


def test_days_of_more_than_a_quarter_ago_are_forgotten(promising: FakeFamily) -> None:
    later = DAY + timedelta(days=KEPT_DAYS)
    promising.promised = [later]
    promising.score(later)
    assert _promised(promising) == [(later, 1.0)]


def _without(name: str) -> Callable[[dict[str, Scored]], dict[str, Scored]]:
    def drop(scored: dict[str, Scored]) -> dict[str, Scored]:
        rows = scored[SCORES].rows
        assert isinstance(rows, pa.Table)
        return scored | {SCORES: Scored(rows.drop_columns([name]))}

    return drop


def _with(name: str) -> Callable[[dict[str, Scored]], dict[str, Scored]]:
    def add(scored: dict[str, Scored]) -> dict[str, Scored]:
        rows = scored[SCORES].rows
        assert isinstance(rows, pa.Table)
        return scored | {SCORES: Scored(rows.append_column(name, pa.array([1])))}

    return add


def _lacking_a_table(scored: dict[str, Scored]) -> dict[str, Scored]:
    return {SCORES: scored[SCORES]}


@pytest.mark.parametrize(
    ("breaks", "said"),
    [
        (_without("mean"), r"fake_scores: missing columns \['mean'\], undeclared columns \[\]"),
        (_with("colour"), r"fake_scores: missing columns \[\], undeclared columns \['colour'\]"),
        (_with("mean"), r"fake_scores: .*columns \['mean'\] come twice"),
        (_lacking_a_table, r"fake scored \['fake_scores'\]; its family declares"),
    ],
)
def test_a_result_that_is_not_as_declared_is_refused_and_changes_nothing(
    promising: FakeFamily, breaks: Callable[[Any], Any], said: str
) -> None:
    before = promising.contents()
    promising.breaks, promising.mean, promising.promised = breaks, 9.0, [NEXT]
    with pytest.raises(ContractBrokenError, match=said):
        promising.score(NEXT)
    assert promising.contents() == before


def test_a_result_of_another_type_names_the_value_and_changes_nothing(
    promising: FakeFamily,
) -> None:
    before = promising.contents()
    wrong = pa.table({"release_id": ["x"], "customer_id": ["not a number"], "mean": [1.0]})
    promising.breaks = lambda scored: scored | {SCORES: Scored(wrong)}
    with pytest.raises(duckdb.ConversionException, match="not a number"):
        promising.score(NEXT)
    assert promising.contents() == before


def _raising(given: Any) -> Any:
    raise FloatingPointError("diverged")


def _odd_backtests(given: Candidate) -> Candidate:
    return dataclasses.replace(given, backtests=pa.table({"loss": [1.0]}))


@pytest.mark.parametrize(
    ("breaks", "error"), [(_raising, FloatingPointError), (_odd_backtests, ContractBrokenError)]
)
def test_a_fit_that_fails_leaves_everything_as_it_was_and_is_due_again(
    promising: FakeFamily, breaks: Callable[[Any], Any], error: type[Exception]
) -> None:
    before = promising.contents()
    promising.breaks, promising.mean = breaks, 9.0
    later: date = DAY + timedelta(days=7)
    with pytest.raises(error):
        promising.fit(later)
    assert promising.contents() == before
    assert refit_is_due(promising.settings, NAME, later)


def test_a_score_that_fails_leaves_everything_as_it_was(promising: FakeFamily) -> None:
    before = promising.contents()
    promising.breaks = lambda scored: scored | {PROMISES: Scored(lambda: _raising(None))}
    with pytest.raises(FloatingPointError):
        promising.score(NEXT)
    assert promising.contents() == before
