"""Every compiled model runs on DuckDB and on Spark alike, as far as its text can tell."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dagster_project.settings import Settings
from tests.warehouse.conftest import call_dbt, models
from tests.warehouse.portability import refusals, refusals_as_written


def _wrong(nodes: list[dict[str, Any]]) -> dict[str, list[str]]:
    found = {node["name"]: refusals(node["compiled_code"]) for node in nodes}
    return {name: why for name, why in found.items() if why}


def test_every_compiled_model_is_portable(manifest: dict[str, Any]) -> None:
    assert _wrong(models(manifest)) == {}


def test_every_compiled_data_test_is_portable(manifest: dict[str, Any]) -> None:
    assert _wrong([n for n in manifest["nodes"].values() if n["resource_type"] == "test"]) == {}


def test_every_incremental_model_is_portable_on_its_next_run(
    built: Settings, manifest: dict[str, Any]
) -> None:
    done = call_dbt(built, "compile", "--select", "config.materialized:incremental")
    assert done.returncode == 0, done.stdout[-3000:]
    again = json.loads((built.dbt_target / "manifest.json").read_text("utf-8"))
    nodes = [n for n in models(again) if n["config"]["materialized"] == "incremental"]
    assert any(
        node["compiled_code"] != manifest["nodes"][node["unique_id"]]["compiled_code"]
        for node in nodes
    )
    assert _wrong(nodes) == {}


def test_no_model_writes_what_a_macro_renders_for_the_engine(manifest: dict[str, Any]) -> None:
    wrong = {node["name"]: refusals_as_written(node["raw_code"]) for node in models(manifest)}
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
        "select row_number() over (partition by a order by b) from t",
        "select lag(a) over (partition by b order by c desc, d) from t",
        "select row_number() over (partition by a) from t",
        "select a from t order by a",
        "select concat(a, 'x') from t",
        "select concat(case when a then 'x' end, 'y') from t",
        "select cast(a as double) / b from t",
        "select cast(a as double) / 0 from t",
        "select 100.0 * a / nullif(b, 0) from t",
        "select avg(a) from t",
        "select median(a) from t",
        "select percentile_cont(0.5) within group (order by a nulls last) from t",
        "select cast(a as float) from t",
        "select [1, 2] from t",
        "select a[1] from t",
        "select regexp_replace(a, 'b', 'c') from t",
        "select date_format(a, 'yyyy') from t",
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


@pytest.mark.parametrize(
    "sql",
    [
        "select row_number() over (order by a desc, b nulls first) from t",  # desc: last on both
        "select concat('x', coalesce(a, ''), case when b then 'y' else '' end) from t",
        "select cast(a as double) / nullif(b, 0), cast(a as double) / greatest(b, 31) from t",
        "select cast(sum(a) as decimal(38, 2)), avg(cast(a as double)) from t",
        "select lag(a) over w from t window w as (partition by b order by c nulls last)",
    ],
)
def test_what_is_the_same_on_both_engines_is_let_through(sql: str) -> None:
    assert refusals(sql) == []


@pytest.mark.parametrize(
    "raw",
    [
        "select date_diff('day', a, b) from t",
        "select last_day(a) from t",
        "select dayofweek(a) from t",
        "select a + interval 1 day from t",
        'select "a" from t',
        "select 'a\\\\b' from t",
    ],
)
def test_what_a_macro_should_render_is_refused_as_written(raw: str) -> None:
    assert refusals_as_written(raw)
