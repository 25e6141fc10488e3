"""Planted wrong fees are found, and a home with payments alone is planned or refused with words."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from dagster_project.lib.decisions.commission.books import (
    NoMarketError,
    declared_plan,
    read_books,
)

DAY = date(2025, 12, 31)


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    """A warehouse in memory with the tables that the plan reads, and two channels."""
    made = duckdb.connect()
    made.execute((Path(__file__).with_name("plan_tables.sql")).read_text("utf-8"))
    return made


def test_sums_contracts_and_months_become_the_market(connection: duckdb.DuckDBPyConnection) -> None:
    books = read_books(connection, declared_plan(), DAY)
    assert books.market.channels == ("counter", "wechat")
    assert books.market.partners == ("wechat",)
    assert books.market.payments.tolist() == [12, 24]
    assert books.market.months.sum(axis=1).tolist() == [1200, 2400]
    assert books.market.handling_yuan == pytest.approx([6.5, 0.03])
    assert books.contracts == {"wechat": "w-1"}
    assert books.market.paid_pct("wechat", books.market.terms_of("wechat")) == pytest.approx(0.6)


def test_a_month_that_has_not_ended_does_not_count(connection: duckdb.DuckDBPyConnection) -> None:
    books = read_books(connection, declared_plan(), date(2025, 12, 30))
    assert books.market.months.shape == (2, 11)
    assert books.market.year == pytest.approx(12 / 11)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("delete from platform_support.channel_month_totals", "no complete month"),
        ("delete from data_processing.channel_contracts", "under contract"),
    ],
)
def test_without_months_or_contracts_the_plan_is_refused_with_its_reason(
    connection: duckdb.DuckDBPyConnection, statement: str, said: str
) -> None:
    connection.execute(statement)
    with pytest.raises(NoMarketError, match=said):
        read_books(connection, declared_plan(), DAY)
