"""Rules that dbt is silent about, held over the manifest."""

from __future__ import annotations

import re
from typing import Any

import duckdb

from dagster_project.settings import PROJECT_ROOT, Settings
from tests.warehouse.conftest import as_duckdb, folder_of, models

LAYERS = ("data_processing", "platform_support", "business_application")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def _layer(node: dict[str, Any]) -> int:
    return LAYERS.index(folder_of(node).parts[0])


def test_names_follow_their_folder(manifest: dict[str, Any]) -> None:
    for node in models(manifest):
        folder = folder_of(node)
        prefix = {"staging": "stg_landing__", "intermediate": "int_"}.get(
            folder.parts[1] if len(folder.parts) > 1 else "", ""
        )
        assert node["name"].startswith(prefix), node["name"]
        if not prefix:
            assert not node["name"].startswith(("stg_", "int_")), node["name"]
        assert node["schema"] == folder.parts[0]


def test_a_layer_reads_only_itself_and_the_layers_before_it(manifest: dict[str, Any]) -> None:
    for node in models(manifest):
        for parent in node["depends_on"]["nodes"]:
            if parent.startswith("model."):
                assert _layer(manifest["nodes"][parent]) <= _layer(node), (parent, node["name"])


def test_only_staging_and_the_incremental_rules_read_sources(manifest: dict[str, Any]) -> None:
    bookkeeping = {"changed_customers", "changed_days", "declared_day", "delivery_ledger"}
    for node in models(manifest):
        parents = node["depends_on"]["nodes"]
        tables = {p.split(".")[-1] for p in parents if p.startswith("source.jiaofei.landing.")}
        if not node["name"].startswith("stg_"):
            assert tables <= bookkeeping, node["name"]


def test_everything_is_described_in_both_languages_and_typed(manifest: dict[str, Any]) -> None:
    seeds = [n for n in manifest["nodes"].values() if n["resource_type"] == "seed"]
    for node in [*models(manifest), *seeds, *manifest["sources"].values()]:
        assert node["description"].startswith("One row"), node["name"]
        assert CHINESE.search(node["description"]), node["name"]
        for column in node["columns"].values():
            assert CHINESE.search(column["description"]), (node["name"], column["name"])
            assert column["data_type"], (node["name"], column["name"])


def test_every_built_column_is_declared_with_the_type_that_it_has(
    built: Settings, manifest: dict[str, Any]
) -> None:
    with duckdb.connect(str(built.warehouse), read_only=True) as connection:
        for node in models(manifest):
            rows = connection.execute(f"describe {node['schema']}.{node['name']}").fetchall()
            found = {row[0]: row[1] for row in rows}
            wanted = {c["name"]: as_duckdb(c["data_type"]) for c in node["columns"].values()}
            assert found == wanted, node["name"]


def test_every_model_is_in_a_group_and_every_table_has_its_key_tested(
    manifest: dict[str, Any],
) -> None:
    tests = [n for n in manifest["nodes"].values() if n["resource_type"] == "test"]
    tested = {n.get("attached_node") for n in tests}
    keyed = {n["attached_node"] for n in tests if "primary_key" in n["name"]}
    for node in models(manifest):
        assert node["group"] == node["schema"]
        is_view = node["config"]["materialized"] == "view"
        assert node["unique_id"] in (tested if is_view else keyed), node["name"]


def test_published_models_are_public_contracts(manifest: dict[str, Any]) -> None:
    for node in models(manifest):
        if node["schema"] == "business_application":
            assert node["config"]["contract"]["enforced"], node["name"]
            assert node["access"] == "public", node["name"]


def test_an_incremental_model_states_its_late_data_rule(manifest: dict[str, Any]) -> None:
    for node in models(manifest):
        if node["config"]["materialized"] == "incremental":
            assert node["raw_code"].startswith("-- Late data:"), node["name"]


def test_the_yaml_is_written_for_the_next_dbt() -> None:
    for path in (PROJECT_ROOT / "dbt" / "models").rglob("*.yml"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"^\s*(version: 2|tests:)", text, re.MULTILINE), path.name
    assert not list((PROJECT_ROOT / "dbt" / "models").rglob("__init__.py"))


def test_exposures_name_every_published_table_and_read_nothing_else(
    manifest: dict[str, Any],
) -> None:
    published = {n["name"] for n in models(manifest) if n["schema"] == "business_application"}
    exposures = {e["name"]: e for e in manifest["exposures"].values()}
    assert {"published_snapshot", "excel_workbook", "dagster_ui", "status_command"} <= set(
        exposures
    )
    for exposure in exposures.values():
        assert exposure["description"], exposure["name"]
        read = {node.split(".")[-1] for node in exposure["depends_on"]["nodes"]}
        assert read <= published, exposure["name"]
    read = {n.split(".")[-1] for n in exposures["published_snapshot"]["depends_on"]["nodes"]}
    assert read == published


def test_every_delivered_source_says_when_it_was_loaded(manifest: dict[str, Any]) -> None:
    bookkeeping = {"quarantine", "changed_days", "changed_customers", "declared_day"}
    for source in manifest["sources"].values():
        if source["source_name"] == "landing" and source["name"] not in bookkeeping:
            assert source["loaded_at_field"], source["name"]


def test_a_test_across_models_is_a_check_of_one_of_them(manifest: dict[str, Any]) -> None:
    for node in manifest["nodes"].values():
        if node["resource_type"] == "test" and node["path"].startswith("assert_"):
            parents = {name.split(".")[-1] for name in node["depends_on"]["nodes"]}
            if len(parents) > 1:
                assert node["config"]["meta"]["dagster"]["ref"]["name"] in parents, node["name"]
