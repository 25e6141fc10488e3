"""Every compiled model runs on DuckDB and on Spark alike, as far as its text can tell."""

from __future__ import annotations

from typing import Any

import pytest

from tests.warehouse.conftest import models
from tests.warehouse.portability import refusals

# dbt's own macros render date arithmetic for the engine that they compile for.
DISPATCHED = ("date_diff(", "date_trunc(", "dayofweek(", "last_day(")


def test_every_compiled_model_is_portable(manifest: dict[str, Any]) -> None:
    wrong = {node["name"]: refusals(node["compiled_code"]) for node in models(manifest)}
    assert {name: why for name, why in wrong.items() if why} == {}


@pytest.mark.parametrize(
    "sql",
    [
        "select * exclude (a) from t",
        "select list(a) from t",
        "select arg_max(a, b) from t",
        "select a // b from t",
        "select a::varchar from t",
        "select cast(a as text) from t",
        "select strftime(a, '%Y') from t",
        "select a at time zone 'UTC' from t",
        "select a from t asof join u using (a)",
        "select a from t union all by name select a from u",
        "select last_value(a ignore nulls) over (order by b) from t",
        "select a ->> 'b' from t",
        "select ifnull(a, 0) from t",
        "select log(a) from t",
        "select a, from t",
        "select hash(a) from t",
        "select * from read_parquet('x')",
        "selec a from t",
    ],
)
def test_what_is_not_portable_is_refused(sql: str) -> None:
    assert refusals(sql)


def test_portable_sql_is_let_through() -> None:
    sql = (
        "select a, count(*) filter (where b > 1) as c, max_by(d, e) as f, try_cast(g as string) "
        "from t group by all qualify row_number() over (partition by a order by b nulls last) = 1"
    )
    assert refusals(sql) == []
