"""Rules that dbt is silent about, held over the manifest."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dagster_project.settings import PROJECT_ROOT, Settings
from tests.warehouse.conftest import call_dbt, folder_of, models

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
        tables = {p.split(".")[-1] for p in node["depends_on"]["nodes"] if p.startswith("source.")}
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


def test_every_built_column_is_declared(built: Settings, manifest: dict[str, Any]) -> None:
    with duckdb.connect(str(built.warehouse), read_only=True) as connection:
        for node in models(manifest):
            rows = connection.execute(f"describe {node['schema']}.{node['name']}").fetchall()
            assert {row[0] for row in rows} == set(node["columns"]), node["name"]


def test_every_model_is_in_a_group_and_every_table_has_its_key_tested(
    manifest: dict[str, Any],
) -> None:
    tested = {
        n["attached_node"] for n in manifest["nodes"].values() if n["resource_type"] == "test"
    }
    for node in models(manifest):
        assert node["group"] == node["schema"]
        assert node["unique_id"] in tested, node["name"]


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


def test_the_key_test_fails_on_a_duplicate_and_on_a_gap(built: Settings, tmp_path: Path) -> None:
    name = "primary_key_channels_channel_code"
    for statement in (
        "insert into data_processing.channels select * from data_processing.channels limit 1",
        "update data_processing.channels set channel_code = null where channel_code = 'cash'",
    ):
        with duckdb.connect(str(built.warehouse)) as connection:
            connection.execute(statement)
        done = call_dbt(built, "test", "--select", name)
        assert done.returncode == 1, done.stdout
        assert "FAIL" in done.stdout
        assert call_dbt(built, "seed", "--full-refresh").returncode == 0
    assert call_dbt(built, "test", "--select", name).returncode == 0


@pytest.mark.parametrize("model", ["channel_months", "channel_efficiency"])
def test_payments_and_amounts_reconcile_with_the_fact(built: Settings, model: str) -> None:
    schema = "platform_support" if model == "channel_months" else "business_application"
    fact = "data_processing.int_payments_matched"
    with duckdb.connect(str(built.warehouse), read_only=True) as connection:
        [(wanted,)] = connection.execute(
            f"select count(*) from {fact} where payment_status = 'success'"
        ).fetchall()
        [(found,)] = connection.execute(f"select sum(payments) from {schema}.{model}").fetchall()
    assert found == wanted
