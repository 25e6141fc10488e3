"""Windows of earlier days against what came: when one is judged, and what counts as a hit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import duckdb
import pytest

from dagster_project.lib.decisions.followed.decision import HIT
from dagster_project.lib.decisions.followed.judging import FEWEST_CUSTOMERS, hit_rows
from dagster_project.lib.models.tables import read

AS_OF = date(2024, 3, 10)
TABLES = """
create schema decided; create schema data_processing;
create table decided.predicted_windows_kept (
    predicted_on date, release_id varchar, customer_id bigint, segment varchar,
    window_50_from date, window_50_to date, window_80_from date, window_80_to date,
    window_95_from date, window_95_to date);
create table data_processing.int_payments_matched (
    customer_id bigint, paid_on date, payment_status varchar, amount_yuan decimal(18,2));
"""


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute(TABLES)
        yield opened


def _kept(connection: duckdb.DuckDBPyConnection, customer: int, on: date, *days: date) -> None:
    """A prediction whose three windows are the same days."""
    connection.execute(
        "insert into decided.predicted_windows_kept values (?, 'r', ?, 's', ?, ?, ?, ?, ?, ?)",
        [on, customer, *(days * 3)],
    )


def _paid(connection: duckdb.DuckDBPyConnection, customer: int, *days: date) -> None:
    connection.executemany(
        "insert into data_processing.int_payments_matched values (?, ?, 'success', 10)",
        [[customer, day] for day in days],
    )


def _hits(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    rows = read(connection, HIT, {"as_of": AS_OF.isoformat()}).to_pylist()
    return next((r for r in rows if r["segment"] == "all" and r["level"] == 80), {})


def test_a_payment_on_the_first_or_last_day_of_the_window_is_a_hit(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    before = date(2024, 2, 27)
    for customer, paid in enumerate([date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1)]):
        _kept(connection, customer, before, date(2024, 2, 28), date(2024, 2, 29))
        _paid(connection, customer, paid)
    assert (_hits(connection)["windows"], _hits(connection)["hits"]) == (3, 2)


def test_only_the_next_payment_counts(connection: duckdb.DuckDBPyConnection) -> None:
    _kept(connection, 1, date(2024, 2, 1), date(2024, 2, 20), date(2024, 2, 22))
    _paid(connection, 1, date(2024, 2, 1), date(2024, 2, 10), date(2024, 2, 21))
    assert _hits(connection)["hits"] == 0


def test_a_payment_on_the_day_of_prediction_was_known_and_is_not_the_next(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    _kept(connection, 1, date(2024, 2, 1), date(2024, 2, 20), date(2024, 2, 22))
    _paid(connection, 1, date(2024, 2, 1), date(2024, 2, 22))
    assert _hits(connection)["hits"] == 1


def test_a_window_is_judged_when_its_last_day_has_passed_even_if_nothing_came(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    _kept(connection, 1, date(2024, 3, 1), date(2024, 3, 5), AS_OF)
    _kept(connection, 2, date(2024, 3, 1), date(2024, 3, 5), AS_OF + timedelta(days=1))
    _paid(connection, 2, date(2024, 3, 6))
    assert (_hits(connection)["windows"], _hits(connection)["hits"]) == (1, 0)


def test_the_predictions_of_today_are_not_judged(connection: duckdb.DuckDBPyConnection) -> None:
    _kept(connection, 1, AS_OF, AS_OF, AS_OF)
    assert _hits(connection) == {}


COUNTED = {"release_id": "r", "segment": "all", "level": 80, "windows": 4000, "customers": 400}


def test_the_share_is_compared_with_what_the_backtest_said() -> None:
    backtest = [{"release_id": "r", "metric": "whole_coverage_80", "value": 0.87}]
    (row,) = hit_rows([COUNTED | {"hits": 3400}], backtest, AS_OF)
    half = 1.959964 * (0.85 * 0.15 / 400) ** 0.5
    assert row["metric"] == "window_80_hit"
    assert row["value"] == 0.85
    assert row["champion_value"] == 0.87
    assert [row["difference_low"], row["difference_high"]] == pytest.approx(
        [-0.02 - half, -0.02 + half]
    )
    assert row["is_met"]


def test_windows_that_surely_hold_too_little_miss_the_bar() -> None:
    (row,) = hit_rows([COUNTED | {"hits": 2800}], [], AS_OF)
    assert row["bar"] == ">= 0.785"
    assert row["is_met"] is False


def test_a_segment_of_too_few_customers_is_not_judged() -> None:
    few = COUNTED | {"segment": "s", "hits": 1, "customers": FEWEST_CUSTOMERS - 1}
    rows = hit_rows([COUNTED | {"hits": 3400}, few], [], AS_OF)
    assert [row["segment"] for row in rows] == ["all"]


def test_before_any_window_has_ended_it_is_said_and_no_figure_is_given() -> None:
    (row,) = hit_rows([], [], AS_OF)
    assert row["value"] is None
    assert "backtest" in row["reason_en"]
    assert "回测" in row["reason_zh"]
