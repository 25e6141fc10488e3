"""One decision of two tables, told by the test, on a home that declares them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from dagster_project.lib.decisions.deciding import decide
from dagster_project.lib.decisions.due import decision_is_due
from dagster_project.lib.decisions.spec import Checked, CheckOfDecision, Decided, DecisionSpec
from dagster_project.lib.models.declared import DECIDED
from dagster_project.lib.models.spec import Scored, Work
from dagster_project.lib.models.tables import ContractBrokenError
from dagster_project.settings import Settings
from tests.models.fake_family import declare

DAY = date(2025, 12, 1)
TABLES = {
    "offers": {"customer_id": "bigint", "offer_yuan": "decimal(18,2)"},
    "reasons": {"customer_id": "bigint", "reason": "string"},
}
CHECK = CheckOfDecision("every_offer_has_its_reason", "offers", "An offer is explained.")
OFFERS = pa.table({"customer_id": [7], "offer_yuan": ["12.50"]})
REASONS = pa.table({"reason": ["low balance"], "customer_id": [7]})


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home that declares the tables of the decision."""
    return declare(tmp_path, TABLES, DECIDED)


def _spec(tables: dict[str, Scored], checks: dict[str, Checked] | None = None) -> DecisionSpec:
    given = {CHECK.name: Checked(True)} if checks is None else checks
    return DecisionSpec(
        "offers", "offers", "建议", lambda work: Decided(tables, given), reads=(),
        writes=tuple(TABLES), checks=(CHECK,),
    )  # fmt: skip


def _rows(settings: Settings, table: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(settings.warehouse)) as connection:
        return connection.execute(f"from {DECIDED}.{table}").fetchall()


def test_a_decision_writes_its_tables_in_the_declared_order_and_types(settings: Settings) -> None:
    _, counts = decide(settings, _spec({"offers": Scored(OFFERS), "reasons": Scored(REASONS)}), DAY)
    assert counts == {"offers": 1, "reasons": 1}
    assert [str(row[1]) for row in _rows(settings, "offers")] == ["12.50"]
    assert _rows(settings, "reasons") == [(7, "low balance")]


def test_a_decision_taken_again_replaces_its_rows(settings: Settings) -> None:
    spec = _spec({"offers": Scored(OFFERS), "reasons": Scored(REASONS)})
    decide(settings, spec, DAY)
    decide(settings, spec, DAY)
    assert len(_rows(settings, "offers")) == 1


def test_the_declared_today_reaches_the_decision(settings: Settings) -> None:
    seen: list[Work] = []

    def remember(work: Work) -> Decided:
        seen.append(work)
        return Decided({"reasons": Scored(None, "nothing was delivered")})

    decide(settings, DecisionSpec("r", "r", "由", remember, (), ("reasons",)), DAY)
    assert [work.as_of for work in seen] == [DAY]


def test_a_table_that_breaks_its_contract_leaves_all_tables_as_they_were(
    settings: Settings,
) -> None:
    decide(settings, _spec({"offers": Scored(OFFERS), "reasons": Scored(REASONS)}), DAY)
    more = pa.concat_tables([OFFERS, OFFERS])
    wrong = pa.table({"customer_id": [8], "cause": ["unknown column"]})
    with pytest.raises(ContractBrokenError, match="missing columns"):
        decide(settings, _spec({"offers": Scored(more), "reasons": Scored(wrong)}), DAY)
    assert len(_rows(settings, "offers")) == 1


@pytest.mark.parametrize(
    ("tables", "checks", "missed"),
    [
        ({"offers": Scored(OFFERS)}, None, "tables"),
        ({"offers": Scored(OFFERS), "reasons": Scored(REASONS)}, {}, "checks"),
    ],
)
def test_a_table_or_check_that_is_declared_and_not_given_is_an_error(
    settings: Settings, tables: dict[str, Scored], checks: dict[str, Checked] | None, missed: str
) -> None:
    with pytest.raises(ContractBrokenError, match=f"gave the {missed}"):
        decide(settings, _spec(tables, checks), DAY)


def test_a_decision_is_due_until_it_was_taken_and_again_after_a_week(settings: Settings) -> None:
    assert decision_is_due(settings, "offers", DAY)
    decide(settings, _spec({"offers": Scored(OFFERS), "reasons": Scored(REASONS)}), DAY)
    due = [decision_is_due(settings, "offers", DAY + timedelta(days=n)) for n in (-1, 0, 6, 7)]
    assert due == [True, False, False, True]


def test_a_decision_that_its_check_refuses_stays_due(settings: Settings) -> None:
    tables = {"offers": Scored(OFFERS), "reasons": Scored(REASONS)}
    decide(settings, _spec(tables), DAY)
    decide(settings, _spec(tables, {CHECK.name: Checked(False)}), DAY)
    assert decision_is_due(settings, "offers", DAY)
