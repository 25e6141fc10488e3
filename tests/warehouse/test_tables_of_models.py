"""The seam between the fitted models and dbt: who reads what Python wrote, and its shape."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from dagster_project.settings import Settings
from tests.warehouse.conftest import as_duckdb, models

FED = "fed_by_models"  # the second dbt build, after the models have scored
SCHEMAS = ("platform_support", "decided")
SOURCE = tuple(f"source.jiaofei.{schema}." for schema in SCHEMAS)


def _fed(manifest: dict[str, Any]) -> set[str]:
    """Models that read what a model wrote, directly or through others."""
    readers: set[str] = set()
    while True:
        found = {
            node["unique_id"]
            for node in models(manifest)
            for parent in node["depends_on"]["nodes"]
            if parent.startswith(SOURCE) or parent in readers
        }
        if found == readers:
            return readers
        readers = found


def test_a_model_carries_the_tag_if_and_only_if_a_fitted_model_feeds_it(
    manifest: dict[str, Any],
) -> None:
    tagged = {node["unique_id"] for node in models(manifest) if FED in node["tags"]}
    assert tagged
    assert tagged == _fed(manifest)


def test_what_a_fitted_model_feeds_is_published_and_reads_no_other_source(
    manifest: dict[str, Any],
) -> None:
    for node in models(manifest):
        if FED in node["tags"]:
            sources = [p for p in node["depends_on"]["nodes"] if p.startswith("source.")]
            assert all(parent.startswith(SOURCE) for parent in sources), node["name"]
            assert node["schema"] == "business_application", node["name"]


def test_no_test_of_the_first_build_waits_for_the_second(manifest: dict[str, Any]) -> None:
    fed = _fed(manifest)
    for node in manifest["nodes"].values():
        if node["resource_type"] == "test":
            parents = set(node["depends_on"]["nodes"])
            assert parents <= fed or not parents & fed, node["name"]


def test_every_table_that_models_write_is_read(manifest: dict[str, Any]) -> None:
    kept = {"payment_forecast_history", "payment_timing_expected"}  # the forecasts' own memory
    kept |= {"complaint_classes", "complaint_classifier", "customer_uplift"}  # other decisions'
    # the memory of what is followed, and of what windows are scored with
    kept |= {"predicted_windows_kept", "guided_customers_kept", "campaign_volumes_forecast"}
    kept |= {"payment_timing_clock_sums"}
    read = {parent for node in models(manifest) for parent in node["depends_on"]["nodes"]}
    unread = {name for name in manifest["sources"] if name.startswith(SOURCE)} - read
    assert {name.split(".")[-1] for name in unread} == kept


@pytest.fixture
def described(built: Settings) -> dict[tuple[str, str], dict[str, str]]:
    """Columns and types of every table by schema and name, in order."""
    with duckdb.connect(str(built.warehouse), read_only=True) as connection:
        rows = connection.execute(
            "select table_schema, table_name, column_name, data_type "
            "from information_schema.columns order by table_name, ordinal_position"
        ).fetchall()
    tables: dict[tuple[str, str], dict[str, str]] = {}
    for schema, table, column, data_type in rows:
        tables.setdefault((schema, table), {})[column] = data_type
    return tables


def test_tables_that_dbt_creates_for_the_models_are_as_declared_and_empty(
    built: Settings, manifest: dict[str, Any], described: dict[tuple[str, str], dict[str, str]]
) -> None:
    sources = [s for s in manifest["sources"].values() if s["source_name"] in SCHEMAS]
    with duckdb.connect(str(built.warehouse), read_only=True) as connection:
        for source in sources:
            columns = source["columns"].values()
            declared = [(c["name"], as_duckdb(c["data_type"])) for c in columns]
            place = (source["source_name"], source["name"])
            assert list(described[place].items()) == declared, place
            assert len(connection.table(".".join(place))) == 0, place


def test_a_published_column_has_the_type_that_the_model_wrote(manifest: dict[str, Any]) -> None:
    for node in models(manifest):
        for parent in node["depends_on"]["nodes"]:
            if parent.startswith(SOURCE):
                written = manifest["sources"][parent]["columns"]
                for name in node["columns"].keys() & written.keys():
                    published = node["columns"][name]["data_type"]
                    assert published == written[name]["data_type"], (node["name"], name)
