"""The graph as a whole: complete, described, layered."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from dagster_project.settings import Settings

LAYERS = ("data_processing", "platform_support", "business_application")
KEYS = Path(__file__).with_name("asset_keys.txt")


@pytest.fixture(scope="module")
def graph(home: Settings) -> dg.AssetGraph:
    from dagster_project.definitions import defs

    return defs.resolve_asset_graph()


def _own(graph: dg.AssetGraph) -> list[dg.AssetKey]:
    """Assets that this project makes; dbt's view of what landing wrote is declared by dbt."""
    return sorted(graph.materializable_asset_keys)


def test_asset_keys_are_the_checked_in_list(graph: dg.AssetGraph) -> None:
    found = sorted(key.to_user_string() for key in graph.get_all_asset_keys())
    assert found == KEYS.read_text(encoding="utf-8").split()


def test_every_dependency_is_produced_by_something(graph: dg.AssetGraph) -> None:
    known = set(graph.get_all_asset_keys())
    for key in known:
        assert set(graph.get(key).parent_keys) <= known


def test_only_delivered_files_and_bookkeeping_come_from_outside(graph: dg.AssetGraph) -> None:
    outside = set(graph.get_all_asset_keys()) - set(graph.materializable_asset_keys)
    changes = {"changed_days", "changed_customers", "declared_day"}
    assert {key.path[0] for key in outside} == {"deliveries", "landing"}
    assert {key.path[1] for key in outside if key.path[0] == "landing"} == changes


def test_groups_are_the_three_layers(graph: dg.AssetGraph) -> None:
    assert {graph.get(key).group_name for key in graph.get_all_asset_keys()} == set(LAYERS)


def test_every_asset_has_description_owner_and_kind(graph: dg.AssetGraph) -> None:
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        assert node.description, key
        assert node.description.startswith("One row"), key
        assert node.owners, key
        assert node.kinds, key


def test_every_made_asset_is_partitioned_by_day(graph: dg.AssetGraph) -> None:
    for key in _own(graph):
        assert isinstance(graph.get(key).partitions_def, dg.DailyPartitionsDefinition), key


def test_a_layer_reads_only_itself_and_the_layers_before_it(graph: dg.AssetGraph) -> None:
    for key in _own(graph):
        node = graph.get(key)
        for parent in node.parent_keys:
            rank = LAYERS.index(str(graph.get(parent).group_name))
            assert rank <= LAYERS.index(str(node.group_name)), (parent, key)


def test_every_published_table_descends_from_delivered_files(graph: dg.AssetGraph) -> None:
    snapshot = dg.AssetKey(["published", "snapshot"])
    ancestors, frontier = set(), {snapshot}
    while frontier:
        frontier = {p for key in frontier for p in graph.get(key).parent_keys} - ancestors
        ancestors |= frontier
    delivered = {key for key in graph.get_all_asset_keys() if key.path[0] == "deliveries"}
    published = {key for key in graph.get_all_asset_keys() if key.path[0] == LAYERS[2]}
    assert published <= ancestors
    assert dg.AssetKey(["deliveries", "payments"]) in ancestors & delivered


def test_published_tables_and_the_ledger_have_freshness_policies(graph: dg.AssetGraph) -> None:
    watched = [key for key in _own(graph) if key.path[0] in ("business_application", "published")]
    for key in [*watched, dg.AssetKey(["landing", "delivery_ledger"])]:
        assert graph.get(key).freshness_policy is not None, key


def test_the_accounting_checks_block(graph: dg.AssetGraph) -> None:
    blocking = {key.name for key in graph.asset_check_keys if graph.get(key).blocking}
    assert {
        "every_delivered_row_is_accounted_for",
        "landed_rows_are_as_booked",
        "snapshot_equals_the_warehouse",
        "primary_key_channel_efficiency_channel_code__paid_month__region_code__customer_type",
    } <= blocking
