"""The assets of the models: who writes which table, what blocks a release, what runs when."""

from __future__ import annotations

import dagster as dg
import pytest

from dagster_project.settings import Settings

LAYER = "platform_support"


@pytest.fixture(scope="module")
def defs(home: Settings) -> dg.Definitions:
    from dagster_project.definitions import defs

    return defs


@pytest.fixture(scope="module")
def graph(defs: dg.Definitions) -> dg.AssetGraph:
    return defs.resolve_asset_graph()


def _keys(*tables: str) -> set[dg.AssetKey]:
    return {dg.AssetKey([LAYER, table]) for table in tables}


def _written_in_python(graph: dg.AssetGraph) -> set[dg.AssetKey]:
    made = graph.materializable_asset_keys
    return {key for key in made if key.path[0] == LAYER and "python" in graph.get(key).kinds}


def test_every_decided_table_is_written_by_a_decision_in_the_third_layer(
    graph: dg.AssetGraph, home: Settings
) -> None:
    from dagster_project.lib.dbt_project import manifest
    from dagster_project.lib.decisions.registry import DECISIONS
    from dagster_project.lib.models.declared import DECIDED, declared_tables

    made = {key for key in graph.materializable_asset_keys if key.path[0] == DECIDED}
    assert {key.path[-1] for key in made} == set(declared_tables(manifest(home), DECIDED))
    assert {key.path[-1] for key in made} == {t for spec in DECISIONS for t in spec.writes}
    assert all(graph.get(key).group_name == "business_application" for key in made)


def _weekly(graph: dg.AssetGraph) -> set[dg.AssetKey]:
    return {
        key
        for key in graph.materializable_asset_keys
        if graph.get(key).tags.get("cadence") == "weekly"
    }


def _decided_weekly(graph: dg.AssetGraph) -> set[dg.AssetKey]:
    return {
        key
        for key in graph.materializable_asset_keys
        if graph.get(key).tags.get("decided") == "weekly"
    }


def _of_job(defs: dg.Definitions, name: str) -> set[dg.AssetKey]:
    return set(defs.resolve_job_def(name).asset_layer.executable_asset_keys)


def test_every_table_that_dbt_takes_from_models_is_written_by_a_python_asset(
    graph: dg.AssetGraph, home: Settings
) -> None:
    from dagster_project.lib.dbt_project import manifest
    from dagster_project.lib.models.declared import declared_tables
    from dagster_project.lib.models.families import FAMILIES

    parameters = [f"{m.name}_{stage}" for m in FAMILIES for stage in ("candidate", "release")]
    declared = _keys(*declared_tables(manifest(home)))
    assert _written_in_python(graph) == declared | _keys(*parameters)


def test_assets_of_models_lie_in_the_second_layer_with_their_columns(
    graph: dg.AssetGraph,
) -> None:
    for key in _written_in_python(graph):
        node = graph.get(key)
        assert node.group_name == LAYER, key
        assert node.kinds == {"python", "duckdb"}, key
        assert node.metadata["dagster/column_schema"].columns, key


def test_a_fit_is_weekly_and_a_score_is_daily(graph: dg.AssetGraph) -> None:
    from dagster_project.lib.models.families import FAMILIES

    expected: set[dg.AssetKey] = set()
    for model in FAMILIES:
        expected |= _keys(f"{model.name}_candidate", f"{model.name}_release", model.validations)
        expected |= _keys(model.backtests) if model.has_backtests else set()
    assert _weekly(graph) == expected


def test_every_release_waits_for_a_gate_that_blocks(graph: dg.AssetGraph) -> None:
    from dagster_project.lib.models.families import FAMILIES

    for model in FAMILIES:
        [candidate], [release] = _keys(f"{model.name}_candidate"), _keys(f"{model.name}_release")
        gate = graph.get(dg.AssetCheckKey(candidate, f"{model.name}_passes_its_gate"))
        assert gate.blocking, model.name
        assert graph.get(release).parent_keys == {candidate}
        for table in _keys(*model.scored):
            assert release in graph.get(table).parent_keys, table


def test_the_jobs_divide_the_graph(defs: dg.Definitions, graph: dg.AssetGraph) -> None:
    made, weekly = set(graph.materializable_asset_keys), _weekly(graph)
    prepare, finish = _of_job(defs, "prepare"), _of_job(defs, "finish")
    assert _of_job(defs, "refit") == weekly
    assert _of_job(defs, "refresh") == made - weekly - _decided_weekly(graph)
    assert prepare | finish == made - weekly
    assert not prepare & finish


def test_the_first_half_of_a_refresh_needs_no_model(
    defs: dg.Definitions, graph: dg.AssetGraph
) -> None:
    prepare = _of_job(defs, "prepare")
    for key in prepare:
        made_before = graph.get(key).parent_keys & graph.materializable_asset_keys
        assert made_before <= prepare, key
    for key in _weekly(graph):
        made_before = graph.get(key).parent_keys & graph.materializable_asset_keys
        assert made_before <= prepare | _weekly(graph), key
