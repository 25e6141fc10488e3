"""The DEA beside the evaluation: of the last whole quarter, or a stated refusal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from dagster_project.lib.models.efficiency import COLUMNS, KEY, latest_efficiency
from dagster_project.lib.models.spec import Work
from dagster_project.settings import Settings

UNITS = """
create schema platform_support;
create table platform_support.channel_region_quarters as
select
    channel as channel_code, region as region_code, quarter as quarter_start,
    (100 + 7 * length(channel) + n)::double as all_in_cost_yuan,
    (10 + n)::double as staff_hours, 2::bigint as failures, (200 + 13 * n)::bigint as payments,
    (9000 + 50 * n)::double as amount_yuan, (150 + 5 * n)::bigint as on_time_payments
from (values ('app'), ('wechat'), ('counter')) as channels(channel)
cross join (values (date '2025-07-01'), (date '2025-10-01')) as quarters(quarter)
cross join (select 'R' || n as region, n from range(10) as numbers(n))
"""
SCORES = pd.DataFrame(
    {
        "unit": ["app", "wechat", "counter"],
        "period": [pd.Timestamp("2025-09-01")] * 3,
        "score": [80.0, 75.0, 60.0],
    }
)


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(UNITS)
        yield connection


def _found(
    connection: duckdb.DuckDBPyConnection,
    home: Path,
    as_of: date,
    scores: pd.DataFrame = SCORES,
) -> pd.DataFrame:
    return latest_efficiency(Work(Settings(home=home), connection, as_of, "x"), scores, seed=1)


def test_a_quarter_under_way_is_not_judged(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    ends = ((date(2025, 12, 30), date(2025, 9, 1)), (date(2025, 12, 31), date(2025, 12, 1)))
    for as_of, month in ends:
        found = _found(connection, tmp_path, as_of)
        assert list(found) == [*KEY, *COLUMNS]
        assert set(found["paid_month"]) == {month}
        assert set(found["channel_code"]) == {"app", "wechat", "counter"}


def test_a_channel_has_an_efficiency_or_a_reason_in_both_languages(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    few = "delete from platform_support.channel_region_quarters where region_code > 'R0'"
    connection.execute(few)
    for row in _found(connection, tmp_path, date(2025, 10, 1)).itertuples():
        assert pd.notna(row.dea_efficiency) or (row.dea_note_en and row.dea_note_zh)


def test_without_a_whole_quarter_there_is_no_row(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    assert _found(connection, tmp_path, date(2025, 9, 29)).empty


def test_the_same_quarter_is_not_measured_again_and_a_late_payment_measures_it_anew(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import ml.fuzzy_evaluation

    first = _found(connection, tmp_path, date(2025, 12, 30))
    connection.register("found", first)
    connection.execute("create table platform_support.channel_evaluation_graded as from found")
    calls: list[int] = []
    measure = ml.fuzzy_evaluation.evaluate_efficiency

    def counted(units: pd.DataFrame, *, seed: int) -> Any:
        calls.append(seed)
        return measure(units, seed=seed)

    monkeypatch.setattr(ml.fuzzy_evaluation, "evaluate_efficiency", counted)
    again = _found(connection, tmp_path, date(2025, 12, 30))
    assert not calls
    pd.testing.assert_frame_equal(
        again.sort_values("channel_code", ignore_index=True).astype({"paid_month": str}),
        first.sort_values("channel_code", ignore_index=True).astype({"paid_month": str}),
        check_dtype=False,
    )
    reversed_scores = SCORES.assign(score=[60.0, 75.0, 80.0])
    moved = _found(connection, tmp_path, date(2025, 12, 30), reversed_scores)
    assert not calls
    by_channel = [
        found.set_index("channel_code")["dea_rank_difference"].to_dict() for found in (moved, first)
    ]
    assert by_channel[0] != by_channel[1]
    connection.execute(
        "update platform_support.channel_region_quarters set payments = payments + 1 "
        "where channel_code = 'app'"
    )
    _found(connection, tmp_path, date(2025, 12, 30))
    assert calls == [1]
